//! The filters of the audit logs: form, chips, ranges, warnings.
use std::borrow::Cow;
use std::collections::BTreeSet;

use maud::{Markup, html};

use super::icons::{Glyph, icon};
use super::parts::{self, Choice};
use super::times::{count, counted};
use crate::model::{Icon, catalogue, wording};

/// What can be chosen, and what is.
pub struct Form<'a> {
    /// The viewer sees some Pools only.
    pub is_scoped: bool,
    pub pools: Vec<Choice<'a>>,
    /// Names of actions, own and seen; they are grouped and titled here.
    pub actions: Vec<&'a str>,
    /// Suggestions for the actor: address and name.
    pub actors: Vec<Choice<'a>>,
    pub chosen: Chosen<'a>,
    /// Filters without a field (range, window, via, request): they stay when the form is sent.
    pub kept: Vec<(&'a str, &'a str)>,
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

/// A span of time ending now, or all time.
pub struct Range<'a> {
    /// "7 d".
    pub label: &'a str,
    /// "Last 7 days".
    pub title: &'a str,
    pub href: String,
    pub is_current: bool,
}

/// What was not understood.
#[derive(Default)]
pub struct Warnings<'a> {
    /// How many filters were ignored; the texts may be fewer.
    pub ignored: usize,
    pub texts: Vec<Cow<'a, str>>,
}

struct Group<'a> {
    label: &'static str,
    actions: Vec<(Cow<'static, str>, &'a str)>,
}

pub fn form(form: &Form) -> Markup {
    let all_pools = if form.is_scoped {
        "All my Pools"
    } else {
        "All Pools"
    };
    let chosen = &form.chosen;
    html! {
        form.filters method="get" action="/audit-logs" role="search"
            aria-label="Filter audit logs" {
            div.frow {
                (select("pool", "Pool", chosen.pool, "",
                    options(all_pools, &form.pools, chosen.pool)))
                (select("outcome", "Outcome", chosen.outcome, "nar",
                    options("Any", &OUTCOMES, chosen.outcome)))
                (select("action", "Event", chosen.action, "wide", action_options(form)))
                @for (name, value) in &form.kept {
                    input type="hidden" name=(name) value=(value);
                }
                button.btn.pri type="submit" { "Apply filters" }
            }
            (advanced(form))
        }
    }
}

pub fn chips(chips: &[Chip], clear_href: &str) -> Markup {
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
                p.chips-a { a.clear href=(clear_href) { "Clear all" } }
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
        @if !warnings.texts.is_empty() {
            div.note.warn role="status" {
                (icon(Glyph::Warning))
                div {
                    h2 { (heading) }
                    ul {
                        @for text in &warnings.texts { li data-warning { (text) } }
                    }
                }
            }
        }
    }
}

/// How many events there are, and the usual spans of time.
pub fn summary(total: u64, failed: u64, ranges: &[Range]) -> Markup {
    let noun = if total == 1 { "event" } else { "events" };
    html! {
        section.panel.hist aria-labelledby="hist-h" {
            div.hist-t {
                h2 #hist-h { span.big-n { (count(total)) } " " (noun) }
                p.leg {
                    @if failed > 0 { span.k.k2 {} }
                    span.sr { (counted(total, "event")) ", " }
                    (count(failed)) " failed"
                }
                nav.ranges aria-label="Date range" {
                    ul { @for range in ranges { (range_link(range)) } }
                }
            }
        }
    }
}

fn range_link(range: &Range) -> Markup {
    let is_current = range.is_current.then_some("true");
    html! {
        li {
            a href=(range.href) aria-current=[is_current] {
                abbr title=(range.title) { (range.label) }
            }
        }
    }
}

const OUTCOMES: [Choice; 2] = [
    Choice {
        value: "success",
        label: "Success",
    },
    Choice {
        value: "failure",
        label: "Failure",
    },
];

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

fn option(value: &str, label: &str, chosen: &str) -> Markup {
    html! { option value=(value) selected[value == chosen] { (label) } }
}

fn action_options(form: &Form) -> Markup {
    let chosen = form.chosen.action;
    html! {
        option value="" selected[chosen.is_empty()] { "Any event" }
        @if !chosen.is_empty() && !form.actions.contains(&chosen) {
            (option(chosen, &action_name(chosen), chosen))
        }
        @for group in groups(&form.actions) {
            optgroup label=(group.label) {
                @for (title, action) in &group.actions { (option(action, title, chosen)) }
            }
        }
    }
}

/// What the filter by event is called: the action's title, or all of a family.
pub fn action_name(action: &str) -> Cow<'static, str> {
    match action.strip_suffix(".*") {
        Some(family) => Cow::Owned(format!("{}: any event", wording::plain(family))),
        None => catalogue::filter_title(action),
    }
}

fn groups<'a>(actions: &[&'a str]) -> Vec<Group<'a>> {
    let actions: BTreeSet<&str> = actions.iter().copied().collect();
    let of = |category: Icon| {
        let own = actions.iter().filter(|it| catalogue::icon(it) == category);
        let mut titled: Vec<_> = own.map(|it| (catalogue::filter_title(it), *it)).collect();
        titled.sort();
        Group {
            label: category.label(),
            actions: titled,
        }
    };
    let groups = Icon::ALL.into_iter().map(of);
    groups.filter(|it| !it.actions.is_empty()).collect()
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
