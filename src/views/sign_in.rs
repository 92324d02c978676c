//! Signing in.
use maud::{Markup, html};

use super::icons::{self, Glyph, icon};
use super::layout::{self, Bare, PRODUCT};
use super::parts;

pub struct Page<'a> {
    pub bare: Bare,
    pub csrf: &'a str,
    /// Where to go on afterwards: a path of ours.
    pub next: &'a str,
    /// As typed before.
    pub email: &'a str,
    pub note: Note,
    /// The rule for everybody, whether or not it applies now.
    pub limit: Limit,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Note {
    None,
    /// Never says which half was wrong.
    Refused,
    /// The password was right, but a temporary one that nobody changed in time.
    Expired,
    SessionEnded,
}

/// After so many wrong attempts, sign-in pauses for so long.
#[derive(Clone, Copy)]
pub struct Limit {
    pub attempts: u32,
    pub minutes: u32,
}

pub fn page(page: &Page) -> String {
    let body = html! {
        div.auth {
            div.auth-c {
                p.auth-b { (icons::mark()) (PRODUCT) }
                h1 { "Sign in" }
                (note(page))
                (form(page))
                p.mut.auth-f { "Forgot your password? Ask an owner for a temporary one." }
            }
            p.auth-n { (icon(Glyph::Lock)) "Sign-ins are recorded in the audit log." }
        }
    };
    layout::bare(page.bare, "Sign in", &body)
}

fn note(page: &Page) -> Markup {
    match page.note {
        Note::None => Markup::default(),
        Note::Refused => html! {
            div #err .note.bad role="alert" tabindex="-1" autofocus {
                (icon(Glyph::Failed))
                div {
                    h2 { "That didn’t work" }
                    p {
                        "The email or password is wrong. After " (page.limit.attempts)
                        " wrong attempts, sign-in pauses for " (page.limit.minutes) " minutes."
                    }
                }
            }
        },
        Note::Expired => html! {
            div #err .note.bad role="alert" tabindex="-1" autofocus {
                (icon(Glyph::Failed))
                div {
                    h2 { "This temporary password is over" }
                    p { "Ask an owner for a new one." }
                }
            }
        },
        Note::SessionEnded => html! {
            div.note role="status" {
                (icon(Glyph::Info))
                div { p { "Your session has ended. Sign in to go back to where you were." } }
            }
        },
    }
}

fn form(page: &Page) -> Markup {
    let refused = page.note == Note::Refused;
    let described_by = refused.then_some("err");
    let invalid = refused.then_some("true");
    html! {
        form.stack method="post" action="/sign-in" {
            (parts::csrf(page.csrf))
            input type="hidden" name="next" value=(page.next);
            div.ctl {
                label for="email" { "Email" }
                input #email name="email" type="email" autocomplete="username" required
                    value=(page.email) aria-describedby=[described_by] aria-invalid=[invalid];
            }
            div.ctl {
                label for="pw" { "Password" }
                (parts::password("pw", "current-password", described_by))
            }
            button.btn.pri.big type="submit" { "Sign in" }
        }
    }
}
