//! Pool API keys: the list.
use maud::{Markup, html};

use super::api_key::acts;
use super::icons::{Glyph, icon};
use super::key_form::{self, Form, permission_text};
use super::key_receipt::{self, Receipt};
use super::layout::{self, Frame, Nav, Shell};
use super::parts::{self, Choice};
use super::times::{Times, machine};
use crate::base::{DAY_MS, Millis};
use crate::model::{KeyAct, Permission};

pub struct List<'a> {
    pub shell: Shell<'a>,
    pub times: Times<'a>,
    pub keys: Vec<Key<'a>>,
    /// None: the viewer may create none.
    pub form: Option<Form<'a>>,
    /// The key that this very answer creates; no later page can show it.
    pub receipt: Option<Receipt<'a>>,
    /// What is searched for in names and beginnings.
    pub text: &'a str,
    /// The state that is listed; blank: each.
    pub state: &'a str,
    /// Without the search.
    pub total: usize,
}

pub struct Key<'a> {
    /// Text of its record id; unique on the page.
    pub id: &'a str,
    pub name: &'a str,
    /// The public beginning of the key.
    pub prefix: &'a str,
    pub permission: Permission,
    pub pool_name: &'a str,
    pub last_used: Option<Millis>,
    pub expires: Option<Millis>,
    /// The stored word: active, paused, revoked, expired.
    pub state: &'a str,
    pub href: String,
    /// The audit logs of this key.
    pub activity_href: String,
    /// What the viewer may do with it now.
    pub acts: Vec<KeyAct>,
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
        value: "paused",
        label: "Paused",
    },
    Choice {
        value: "expired",
        label: "Expired",
    },
    Choice {
        value: "revoked",
        label: "Revoked",
    },
];

const COLUMNS: [&str; 6] = [
    "Name",
    "Permission",
    "Pool",
    "Last used",
    "Expires",
    "Status",
];

/// From here on a key's last day is pointed out.
const EXPIRES_SOON_DAYS: Millis = 14;

pub fn list(list: &List) -> String {
    let frame = Frame {
        title: match list.receipt {
            Some(_) => "Copy your new API key",
            None => "API keys",
        },
        nav: Nav::ApiKeys,
        body: body(list),
        drawer: None,
    };
    layout::page(&list.shell, frame)
}

fn body(list: &List) -> Markup {
    html! {
        div.head {
            div {
                h1 { "API keys" }
                p.lede {
                    "Keys that let services write or read events. "
                    "Every change to a key is recorded."
                }
            }
            @if list.form.is_some() {
                div.acts { a.btn.pri href="#new" { (icon(Glyph::Plus)) "Create key" } }
            }
        }
        @if let Some(receipt) = &list.receipt { (key_receipt::panel(receipt, list.times)) }
        @if list.total > 0 { (parts::find("/api-keys", list.text, list.state, &STATES)) }
        @if list.keys.is_empty() && list.total > 0 {
            section.panel.empty {
                h2 { "No API key matches" }
                p { a.btn href="/api-keys" { "Show all" } }
            }
        } @else if list.keys.is_empty() {
            section.panel.empty {
                h2 { "No API keys yet" }
                p { "A service needs one to deliver its events." }
                @if list.form.is_none() && list.shell.is_owner {
                    p { "A key belongs to a Pool. Create one first." }
                    p { a.btn.pri href="/pools#new" { (icon(Glyph::Plus)) "Create a Pool" } }
                }
            }
        } @else {
            (table(list))
        }
        @if let Some(form) = &list.form { (key_form::create(form, list.shell.csrf)) }
    }
}

fn table(list: &List) -> Markup {
    let fresh = list.receipt.as_ref().map(|it| it.id);
    html! {
        div.tbl-w {
            table.tbl.cards role="table" {
                caption.sr { "API keys" }
                thead role="rowgroup" {
                    tr role="row" {
                        @for name in COLUMNS { (parts::column(name)) }
                        (parts::actions_column())
                    }
                }
                tbody role="rowgroup" {
                    @for key in &list.keys { (row(key, list.times, fresh == Some(key.id))) }
                }
            }
        }
    }
}

fn row(key: &Key, times: Times, is_fresh: bool) -> Markup {
    let is_over = matches!(key.state, "revoked" | "expired" | "deleted");
    html! {
        tr.dim[is_over].fresh-r[is_fresh] role="row" {
            th.who role="rowheader" scope="row" {
                span.who-t {
                    a.ql href=(key.href) { (key.name) }
                    span.mail.mono { (key.prefix) "…" }
                }
            }
            td role="cell" data-l="Permission" { (permission_text(key.permission)) }
            td role="cell" data-l="Pool" { (parts::pool_tag(key.pool_name)) }
            td role="cell" data-l="Last used" { (parts::moment(key.last_used, times)) }
            td.num-l role="cell" data-l="Expires" { (expires(key, times, is_over)) }
            td role="cell" data-l="Status" { (parts::state(key.state)) }
            td.c-x role="cell" { (actions(key)) }
        }
    }
}

fn expires(key: &Key, times: Times, is_over: bool) -> Markup {
    let Some(ms) = key.expires else {
        return html! { span.mut { "Never" } };
    };
    let left = ms - times.now;
    html! {
        @if is_over {
            "–"
        } @else if (0..EXPIRES_SOON_DAYS * DAY_MS).contains(&left) {
            span.warn-t { (icon(Glyph::Warning)) "in " (left / DAY_MS) " d" }
        } @else {
            time datetime=(machine(ms)) { (times.date(ms)) }
        }
    }
}

fn actions(key: &Key) -> Markup {
    html! {
        a.btn.sm href=(key.activity_href) { "Activity" span.sr { " of " (key.name) } }
        (parts::menu(key.id, key.name, &acts(&key.href, &key.acts)))
    }
}
