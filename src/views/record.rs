//! The page of one record: facts, what may be done with it, and links to its history.
use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::layout::{self, Frame, Nav, Shell};
use super::parts;

pub struct Page<'a> {
    pub shell: Shell<'a>,
    pub nav: Nav,
    /// "API key", "Pool" …
    pub kind: &'a str,
    pub title: &'a str,
    /// Rows of a description list.
    pub facts: Markup,
    /// What the viewer may do now.
    pub acts: Vec<Act>,
    /// The audit logs of what was done to it.
    pub about_href: &'a str,
    /// The audit logs of what it did, if it acts.
    pub by_href: Option<&'a str>,
    /// Panels below the facts: forms, lists.
    pub more: Markup,
}

/// A link to a form or to a page that asks first.
pub struct Act {
    pub text: &'static str,
    pub href: String,
    /// It cannot be taken back.
    pub is_final: bool,
}

pub fn page(page: &Page) -> String {
    let frame = Frame {
        title: page.title,
        nav: page.nav,
        body: body(page),
        drawer: None,
    };
    layout::page(&page.shell, frame)
}

pub fn identity(id: &str) -> Markup {
    html! { span.sel { (id) } (parts::copy(id, "id")) }
}

fn body(page: &Page) -> Markup {
    html! {
        (parts::head(page.title, page.kind))
        section.panel.form.narrow.record {
            h2.sr { "Facts" }
            dl.kv { (page.facts) }
            div.dw-acts {
                @for act in &page.acts {
                    a.btn.dng[act.is_final] href=(act.href) { (act.text) }
                }
                a.btn href=(page.about_href) { (icon(Glyph::Log)) "Events about this record" }
                @if let Some(href) = page.by_href {
                    a.btn href=(href) { (icon(Glyph::Operator)) "Events by this operator" }
                }
            }
        }
        (page.more)
    }
}
