//! Asks whoever is signed in to prove once more who they are.
use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::layout::{self, Frame, Nav, Shell};
use super::parts;

pub struct Page<'a> {
    pub shell: Shell<'a>,
    /// Where to go on afterwards: a path of ours.
    pub next: &'a str,
    pub note: Note,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Note {
    None,
    /// A form came after the confirmation had run out.
    Late,
    Refused,
}

pub fn page(page: &Page) -> String {
    let frame = Frame {
        title: "Confirm it is you",
        nav: Nav::None,
        body: body(page),
        drawer: None,
    };
    layout::page(&page.shell, frame)
}

fn body(page: &Page) -> Markup {
    let described_by = (page.note == Note::Refused).then_some("err");
    html! {
        (parts::head(
            "Confirm it is you",
            "Changes to people, secrets and retention ask for this once in five minutes.",
        ))
        (note(page.note))
        form.panel.form.narrow.stack method="post" action="/confirm" {
            (parts::csrf(page.shell.csrf))
            input type="hidden" name="next" value=(page.next);
            // For password managers: whose password it is.
            input.sr type="text" name="email" value=(page.shell.email) autocomplete="username"
                tabindex="-1" aria-hidden="true" readonly;
            div.ctl {
                label for="pw" { "Password" }
                (parts::password("pw", "current-password", described_by))
            }
            p { button.btn.pri type="submit" { "Confirm" } }
        }
    }
}

fn note(note: Note) -> Markup {
    match note {
        Note::None => Markup::default(),
        Note::Late => html! {
            div.note.warn role="status" {
                (icon(Glyph::Warning))
                div {
                    h2 { "Nothing was changed" }
                    p {
                        "The form came more than five minutes after you last confirmed. "
                        "Confirm again, then fill it in once more."
                    }
                }
            }
        },
        Note::Refused => html! {
            div #err .note.bad role="alert" {
                (icon(Glyph::Failed))
                div {
                    p {
                        "The password is wrong. After 6 wrong attempts, this pauses for 15 minutes."
                    }
                }
            }
        },
    }
}
