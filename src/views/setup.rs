//! First run: the page that creates the first owner, and then exists no more.
use maud::{Markup, html};

use super::icons::{self, Glyph, icon};
use super::layout::{self, Bare, PRODUCT};
use super::parts;

pub struct Page<'a> {
    pub bare: Bare,
    pub csrf: &'a str,
    pub typed: Typed<'a>,
    pub zones: &'a [String],
    /// What was refused, in words of ours.
    pub error: Option<&'a str>,
}

/// What the form holds: from the address, or as typed before. Never the password.
#[derive(Clone, Copy)]
pub struct Typed<'a> {
    pub setup_code: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub zone: &'a str,
}

pub fn page(page: &Page) -> String {
    let body = html! {
        div.auth.wide {
            div.auth-c {
                p.auth-b { (icons::mark()) (PRODUCT) }
                h1 { "Set up this instance" }
                p.lede { "Create the first owner. This page closes for good once you submit it." }
                (parts::refusal(page.error))
                form.stack method="post" action="/setup" {
                    (parts::csrf(page.csrf))
                    (proof(page))
                    (owner(page))
                    (display(page))
                    button.btn.pri.big type="submit" { "Create owner and sign in" }
                }
            }
        }
    };
    layout::bare(page.bare, "Set up", &body)
}

fn proof(page: &Page) -> Markup {
    html! {
        fieldset {
            legend { "Prove you run this server" }
            div.ctl {
                label for="code" { "Setup code" }
                input #code .mono name="setup_code" autocomplete="off" spellcheck="false" required
                    value=(page.typed.setup_code) aria-describedby="code-h";
                p.hint #code-h {
                    "In the file " code { "setup-code" } " of the data directory. "
                    "The server log names the file at every start until it is used."
                }
            }
        }
    }
}

fn owner(page: &Page) -> Markup {
    html! {
        fieldset {
            legend { "First owner" }
            div.two {
                div.ctl {
                    label for="name" { "Name" }
                    input #name name="name" autocomplete="name" required
                        value=(page.typed.name);
                }
                div.ctl {
                    label for="email" { "Email" }
                    input #email name="email" type="email" autocomplete="username" required
                        value=(page.typed.email);
                }
            }
            div.ctl {
                label for="pw" { "Password" }
                (parts::password("pw", "new-password", Some("pw-h")))
                p.hint #pw-h { "At least 12 characters. Pasting from a password manager works." }
            }
        }
    }
}

fn display(page: &Page) -> Markup {
    html! {
        fieldset {
            legend { "Display" }
            div.ctl {
                label for="zone" { "Time zone" }
                (zones(page.zones, page.typed.zone))
                p.hint #zone-h { "Events are stored in UTC. Each operator can pick their own." }
            }
        }
    }
}

/// A select of all time zones, named `zone`.
pub fn zones(zones: &[String], chosen: &str) -> Markup {
    html! {
        div.sel-w {
            select #zone name="zone" aria-describedby="zone-h" {
                @for zone in zones { option selected[zone == chosen] { (zone) } }
            }
            (icon(Glyph::ChevronDown))
        }
    }
}
