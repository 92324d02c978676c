//! Saved views: the list of those a person sees, and the form again when one was refused.
use std::borrow::Cow;

use maud::{Markup, html};

use super::bookmarks::{self, Save};
use super::confirm::Question;
use super::icons::{Glyph, classed};
use super::layout::{self, Frame, Nav, Shell};
use super::parts;

pub struct List<'a> {
    pub shell: Shell<'a>,
    pub lines: Vec<Line<'a>>,
}

pub struct Line<'a> {
    pub name: &'a str,
    pub href: String,
    /// What the viewer understands of its filters: name and value.
    pub filters: Vec<(&'a str, Cow<'a, str>)>,
    /// Nothing of it is unknown to the viewer.
    pub is_whole: bool,
    pub is_shared: bool,
    /// Who shares it, unless the viewer does.
    pub by: Option<String>,
    pub delete_href: Option<String>,
}

pub struct Refused<'a> {
    pub shell: Shell<'a>,
    pub save: Save<'a>,
    pub error: &'a str,
}

pub const DELETE: Question = Question {
    verb: "Delete",
    consequence: "The view leaves the navigation of everybody who sees it. Events stay as they \
                  are.",
    nav: Nav::None,
    is_final: true,
};

const LEDE: &str = "Filters of the audit logs under a name. To save one, filter the audit logs \
                    and choose Save view.";

pub fn list(list: &List) -> String {
    let frame = Frame {
        title: "Saved views",
        nav: Nav::None,
        body: body(list),
        drawer: None,
    };
    layout::page(&list.shell, frame)
}

pub fn refused(refused: &Refused) -> String {
    let frame = Frame {
        title: "Save view",
        nav: Nav::None,
        body: html! {
            (parts::head("Save view", "A name for the filters of the audit logs."))
            (parts::refusal(Some(refused.error)))
            section.panel.form.narrow aria-label="View" { (bookmarks::form(&refused.save)) }
        },
        drawer: None,
    };
    layout::page(&refused.shell, frame)
}

fn body(list: &List) -> Markup {
    html! {
        (parts::head("Saved views", LEDE))
        @if list.lines.is_empty() {
            section.panel.empty {
                (classed(Glyph::Bookmark, "i xl"))
                h2 { "No saved views yet" }
                p { a href="/audit-logs" { "Audit logs" } }
            }
        } @else {
            div.tbl-w {
                table.tbl.cards role="table" {
                    caption.sr { "Saved views" }
                    thead role="rowgroup" {
                        tr role="row" {
                            @for name in ["View", "Filters", "Seen by"] { (parts::column(name)) }
                            (parts::actions_column())
                        }
                    }
                    tbody role="rowgroup" { @for line in &list.lines { (row(line)) } }
                }
            }
        }
    }
}

fn row(line: &Line) -> Markup {
    html! {
        tr role="row" {
            th.who role="rowheader" scope="row" { a.ql href=(line.href) { (line.name) } }
            td role="cell" data-l="Filters" {
                ul.dets {
                    @for (name, value) in &line.filters { li { span.mut { (name) } " " (value) } }
                    @if !line.is_whole {
                        li { span.warn-t { "Some of it no longer applies" } }
                    }
                }
            }
            td role="cell" data-l="Seen by" {
                span {
                    @if !line.is_shared { "Only you" }
                    @else if let Some(by) = &line.by { "Everybody, by " (by) }
                    @else { "Everybody" }
                }
            }
            td.c-x role="cell" {
                @if let Some(href) = &line.delete_href {
                    a.btn.sm href=(href) { "Delete" span.sr { " " (line.name) } }
                }
            }
        }
    }
}
