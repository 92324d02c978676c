//! Settings of the instance and preferences of operators.
use std::sync::Arc;

use super::change::Stop;
use super::db::Db;
use super::setting_rows;
use crate::base::{Kind, Result};
use crate::model::{Action, By, OwnEvent, Preferences, Reason, Section, Setting, Settings};

#[derive(Clone)]
pub struct SettingsOf(Db);

impl SettingsOf {
    pub fn new(db: Db) -> Self {
        Self(db)
    }

    /// As of the last commit.
    pub fn current(&self) -> Arc<Settings> {
        self.0.standing().settings()
    }

    /// What a section is set to and the version that a change of it must name, read together.
    pub async fn version(&self, section: Section) -> Result<(Settings, i64)> {
        self.0
            .read(move |conn| {
                let stored = setting_rows::read(conn)?;
                Ok((stored.settings(), stored.version(section)))
            })
            .await
    }

    /// Sets one section to what it is in `wanted`. Nothing is written where that is so already.
    pub async fn update(
        &self,
        by: By,
        section: Section,
        version: i64,
        wanted: Settings,
    ) -> Result<()> {
        self.0
            .change(by, move |proposal| {
                let stored = setting_rows::read(proposal.conn())?;
                let present = stored.settings();
                let differs = |it: &Setting| present.text(*it) != wanted.text(*it);
                let changed: Vec<_> = section.settings().filter(differs).collect();
                if changed.is_empty() {
                    return Ok(proposal.unchanged(()));
                }
                if version != stored.version(section) {
                    let event = event(section);
                    return Err(Stop::refused(
                        event,
                        Reason::Conflict,
                        Kind::ChangedMeanwhile,
                    ));
                }
                let event = changed.iter().fold(event(section), |event, it| {
                    tell(event, *it, &present, &wanted)
                });
                let recorded = proposal.record(event)?;
                for it in changed {
                    setting_rows::set(&recorded, it, &wanted)?;
                }
                Ok(recorded.done(()))
            })
            .await
    }

    /// Records that somebody wanted what a setting cannot be.
    pub async fn refuse(&self, by: By, section: Section) -> Result<()> {
        let refused = event(section).failed(Reason::OutOfRange);
        self.0.refuse(by, refused).await
    }

    pub fn preferences(&self, operator_no: i64) -> Preferences {
        self.0.standing().preferences(operator_no)
    }

    /// Not audited: what a person prefers to look at.
    pub async fn prefer(&self, operator_no: i64, preferences: Preferences) -> Result<()> {
        self.0
            .write(move |tx| {
                setting_rows::prefer(tx.conn, operator_no, &preferences)?;
                tx.renew_standing();
                Ok(())
            })
            .await
    }
}

fn event(section: Section) -> OwnEvent {
    OwnEvent::new(Action::SettingsUpdate)
        .on_named(section.title())
        .word("section", section.as_str())
}

fn tell(event: OwnEvent, setting: Setting, from: &Settings, to: &Settings) -> OwnEvent {
    if !setting.is_secret() {
        return event.changed(setting.name(), from.told(setting), to.told(setting));
    }
    let has = |it: &Settings| !it.text(setting).is_empty();
    let became = match (has(from), has(to)) {
        (_, false) => "unset",
        (false, true) => "set",
        (true, true) => "replaced",
    };
    event.changed_secret(setting.name(), became)
}
