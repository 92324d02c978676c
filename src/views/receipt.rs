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

fn body(page: &Page) -> Markup {
    html! {
        (parts::head(page.title, page.hint))
        section.receipt aria-labelledby="rc" {
            div.rc-h {
                (icon(page.glyph))
                div {
                    h2 #rc tabindex="-1" { "Copy it now" }
                    p { "This is the only time it is shown. Only a hash of it is kept." }
                }
            }
            div.secret {
                code.sel #secret { (page.secret) }
                button.btn.pri type="button" data-copy=(page.secret) data-js {
                    (icon(Glyph::Copy)) span data-l { (page.copy) }
                }
            }
            dl.kv.in { (page.facts) }
            p.rc-f {
                a.btn href=(page.done_href) { "I’ve stored it" }
                span.mut { (page.lost) }
            }
        }
    }
}
