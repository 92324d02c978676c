//! A secret that is shown once: the answer to the very form that made it.
use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::layout::{self, Frame, Nav, Shell};
use super::parts;

pub struct Page<'a> {
    pub shell: Shell<'a>,
    pub nav: Nav,
    /// "Temporary password for Ana Ruiz".
    pub title: &'a str,
    pub glyph: Glyph,
    pub secret: &'a str,
    /// On the button: "Copy password".
    pub copy: &'static str,
    /// What to do with it, in a sentence.
    pub hint: &'a str,
    /// Rows of a description list.
    pub facts: Markup,
    /// Where to go on.
    pub done_href: &'a str,
    /// What to do when it is lost.
    pub lost: &'static str,
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

/// The secret itself, for a page that also shows other things.
pub struct Panel<'a> {
    pub glyph: Glyph,
    pub heading: &'a str,
    pub secret: &'a str,
    pub copy: &'static str,
    pub facts: Markup,
    /// What to try with it.
    pub more: Markup,
    pub done_href: &'a str,
    pub lost: &'static str,
}

pub fn panel(panel: &Panel) -> Markup {
    html! {
        section.receipt aria-labelledby="rc" {
            div.rc-h {
                (icon(panel.glyph))
                div {
                    h2 #rc tabindex="-1" autofocus { (panel.heading) }
                    p {
                        "This is the only time it is shown. We store a hash, so nobody can "
                        "recover it later."
                    }
                }
            }
            div.secret {
                code.sel #secret { (panel.secret) }
                button.btn.pri type="button" data-copy=(panel.secret) data-js {
                    (icon(Glyph::Copy)) span data-l { (panel.copy) }
                }
            }
            dl.kv.in { (panel.facts) }
            (panel.more)
            p.rc-f {
                a.btn href=(panel.done_href) { "I’ve stored it" }
                span.mut { (panel.lost) }
            }
        }
    }
}

fn body(page: &Page) -> Markup {
    html! {
        (parts::head(page.title, page.hint))
        (panel(&Panel {
            glyph: page.glyph,
            heading: "Copy it now",
            secret: page.secret,
            copy: page.copy,
            facts: page.facts.clone(),
            more: parts::nothing(),
            done_href: page.done_href,
            lost: page.lost,
        }))
    }
}
