//! The page of one operator.
use maud::{Markup, html};

use super::layout::{Nav, Shell};
use super::parts::{self, fact, mono_fact};
use super::record::{self, Page};
use super::times::Times;
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
    /// The stored word.
    pub state: &'a str,
    pub about_href: &'a str,
    pub by_href: &'a str,
}

pub fn page(operator: &Operator) -> String {
    record::page(&Page {
        shell: operator.shell,
        nav: Nav::Operators,
        kind: "Operator",
        title: operator.name,
        facts: facts(operator),
        acts: Vec::new(),
        about_href: operator.about_href,
        by_href: Some(operator.by_href),
        more: Markup::default(),
    })
}

fn facts(operator: &Operator) -> Markup {
    html! {
        (fact("Email", Some(operator.email)))
        (fact("Role", Some(parts::role(operator.is_owner))))
        (fact("Pools", Some(if operator.is_owner {
            "All Pools".to_owned()
        } else if operator.pools.is_empty() {
            "None".to_owned()
        } else {
            operator.pools.join(", ")
        })))
        (fact("Status", Some(parts::state(operator.state))))
        (fact("Last sign-in", Some(parts::moment(operator.last_sign_in, operator.times))))
        (mono_fact("Id", Some(record::identity(operator.id))))
    }
}
