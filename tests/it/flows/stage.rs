//! Where a flow happens: an appliance at its most talkative, a person, and what becomes secret.
use serde_json::Value;

use super::hands::{Hands, Way};
use super::secrets::Secrets;
use crate::appliance::{Appliance, Folder};
use crate::browser::{Browser, PASSWORD};
use crate::clock::TestClock;
use crate::site::{Site, deliver, event};

pub struct Stage {
    pub app: Appliance,
    /// Whoever acts most; an owner at the end.
    pub hands: Hands,
    pub secrets: Secrets,
    /// Others who signed in.
    pub others: Vec<Hands>,
}

const TALKATIVE: [(&str, &str); 1] = [("ANNALS_LOG", "trace")];

impl Stage {
    /// Nobody has an account yet.
    pub fn empty(way: Way) -> Self {
        Self::on(Appliance::start_with(Folder::new(), &TALKATIVE), way)
    }

    /// Somebody who has not signed in, at a furnished site.
    pub fn furnished(way: Way) -> Self {
        Self::on(Site::with(&TALKATIVE).app, way)
    }

    /// An owner who signed in a moment ago.
    pub fn of_owner(way: Way) -> Self {
        Self::furnished(way).with_owner()
    }

    /// The same with a clock that can be set, where there is one.
    pub fn of_owner_in_time(way: Way) -> (Self, Option<TestClock>) {
        let (folder, _) = Site::furnished();
        let clock = TestClock::of(&folder, "a confirmation that is over");
        let mut environment = TALKATIVE.to_vec();
        environment.extend(clock.as_ref().map(TestClock::variable));
        let app = Appliance::start_with(folder, &environment);
        (Self::on(app, way).with_owner(), clock)
    }

    fn with_owner(mut self) -> Self {
        self.hands.browser.become_like(&self.owner());
        self.hands.open("/audit-logs");
        self.hands.arrive("/audit-logs", "Audit logs");
        self.keep_cookies();
        self
    }

    fn on(app: Appliance, way: Way) -> Self {
        let mut secrets = Secrets::new();
        secrets.keep("password of everybody", PASSWORD);
        Self {
            hands: Hands::start(&app, way),
            app,
            secrets,
            others: Vec::new(),
        }
    }

    /// The owner in another browser, without one.
    pub fn owner(&self) -> Browser {
        Browser::signed_in(&self.app, crate::browser::OWNER)
    }

    /// Somebody at a browser that has never been here.
    pub fn newcomer(&self) -> Hands {
        Hands::start(&self.app, self.hands.way)
    }

    /// What the browser holds now; to be called whenever somebody has come in.
    pub fn keep_cookies(&mut self) {
        let hands = std::iter::once(&self.hands).chain(&self.others);
        let held: Vec<_> = hands.flat_map(Hands::cookies).collect();
        let secret = held.iter().filter(|(name, _)| name != "theme");
        for (name, value) in secret {
            self.secrets.keep(&format!("cookie {name}"), value);
        }
    }

    /// Delivers one event with this key; what was answered.
    #[track_caller]
    pub fn deliver(&self, key: &str, id: &str) -> u16 {
        deliver(&mut self.app.connect(), key, &event(id)).status
    }
}

impl Hands {
    /// All cookies of the browser, also those that no script can read.
    pub fn cookies(&self) -> Vec<(String, String)> {
        let cookies = self.browser.ask("GET", "/cookie", &Value::Null);
        let cookies = cookies.as_array().unwrap().iter();
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        cookies
            .map(|it| (text(&it["name"]), text(&it["value"])))
            .collect()
    }
}
