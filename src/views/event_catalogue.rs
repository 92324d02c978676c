//! The event catalogue: everything Annals records about itself, and what each event can tell.
use maud::{Markup, html};

use super::icons::icon;
use super::layout::{self, Frame, Nav, Shell};
use super::parts;
use crate::model::vocabulary::DetailKind;
use crate::model::{Action, Carried, Icon, Outcome};

pub struct Page<'a> {
    pub shell: Shell<'a>,
    /// In the order of the registry.
    pub lines: Vec<Line>,
}

pub struct Line {
    pub action: Action,
    /// The audit logs of it, if the viewer may see such events.
    pub events_href: Option<String>,
}

pub const HREF: &str = "/events";

const LEDE: &str = "Everything Annals records about itself. What keys and upstreams deliver keeps \
    the names that its senders give it.";
const COLUMNS: usize = 4;

pub fn page(page: &Page) -> String {
    let frame = Frame {
        title: "Event catalogue",
        nav: Nav::None,
        body: body(page),
        drawer: None,
    };
    layout::page(&page.shell, frame)
}

/// The part of the page about one action.
pub fn href_of(action: Action) -> String {
    format!("{HREF}#{}", action.name())
}

fn body(page: &Page) -> Markup {
    let groups: Vec<_> = groups(&page.lines).collect();
    html! {
        (parts::head("Event catalogue", LEDE))
        nav.jump aria-label="Groups" {
            ul {
                @for (group, _) in &groups {
                    li { a href={ "#" (id(*group)) } { (group.label()) } }
                }
            }
        }
        div.tbl-w {
            table.tbl.cards.cat role="table" {
                caption.sr { "Events, by what they are about" }
                thead role="rowgroup" {
                    tr role="row" {
                        @for name in ["Event", "If it fails", "Recorded when", "Details"] {
                            (parts::column(name))
                        }
                    }
                }
                @for (group, lines) in &groups { (group_rows(*group, lines)) }
            }
        }
        p.foot {
            "Every event also has its time, actor, target, Pool, outcome and request id, as far as "
            "there are any. Events of people name their session; failures have a reason and, when "
            "they come in floods, say how many attempts there were."
        }
    }
}

fn groups(lines: &[Line]) -> impl Iterator<Item = (Icon, Vec<&Line>)> {
    Icon::ALL.into_iter().filter_map(|icon| {
        let lines: Vec<_> = lines.iter().filter(|it| it.action.icon() == icon).collect();
        (!lines.is_empty()).then_some((icon, lines))
    })
}

/// Where the links above the table lead.
fn id(group: Icon) -> String {
    group.label().to_lowercase().replace(' ', "-")
}

fn group_rows(group: Icon, lines: &[&Line]) -> Markup {
    html! {
        tbody role="rowgroup" {
            tr.grp role="row" {
                th #(id(group)) role="rowheader" scope="rowgroup" colspan=(COLUMNS) {
                    (icon(group.into())) (group.label())
                }
            }
            @for line in lines { (row(line)) }
        }
    }
}

fn row(line: &Line) -> Markup {
    let action = line.action;
    let done = action.title(Outcome::Success);
    let failed = action.title(Outcome::Failure);
    html! {
        tr #(action.name()) role="row" {
            th.what role="rowheader" scope="row" {
                span { (done.or(failed).unwrap_or_default()) }
                @if let Some(href) = &line.events_href {
                    a.ql.mono href=(href) { (action.name()) span.sr { ": show events" } }
                } @else {
                    span.mut.mono { (action.name()) }
                }
            }
            td role="cell" data-l="If it fails" {
                span {
                    @match (done, failed) {
                        (Some(_), Some(failed)) => (failed),
                        (None, _) => span.mut { "Always a failure" },
                        (_, None) => span.mut { "Cannot fail" },
                    }
                }
            }
            td role="cell" data-l="Recorded when" { span { (action.when()) } }
            td role="cell" data-l="Details" { (details(action.carries())) }
        }
    }
}

fn details(carries: &[Carried]) -> Markup {
    html! {
        @if carries.is_empty() {
            span.mut { "None of its own" }
        } @else {
            ul.dets { @for it in carries { li { (detail(*it)) } } }
        }
    }
}

fn detail(carried: Carried) -> Markup {
    match carried {
        Carried::Detail(key, kind) => html! { code { (key) } " " span.mut { (kind_words(kind)) } },
        Carried::Edit(field) => html! { code { (field) } " " span.mut { "before and after" } },
        Carried::AnyEdit => html! { span.mut { "Each changed field, before and after" } },
    }
}

fn kind_words(kind: DetailKind) -> &'static str {
    match kind {
        DetailKind::Bool => "yes or no",
        DetailKind::Int => "number",
        DetailKind::Count => "count",
        DetailKind::Timestamp => "time",
        DetailKind::FieldNames => "names of fields",
        DetailKind::Word => "word",
        DetailKind::Label => "name",
        DetailKind::Id => "id",
        DetailKind::Prefix => "first characters",
    }
}
