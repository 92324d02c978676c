//! The page of one Pool, and what is asked before something is done with it.
use maud::{Markup, html};

use super::confirm::Question;
use super::key_form::permission_text;
use super::layout::{Nav, Shell};
use super::parts::{self, fact, mono_fact};
use super::pool_form::kind_text;
use super::record::{self, Act, Page};
use super::times::{Times, counted};
use crate::base::Millis;
use crate::model::{DetailKeys, GateMode, Permission, Pool, PoolAct};

pub struct Record<'a> {
    pub shell: Shell<'a>,
    pub times: Times<'a>,
    pub pool: &'a Pool,
    /// Where its own pages are.
    pub href: &'a str,
    /// The audit logs of this Pool.
    pub events_href: &'a str,
    /// What the viewer may do now.
    pub acts: Vec<PoolAct>,
    pub about_href: &'a str,
    /// Who is assigned. None: not for this viewer.
    pub operators: Option<Vec<Operator<'a>>>,
    pub keys: Vec<Key<'a>>,
}

pub struct Operator<'a> {
    pub name: &'a str,
    pub email: &'a str,
    /// The stored word.
    pub state: &'a str,
    pub href: String,
}

pub struct Key<'a> {
    pub name: &'a str,
    pub permission: Permission,
    pub last_used: Option<Millis>,
    /// The stored word.
    pub state: &'a str,
    pub href: String,
}

const DISABLE: Question = Question {
    verb: "Disable",
    consequence: "Deliveries into this Pool are refused until it is enabled. Its keys stay as \
                  they are, and its events stay readable.",
    nav: Nav::Pools,
    is_final: false,
};

const ENABLE: Question = Question {
    verb: "Enable",
    consequence: "Deliveries into this Pool are taken again.",
    nav: Nav::Pools,
    is_final: false,
};

const ARCHIVE: Question = Question {
    verb: "Archive",
    consequence: "Deliveries into this Pool are refused, and its assignments end: only owners \
                  see its events. Restoring it brings no assignment back.",
    nav: Nav::Pools,
    is_final: true,
};

const RESTORE: Question = Question {
    verb: "Restore",
    consequence: "The Pool comes back disabled and without assignments.",
    nav: Nav::Pools,
    is_final: false,
};

const DELETE: Question = Question {
    verb: "Delete",
    consequence: "Its API keys and upstreams are deleted with it. Its events stay, and owners \
                  can read them. Its slug is never used again. This cannot be taken back.",
    nav: Nav::Pools,
    is_final: true,
};

/// None: it has a form of its own.
pub fn question(act: PoolAct) -> Option<&'static Question> {
    match act {
        PoolAct::Update => None,
        PoolAct::Disable => Some(&DISABLE),
        PoolAct::Enable => Some(&ENABLE),
        PoolAct::Archive => Some(&ARCHIVE),
        PoolAct::Restore => Some(&RESTORE),
        PoolAct::Delete => Some(&DELETE),
    }
}

/// The slug, typed by whoever means it.
pub fn confirmation(slug: &str) -> Markup {
    html! {
        div.ctl {
            label for="cs" { "Type the slug " span.mono.sel { (slug) } " to confirm" }
            input #cs .mono name="slug" required maxlength="40" autocomplete="off"
                spellcheck="false" autocapitalize="none";
        }
    }
}

pub fn page(record: &Record) -> String {
    record::page(&Page {
        shell: record.shell,
        nav: Nav::Pools,
        kind: "Pool",
        title: &record.pool.name,
        facts: facts(record.pool),
        acts: acts(record),
        about_href: record.about_href,
        by_href: None,
        more: html! {
            (keys(record))
            @if let Some(operators) = &record.operators { (assigned(operators)) }
        },
    })
}

