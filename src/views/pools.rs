//! Pools: the list and the form for a new one.
use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::layout::{self, Frame, Nav, Shell};
use super::parts::{self, Choice};
use super::times::count;
use crate::model::Pool;

pub struct List<'a> {
    pub shell: Shell<'a>,
    pub pools: Vec<Line<'a>>,
    /// None: the viewer may create none.
    pub form: Option<Form<'a>>,
    /// What is searched for in names and slugs.
    pub text: &'a str,
    /// The state that is listed; blank: each but deleted.
    pub state: &'a str,
    /// Without the search.
    pub total: usize,
}

pub struct Line<'a> {
    pub pool: &'a Pool,
    /// API keys that are active or paused.
    pub keys: u64,
    /// None: there is nothing to open any more.
    pub href: Option<String>,
    /// The audit logs of this Pool.
    pub events_href: String,
}

/// As typed before, and why it was refused.
#[derive(Clone, Copy, Default)]
pub struct Form<'a> {
    pub name: &'a str,
    pub slug: &'a str,
    pub error: Option<&'a str>,
}

const STATES: [Choice; 5] = [
    Choice {
        value: "",
        label: "Any",
    },
    Choice {
        value: "active",
        label: "Active",
    },
    Choice {
        value: "disabled",
        label: "Disabled",
    },
    Choice {
        value: "archived",
        label: "Archived",
    },
    Choice {
        value: "deleted",
        label: "Deleted",
    },
];

/// Admins see no Pool that is archived or deleted.
pub fn states(is_owner: bool) -> &'static [Choice<'static>] {
    if is_owner { &STATES } else { &STATES[..3] }
}

pub fn list(list: &List) -> String {
    let frame = Frame {
        title: "Pools",
        nav: Nav::Pools,
        body: body(list),
        drawer: None,
    };
    layout::page(&list.shell, frame)
}

fn body(list: &List) -> Markup {
    html! {
        div.head {
            div {
                h1 { "Pools" }
                p.lede { "A Pool groups sources and decides who sees their events." }
            }
            @if list.form.is_some() {
                div.acts { a.btn.pri href="#new" { (icon(Glyph::Plus)) "Create Pool" } }
            }
        }
        @if list.total > 0 {
            (parts::find("/pools", list.text, list.state, states(list.shell.is_owner)))
        }
        @if !list.pools.is_empty() {
            (table(list))
        } @else if list.total > 0 {
            section.panel.empty {
                h2 { "No Pool matches" }
                p { a.btn href="/pools" { "Show all" } }
            }
        } @else {
            (none(list.form.is_some()))
        }
        @if let Some(form) = &list.form { (create(form, list.shell.csrf)) }
    }
}

fn none(may_create: bool) -> Markup {
    html! {
        section.panel.empty {
            @if may_create {
                h2 { "No Pools yet" }
                p { "A service delivers its events into one." }
            } @else {
                h2 { "No Pool is assigned to you" }
                p { "Ask an owner to assign one." }
            }
        }
    }
}

fn table(list: &List) -> Markup {
    html! {
        div.tbl-w {
            table.tbl.cards role="table" {
                caption.sr { "Pools" }
                thead role="rowgroup" {
                    tr role="row" {
                        @for name in ["Pool", "Slug", "API keys", "Status"] {
                            (parts::column(name))
                        }
                        (parts::actions_column())
                    }
                }
                tbody role="rowgroup" { @for line in &list.pools { (row(line)) } }
            }
        }
    }
}

fn row(line: &Line) -> Markup {
    let pool = line.pool;
    let state = pool.state.as_str();
    html! {
        tr.dim[!pool.state.is_open_to_admins()] role="row" {
            th.who role="rowheader" scope="row" {
                span.who-t {
                    @if let Some(href) = &line.href { a.ql href=(href) { (pool.name) } }
                    @else { span { (pool.name) } }
                }
            }
            td.mono role="cell" data-l="Slug" { (pool.slug) }
            td.num-l role="cell" data-l="API keys" { (count(line.keys)) }
            td role="cell" data-l="Status" { (parts::state(state)) }
            td.c-x role="cell" {
                a.btn.sm href=(line.events_href) { "Events" span.sr { " of " (pool.name) } }
            }
        }
    }
}

fn create(form: &Form, csrf: &str) -> Markup {
    html! {
        section #new .panel.form aria-labelledby="np" {
            h2 #np { "Create a Pool" }
            (parts::refusal(form.error))
            form.stack method="post" action="/pools" {
                (parts::csrf(csrf))
                div.two {
                    div.ctl {
                        label for="pn" { "Name" }
                        input #pn name="name" required maxlength="64" autocomplete="off"
                            value=(form.name);
                    }
                    div.ctl {
                        label for="ps" { "Slug" }
                        input #ps .mono name="slug" required maxlength="40" autocomplete="off"
                            spellcheck="false" autocapitalize="none" value=(form.slug)
                            aria-describedby="ps-h";
                        p.hint #ps-h {
                            "Lower-case letters, digits and hyphens. It stays for ever."
                        }
                    }
                }
                p { button.btn.pri type="submit" { "Create Pool" } }
            }
        }
    }
}
