//! Saved views in the navigation, and the form that saves one.
use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::parts;
use crate::model::{NAME_CHARS_MAX, SavedView};

/// What is about to be saved.
#[derive(Clone, Copy)]
pub struct Save<'a> {
    pub csrf: &'a str,
    pub query: &'a str,
    /// Only owners share.
    pub is_owner: bool,
    /// As typed before.
    pub name: &'a str,
    pub is_shared: bool,
}

/// `here` is the address of the page: its own view is marked.
pub fn nav(views: &[SavedView], here: &str) -> Markup {
    html! {
        @if !views.is_empty() {
            nav aria-labelledby="sv" {
                h2 #sv .nav-h { "Saved views" }
                ul.nav-l.sub {
                    @for view in views {
                        @let href = href(&view.query);
                        @let is_current = (here == href).then_some("true");
                        li {
                            a href=(href) title=(view.name) aria-current=[is_current] {
                                (icon(Glyph::Bookmark)) span { (view.name) }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub fn href(query: &str) -> String {
    format!("/audit-logs?{query}")
}

/// The button beside the chips, and the form that it opens.
pub fn button(save: &Save) -> Markup {
    html! {
        button.clear.lk type="button" popovertarget="save-view" { "Save view" }
        div #save-view .pop popover { div.pad { (form(save)) } }
    }
}

pub fn form(save: &Save) -> Markup {
    html! {
        form.stack method="post" action="/views" {
            (parts::csrf(save.csrf))
            input type="hidden" name="query" value=(save.query);
            div.ctl {
                label for="view-name" { "Name of the view" }
                input #view-name name="name" type="text" value=(save.name) required
                    maxlength=(NAME_CHARS_MAX) autocomplete="off" aria-describedby="view-h";
                p.hint #view-h { "A view of yours with this name is replaced." }
            }
            @if save.is_owner {
                div.rads {
                    label {
                        input type="checkbox" name="shared" value="yes" checked[save.is_shared];
                        "Show it to everybody who signs in"
                    }
                }
            }
            p { button.btn.pri type="submit" { "Save view" } }
        }
    }
}
