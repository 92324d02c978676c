//! An operator's own MCP tokens: list, form, the secret shown once, and a form for another name.
use maud::{Markup, html};

use super::confirm::Question;
use super::icons::{Glyph, icon};
use super::lasting::{self, EXPIRES};
use super::layout::{self, Frame, Nav, Shell};
use super::parts;
use super::receipt::{self, Panel};
use super::times::{Times, machine};
use crate::base::Millis;

pub struct List<'a> {
    pub shell: Shell<'a>,
    pub times: Times<'a>,
    pub tokens: Vec<Line<'a>>,
    /// None: tokens are switched off for everybody.
    pub form: Option<Form<'a>>,
    /// The token that this very answer creates; no later page can show it.
    pub receipt: Option<Receipt<'a>>,
}

pub struct Line<'a> {
    pub name: &'a str,
    /// The public beginning of the token.
    pub prefix: &'a str,
    pub last_used: Option<Millis>,
    pub expires: Option<Millis>,
    /// The stored word.
    pub state: &'a str,
    /// Text of its record id; unique on the page.
    pub id: &'a str,
    /// The audit logs of this token, for whoever may see them.
    pub activity_href: Option<String>,
}

pub struct Form<'a> {
    /// As typed before.
    pub name: &'a str,
    /// One of the values of `EXPIRES`.
    pub expires: &'a str,
    pub error: Option<&'a str>,
}

pub struct Receipt<'a> {
    pub name: &'a str,
    pub secret: &'a str,
    pub expires: Option<Millis>,
    pub base_url: &'a str,
}

pub struct Rename<'a> {
    pub shell: Shell<'a>,
    /// As it is now, for the title.
    pub name: &'a str,
    pub typed: &'a str,
    pub version: i64,
    pub action_href: &'a str,
    pub error: Option<&'a str>,
}

pub const HREF: &str = "/account/mcp-tokens";

pub const DELETE: Question = Question {
    verb: "Delete",
    consequence: "Whatever uses this token is refused from now on. This cannot be taken back.",
    nav: Nav::None,
    is_final: true,
};

const COLUMNS: [&str; 4] = ["Name", "Last used", "Expires", "Status"];

pub fn list(list: &List) -> String {
    let frame = Frame {
        title: match list.receipt {
            Some(_) => "Copy your new MCP token",
            None => "MCP tokens",
        },
        nav: Nav::None,
        body: body(list),
        drawer: None,
    };
    layout::page(&list.shell, frame)
}

pub fn rename(rename: &Rename) -> String {
    let title = format!("Rename {}", rename.name);
    let frame = Frame {
        title: &title,
        nav: Nav::None,
        body: html! {
            (parts::head(&title, "The name is yours alone. The token itself stays as it is."))
            section.panel.form.narrow {
                (parts::refusal(rename.error))
                form.stack method="post" action=(rename.action_href) {
                    (parts::csrf(rename.shell.csrf))
                    input type="hidden" name="version" value=(rename.version);
                    div.ctl {
                        label for="tn" { "Name" }
                        input #tn name="name" required maxlength="120" autocomplete="off"
                            value=(rename.typed);
                    }
                    p.ask {
                        button.btn.pri type="submit" { "Save" }
                        a.btn href=(HREF) { "Cancel" }
                    }
                }
            }
        },
        drawer: None,
    };
    layout::page(&rename.shell, frame)
}

fn body(list: &List) -> Markup {
    html! {
        div.head {
            div {
                h1 { "MCP tokens" }
                p.lede {
                    "Your own credentials for agents and scripts that read the audit log. A token "
                    "sees what you see at that moment, and changes nothing."
                }
            }
            div.acts {
                a.btn href="/account" { "Account" }
                @if list.form.is_some() {
                    a.btn.pri href="#new" { (icon(Glyph::Plus)) "Create token" }
                }
            }
        }
        @if let Some(receipt) = &list.receipt { (receipt_panel(receipt, list.times)) }
        @if list.form.is_none() { (switched_off()) }
        @if list.tokens.is_empty() {
            section.panel.empty {
                h2 { "No MCP tokens yet" }
                p { "An agent needs one to read the audit log for you." }
            }
        } @else {
            (table(list))
        }
        @if let Some(form) = &list.form { (create(form, list.shell.csrf)) }
    }
}

