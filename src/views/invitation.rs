//! The page behind an invite's link, for somebody who is nobody yet.
use maud::{Markup, html};

use super::icons::{self, Glyph, icon};
use super::layout::{self, Bare, PRODUCT};
use super::parts;

pub struct Page<'a> {
    pub bare: Bare,
    pub email: &'a str,
    pub is_owner: bool,
    pub pools: Vec<&'a str>,
    /// As typed before.
    pub name: &'a str,
    pub error: Option<&'a str>,
}

pub fn page(page: &Page) -> String {
    let body = html! {
        div.auth {
            div.auth-c {
                p.auth-b { (icons::mark()) (PRODUCT) }
                h1 { "Accept your invite" }
                p.lede { (offer(page)) }
                (parts::refusal(page.error))
                (form(page))
            }
            p.auth-n { (icon(Glyph::Lock)) "This is recorded in the audit log." }
        }
    };
    layout::bare(page.bare, "Accept your invite", &body)
}

/// One page for every link that opens nothing: it says nothing of why.
pub fn closed(bare: Bare) -> String {
    let body = html! {
        div.auth {
            div.auth-c {
                p.auth-b { (icons::mark()) (PRODUCT) }
                h1 { "This invite cannot be used" }
                p {
                    "The link is not complete, was used or replaced, or its time is over. "
                    "Ask whoever sent it for a new one."
                }
                p { a.btn href="/sign-in" { "Sign in" } }
            }
        }
    };
    layout::bare(bare, "This invite cannot be used", &body)
}

fn offer(page: &Page) -> Markup {
    html! {
        @if page.is_owner {
            "You become an owner: you see every event and manage this instance."
        } @else if page.pools.is_empty() {
            "You become an admin. An owner will assign Pools to you."
        } @else {
            "You become an admin of " (page.pools.join(", ")) "."
        }
    }
}

/// It is sent to the address that it stands at: the link's secret is nowhere on the page.
fn form(page: &Page) -> Markup {
    html! {
        form.stack method="post" {
            div.ctl {
                label for="email" { "Email" }
                input #email type="email" autocomplete="username" readonly value=(page.email);
            }
            div.ctl {
                label for="name" { "Name" }
                input #name name="name" autocomplete="name" required maxlength="120"
                    value=(page.name);
            }
            div.ctl {
                label for="pw" { "Password" }
                (parts::password("pw", "new-password", Some("pw-h")))
                p.hint #pw-h { "At least 12 characters. Pasting from a password manager works." }
            }
            button.btn.pri.big type="submit" { "Create account and sign in" }
        }
    }
}