fn acts(record: &Record) -> Vec<Act> {
    let act = |act: &PoolAct| Act {
        text: match act {
            PoolAct::Update => "Edit",
            PoolAct::Disable => "Disable…",
            PoolAct::Enable => "Enable…",
            PoolAct::Archive => "Archive…",
            PoolAct::Restore => "Restore…",
            PoolAct::Delete => "Delete…",
        },
        href: format!("{}/{}", record.href, act.as_str()),
        is_final: *act == PoolAct::Delete,
    };
    let events = Act {
        text: "Events in this Pool",
        href: record.events_href.to_owned(),
        is_final: false,
    };
    record.acts.iter().map(act).chain([events]).collect()
}

fn facts(pool: &Pool) -> Markup {
    html! {
        (mono_fact("Slug", Some(&pool.slug)))
        (fact("Status", Some(parts::state(pool.state.as_str()))))
        (fact("Events are kept", Some(match pool.retention_days {
            Some(days) => counted(days.unsigned_abs(), "day"),
            None => "As the settings say".to_owned(),
        })))
        (fact("Names and ids", Some(match pool.mode {
            GateMode::Gated => "As each source says",
            GateMode::Sealed => "Digested, from every source",
        })))
        (fact("Detail keys", own_keys(&pool.detail_keys)))
        (mono_fact("Id", Some(record::identity(&pool.id.to_string()))))
    }
}

fn own_keys(keys: &DetailKeys) -> Option<Markup> {
    keys.iter().next()?;
    Some(html! {
        ul {
            @for (name, kind) in keys.iter() {
                li { span.mono { (name) } " " span.mut { (kind_text(*kind)) } }
            }
        }
    })
}

fn keys(record: &Record) -> Markup {
    html! {
        section.panel.form aria-labelledby="ks" {
            h2 #ks { "API keys" }
            @if record.keys.is_empty() {
                p.mut { "None." }
            } @else {
                div.tbl-w {
                    table.tbl.cards role="table" {
                        caption.sr { "API keys of this Pool" }
                        thead role="rowgroup" {
                            tr role="row" {
                                @for name in ["Name", "Permission", "Last used", "Status"] {
                                    (parts::column(name))
                                }
                            }
                        }
                        tbody role="rowgroup" {
                            @for key in &record.keys { (key_row(key, record.times)) }
                        }
                    }
                }
            }
        }
    }
}

fn key_row(key: &Key, times: Times) -> Markup {
    html! {
        tr.dim[matches!(key.state, "revoked" | "expired")] role="row" {
            th.who role="rowheader" scope="row" {
                span.who-t { a.ql href=(key.href) { (key.name) } }
            }
            td role="cell" data-l="Permission" { (permission_text(key.permission)) }
            td role="cell" data-l="Last used" { (parts::moment(key.last_used, times)) }
            td role="cell" data-l="Status" { (parts::state(key.state)) }
        }
    }
}

fn assigned(operators: &[Operator]) -> Markup {
    html! {
        section.panel.form aria-labelledby="os" {
            h2 #os { "Operators" }
            @if operators.is_empty() {
                p.mut { "Nobody is assigned." }
            } @else {
                div.tbl-w {
                    table.tbl.cards role="table" {
                        caption.sr { "Operators assigned to this Pool" }
                        thead role="rowgroup" {
                            tr role="row" {
                                (parts::column("Operator"))
                                (parts::column("Status"))
                            }
                        }
                        tbody role="rowgroup" {
                            @for operator in operators { (operator_row(operator)) }
                        }
                    }
                }
            }
            p.foot { "Owners see every Pool. Others are assigned on their own page." }
        }
    }
}

fn operator_row(operator: &Operator) -> Markup {
    html! {
        tr.dim[operator.state != "active"] role="row" {
            th.who role="rowheader" scope="row" {
                (parts::avatar(operator.name, operator.email))
                span.who-t {
                    a.ql href=(operator.href) { (operator.name) }
                    span.mail { (operator.email) }
                }
            }
            td role="cell" data-l="Status" { (parts::state(operator.state)) }
        }
    }
}
