//! The audit logs: filters, the table, the way to older events, and the details beside it.
use std::borrow::Cow;

use maud::{Markup, html};

use super::bookmarks::{self, Save};
use super::drawer::{self, Drawer};
use super::event_catalogue;
use super::export;
use super::filters::{self, Chip, Form, Warnings};
use super::histogram;
use super::icons::{Glyph, classed, icon};
use super::layout::{self, Frame, Nav, Shell};
use super::live::{self, Live};
use super::parts;
use super::table::{self, Table};
use super::times::count;
use crate::model::catalogue;

/// Everything the page shows; nothing else reaches it.
pub struct Page<'a> {
    pub shell: Shell<'a>,
    pub form: Form<'a>,
    pub chips: Vec<Chip<'a>>,
    /// The filters as they stand in an address.
    pub query: &'a str,
    pub warnings: Warnings<'a>,
    /// None: there is nothing to export.
    pub export: Option<export::Menu>,
    /// None where new events are not looked for.
    pub live: Option<Live>,
    /// Events that the filters match, and how they lie in time.
    pub panel: histogram::Panel<'a>,
    /// How many of them are newer than the first row.
    pub before: u64,
    pub table: Table<'a>,
    pub newer_href: Option<String>,
    pub older_href: Option<String>,
    /// Why there are no rows, when there are none.
    pub empty: Empty,
    /// When there are none: each filter whose removal would bring events back, and how many.
    pub fewer: Vec<Fewer<'a>>,
    /// Names of the Pools that the viewer sees; None: all of them and the global events.
    pub scope: Option<Vec<&'a str>>,
    /// The next step to the first event of a service, while none has been delivered.
    pub guide: Option<Guide<'a>>,
    pub drawer: Option<Drawer<'a>>,
}

/// Why a list can have no rows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::enum_variant_names, reason = "each is a way of having none")]
pub enum Empty {
    NoEvents,
    NoMatch,
    NoPool,
    NoOlder,
}

pub struct Fewer<'a> {
    pub name: &'a str,
    pub value: Cow<'a, str>,
    pub href: String,
    pub count: u64,
}

/// What is to be done next.
#[derive(Clone, Copy)]
pub enum Guide<'a> {
    CreatePool,
    CreateKey,
    Send {
        /// Where programs reach this instance: `https://audit.example.org`.
        base_url: &'a str,
    },
}

pub const HREF: &str = "/audit-logs";
/// Says in plain text whether a service has delivered anything yet: `1`, else `0`.
const FIRST_HREF: &str = "/audit-logs/first";

pub fn page(page: &Page) -> String {
    let title = match &page.drawer {
        Some(Drawer::Event(details)) => {
            let body = &details.event.body;
            let title = catalogue::title(&body.action, body.outcome);
            let at = page.table.times.date_clock(body.occurred_ms);
            format!("{title}, {at}")
        }
        Some(Drawer::NotFound { .. }) => "Event not found".to_owned(),
        None => "Audit logs".to_owned(),
    };
    let frame = Frame {
        title: &title,
        nav: Nav::AuditLogs,
        body: body(page),
        drawer: page
            .drawer
            .as_ref()
            .map(|it| drawer::drawer(it, page.table.times)),
    };
    layout::page(&page.shell, frame)
}

fn body(page: &Page) -> Markup {
    let has_log = !matches!(page.empty, Empty::NoEvents | Empty::NoPool);
    let has_rows = !page.table.rows.is_empty();
    html! {
        div.head {
            div {
                h1 { "Audit logs" }
                (lede(page.scope.as_deref()))
            }
            div.acts {
                @if let Some(live) = &page.live { (live::button(live)) }
                @if let Some(menu) = &page.export { (export::menu(menu)) }
            }
        }
        @if has_rows || has_log { (filters::form(&page.form)) }
        (filters::chips(&page.chips, HREF, &save(page)))
        (filters::warnings(&page.warnings))
        @if let Some(guide) = page.guide { (first_event(guide)) }
        @if has_rows {
            (histogram::panel(&page.panel, page.table.times))
            div.bar {
                @if let Some(live) = &page.live { (live::slot(live)) }
                (pager(page, "Top"))
            }
            (table::table(&page.table))
            @if page.newer_href.is_some() || page.older_href.is_some() {
                div.bar.end { (pager(page, "Bottom")) }
            }
        } @else {
            @if let Some(live) = &page.live { div.bar { (live::slot(live)) } }
            (empty(page))
        }
    }
}

fn save(page: &Page) -> Markup {
    bookmarks::button(&Save {
        csrf: page.shell.csrf,
        query: page.query,
        is_owner: page.shell.is_owner,
        name: "",
        is_shared: false,
    })
}

