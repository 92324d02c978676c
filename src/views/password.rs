//! Changing one's own password.
use maud::{Markup, html};

use super::card::{self, Card, card};
use super::layout::Bare;
use super::parts;

pub struct Page<'a> {
    pub bare: Bare,
    pub csrf: &'a str,
    pub email: &'a str,
    /// It is a temporary one: nothing else opens before.
    pub is_required: bool,
    /// Whether the present one has to be proved.
    pub asks_current: bool,
    /// Where to go on afterwards: a path of ours.
    pub next: &'a str,
    pub error: Option<&'a str>,
}

pub fn page(page: &Page) -> String {
    let (title, lede) = if page.is_required {
        (
            "Choose your own password",
            "The one you have is temporary, and somebody else knows it.",
        )
    } else {
        (
            "Change password",
            "You stay signed in here, and are signed out everywhere else.",
        )
    };
    card(&Card {
        bare: page.bare,
        title,
        lede,
        error: page.error,
        body: form(page),
        ways: if page.is_required {
            card::sign_out(page.csrf)
        } else {
            card::back(page.next, "Leave it as it is")
        },
    })
}

fn form(page: &Page) -> Markup {
    html! {
        form.stack method="post" action="/password" {
            (parts::csrf(page.csrf))
            (card::account(page.email))
            input type="hidden" name="next" value=(page.next);
            @if page.asks_current {
                div.ctl {
                    label for="old" { "Present password" }
                    (parts::secret("old", "current", "current-password", None))
                }
            }
            div.ctl {
                label for="pw" { "New password" }
                (parts::password("pw", "new-password", Some("pw-h")))
                p.hint #pw-h { "At least 12 characters. Pasting from a password manager works." }
            }
            button.btn.pri.big type="submit" { "Save password" }
        }
    }
}
