//! The card that stands alone in the middle of a page: for whoever is not, or not quite, inside.
use maud::{Markup, html};

use super::icons::{self, Glyph, icon};
use super::layout::{self, Bare, PRODUCT};
use super::parts;

pub struct Card<'a> {
    pub bare: Bare,
    pub title: &'a str,
    pub lede: &'a str,
    pub error: Option<&'a str>,
    pub body: Markup,
    /// Ways out, under the card's content.
    pub ways: Markup,
}

pub fn card(card: &Card) -> String {
    let body = html! {
        div.auth {
            div.auth-c {
                p.auth-b { (icons::mark()) (PRODUCT) }
                h1 { (card.title) }
                @if !card.lede.is_empty() { p.lede { (card.lede) } }
                (parts::refusal(card.error))
                (card.body)
                (card.ways)
            }
            p.auth-n { (icon(Glyph::Lock)) "This is recorded in the audit log." }
        }
    };
    layout::bare(card.bare, card.title, &body)
}

/// For password managers: whose password or code it is.
pub fn account(email: &str) -> Markup {
    html! {
        input.sr type="text" name="email" value=(email) autocomplete="username"
            tabindex="-1" aria-hidden="true" readonly;
    }
}

/// For whoever cannot go on.
pub fn sign_out(csrf: &str) -> Markup {
    html! {
        form.auth-f method="post" action="/sign-out" {
            (parts::csrf(csrf))
            button.btn type="submit" { (icon(Glyph::SignOut)) "Sign out" }
        }
    }
}

pub fn back(href: &str, text: &str) -> Markup {
    html! { p.auth-f { a href=(href) { (text) } } }
}