fn lede(scope: Option<&[&str]>) -> Markup {
    html! {
        @if let Some(pools) = scope.filter(|it| !it.is_empty()) {
            p.lede {
                "Events from your Pools: " b { (pools.join(", ")) }
                ". Sensitive values are redacted. " (catalogue_link())
            }
        } @else {
            p.lede.opt {
                "Who changed what, when, and whether it worked. Sensitive values are redacted. "
                (catalogue_link())
            }
        }
    }
}

fn catalogue_link() -> Markup {
    html! { a.ql href=(event_catalogue::HREF) { "What is recorded" } }
}

fn pager(page: &Page, place: &str) -> Markup {
    let last = page.before + page.table.rows.len() as u64;
    let is_top = place == "Top";
    let position = html! {
        span data-range[is_top] {
            (count(page.before + 1)) "–" (count(last)) " of " (count(page.panel.total.max(last)))
        }
    };
    let is_whole = page.newer_href.is_none() && page.older_href.is_none();
    html! {
        @if is_whole {
            p.pager { (position) }
        } @else {
            nav.pager aria-label={ (place) " pages" } {
                (position)
                (turn(page.newer_href.as_deref(), "prev", &html! {
                    (icon(Glyph::Left)) span { "Newer" }
                }))
                (turn(page.older_href.as_deref(), "next", &html! {
                    span { "Older" } (classed(Glyph::Left, "i flip"))
                }))
            }
        }
    }
}

fn turn(href: Option<&str>, rel: &str, label: &Markup) -> Markup {
    html! {
        @if let Some(href) = href {
            a.btn.sm rel=(rel) href=(href) { (label) }
        } @else {
            span.btn.sm.off aria-disabled="true" { (label) }
        }
    }
}

fn empty(page: &Page) -> Markup {
    match page.empty {
        Empty::NoEvents => html! {
            section.panel.empty {
                (classed(Glyph::Log, "i xl"))
                h2 { "No events yet" }
                p { "Events appear here as soon as something is recorded." }
            }
        },
        Empty::NoPool => html! {
            section.panel.empty {
                (classed(Glyph::Pool, "i xl"))
                h2 { "No Pool is assigned to you" }
                p { "You see the events of the Pools that an owner assigns to you." }
            }
        },
        Empty::NoOlder => html! {
            section.panel.empty {
                (classed(Glyph::Log, "i xl"))
                h2 { "No older events" }
                p { a href=(page.newer_href.as_deref().unwrap_or(HREF)) { "Newest events" } }
            }
        },
        Empty::NoMatch => no_match(page),
    }
}

fn no_match(page: &Page) -> Markup {
    html! {
        section.panel.empty {
            (classed(Glyph::Search, "i xl"))
            h2 { "No events match these filters" }
            @if !page.fewer.is_empty() {
                p { "Removing one of them would bring events back:" }
                ul.sug {
                    @for fewer in &page.fewer {
                        li {
                            a.btn href=(fewer.href) {
                                span.el { "Without " (fewer.name) ": " (fewer.value) }
                                (parts::leads_to(fewer.count))
                            }
                        }
                    }
                }
            }
            p { a href=(HREF) { "Clear all filters" } }
            @if let Some(pools) = &page.scope {
                p.mut {
                    "Check that the action was inside your visible Pools: " (pools.join(", ")) "."
                }
            }
        }
    }
}

fn first_event(guide: Guide) -> Markup {
    match guide {
        Guide::CreatePool => make(
            (1, "Create a Pool"),
            "Sign-ins and changes made here are recorded already. Events of your services go into \
             a Pool, which decides who sees them.",
            ("/pools#new", Glyph::Pool),
        ),
        Guide::CreateKey => make(
            (2, "Create an API key"),
            "A service delivers its events with a key of a Pool, which is shown once. Create one \
             that writes.",
            ("/api-keys#new", Glyph::ApiKey),
        ),
        Guide::Send { base_url } => html! {
            section.panel.next aria-labelledby="fr" {
                div {
                    (step(3, "Send your first event"))
                    p {
                        "From the service, or from a terminal where " code { "ANNALS_KEY" }
                        " holds the key. Lost it? "
                        a href="/api-keys" { "Rotate it" } " to get a new one."
                    }
                    p.wait role="status" data-first=(FIRST_HREF)
                        data-then="The first event is here." data-go="Show it" {
                        span { "Waiting for the first event from a service." } " "
                        a href=(HREF) { "Check again" }
                    }
                }
                (parts::curl(base_url))
            }
        },
    }
}

/// A step that is a record to make, on the page of its kind.
fn make((number, title): (u8, &str), why: &str, (href, glyph): (&str, Glyph)) -> Markup {
    html! {
        section.panel.next aria-labelledby="fr" {
            div {
                (step(number, title))
                p { (why) }
            }
            a.btn.pri href=(href) { (icon(glyph)) (title) }
        }
    }
}

fn step(number: u8, title: &str) -> Markup {
    html! {
        p.step { "Step " (number) " of 3" }
        h2 #fr { (title) }
    }
}
