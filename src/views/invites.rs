//! The list of invites, for owners.
use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::layout::{self, Frame, Nav, Shell};
use super::lead::Named;
use super::parts::{self, Choice};
use super::times::{Times, counted, machine};
use crate::base::Millis;

pub struct List<'a> {
    pub shell: Shell<'a>,
    pub times: Times<'a>,
    pub text: &'a str,
    /// The state that is listed; blank: each.
    pub state: &'a str,
    pub invites: Vec<Invite<'a>>,
    /// Without the search.
    pub total: usize,
}

pub struct Invite<'a> {
    /// Text of its record id; unique on the page.
    pub id: &'a str,
    pub email: &'a str,
    pub is_owner: bool,
    pub pools: Vec<&'a str>,
    /// None: the command line.
    pub invited_by: Option<Named<'a>>,
    pub expires: Millis,
    /// The word of this moment: active, accepted, revoked, expired.
    pub state: &'a str,
    pub href: String,
    /// What can be done now: text, address, whether it is final.
    pub acts: Vec<(&'static str, String, bool)>,
}

pub const STATES: [Choice; 5] = [
    Choice {
        value: "",
        label: "Any",
    },
    Choice {
        value: "active",
        label: "Active",
    },
    Choice {
        value: "accepted",
        label: "Accepted",
    },
    Choice {
        value: "revoked",
        label: "Revoked",
    },
    Choice {
        value: "expired",
        label: "Expired",
    },
];

const COLUMNS: [&str; 6] = ["Email", "Role", "Pools", "Invited by", "Expires", "Status"];

pub fn list(list: &List) -> String {
    let frame = Frame {
        title: "Invites",
        nav: Nav::Operators,
        body: body(list),
        drawer: None,
    };
    layout::page(&list.shell, frame)
}

fn body(list: &List) -> Markup {
    let is_searched = !list.text.is_empty() || !list.state.is_empty();
    html! {
        div.head {
            div {
                h1 { "Invites" }
                p.lede {
                    "A link lets one person become an operator, once. "
                    a href="/operators" { "Operators" }
                }
            }
            div.acts {
                a.btn.pri href="/invites/new" { (icon(Glyph::Plus)) "Invite operator" }
            }
        }
        @if list.total > 0 || is_searched {
            (parts::find("/invites", list.text, list.state, &STATES))
        }
        @if list.invites.is_empty() {
            section.panel.empty {
                @if is_searched {
                    h2 { "No invite matches" }
                    p { a.btn href="/invites" { "Show all" } }
                } @else {
                    h2 { "No invites yet" }
                    p { "Invite somebody, and pass on the link." }
                }
            }
        } @else {
            (table(list))
            p.foot {
                @if list.invites.len() < list.total { (list.invites.len()) " of " }
                (counted(list.total as u64, "invite")) "."
            }
        }
    }
}

fn table(list: &List) -> Markup {
    html! {
        div.tbl-w {
            table.tbl.cards role="table" {
                caption.sr { "Invites" }
                thead role="rowgroup" {
                    tr role="row" {
                        @for name in COLUMNS { (parts::column(name)) }
                        (parts::actions_column())
                    }
                }
                tbody role="rowgroup" {
                    @for invite in &list.invites { (row(invite, list.times)) }
                }
            }
        }
    }
}

fn row(invite: &Invite, times: Times) -> Markup {
    html! {
        tr.dim[invite.state != "active"] role="row" {
            th.who role="rowheader" scope="row" {
                span.who-t { a.ql href=(invite.href) { (invite.email) } }
            }
            td role="cell" data-l="Role" { (parts::role(invite.is_owner)) }
            td role="cell" data-l="Pools" { (parts::pools(invite.is_owner, &invite.pools)) }
            td role="cell" data-l="Invited by" {
                @if let Some(operator) = &invite.invited_by { (operator) } @else { "–" }
            }
            td.num-l role="cell" data-l="Expires" {
                time datetime=(machine(invite.expires)) { (times.date_clock(invite.expires)) }
            }
            td role="cell" data-l="Status" { (parts::state(invite.state)) }
            td.c-x role="cell" { (parts::menu(invite.id, invite.email, &invite.acts)) }
        }
    }
}
