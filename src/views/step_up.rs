//! Asks whoever is signed in to prove once more who they are.
use maud::{Markup, html};

use super::card::{self, Card, card};
use super::icons::{Glyph, icon};
use super::layout::Bare;
use super::parts;
use super::sign_in_code::code_field;

pub struct Page<'a> {
    pub bare: Bare,
    pub csrf: &'a str,
    pub email: &'a str,
    /// Where to go on afterwards: a path of ours.
    pub next: &'a str,
    /// The code of an authenticator app instead of the password.
    pub asks_code: bool,
    /// A form that came after the confirmation had run out, sealed.
    pub kept: Option<&'a str>,
    pub error: Option<&'a str>,
}

pub fn page(page: &Page) -> String {
    card(&Card {
        bare: page.bare,
        title: "Confirm it is you",
        lede: "Changes to people, secrets and retention ask for this once in five minutes.",
        error: page.error,
        body: html! { (late(page)) (form(page)) },
        ways: card::back("/audit-logs", "Back to the audit logs"),
    })
}

fn form(page: &Page) -> Markup {
    let described_by = page.error.map(|_| "err");
    html! {
        form.stack method="post" action="/confirm" {
            (parts::csrf(page.csrf))
            (card::account(page.email))
            input type="hidden" name="next" value=(page.next);
            @if let Some(kept) = page.kept { input type="hidden" name="kept" value=(kept); }
            div.ctl {
                @if page.asks_code {
                    label for="code" { "Code of your authenticator app" }
                    (code_field(page.error.is_some()))
                } @else {
                    label for="pw" { "Password" }
                    (parts::password("pw", "current-password", described_by))
                }
            }
            button.btn.pri.big type="submit" { "Confirm" }
        }
    }
}

fn late(page: &Page) -> Markup {
    html! {
        @if page.kept.is_some() {
            div.note.warn role="status" {
                (icon(Glyph::Warning))
                div {
                    h2 { "Nothing was changed yet" }
                    p {
                        "The form came more than five minutes after you last confirmed. "
                        "Confirm, and it goes on as you filled it in."
                    }
                }
            }
        }
    }
}
