//! The operator's own page: who they are, and how pages look to them.
use maud::{Markup, html};

use super::layout::{self, Frame, Nav, Shell};
use super::parts::{self, fact};
use super::second_factor;
use super::setup::zones;

pub struct Page<'a> {
    pub shell: Shell<'a>,
    /// As typed; else as it is.
    pub name: &'a str,
    /// Of the person's record.
    pub version: i64,
    pub zone: &'a str,
    pub zones: &'a [String],
    pub has_second_factor: bool,
    pub codes_left: i64,
    /// The form was taken.
    pub is_saved: bool,
    pub error: Option<&'a str>,
}

pub fn page(page: &Page) -> String {
    let frame = Frame {
        title: "Account",
        nav: Nav::None,
        body: body(page),
        drawer: None,
    };
    layout::page(&page.shell, frame)
}

fn body(page: &Page) -> Markup {
    let shell = &page.shell;
    html! {
        (parts::head("Account", "Who you are here, and how pages look to you."))
        @if page.is_saved { div.note role="status" { div { p { "Saved." } } } }
        (parts::refusal(page.error))
        section.panel.form.narrow aria-labelledby="me" {
            h2 #me { "You" }
            dl.kv {
                (fact("Email", Some(shell.email)))
                (fact("Role", Some(parts::role(shell.is_owner))))
            }
            form.stack method="post" action="/account/name" {
                (parts::csrf(shell.csrf))
                input type="hidden" name="version" value=(page.version);
                div.ctl {
                    label for="name" { "Name" }
                    input #name name="name" required maxlength="120" autocomplete="name"
                        value=(page.name);
                    p.hint { "Past events keep the name of their day." }
                }
                p {
                    button.btn.pri type="submit" { "Save name" } " "
                    a.btn href="/account/sessions" { "Your sessions" }
                }
            }
        }
        section.panel.form.narrow aria-labelledby="agents" {
            h2 #agents { "Agents and scripts" }
            p { "Tokens of your own, for programs that read the audit log for you." }
            p { a.btn href="/account/mcp-tokens" { "MCP tokens" } }
        }
        (second_factor::section(page.has_second_factor, page.codes_left))
        section.panel.form.narrow aria-labelledby="looks" {
            h2 #looks { "Display" }
            (preferences(page))
            (layout::theme_form(shell, "seg-f plain"))
        }
    }
}

fn preferences(page: &Page) -> Markup {
    html! {
        form.stack method="post" action="/account" {
            (parts::csrf(page.shell.csrf))
            div.ctl #time-zone {
                label for="zone" { "Time zone" }
                (zones(page.zones, page.zone))
                p.hint #zone-h { "For every time on every page. Events are stored in UTC." }
            }
            fieldset.ctl {
                legend { "Keyboard shortcuts" }
                div.rads {
                    label {
                        input type="radio" name="shortcuts" value="on"
                            checked[page.shell.shortcuts];
                        "On"
                    }
                    label {
                        input type="radio" name="shortcuts" value="off"
                            checked[!page.shell.shortcuts];
                        "Off"
                    }
                }
            }
            p { button.btn.pri type="submit" { "Save" } }
        }
    }
}
