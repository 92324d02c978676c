//! One record: an operator, a Pool or an API key, to read.
use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::layout::{self, Frame, Nav, Shell};
use super::parts::{self, fact, mono_fact};
use super::times::Times;
use crate::base::Millis;
use crate::model::{GateMode, Pool};

pub struct Page<'a> {
    pub shell: Shell<'a>,
    pub times: Times<'a>,
    pub record: Record<'a>,
    /// The audit logs of what was done to it.
    pub about_href: String,
}

pub enum Record<'a> {
    Operator(Operator<'a>),
    Pool(&'a Pool),
    ApiKey(ApiKey<'a>),
}

pub struct Operator<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub is_owner: bool,
    pub pools: Vec<&'a str>,
    pub last_sign_in: Option<Millis>,
    /// The stored word.
    pub state: &'a str,
    /// The audit logs of what this operator did.
    pub by_href: String,
}

pub struct ApiKey<'a> {
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
}

pub fn page(page: &Page) -> String {
    let (nav, title) = match &page.record {
        Record::Operator(it) => (Nav::Operators, it.name),
        Record::Pool(it) => (Nav::Pools, it.name.as_str()),
        Record::ApiKey(it) => (Nav::ApiKeys, it.name),
    };
    let frame = Frame {
        title,
        nav,
        body: body(page, title),
        drawer: None,
    };
    layout::page(&page.shell, frame)
}

fn body(page: &Page, title: &str) -> Markup {
    html! {
        div.head {
            div {
                h1 { (title) }
                p.lede {
                    @match &page.record {
                        Record::Operator(_) => "Operator",
                        Record::Pool(_) => "Pool",
                        Record::ApiKey(_) => "API key",
                    }
                }
            }
        }
        section.panel.form.narrow.record {
            h2.sr { "Facts" }
            dl.kv {
                @match &page.record {
                    Record::Operator(it) => (operator(it, page.times)),
                    Record::Pool(it) => (pool(it)),
                    Record::ApiKey(it) => (api_key(it, page.times)),
                }
            }
            div.dw-acts { (links(page)) }
        }
    }
}

fn links(page: &Page) -> Markup {
    html! {
        a.btn href=(page.about_href) { (icon(Glyph::Log)) "Events about this record" }
        @if let Record::Operator(operator) = &page.record {
            a.btn href=(operator.by_href) { (icon(Glyph::Operator)) "Events by this operator" }
        }
    }
}

fn operator(operator: &Operator, times: Times) -> Markup {
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
        (fact("Last sign-in", Some(parts::moment(operator.last_sign_in, times))))
        (mono_fact("Id", Some(identity(operator.id))))
    }
}

fn pool(pool: &Pool) -> Markup {
    html! {
        (mono_fact("Slug", Some(&pool.slug)))
        (fact("Status", Some(parts::state(pool.state.as_str()))))
        (mono_fact("Id", Some(identity(&pool.id.to_string()))))
    }
}

fn api_key(key: &ApiKey, times: Times) -> Markup {
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
        (fact("Last used", Some(parts::moment(key.last_used, times))))
        (fact("Expires", Some(match key.expires {
            Some(ms) => times.long_date(ms),
            None => "Never".to_owned(),
        })))
        (mono_fact("Id", Some(identity(key.id))))
    }
}

fn identity(id: &str) -> Markup {
    html! { span.sel { (id) } (parts::copy(id, "id")) }
}
