//! One's own second factor: set up, removed, and its recovery codes.
use maud::{Markup, html};

use super::card::{self, Card, card};
use super::layout::Bare;
use super::parts::{self, fact};
use super::qr;
use super::sign_in_code::code_field;

pub struct Setup<'a> {
    pub bare: Bare,
    pub csrf: &'a str,
    pub email: &'a str,
    /// Nothing else opens before.
    pub is_required: bool,
    /// There is one already, which it replaces.
    pub is_replacement: bool,
    /// What the picture says to the app.
    pub address: &'a str,
    /// The same key, for typing.
    pub secret: &'a str,
    /// The same, for us: it comes back with the form.
    pub sealed: &'a str,
    pub error: Option<&'a str>,
}

pub struct Codes<'a> {
    pub bare: Bare,
    pub codes: Vec<&'a str>,
}

pub struct Ask<'a> {
    pub bare: Bare,
    pub csrf: &'a str,
    pub question: Question,
    pub error: Option<&'a str>,
}

#[derive(Clone, Copy)]
pub enum Question {
    Remove,
    RenewCodes,
}

pub fn setup(page: &Setup) -> String {
    let lede = if page.is_replacement {
        "The new one replaces the one you have, and you are signed out everywhere else."
    } else if page.is_required {
        "This instance requires a second factor. You go on once it is set up."
    } else {
        "From then on, signing in asks for a code that your phone shows."
    };
    card(&Card {
        bare: page.bare,
        title: "Set up an authenticator app",
        lede,
        error: page.error,
        body: html! {
            (qr::picture(page.address, "Picture of the key for an authenticator app"))
            (form(page))
        },
        ways: if page.is_required {
            card::sign_out(page.csrf)
        } else {
            card::back("/account", "Leave it as it is")
        },
    })
}

/// What the account page says of it.
pub fn section(has_factor: bool, codes_left: i64) -> Markup {
    html! {
        section.panel.form.narrow aria-labelledby="secure" {
            h2 #secure { "Signing in" }
            dl.kv {
                (fact("Authenticator app", Some(if has_factor { "On" } else { "Off" })))
                @if has_factor {
                    (fact("Recovery codes", Some(format!("{codes_left} left"))))
                }
            }
            div.dw-acts {
                a.btn href="/password?next=/account" { "Change password" }
                @if has_factor {
                    a.btn href="/account/second-factor" { "Replace the app" }
                    a.btn href="/account/recovery-codes" { "New recovery codes" }
                    a.btn.dng href="/account/second-factor/remove" { "Remove the app…" }
                } @else {
                    a.btn href="/account/second-factor" { "Set up an authenticator app" }
                }
            }
        }
    }
}

fn form(page: &Setup) -> Markup {
    html! {
        form.stack method="post" action="/account/second-factor" {
            (parts::csrf(page.csrf))
            (card::account(page.email))
            input type="hidden" name="setup" value=(page.sealed);
            p.hint {
                "Scan it with the app, or type this key: "
                code.sel #secret { (page.secret) }
            }
            div.ctl {
                label for="code" { "Code that the app shows now" }
                (code_field(page.error.is_some()))
            }
            button.btn.pri.big type="submit" { "Turn it on" }
        }
    }
}

pub fn codes(page: &Codes) -> String {
    card(&Card {
        bare: page.bare,
        title: "Store your recovery codes",
        lede: "Each works once when the app is lost. This is the only time they are shown.",
        error: None,
        body: html! {
            pre.code tabindex="0" {
                code #codes {
                    @for code in &page.codes { (code) "\n" }
                }
            }
        },
        ways: html! {
            p { a.btn.pri.big href="/account" { "I’ve stored them" } }
        },
    })
}

pub fn ask(page: &Ask) -> String {
    let (title, lede, action, verb) = match page.question {
        Question::Remove => (
            "Remove the authenticator app",
            "Signing in asks for your password alone from then on. Your recovery codes are void, \
             and you are signed out everywhere else.",
            "/account/second-factor/remove",
            "Remove",
        ),
        Question::RenewCodes => (
            "New recovery codes",
            "Ten new codes are shown once. Those you have are void from then on.",
            "/account/recovery-codes",
            "Make new codes",
        ),
    };
    card(&Card {
        bare: page.bare,
        title,
        lede,
        error: page.error,
        body: html! {
            form.stack method="post" action=(action) {
                (parts::csrf(page.csrf))
                button.btn.pri.big type="submit" { (verb) }
            }
        },
        ways: card::back("/account", "Leave it as it is"),
    })
}
