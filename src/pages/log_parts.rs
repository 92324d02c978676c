//! The parts of the log page around its rows: form, chips, ranges, warnings, ways to go on.
use std::borrow::Cow;

use super::links::Links;
use super::log_address::Address;
use crate::base::MINUTE_MS;
use crate::gate::Person;
use crate::model::{
    Action, Cursor, Event, EventOut, Family, Field, Filter, OperatorState, Pool, Range, Warnings,
};
use crate::store::Listed;
use crate::views::Choice;
use crate::views::audit_logs::Fewer;
use crate::views::drawer::Near;
use crate::views::filters::{self, Chip, Chosen, Form};

const NEAR_MS: i64 = 5 * MINUTE_MS;

/// The filter's values as texts, for the form to borrow.
pub struct Values([String; 8]);

impl Values {
    pub fn of(filter: &Filter) -> Self {
        const FIELDS: [Field; 8] = [
            Field::Pool,
            Field::Outcome,
            Field::Action,
            Field::ActorType,
            Field::Actor,
            Field::Target,
            Field::From,
            Field::To,
        ];
        Self(FIELDS.map(|it| filter.value(it).unwrap_or_default()))
    }
}

pub fn form<'a>(
    person: &Person,
    pools: &'a [Pool],
    seen: &'a [String],
    values: &'a Values,
    links: &'a Links<'_>,
    kept: Vec<(&'a str, &'a str)>,
) -> Form<'a> {
    let [pool, outcome, action, actor_type, actor, target, from, to] = &values.0;
    // Who sees no global events is offered none of theirs.
    let own = Action::ALL
        .iter()
        .filter(|it| person.is_owner() || is_filed_in_pools(it.family()))
        .map(|it| it.name());
    let others = seen
        .iter()
        .map(String::as_str)
        .filter(|it| Action::parse(it).is_none());
    Form {
        is_scoped: !person.is_owner(),
        pools: pools
            .iter()
            .map(|it| Choice {
                value: &it.slug,
                label: &it.name,
            })
            .collect(),
        actions: own.chain(others).collect(),
        actors: links
            .operators()
            .iter()
            .filter(|it| it.state == OperatorState::Active)
            .map(|it| Choice {
                value: &it.email,
                label: &it.name,
            })
            .collect(),
        chosen: Chosen {
            pool,
            outcome,
            action,
            actor_type,
            actor,
            target,
            from,
            to,
        },
        kept,
    }
}

/// Filters without a field of their own: they stay when the form is sent.
pub fn kept(filter: &Filter) -> Vec<(&'static str, &'static str)> {
    let range = filter.range.map(|it| (Field::Range.name(), it.as_str()));
    let via = filter.via.map(|it| (Field::Via.name(), it.as_str()));
    range.into_iter().chain(via).collect()
}

fn is_filed_in_pools(family: Family) -> bool {
    matches!(family, Family::Pool | Family::Upstream | Family::ApiKey)
}

pub fn chips<'a>(filter: &Filter, address: &Address<'_>) -> Vec<Chip<'a>> {
    chips_with_fields(filter, address)
        .map(|(_, it)| it)
        .collect()
}

fn chips_with_fields<'a>(
    filter: &Filter,
    address: &Address<'_>,
) -> impl Iterator<Item = (Field, Chip<'a>)> {
    filter.active().into_iter().map(|it| {
        let chip = Chip {
            name: it.label,
            value: match it.field {
                Field::Action => filters::action_name(&it.value).into_owned().into(),
                _ => Cow::Owned(it.value),
            },
            remove_href: address.without(it.field),
        };
        (it.field, chip)
    })
}

/// The filters whose removal would bring events back, as links, the most events first.
pub fn fewer<'a>(
    counts: &[(Field, u64)],
    filter: &Filter,
    address: &Address<'_>,
) -> Vec<Fewer<'a>> {
    let mut fewer: Vec<_> = chips_with_fields(filter, address)
        .filter_map(|(field, chip)| {
            let (_, count) = counts.iter().find(|(it, _)| *it == field)?;
            Some(Fewer {
                name: chip.name,
                value: chip.value,
                href: chip.remove_href,
                count: *count,
            })
        })
        .collect();
    fewer.sort_by_key(|it| std::cmp::Reverse(it.count));
    fewer
}

pub fn ranges(filter: &Filter) -> Vec<filters::Range<'static>> {
    let range = |label, title, range: Option<Range>| filters::Range {
        label,
        title,
        href: Address::with_range(filter, range),
        is_current: match range {
            Some(_) => filter.range == range,
            None => *filter == filter.of_any_time(),
        },
    };
    vec![
        range("24 h", "Last 24 hours", Some(Range::Hours24)),
        range("7 d", "Last 7 days", Some(Range::Days7)),
        range("30 d", "Last 30 days", Some(Range::Days30)),
        range("90 d", "Last 90 days", Some(Range::Days90)),
        range("All", "All events", None),
    ]
}

pub fn warnings(warnings: &Warnings) -> filters::Warnings<'static> {
    filters::Warnings {
        ignored: warnings.count(),
        texts: warnings
            .iter()
            .map(|it| Cow::Owned(it.to_string()))
            .collect(),
    }
}

/// Where the investigation may go from an event.
pub fn near(event: &Event) -> Near {
    let body = &event.body;
    let around = Filter::default()
        .with_window(body.occurred_ms - NEAR_MS, body.occurred_ms + NEAR_MS + 1)
        .unwrap_or_default();
    let actor = body.actor.email.as_ref().or(body.actor.label.as_ref());
    let actor = actor.or(body.actor.id.as_ref());
    let target = body.target.as_ref();
    let target = target.and_then(|it| it.label.as_ref().or(it.id.as_ref()));
    Near {
        window_href: Address::of(&around),
        actor_href: actor.map(|it| {
            Address::of(&Filter {
                actor: Some(it.clone()),
                ..Filter::default()
            })
        }),
        target_href: target.map(|it| {
            Address::of(&Filter {
                target: Some(it.clone()),
                ..Filter::default()
            })
        }),
        request_href: None,
    }
}

/// The event as programs read it, indented.
pub fn json(event: &Event) -> String {
    serde_json::to_string_pretty(&EventOut::from(event.clone())).unwrap_or_default()
}

pub fn cursor(listed: &Listed) -> Cursor {
    Cursor {
        ms: listed.occurred_ms,
        seq: listed.seq,
    }
}
