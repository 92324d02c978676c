//! A page that asks before something is done: one sentence of consequence, one button.
use maud::{Markup, html};

use super::layout::{self, Frame, Nav, Shell};
use super::parts;

pub struct Page<'a> {
    pub shell: Shell<'a>,
    pub question: &'a Question,
    /// What is acted upon: a key's name.
    pub name: &'a str,
    /// Where the form goes.
    pub action_href: &'a str,
    /// The version of the record that was read; a stale one is refused.
    pub version: i64,
    pub back_href: &'a str,
    pub error: Option<&'a str>,
    /// Fields that the answer needs beyond the button.
    pub fields: Markup,
}

/// Each noun has its own, beside its page.
#[derive(Debug, Eq, PartialEq)]
pub struct Question {
    /// Of the button, and of the title before the name.
    pub verb: &'static str,
    /// In one or two sentences.
    pub consequence: &'static str,
    pub nav: Nav,
    /// It cannot be taken back.
    pub is_final: bool,
}

pub fn page(page: &Page) -> String {
    let title = format!("{} {}", page.question.verb, page.name);
    let frame = Frame {
        title: &title,
        nav: page.question.nav,
        body: body(page, &title),
        drawer: None,
    };
    layout::page(&page.shell, frame)
}

fn body(page: &Page, title: &str) -> Markup {
    let question = page.question;
    html! {
        (parts::head(title, question.consequence))
        (parts::refusal(page.error))
        form.ask method="post" action=(page.action_href) {
            (parts::csrf(page.shell.csrf))
            input type="hidden" name="version" value=(page.version);
            (page.fields)
            button.btn.pri.dng[question.is_final] type="submit" { (question.verb) }
            a.btn href=(page.back_href) { "Cancel" }
        }
    }
}
