//! The page of one Pool.
use maud::{Markup, html};

use super::layout::{Nav, Shell};
use super::parts::{self, fact, mono_fact};
use super::record::{self, Page};
use crate::model::Pool;

pub struct Record<'a> {
    pub shell: Shell<'a>,
    pub pool: &'a Pool,
    pub about_href: &'a str,
}

pub fn page(record: &Record) -> String {
    record::page(&Page {
        shell: record.shell,
        nav: Nav::Pools,
        kind: "Pool",
        title: &record.pool.name,
        facts: facts(record.pool),
        acts: Vec::new(),
        about_href: record.about_href,
        by_href: None,
        more: Markup::default(),
    })
}

fn facts(pool: &Pool) -> Markup {
    html! {
        (mono_fact("Slug", Some(&pool.slug)))
        (fact("Status", Some(parts::state(pool.state.as_str()))))
        (mono_fact("Id", Some(record::identity(&pool.id.to_string()))))
    }
}
