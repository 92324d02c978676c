//! The form of the log page: what is chosen, and what each choice would show.
use std::collections::BTreeMap;

use super::links::Links;
use crate::gate::Person;
use crate::model::{Field, Filter, OperatorState, Pool};
use crate::store::Options;
use crate::views::Choice;
use crate::views::filters::{Chosen, Counted, Form};
use crate::views::picker::{self, Suggestion};

/// More suggestions are no help, and every one costs bytes; what is typed is found anyway.
const SUGGESTIONS_MAX: usize = 250;

/// The filter's values as texts, for the form to borrow.
pub struct Values {
    fields: [String; 9],
    /// Filters without a field of their own: they stay when the form is sent.
    kept: Vec<(&'static str, String)>,
}

/// What the choices would show, for the form to borrow.
pub struct Choices<'a> {
    options: &'a Options,
    /// Actions and families, in the order in which they are suggested.
    events: Vec<(String, u64)>,
}

impl Values {
    pub fn of(filter: &Filter) -> Self {
        const FIELDS: [Field; 9] = [
            Field::Pool,
            Field::Outcome,
            Field::Action,
            Field::ActorType,
            Field::Actor,
            Field::Target,
            Field::From,
            Field::To,
            Field::Request,
        ];
        let others = Field::ALL.into_iter().filter(|it| !FIELDS.contains(it));
        Self {
            fields: FIELDS.map(|it| filter.value(it).unwrap_or_default()),
            kept: others
                .filter_map(|it| Some((it.name(), filter.value(it)?)))
                .collect(),
        }
    }

    fn chosen(&self) -> Chosen<'_> {
        let [pool, outcome, action, actor_type, actor, target, rest @ ..] = &self.fields;
        let [from, to, request] = rest;
        Chosen {
            pool,
            outcome,
            action,
            actor_type,
            actor,
            target,
            request,
            from,
            to,
        }
    }
}

impl<'a> Choices<'a> {
    /// `seen` are the actions that occur in scope at all.
    pub fn of(options: &'a Options, seen: &[String]) -> Self {
        let count = |action: &String| options.actions.get(action).copied().unwrap_or_default();
        let mut events: Vec<_> = seen.iter().map(|it| (it.clone(), count(it))).collect();
        let mut families: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
        for (action, count) in &events {
            if let Some((family, _)) = action.split_once('.') {
                let (actions, sum) = families.entry(family).or_default();
                *actions += 1;
                *sum += count;
            }
        }
        let families = families
            .into_iter()
            .filter(|(_, (actions, _))| *actions > 1);
        let mut families: Vec<_> = families
            .map(|(family, (_, count))| (format!("{family}.*"), count))
            .collect();
        for list in [&mut events, &mut families] {
            list.sort_by_cached_key(|(action, count)| {
                (std::cmp::Reverse(*count), picker::title(action))
            });
        }
        events.truncate(SUGGESTIONS_MAX - families.len().min(SUGGESTIONS_MAX / 2));
        events.append(&mut families);
        events.truncate(SUGGESTIONS_MAX);
        Self { options, events }
    }
}

pub fn form<'a>(
    person: &Person,
    pools: &'a [Pool],
    choices: &'a Choices<'_>,
    values: &'a Values,
    links: &'a Links<'_>,
) -> Form<'a> {
    let options = choices.options;
    let pools = pools.iter().map(|it| Counted {
        choice: Choice {
            value: &it.slug,
            label: &it.name,
        },
        count: options.pools.get(&it.no).copied().unwrap_or_default(),
    });
    let events = choices.events.iter().map(|(action, count)| Suggestion {
        action,
        count: *count,
    });
    Form {
        is_scoped: !person.is_owner(),
        pools: pools.collect(),
        outcomes: [options.successes, options.failures],
        events: events.collect(),
        actors: links
            .operators()
            .iter()
            .filter(|it| it.state == OperatorState::Active)
            .map(|it| Choice {
                value: &it.email,
                label: &it.name,
            })
            .collect(),
        chosen: values.chosen(),
        kept: values
            .kept
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect(),
    }
}
