//! The page of one API key, and what is asked before something is done with it.
use maud::{Markup, html};

use super::confirm::Question;
use super::key_form::permission_text;
use super::lasting::OVERLAPS;
use super::layout::{Nav, Shell};
use super::parts::{self, Choice, fact, mono_fact};
use super::record::{self, Act, Page};
use super::times::Times;
use crate::base::Millis;
use crate::model::{GateMode, KeyAct, Permission};

pub struct ApiKey<'a> {
    pub shell: Shell<'a>,
    pub times: Times<'a>,
    pub id: &'a str,
    pub name: &'a str,
    pub prefix: &'a str,
    pub permission: Permission,
    pub mode: GateMode,
    /// Its Pool demands that names and ids are digested, whatever the key says.
    pub is_sealed_by_pool: bool,
    pub pool_name: &'a str,
    /// The Pool's record, if the viewer may open it.
    pub pool_href: Option<String>,
    /// The secret before this one and how long it works, while it does.
    pub overlap: Option<(&'a str, Millis)>,
    pub last_used: Option<Millis>,
    pub expires: Option<Millis>,
    /// The stored word.
    pub state: &'a str,
    /// Where its own pages are.
    pub href: &'a str,
    /// What the viewer may do now.
    pub acts: Vec<KeyAct>,
    pub about_href: &'a str,
}

const PAUSE: Question = Question {
    verb: "Pause",
    consequence: "Requests with this key are refused until it is resumed. Nothing is lost if the \
                  sender keeps its events and sends them again.",
    nav: Nav::ApiKeys,
    is_final: false,
};

const RESUME: Question = Question {
    verb: "Resume",
    consequence: "Requests with this key are answered again.",
    nav: Nav::ApiKeys,
    is_final: false,
};

const ROTATE: Question = Question {
    verb: "Rotate",
    consequence: "The key gets a new secret, shown once on the next page. Its name, its Pool and \
                  its history stay.",
    nav: Nav::ApiKeys,
    is_final: false,
};

const MOVE: Question = Question {
    verb: "Move",
    consequence: "What this key delivers from now on goes into the other Pool. Events that are \
                  recorded stay where they are.",
    nav: Nav::ApiKeys,
    is_final: false,
};

const REVOKE: Question = Question {
    verb: "Revoke",
    consequence: "Requests with this key are refused from now on. This cannot be taken back.",
    nav: Nav::ApiKeys,
    is_final: true,
};

const DELETE: Question = Question {
    verb: "Delete",
    consequence: "The key leaves every list. Its past events keep its name. This cannot be taken \
                  back.",
    nav: Nav::ApiKeys,
    is_final: true,
};

/// None: it has a form of its own.
pub fn question(act: KeyAct) -> Option<&'static Question> {
    match act {
        KeyAct::Update => None,
        KeyAct::Rotate => Some(&ROTATE),
        KeyAct::Pause => Some(&PAUSE),
        KeyAct::Resume => Some(&RESUME),
        KeyAct::Move => Some(&MOVE),
        KeyAct::Revoke => Some(&REVOKE),
        KeyAct::Delete => Some(&DELETE),
    }
}

/// Where each act is done: text, address, whether it is final.
pub fn acts(href: &str, acts: &[KeyAct]) -> Vec<(&'static str, String, bool)> {
    let act = |act: &KeyAct| {
        let text = match act {
            KeyAct::Update => "Edit",
            KeyAct::Rotate => "Rotate…",
            KeyAct::Pause => "Pause…",
            KeyAct::Resume => "Resume…",
            KeyAct::Move => "Move…",
            KeyAct::Revoke => "Revoke…",
            KeyAct::Delete => "Delete…",
        };
        let is_final = matches!(act, KeyAct::Revoke | KeyAct::Delete);
        (text, format!("{href}/{}", act.as_str()), is_final)
    };
    acts.iter().map(act).collect()
}

/// How long the secret before goes on working.
pub fn grace(chosen: &str) -> Markup {
    html! {
        div.ctl {
            label for="gr" { "The present secret works" }
            (parts::select("grace_hours", "gr", &OVERLAPS, chosen))
            p.hint { "In that time both are answered, so that no event is refused." }
        }
    }
}

/// Where to move it.
pub fn destination(pools: &[Choice], chosen: &str) -> Markup {
    html! {
        div.ctl {
            label for="to" { "To Pool" }
            (parts::select("pool", "to", pools, chosen))
        }
    }
}

pub fn page(key: &ApiKey) -> String {
    let acts = acts(key.href, &key.acts).into_iter();
    let acts = acts.map(|(text, href, is_final)| Act {
        text,
        href,
        is_final,
    });
    record::page(&Page {
        shell: key.shell,
        nav: Nav::ApiKeys,
        kind: "API key",
        title: key.name,
        facts: facts(key),
        acts: acts.collect(),
        about_href: key.about_href,
        by_href: None,
        more: Markup::default(),
    })
}

fn facts(key: &ApiKey) -> Markup {
    html! {
        (mono_fact("Begins with", Some(key.prefix)))
        (fact("Replaced", key.overlap.map(|(prefix, until)| html! {
            span.mono { (prefix) } ", works until " (key.times.date_clock(until)) " "
            (key.times.zone_name())
        })))
        (fact("Permission", Some(permission_text(key.permission))))
        (fact("Names and ids", Some(match (key.mode, key.is_sealed_by_pool) {
            (_, true) => "Digested, as its Pool demands",
            (GateMode::Gated, false) => "Kept when they look like names",
            (GateMode::Sealed, false) => "Digested",
        })))
        (fact("Pool", Some(html! {
            @if let Some(href) = &key.pool_href { a.ql href=(href) { (key.pool_name) } }
            @else { (key.pool_name) }
        })))
        (fact("Status", Some(parts::state(key.state))))
        (fact("Last used", Some(parts::moment(key.last_used, key.times))))
        (fact("Expires", Some(expires(key.expires, key.times))))
        (mono_fact("Id", Some(record::identity(key.id))))
    }
}

/// As a sentence's part: when a key's time is over.
pub fn expires(at: Option<Millis>, times: Times) -> String {
    match at {
        Some(ms) => format!("{}, {}", times.long_date(ms), times.clock(ms)),
        None => "Never".to_owned(),
    }
}
