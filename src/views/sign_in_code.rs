//! The second step of signing in.
use maud::{Markup, html};

use super::card::{Card, card};
use super::layout::Bare;

pub struct Page<'a> {
    pub bare: Bare,
    pub step: Step,
    /// Where to go on afterwards: a path of ours.
    pub next: &'a str,
    pub error: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    Code,
    Recovery,
}

pub fn page(page: &Page) -> String {
    let (title, lede) = match page.step {
        Step::Code => (
            "Enter the code",
            "Your authenticator app shows six digits for this account.",
        ),
        Step::Recovery => (
            "Use a recovery code",
            "Each of the codes you stored works once, in place of the authenticator app.",
        ),
    };
    card(&Card {
        bare: page.bare,
        title,
        lede,
        error: page.error,
        body: form(page),
        ways: ways(page),
    })
}

fn form(page: &Page) -> Markup {
    let action = match page.step {
        Step::Code => "/sign-in/code",
        Step::Recovery => "/sign-in/recovery",
    };
    html! {
        form.stack method="post" action=(action) {
            input type="hidden" name="next" value=(page.next);
            div.ctl {
                @match page.step {
                    Step::Code => {
                        label for="code" { "Code" }
                        (code_field(page.error.is_some()))
                    }
                    Step::Recovery => {
                        label for="code" { "Recovery code" }
                        input #code .mono name="code" autocomplete="off" autocapitalize="characters"
                            spellcheck="false" required maxlength="60";
                    }
                }
            }
            button.btn.pri.big type="submit" { "Sign in" }
        }
    }
}

/// Six digits of an authenticator app.
pub fn code_field(is_wrong: bool) -> Markup {
    html! {
        input #code .mono name="code" inputmode="numeric" autocomplete="one-time-code" required
            maxlength="10" aria-invalid=[is_wrong.then_some("true")]
            aria-describedby=[is_wrong.then_some("err")];
    }
}

fn ways(page: &Page) -> Markup {
    html! {
        p.auth-f {
            @match page.step {
                Step::Code => {
                    "Lost the app? " a href="/sign-in/recovery" { "Use a recovery code" }
                }
                Step::Recovery => a href="/sign-in/code" { "Use the authenticator app" },
            }
            " · " a href="/sign-in" { "Start again" }
        }
    }
}
