//! What people and programs do with the appliance, family by family, and what each act must have
//! left in the log.
mod account;
mod first_run;
mod keys;
mod people;
mod pools;
mod programs;
mod settings;
mod sign_in;
mod sources;
mod system;

use crate::appliance::Appliance;
use crate::browser::{Browser, OWNER};
use crate::clock::TestClock;

/// One act, as the log must tell it.
pub struct Told {
    pub action: &'static str,
    /// "success" or "failure".
    pub outcome: &'static str,
    /// Texts of its row: actor, reason, target, Pool.
    pub sees: Vec<String>,
    /// Where its context leads; blank: nowhere.
    pub link: &'static str,
    /// Names of details and changed fields.
    pub details: &'static [&'static str],
}

pub struct Stage {
    pub app: Appliance,
    pub told: Vec<Told>,
}

/// What is done to a record: verb, action, what the form says, what the event tells.
type Act = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

/// Who acts, as rows name them.
pub const OLGA: &str = "Olga Ortiz";
pub const SYSTEM: &str = "system";
pub const STALE: &str = "Changed by someone else first";

pub fn perform() -> Stage {
    let (folder, clock) = system::upgraded();
    let variable = clock.as_ref().map(TestClock::variable);
    let app = Appliance::start_with(folder, variable.as_slice());
    let told = Vec::new();
    let mut stage = Stage { app, told };
    system::begins(&mut stage);
    first_run::perform(&mut stage);
    keys::perform(&mut stage);
    people::perform(&mut stage);
    pools::perform(&mut stage);
    sources::perform(&mut stage);
    settings::perform(&mut stage);
    programs::perform(&mut stage);
    account::perform(&mut stage);
    sign_in::perform(&mut stage);
    system::backups(&mut stage);
    if let Some(clock) = &clock {
        system::time_passes(&mut stage, clock);
    }
    system::ends(stage)
}

impl Stage {
    pub fn owner(&self) -> Browser {
        Browser::signed_in(&self.app, OWNER)
    }

    pub fn done(
        &mut self,
        action: &'static str,
        sees: &[&str],
        link: &'static str,
        details: &'static [&'static str],
    ) {
        self.tell(action, "success", sees, link, details);
    }

    pub fn refused(
        &mut self,
        action: &'static str,
        sees: &[&str],
        link: &'static str,
        details: &'static [&'static str],
    ) {
        self.tell(action, "failure", sees, link, details);
    }

    fn tell(
        &mut self,
        action: &'static str,
        outcome: &'static str,
        sees: &[&str],
        link: &'static str,
        details: &'static [&'static str],
    ) {
        self.told.push(Told {
            action,
            outcome,
            sees: sees.iter().map(|it| (*it).to_owned()).collect(),
            link,
            details,
        });
    }
}
