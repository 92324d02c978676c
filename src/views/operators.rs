//! The list of operators, for owners.
use maud::{Markup, html};

use super::layout::{self, Frame, Nav, Shell};
use super::parts;
use super::times::{Times, counted};
use crate::base::Millis;

pub struct List<'a> {
    pub shell: Shell<'a>,
    pub times: Times<'a>,
    pub operators: Vec<Operator<'a>>,
}

pub struct Operator<'a> {
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
}

const LEDE: &str =
    "People who can sign in. Owners see every event; admins see events from their Pools.";

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
    let owners = list.operators.iter().filter(|it| it.is_owner).count();
    html! {
        (parts::head("Operators", LEDE))
        div.tbl-w {
            table.tbl.cards role="table" {
                caption.sr { "Operators" }
                thead role="rowgroup" {
                    tr role="row" {
                        @for name in ["Operator", "Role", "Pools", "Last sign-in", "Status"] {
                            (parts::column(name))
                        }
                        (parts::actions_column())
                    }
                }
                tbody role="rowgroup" {
                    @for operator in &list.operators { (row(operator, list.times)) }
                }
            }
        }
        p.foot {
            (counted(list.operators.len() as u64, "operator")) ", "
            (counted(owners as u64, "owner")) ". "
            "Deactivated operators stay here so their past events keep a name."
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
            td role="cell" data-l="Pools" { (pools(operator)) }
            td role="cell" data-l="Last sign-in" { (parts::moment(operator.last_sign_in, times)) }
            td role="cell" data-l="Status" { (parts::state(operator.state)) }
            td.c-x role="cell" {
                a.btn.sm href=(operator.activity_href) {
                    "Activity" span.sr { " of " (operator.name) }
                }
            }
        }
    }
}

fn pools(operator: &Operator) -> Markup {
    html! {
        @if operator.is_owner {
            span.mut { "All Pools" }
        } @else if operator.pools.is_empty() {
            span.mut { "None" }
        } @else {
            span.pools { @for pool in &operator.pools { (parts::pool_tag(pool)) } }
        }
    }
}
