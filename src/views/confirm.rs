//! A page that asks before something is done: one sentence of consequence, one button.
use maud::{Markup, html};

use super::layout::{self, Frame, Nav, Shell};
use super::parts;

pub struct Page<'a> {
    pub shell: Shell<'a>,
    pub question: Question,
    /// What is acted upon: a key's name.
    pub name: &'a str,
    /// Where the form goes.
    pub action_href: &'a str,
    /// The version of the record that was read; a stale one is refused.
    pub version: i64,
    pub back_href: &'a str,
    pub error: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::enum_variant_names,
    reason = "questions about other records follow"
)]
pub enum Question {
    PauseKey,
    ResumeKey,
    RevokeKey,
}

struct Words {
    verb: &'static str,
    consequence: &'static str,
    nav: Nav,
    is_final: bool,
}

pub fn page(page: &Page) -> String {
    let words = words(page.question);
    let title = format!("{} {}", words.verb, page.name);
    let frame = Frame {
        title: &title,
        nav: words.nav,
        body: body(page, &words, &title),
        drawer: None,
    };
    layout::page(&page.shell, frame)
}

fn body(page: &Page, words: &Words, title: &str) -> Markup {
    html! {
        (parts::head(title, words.consequence))
        (parts::refusal(page.error))
        form.ask method="post" action=(page.action_href) {
            (parts::csrf(page.shell.csrf))
            input type="hidden" name="version" value=(page.version);
            button.btn.pri.dng[words.is_final] type="submit" { (words.verb) }
            a.btn href=(page.back_href) { "Cancel" }
        }
    }
}

fn words(question: Question) -> Words {
    let (verb, consequence, is_final) = match question {
        Question::PauseKey => (
            "Pause",
            "Requests with this key are refused until it is resumed. Nothing is lost if the sender \
             keeps its events and sends them again.",
            false,
        ),
        Question::ResumeKey => (
            "Resume",
            "Requests with this key are answered again.",
            false,
        ),
        Question::RevokeKey => (
            "Revoke",
            "Requests with this key are refused from now on. This cannot be taken back.",
            true,
        ),
    };
    Words {
        verb,
        consequence,
        nav: Nav::ApiKeys,
        is_final,
    }
}
