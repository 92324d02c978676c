//! The list of operators, for owners.
use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::layout::{self, Frame, Nav, Shell};
use super::parts::{self, Choice};
use super::times::{Times, counted};
use crate::base::Millis;

pub struct List<'a> {
    pub shell: Shell<'a>,
    pub times: Times<'a>,
    /// What is searched for in names and addresses.
    pub text: &'a str,
    /// The state that is listed; blank: each.
    pub state: &'a str,
    pub operators: Vec<Operator<'a>>,
    /// Without the search.
    pub total: usize,
}

pub struct Operator<'a> {
    /// Text of its record id; unique on the page.
    pub id: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub is_owner: bool,
    pub is_viewer: bool,
    /// Names of the assigned Pools; an owner needs none.
    pub pools: Vec<&'a str>,
    pub last_sign_in: Option<Millis>,
    /// The stored word: active, deactivated.
    pub state: &'a str,
    pub href: String,
    /// The audit logs of what this operator did.
    pub activity_href: String,
    /// What can be done now: text, address, whether it is final.
    pub acts: Vec<(&'static str, String, bool)>,
}

pub const STATES: [Choice; 3] = [
    Choice {
        value: "",
        label: "Any",
    },
    Choice {
        value: "active",
        label: "Active",
    },
    Choice {
        value: "deactivated",
        label: "Deactivated",
    },
];

const COLUMNS: [&str; 5] = ["Operator", "Role", "Pools", "Last sign-in", "Status"];

pub fn list(list: &List) -> String {
    let frame = Frame {
        title: "Operators",
        nav: Nav::Operators,
        body: body(list),
        drawer: None,
    };
    layout::page(&list.shell, frame)
}

fn body(list: &List) -> Markup {
    html! {
        div.head {
            div {
                h1 { "Operators" }
                p.lede {
                    "People who can sign in. "
                    "Owners see every event; admins see events from their Pools. "
                    a href="/invites" { "Invites" }
                }
            }
            div.acts {
                a.btn.pri href="/operators/new" { (icon(Glyph::Plus)) "Add operator" }
            }
        }
        (parts::find("/operators", list.text, list.state, &STATES))
        @if list.operators.is_empty() {
            section.panel.empty {
                h2 { "No operator matches" }
                p { a.btn href="/operators" { "Show all" } }
            }
        } @else {
            (table(list))
        }
        p.foot {
            @if list.operators.len() < list.total {
                (list.operators.len()) " of "
            }
            (counted(list.total as u64, "operator")) ". "
            "Deactivated operators stay here so their past events keep a name."
        }
    }
}

fn table(list: &List) -> Markup {
    html! {
        div.tbl-w {
            table.tbl.cards role="table" {
                caption.sr { "Operators" }
                thead role="rowgroup" {
                    tr role="row" {
                        @for name in COLUMNS { (parts::column(name)) }
                        (parts::actions_column())
                    }
                }
                tbody role="rowgroup" {
                    @for operator in &list.operators { (row(operator, list.times)) }
                }
            }
        }
    }
}

fn row(operator: &Operator, times: Times) -> Markup {
    html! {
        tr.dim[operator.state != "active"] role="row" {
            th.who role="rowheader" scope="row" {
                (parts::avatar(operator.name, operator.email))
                span.who-t {
                    a.ql href=(operator.href) { (operator.name) }
                    @if operator.is_viewer { span.you { "you" } }
                    span.mail { (operator.email) }
                }
            }
            td role="cell" data-l="Role" { (parts::role(operator.is_owner)) }
            td role="cell" data-l="Pools" { (parts::pools(operator.is_owner, &operator.pools)) }
            td role="cell" data-l="Last sign-in" { (parts::moment(operator.last_sign_in, times)) }
            td role="cell" data-l="Status" { (parts::state(operator.state)) }
            td.c-x role="cell" {
                a.btn.sm href=(operator.activity_href) {
                    "Activity" span.sr { " of " (operator.name) }
                }
                (parts::menu(operator.id, operator.name, &operator.acts))
            }
        }
    }
}
