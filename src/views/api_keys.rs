//! Pool API keys: the list, the form for a new one, and its secret, shown once.
use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::layout::{self, Frame, Nav, Shell};
use super::parts::{self, Choice};
use super::times::{Times, machine};
use crate::base::{DAY_MS, Millis};
use crate::model::GateMode;

pub struct List<'a> {
    pub shell: Shell<'a>,
    pub times: Times<'a>,
    pub keys: Vec<Key<'a>>,
    /// None: the viewer may create none.
    pub form: Option<Form<'a>>,
    /// The key that this very answer creates; no later page can show it.
    pub receipt: Option<Receipt<'a>>,
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
    pub pause_href: Option<String>,
    pub resume_href: Option<String>,
    pub revoke_href: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Permission {
    Write,
    Read,
}

pub struct Form<'a> {
    /// Value: slug; label: name.
    pub pools: Vec<Choice<'a>>,
    pub typed: Typed<'a>,
    pub error: Option<&'a str>,
}

/// As typed before; the defaults on a fresh form.
#[derive(Clone, Copy)]
pub struct Typed<'a> {
    pub name: &'a str,
    pub pool: &'a str,
    pub permission: Permission,
    /// One of the values of `EXPIRES`.
    pub expires: &'a str,
}

pub struct Receipt<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub secret: &'a str,
    pub permission: Permission,
    pub pool_name: &'a str,
    pub expires: Option<Millis>,
    pub base_url: &'a str,
}

/// Days of life, as the form sends them in `expires`.
pub const EXPIRES: [Choice; 4] = [
    Choice {
        value: "30",
        label: "In 30 days",
    },
    Choice {
        value: "90",
        label: "In 90 days",
    },
    Choice {
        value: "365",
        label: "In 1 year",
    },
    Choice {
        value: "never",
        label: "Never",
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

impl Default for Typed<'_> {
    fn default() -> Self {
        Self {
            name: "",
            pool: "",
            permission: Permission::Write,
            expires: "90",
        }
    }
}

impl Permission {
    /// The word in the form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Read => "read",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Write => "Write events",
            Self::Read => "Read events",
        }
    }
}

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
        @if let Some(receipt) = &list.receipt { (receipt_panel(receipt, list.times)) }
        @if list.keys.is_empty() {
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
        @if let Some(form) = &list.form { (create(form, list.shell.csrf)) }
    }
}

fn receipt_panel(receipt: &Receipt, times: Times) -> Markup {
    html! {
        section.receipt aria-labelledby="rc" {
            div.rc-h {
                (icon(Glyph::ApiKey))
                div {
                    h2 #rc tabindex="-1" { "Copy the key for " (receipt.name) " now" }
                    p {
                        "This is the only time it is shown. We store a hash, so nobody can "
                        "recover it later."
                    }
                }
            }
            div.secret {
                code.sel #secret { (receipt.secret) }
                button.btn.pri type="button" data-copy=(receipt.secret) data-js {
                    (icon(Glyph::Copy)) span data-l { "Copy key" }
                }
            }
            dl.kv.in {
                (parts::fact("Permission", Some(receipt.permission.text())))
                (parts::fact("Pool", Some(receipt.pool_name)))
                (parts::fact("Expires", Some(match receipt.expires {
                    Some(ms) => times.long_date(ms),
                    None => "Never".to_owned(),
                })))
            }
            @if receipt.permission == Permission::Write {
                details.json {
                    summary { (parts::twist()) "Send a test event" }
                    (parts::curl(receipt.base_url))
                }
            }
            p.rc-f {
                a.btn href="/api-keys" { "I’ve stored it" }
                span.mut { "Lost it? Revoke the key and create a new one." }
            }
        }
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
            td role="cell" data-l="Permission" { (key.permission.text()) }
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
    let items = [
        (&key.pause_href, "Pause…", false),
        (&key.resume_href, "Resume…", false),
        (&key.revoke_href, "Revoke…", true),
    ];
    let menu = format!("menu-{}", key.id);
    html! {
        a.btn.sm href=(key.activity_href) { "Activity" span.sr { " of " (key.name) } }
        @if items.iter().any(|(href, _, _)| href.is_some()) {
            button.btn-i type="button" popovertarget=(menu) {
                (icon(Glyph::More)) span.sr { "More for " (key.name) }
            }
            div.pop id=(menu) popover {
                ul {
                    @for (href, text, is_final) in items {
                        @if let Some(href) = href {
                            li { a.dng[is_final] href=(href) { (text) } }
                        }
                    }
                }
            }
        }
    }
}

fn create(form: &Form, csrf: &str) -> Markup {
    let typed = &form.typed;
    html! {
        section #new .panel.form aria-labelledby="nk" {
            h2 #nk { "Create a key" }
            (parts::refusal(form.error))
            form.stack method="post" action="/api-keys" {
                (parts::csrf(csrf))
                div.three {
                    div.ctl {
                        label for="kn" { "Name" }
                        input #kn name="name" required maxlength="64" autocomplete="off"
                            value=(typed.name) aria-describedby="kn-h";
                        p.hint #kn-h { "Where the key is used, such as ci-runner." }
                    }
                    div.ctl {
                        label for="kp" { "Pool" }
                        (parts::select("pool", "kp", &form.pools, typed.pool))
                    }
                    div.ctl {
                        label for="ke" { "Expires" }
                        (parts::select("expires", "ke", &EXPIRES, typed.expires))
                    }
                    (permissions(typed.permission))
                    (modes())
                }
                p { button.btn.pri type="submit" { "Create key" } }
            }
        }
    }
}

/// Sealed suits a sender whose names and ids are secrets themselves.
fn modes() -> Markup {
    html! {
        fieldset.ctl {
            legend { "Names and ids in its events" }
            div.rads {
                label {
                    input type="radio" name="mode" value=(GateMode::Gated.as_str()) checked;
                    "Readable"
                }
                label {
                    input type="radio" name="mode" value=(GateMode::Sealed.as_str());
                    "Digested"
                }
            }
        }
    }
}

fn permissions(chosen: Permission) -> Markup {
    html! {
        fieldset.ctl {
            legend { "Permission" }
            div.rads {
                @for permission in [Permission::Write, Permission::Read] {
                    label {
                        input type="radio" name="permission" value=(permission.as_str())
                            checked[permission == chosen];
                        (permission.text())
                    }
                }
            }
        }
    }
}
