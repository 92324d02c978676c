//! The details of one event, in a column beside the list.
use maud::{Markup, html};

use super::facts;
use super::icons::{Glyph, classed, icon};
use super::lead::Known;
use super::parts;
use super::sentence;
use super::table::{actor_name, target_name};
use super::times::{Times, count, machine};
use crate::model::{ActorType, Event, Look, catalogue, reason, wording};

pub enum Drawer<'a> {
    Event(Box<Details<'a>>),
    /// Not visible, never there, removed: one answer for all.
    NotFound {
        close_href: String,
    },
}

pub struct Details<'a> {
    pub event: &'a Event,
    pub place: Place,
    /// This page without the event, ending in `#t-SEQ`.
    pub close_href: String,
    pub newer: Option<Step>,
    pub older: Option<Step>,
    pub known: Known<'a>,
    pub near: Vec<Near>,
    /// The event as programs read it, indented.
    pub json: String,
}

/// Where the event stands among those that the filters match.
#[derive(Clone, Copy)]
pub enum Place {
    /// Counted from 1.
    Of {
        number: u64,
        total: u64,
    },
    Outside,
}

/// A neighbour in the filtered order.
pub struct Step {
    pub href: String,
    /// It is on another page of the list: the whole page is loaded, not the drawer alone.
    pub turns_page: bool,
}

/// A way to go on looking.
pub struct Near {
    pub look: Look,
    pub href: String,
    /// How many events are there.
    pub count: u64,
}

pub fn drawer(drawer: &Drawer, times: Times) -> Markup {
    html! {
        aside #drawer .drawer aria-labelledby="event" {
            @match drawer {
                Drawer::Event(details) => {
                    (bar(details))
                    div.dw-b { (content(details, times)) }
                }
                Drawer::NotFound { close_href } => (not_found(close_href)),
            }
        }
    }
}

fn not_found(close_href: &str) -> Markup {
    html! {
        div.dw-bar { span.dw-pos {} (close(close_href)) }
        div.dw-b {
            div.dw-none {
                (classed(Glyph::Search, "i xl"))
                h2 #event tabindex="-1" { "Event not found" }
                p {
                    "It may have passed the retention period, or it belongs to a Pool you can’t "
                    "see. Ask an owner if you expected it here."
                }
                p { a.btn href=(close_href) data-close { "Back to audit logs" } }
            }
        }
    }
}

fn bar(details: &Details) -> Markup {
    html! {
        div.dw-bar {
            span.dw-pos {
                @match details.place {
                    Place::Of { number, total } => { (count(number)) " of " (count(total)) }
                    Place::Outside => "Outside the current filters",
                }
            }
            (step(details.newer.as_ref(), "prev", Glyph::Up, "Newer event", "No newer event"))
            (step(details.older.as_ref(), "next", Glyph::Down, "Older event", "No older event"))
            button.btn-i.copy type="button" data-copy-link data-js {
                (icon(Glyph::Link)) span.sr { "Copy link to this event" }
            }
            (close(&details.close_href))
        }
    }
}

fn close(href: &str) -> Markup {
    html! {
        a.btn-i.dw-x href=(href) data-close {
            (icon(Glyph::Close)) span.sr { "Close details" }
        }
    }
}

fn step(step: Option<&Step>, rel: &str, glyph: Glyph, label: &str, none: &str) -> Markup {
    html! {
        @if let Some(step) = step {
            a.btn-i rel=(rel) href=(step.href) data-open[!step.turns_page] data-step=(rel) {
                (icon(glyph)) span.sr { (label) }
            }
        } @else {
            span.btn-i.off { (icon(glyph)) span.sr { (none) } }
        }
    }
}

fn content(details: &Details, times: Times) -> Markup {
    let event = details.event;
    let body = &event.body;
    html! {
        header.dw-h {
            (parts::tile(&body.action, body.outcome, "tile big"))
            div {
                h2 #event tabindex="-1" { (catalogue::title(&body.action, body.outcome)) }
                (moment(event, times))
            }
        }
        p.sent { (sentence::sentence(event)) }
        @if let Some(word) = &body.reason {
            div.note.bad {
                (icon(Glyph::Failed))
                div { h3 { "Why it failed" } p { (reason::phrase(word)) } }
            }
        }
        (record_links(details))
        (facts::facts(details.event, &details.known, times))
        (facts::changes(body, times))
        (facts::details(body, times))
        (keep_looking(details))
        details.json {
            summary { (parts::twist()) "Event as JSON" }
            div.code-w {
                (parts::copy(&details.json, "JSON"))
                pre.code tabindex="0" { code { (details.json) } }
            }
        }
    }
}

fn moment(event: &Event, times: Times) -> Markup {
    let at = event.body.occurred_ms;
    html! {
        p.dw-t {
            time datetime=(machine(at)) {
                (times.long_date(at)) ", " (times.clock(at)) " " (times.zone_name())
            }
            " "
            span.mut { "(" (times.ago(at)) ")" }
        }
    }
}

fn record_links(details: &Details) -> Markup {
    let target = details.event.body.target.as_ref();
    let kind = target
        .map(|it| wording::plain(&it.kind))
        .unwrap_or_default();
    let glyph = Glyph::from(catalogue::icon(&details.event.body.action));
    let known = &details.known;
    let actor = known.actor.href();
    html! {
        div.dw-acts {
            @if let Some(href) = actor {
                a.btn href=(href) { (icon(Glyph::Operator)) "Open operator" }
            }
            @if let Some(href) = known.target.href().filter(|it| Some(*it) != actor) {
                a.btn href=(href) { (icon(glyph)) "Open " (in_sentence(&kind)) }
            }
        }
    }
}

/// "Operator" becomes "operator"; "Pool", "API key" and "MCP token" stay as they are.
fn in_sentence(kind: &str) -> String {
    let mut letters = kind.chars();
    let (first, second) = (letters.next(), letters.next());
    if kind == "Pool" || second.is_none_or(char::is_uppercase) {
        return kind.to_owned();
    }
    let rest = kind.chars().skip(1);
    first
        .into_iter()
        .flat_map(char::to_lowercase)
        .chain(rest)
        .collect()
}

fn keep_looking(details: &Details) -> Markup {
    html! {
        @if !details.near.is_empty() {
            section aria-labelledby="s4" {
                h3 #s4 .sec { "Keep looking" }
                ul.look {
                    @for near in &details.near {
                        li {
                            a href=(near.href) {
                                span { (look(near.look, details.event)) }
                                (parts::leads_to(near.count))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn look(look: Look, event: &Event) -> Markup {
    let actor = &event.body.actor;
    let is_user = actor.kind == ActorType::User;
    let target = event.body.target.as_ref();
    let target = target.map_or("", |it| target_name(it).unwrap_or(&it.kind));
    html! {
        @match look {
            Look::Actor => { "Everything by " (actor_name(actor)) @if !is_user { " (system)" } }
            Look::Target => { "Everything on " (target) }
            Look::Request => "Everything of this request",
            Look::Delivery => "Everything in this delivery",
            Look::Time => "Everything within 5 minutes",
        }
    }
}
