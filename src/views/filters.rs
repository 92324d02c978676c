//! The filters of the audit logs: form, chips, warnings.
use std::borrow::Cow;

use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::parts::{self, Choice};
use super::picker::{self, Suggestion};
use super::times::count;

/// What can be chosen, and what is.
pub struct Form<'a> {
    /// The viewer sees some Pools only.
    pub is_scoped: bool,
    pub pools: Vec<Counted<'a>>,
    /// How many events succeeded and failed under the other filters.
    pub outcomes: [u64; 2],
    pub events: Vec<Suggestion<'a>>,
    /// Suggestions for the actor: address and name.
    pub actors: Vec<Choice<'a>>,
    pub chosen: Chosen<'a>,
    /// Filters without a field (range, window, via): they stay when the form is sent.
    pub kept: Vec<(&'a str, &'a str)>,
}

/// A choice, and how many events it would show under the other filters.
pub struct Counted<'a> {
    pub choice: Choice<'a>,
    pub count: u64,
}

/// The values in the address; empty where a filter is not used.
#[derive(Clone, Copy, Default)]
pub struct Chosen<'a> {
    pub pool: &'a str,
    pub outcome: &'a str,
    pub action: &'a str,
    pub actor_type: &'a str,
    pub actor: &'a str,
    pub target: &'a str,
    /// Of the request or the delivery.
    pub request: &'a str,
    pub from: &'a str,
    pub to: &'a str,
}

/// An active filter.
pub struct Chip<'a> {
    /// "Outcome".
    pub name: &'a str,
    /// "Failure".
    pub value: Cow<'a, str>,
    /// The same query without it.
    pub remove_href: String,
}

/// What was not understood.
#[derive(Default)]
pub struct Warnings<'a> {
    /// How many filters were ignored; fewer may be told.
    pub ignored: usize,
    pub told: Vec<Told>,
    /// The events that the text for one may mean.
    pub events: Vec<Meant<'a>>,
    /// How many more there are.
    pub more: usize,
}

/// One that was ignored, and why.
pub struct Told {
    pub subject: String,
    /// Goes on where the subject ends.
    pub why: String,
}

/// An event to choose.
pub struct Meant<'a> {
    pub action: &'a str,
    pub href: String,
    pub count: u64,
}

pub fn form(form: &Form) -> Markup {
    let all_pools = if form.is_scoped {
        "All my Pools"
    } else {
        "All Pools"
    };
    let chosen = &form.chosen;
    let [success, failure] = form.outcomes;
    let outcomes = [
        counted("success", "Success", success),
        counted("failure", "Failure", failure),
    ];
    html! {
        // Else browsers that go back put into it what was chosen later.
        form.filters method="get" action="/audit-logs" role="search" autocomplete="off"
            aria-label="Filter audit logs" {
            div.frow {
                (select("pool", "Pool", chosen.pool, "",
                    counted_options(all_pools, &form.pools, chosen.pool)))
                (select("outcome", "Outcome", chosen.outcome, "nar",
                    counted_options("Any", &outcomes, chosen.outcome)))
                (picker::field(chosen.action, &form.events))
                @for (name, value) in &form.kept {
                    input type="hidden" name=(name) value=(value);
                }
                button.btn.pri type="submit" { "Apply filters" }
            }
            (advanced(form))
        }
    }
}

/// `more` stands beside the way to clear them.
pub fn chips(chips: &[Chip], clear_href: &str, more: &Markup) -> Markup {
    html! {
        @if !chips.is_empty() {
            div.chips {
                h2.sr { "Active filters" }
                ul {
                    @for chip in chips {
                        li {
                            a.chip href=(chip.remove_href) {
                                span.sr { "Remove filter " }
                                span.ck { (chip.name) } " "
                                span.cv { (chip.value) }
                                (icon(Glyph::Close))
                            }
                        }
                    }
                }
                div.chips-a { a.clear href=(clear_href) { "Clear all" } (more) }
            }
        }
    }
}

pub fn warnings(warnings: &Warnings) -> Markup {
    let heading = match warnings.ignored {
        1 => "1 filter was ignored".to_owned(),
        many => format!("{many} filters were ignored"),
    };
    html! {
        @if !warnings.told.is_empty() {
            div.note.warn role="status" {
                (icon(Glyph::Warning))
                div {
                    h2 { (heading) }
                    ul {
                        @for it in &warnings.told {
                            li data-warning { b { (it.subject) } (it.why) }
                        }
                    }
                    (meant(warnings))
                }
            }
        }
    }
}