fn switched_off() -> Markup {
    html! {
        div.note.warn.lasting {
            (icon(Glyph::Warning))
            div {
                h2 { "MCP tokens are switched off" }
                p { "None can be created, and none opens anything, until an owner allows them in \
                     the settings." }
            }
        }
    }
}

fn receipt_panel(receipt: &Receipt, times: Times) -> Markup {
    receipt::panel(&Panel {
        glyph: Glyph::McpToken,
        heading: &format!("Copy the token {} now", receipt.name),
        secret: receipt.secret,
        copy: "Copy token",
        facts: parts::fact("Expires", Some(lasting::end(receipt.expires, times))),
        more: html! {
            details.json {
                summary { (parts::twist()) "Read the latest events" }
                pre.code tabindex="0" {
                    code {
                        "curl " (receipt.base_url) "/api/v1/events \\\n"
                        "  -H \"Authorization: Bearer $ANNALS_TOKEN\""
                    }
                }
            }
        },
        done_href: HREF,
        lost: "Lost it? Delete the token and create another.",
    })
}

fn table(list: &List) -> Markup {
    html! {
        div.tbl-w {
            table.tbl.cards role="table" {
                caption.sr { "MCP tokens" }
                thead role="rowgroup" {
                    tr role="row" {
                        @for name in COLUMNS { (parts::column(name)) }
                        (parts::actions_column())
                    }
                }
                tbody role="rowgroup" { @for it in &list.tokens { (row(it, list.times)) } }
            }
        }
    }
}

fn row(token: &Line, times: Times) -> Markup {
    let is_over = token.state != "active";
    html! {
        tr.dim[is_over] role="row" {
            th.who role="rowheader" scope="row" {
                span.who-t {
                    span { (token.name) }
                    span.mail.mono { (token.prefix) "…" }
                }
            }
            td role="cell" data-l="Last used" { (parts::moment(token.last_used, times)) }
            td.num-l role="cell" data-l="Expires" {
                @match token.expires {
                    None => span.mut { "Never" },
                    Some(ms) => time datetime=(machine(ms)) { (times.date(ms)) },
                }
            }
            td role="cell" data-l="Status" { (parts::state(token.state)) }
            td.c-x role="cell" {
                @if let Some(href) = &token.activity_href {
                    a.btn.sm href=(href) { "Activity" span.sr { " of " (token.name) } }
                }
                (more(token))
            }
        }
    }
}

fn more(token: &Line) -> Markup {
    let menu = format!("menu-{}", token.id);
    html! {
        button.btn-i type="button" popovertarget=(menu) {
            (icon(Glyph::More)) span.sr { "More for " (token.name) }
        }
        div.pop id=(menu) popover {
            ul {
                li { a href={ (HREF) "/" (token.id) "/rename" } { "Rename" } }
                li { a.dng href={ (HREF) "/" (token.id) "/delete" } { "Delete…" } }
            }
        }
    }
}

fn create(form: &Form, csrf: &str) -> Markup {
    html! {
        section #new .panel.form aria-labelledby="nt" {
            h2 #nt { "Create a token" }
            (parts::refusal(form.error))
            form.stack method="post" action=(HREF) {
                (parts::csrf(csrf))
                div.two {
                    div.ctl {
                        label for="tn" { "Name" }
                        input #tn name="name" required maxlength="120" autocomplete="off"
                            value=(form.name) aria-describedby="tn-h";
                        p.hint #tn-h { "Where it is used, such as agent on my laptop." }
                    }
                    div.ctl {
                        label for="te" { "Expires" }
                        (parts::select("expires", "te", &EXPIRES, form.expires))
                    }
                }
                p { button.btn.pri type="submit" { "Create token" } }
            }
        }
    }
}
