//! Where somebody is signed in: the list of one's own sessions, and its table for other pages.
use maud::{Markup, html};

use super::confirm::Question;
use super::layout::{self, Frame, Nav, Shell};
use super::parts;
use super::times::{Times, counted};
use crate::base::Millis;

/// Where somebody is signed in.
pub struct Session {
    /// The browser; none: it did not say.
    pub client: Option<String>,
    pub ip: Option<String>,
    pub started: Millis,
    pub used: Millis,
    /// The very session in which this page is looked at.
    pub is_current: bool,
    /// A page that asks before it ends.
    pub end_href: String,
}

pub struct Own<'a> {
    pub shell: Shell<'a>,
    pub times: Times<'a>,
    /// The newest first; the present one is among them.
    pub sessions: Vec<Session>,
}

pub const END: Question = Question {
    verb: "End this session",
    consequence: "The browser is signed out at its next request.",
    nav: Nav::Operators,
    is_final: false,
};

pub const END_ALL: Question = Question {
    verb: "End every session",
    consequence: "They are signed out everywhere, and can sign in again.",
    nav: Nav::Operators,
    is_final: false,
};

pub const END_OWN: Question = Question {
    nav: Nav::None,
    ..END
};

pub const END_OTHERS: Question = Question {
    verb: "End the other sessions",
    consequence: "You are signed out everywhere but here, and can sign in again.",
    nav: Nav::None,
    is_final: false,
};

pub fn page(own: &Own) -> String {
    let frame = Frame {
        title: "Your sessions",
        nav: Nav::None,
        body: body(own),
        drawer: None,
    };
    layout::page(&own.shell, frame)
}

pub fn table(sessions: &[Session], times: Times) -> Markup {
    html! {
        div.tbl-w {
            table.tbl.cards role="table" {
                caption.sr { "Sessions" }
                thead role="rowgroup" {
                    tr role="row" {
                        @for name in ["Browser", "Address", "Started", "Last used"] {
                            (parts::column(name))
                        }
                        (parts::actions_column())
                    }
                }
                tbody role="rowgroup" {
                    @for session in sessions { (row(session, times)) }
                }
            }
        }
    }
}

fn body(own: &Own) -> Markup {
    let lede = "Browsers in which you are signed in. End one that you do not know, and change \
                your password.";
    html! {
        (parts::head("Your sessions", lede))
        (table(&own.sessions, own.times))
        p.foot {
            (counted(own.sessions.len() as u64, "session")) ". "
            @if own.sessions.len() > 1 {
                a href="/account/sessions/revoke" { "End the others…" } " "
            }
            a href="/account" { "Account" }
        }
    }
}

fn row(session: &Session, times: Times) -> Markup {
    let client = session.client.as_deref().unwrap_or("Unknown browser");
    html! {
        tr role="row" {
            th.who role="rowheader" scope="row" {
                span.who-t {
                    span { (client) }
                    @if session.is_current { span.you { "this one" } }
                }
            }
            td.mono role="cell" data-l="Address" { (session.ip.as_deref().unwrap_or("–")) }
            td role="cell" data-l="Started" { (parts::moment(Some(session.started), times)) }
            td role="cell" data-l="Last used" { (parts::moment(Some(session.used), times)) }
            td.c-x role="cell" {
                a.btn.sm href=(session.end_href) { "End…" span.sr { " " (client) } }
            }
        }
    }
}
