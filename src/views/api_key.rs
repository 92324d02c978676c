//! The page of one API key, and what is asked before something is done with it.
use maud::{Markup, html};

use super::confirm::Question;
use super::layout::{Nav, Shell};
use super::parts::{self, fact, mono_fact};
use super::record::{self, Page};
use super::times::Times;
use crate::base::Millis;
use crate::model::GateMode;

pub struct ApiKey<'a> {
    pub shell: Shell<'a>,
    pub times: Times<'a>,
    pub id: &'a str,
    pub name: &'a str,
    pub prefix: &'a str,
    /// "write" or "read".
    pub permission: &'a str,
    pub mode: GateMode,
    pub pool_name: &'a str,
    /// The Pool's record, if the viewer may open it.
    pub pool_href: Option<String>,
    pub last_used: Option<Millis>,
    pub expires: Option<Millis>,
    /// The stored word.
    pub state: &'a str,
    pub about_href: &'a str,
}

pub const PAUSE: Question = Question {
    verb: "Pause",
    consequence: "Requests with this key are refused until it is resumed. Nothing is lost if the \
                  sender keeps its events and sends them again.",
    nav: Nav::ApiKeys,
    is_final: false,
};

pub const RESUME: Question = Question {
    verb: "Resume",
    consequence: "Requests with this key are answered again.",
    nav: Nav::ApiKeys,
    is_final: false,
};

pub const REVOKE: Question = Question {
    verb: "Revoke",
    consequence: "Requests with this key are refused from now on. This cannot be taken back.",
    nav: Nav::ApiKeys,
    is_final: true,
};

pub fn page(key: &ApiKey) -> String {
    record::page(&Page {
        shell: key.shell,
        nav: Nav::ApiKeys,
        kind: "API key",
        title: key.name,
        facts: facts(key),
        acts: Vec::new(),
        about_href: key.about_href,
        by_href: None,
        more: Markup::default(),
    })
}

fn facts(key: &ApiKey) -> Markup {
    let permission = if key.permission == "read" {
        "Read events"
    } else {
        "Write events"
    };
    html! {
        (mono_fact("Begins with", Some(key.prefix)))
        (fact("Permission", Some(permission)))
        (fact("Names and ids", Some(match key.mode {
            GateMode::Gated => "Kept when they look like names",
            GateMode::Sealed => "Digested",
        })))
        (fact("Pool", Some(html! {
            @if let Some(href) = &key.pool_href { a.ql href=(href) { (key.pool_name) } }
            @else { (key.pool_name) }
        })))
        (fact("Status", Some(parts::state(key.state))))
        (fact("Last used", Some(parts::moment(key.last_used, key.times))))
        (fact("Expires", Some(match key.expires {
            Some(ms) => key.times.long_date(ms),
            None => "Never".to_owned(),
        })))
        (mono_fact("Id", Some(record::identity(key.id))))
    }
}