fn meant(warnings: &Warnings) -> Markup {
    html! {
        @if !warnings.events.is_empty() {
            p #meant { "Which event is meant?" }
            ul.sug.start aria-labelledby="meant" {
                @for it in &warnings.events {
                    li {
                        a.btn href=(it.href) {
                            span.el { (picker::title(it.action)) } " "
                            span.mut.mono.el { (it.action) }
                            (parts::leads_to(it.count))
                        }
                    }
                }
            }
            @if warnings.more > 0 {
                p.mut { "And " (warnings.more) " more: write more of its title or name." }
            }
        }
    }
}

const ACTOR_TYPES: [Choice; 2] = [
    Choice {
        value: "user",
        label: "User",
    },
    Choice {
        value: "system",
        label: "System",
    },
];

fn advanced(form: &Form) -> Markup {
    let chosen = &form.chosen;
    let active = [
        chosen.actor_type,
        chosen.actor,
        chosen.target,
        chosen.request,
        chosen.from,
        chosen.to,
    ]
    .iter()
    .filter(|it| !it.is_empty())
    .count();
    html! {
        details.adv open[active > 0] {
            summary {
                (parts::twist())
                "Advanced filters"
                @if active > 0 { " " span.cnt { (active) span.sr { " active" } } }
            }
            div.frow.adv-r {
                (select("actor_type", "Actor type", chosen.actor_type, "",
                    options("Any", &ACTOR_TYPES, chosen.actor_type)))
                (text_field("actor", "Actor", chosen.actor, "email or id", Some("dl-actors")))
                (text_field("target", "Target", chosen.target, "kind, name or id", None))
                (text_field("request", "Request", chosen.request, "request or delivery id", None))
                (date_field("from", "From", chosen.from))
                (date_field("to", "To", chosen.to))
                datalist #dl-actors {
                    @for actor in &form.actors { option value=(actor.value) { (actor.label) } }
                }
            }
        }
    }
}

fn select(name: &str, label: &str, value: &str, classes: &str, options: Markup) -> Markup {
    html! {
        div.fld.(classes).on[!value.is_empty()] {
            label for={ "f-" (name) } { (label) }
            select id={ "f-" (name) } name=(name) { (options) }
            (icon(Glyph::ChevronDown))
        }
    }
}

fn options(any: &str, choices: &[Choice], chosen: &str) -> Markup {
    html! {
        option value="" selected[chosen.is_empty()] { (any) }
        @for choice in choices { (option(choice.value, choice.label, chosen)) }
    }
}

fn counted<'a>(value: &'a str, label: &'a str, count: u64) -> Counted<'a> {
    Counted {
        choice: Choice { value, label },
        count,
    }
}

/// The chosen one needs no number: the page shows it.
fn counted_options(any: &str, counted: &[Counted], chosen: &str) -> Markup {
    html! {
        option value="" selected[chosen.is_empty()] { (any) }
        @for Counted { choice: Choice { value, label }, count: number } in counted {
            @if *value == chosen {
                (option(value, label, chosen))
            } @else {
                option value=(value) { (label) " (" (count(*number)) ")" }
            }
        }
    }
}

fn option(value: &str, label: &str, chosen: &str) -> Markup {
    html! { option value=(value) selected[value == chosen] { (label) } }
}

fn text_field(
    name: &str,
    label: &str,
    value: &str,
    placeholder: &str,
    list: Option<&str>,
) -> Markup {
    html! {
        div.fld.on[!value.is_empty()] {
            label for={ "f-" (name) } { (label) }
            input id={ "f-" (name) } name=(name) type="text" value=(value)
                placeholder=(placeholder) list=[list] autocomplete="off" spellcheck="false"
                autocapitalize="none";
        }
    }
}

fn date_field(name: &str, label: &str, value: &str) -> Markup {
    html! {
        div.fld.on[!value.is_empty()] {
            label for={ "f-" (name) } { (label) }
            input id={ "f-" (name) } name=(name) type="date" value=(value) autocomplete="off";
        }
    }
}
