//! The page of one operator: facts, sessions, recent activity; and what is asked before something
//! is done to somebody.
use maud::{Markup, html};

use super::confirm::Question;
use super::layout::{Nav, Shell};
use super::parts::{self, fact, mono_fact};
use super::record::{self, Act, Page};
use super::sessions::{self, Session};
use super::table::{self, Table};
use super::times::{Times, counted};
use crate::base::Millis;

pub struct Operator<'a> {
    pub shell: Shell<'a>,
    pub times: Times<'a>,
    pub id: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub is_owner: bool,
    pub pools: Vec<&'a str>,
    pub last_sign_in: Option<Millis>,
    pub created: Millis,
    /// Whether signing in needs a second factor.
    pub has_second_factor: bool,
    /// Until when a temporary password opens the page to change it.
    pub temporary_until: Option<Millis>,
    /// The stored word.
    pub state: &'a str,
    /// What can be done now: text, address, whether it is final.
    pub acts: Vec<(&'static str, String, bool)>,
    pub about_href: &'a str,
    pub by_href: &'a str,
    pub sessions: Vec<Session>,
    /// A page that asks before all of them end.
    pub end_all_href: String,
    /// The latest events by this operator.
    pub activity: Table<'a>,
}

pub const DEACTIVATE: Question = Question {
    verb: "Deactivate",
    consequence: "They are signed out at once and cannot sign in, and their MCP tokens open \
                  nothing. An owner can reactivate them later.",
    nav: Nav::Operators,
    is_final: false,
};

pub const REACTIVATE: Question = Question {
    verb: "Reactivate",
    consequence: "They can sign in again. The next page shows a temporary password once.",
    nav: Nav::Operators,
    is_final: false,
};

pub const RESET_PASSWORD: Question = Question {
    verb: "Reset password",
    consequence: "Their password stops working and they are signed out everywhere. The next page \
                  shows a temporary one once, with which they choose their own.",
    nav: Nav::Operators,
    is_final: false,
};

pub const RESET_SECOND_FACTOR: Question = Question {
    verb: "Reset second factor",
    consequence: "They are signed out everywhere and sign in with their password alone until they \
                  set up another authenticator app. Their recovery codes are void.",
    nav: Nav::Operators,
    is_final: true,
};

pub const DELETE: Question = Question {
    verb: "Delete",
    consequence: "They are gone for good, and the address can be used for somebody else. Their \
                  past events keep the name.",
    nav: Nav::Operators,
    is_final: true,
};

pub fn page(operator: &Operator) -> String {
    let acts = operator.acts.iter().map(|(text, href, is_final)| Act {
        text,
        href: href.clone(),
        is_final: *is_final,
    });
    record::page(&Page {
        shell: operator.shell,
        nav: Nav::Operators,
        kind: "Operator",
        title: operator.name,
        facts: facts(operator),
        acts: acts.collect(),
        about_href: operator.about_href,
        by_href: Some(operator.by_href),
        more: html! { (sessions(operator)) (activity(operator)) },
    })
}

/// What the receipt of a temporary password says beside it.
pub fn temporary(email: &str, until: Millis, times: Times) -> Markup {
    html! {
        (fact("Email", Some(email)))
        (fact("Works until", Some(format!("{} {}", times.date_clock(until), times.zone_name()))))
    }
}

fn facts(operator: &Operator) -> Markup {
    let times = operator.times;
    html! {
        (fact("Email", Some(operator.email)))
        (fact("Role", Some(parts::role(operator.is_owner))))
        (fact("Pools", Some(parts::pools(operator.is_owner, &operator.pools))))
        (fact("Status", Some(parts::state(operator.state))))
        (fact("Password", operator.temporary_until.map(|ms| if ms > times.now {
            format!("Temporary, until {} {}", times.date_clock(ms), times.zone_name())
        } else {
            "Temporary, and over: reset it".to_owned()
        })))
        (fact("Second factor", Some(if operator.has_second_factor {
            "Authenticator app"
        } else {
            "Not set up"
        })))
        (fact("Last sign-in", Some(parts::moment(operator.last_sign_in, times))))
        (fact("Added", Some(times.long_date(operator.created))))
        (mono_fact("Id", Some(record::identity(operator.id))))
    }
}

fn sessions(operator: &Operator) -> Markup {
    html! {
        section.panel.form aria-labelledby="ses" {
            h2 #ses { "Sessions" }
            @if operator.sessions.is_empty() {
                p.mut { "Not signed in anywhere." }
            } @else {
                (sessions::table(&operator.sessions, operator.times))
                p.foot {
                    (counted(operator.sessions.len() as u64, "session")) ". "
                    a href=(operator.end_all_href) { "End all…" }
                }
            }
        }
    }
}

fn activity(operator: &Operator) -> Markup {
    html! {
        section.panel.form aria-labelledby="act" {
            h2 #act { "Recent activity" }
            @if operator.activity.rows.is_empty() {
                p.mut { "Nothing yet." }
            } @else {
                (table::table(&operator.activity))
                p.foot { a href=(operator.by_href) { "All events by this operator" } }
            }
        }
    }
}
