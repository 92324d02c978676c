//! What a page counts: the histogram, how much each choice would show, what a filter keeps back.
use std::collections::BTreeMap;

use super::questions::Asked;
use crate::index::{Choices, Matches};
use crate::model::{Bar, Buckets, Field, Histogram, PoolNo, is_answerable};

/// How many events each choice would show under the other filters. What the viewer does not see
/// is in none of these numbers.
pub struct Options {
    pub pools: BTreeMap<PoolNo, u64>,
    pub successes: u64,
    pub failures: u64,
    /// By the action's name; those without a match are not here.
    pub actions: BTreeMap<String, u64>,
}

pub fn options(asked: &Asked, choices: &Choices) -> Options {
    let names = &asked.snapshot.terms().actions;
    let by_no = |(no, count): &(u16, u64)| Some((PoolNo::new(*no)?, *count));
    let by_name = |(no, count): &(u16, u64)| Some((names.name(*no)?.to_owned(), *count));
    Options {
        pools: choices.pools.iter().filter_map(by_no).collect(),
        successes: choices.successes,
        failures: choices.failures,
        actions: choices.actions.iter().filter_map(by_name).collect(),
    }
}

/// None without a match.
pub fn histogram(asked: &Asked, matches: &Matches) -> Option<Histogram> {
    let question = &asked.question;
    let filtered = asked.span(&question.filter);
    let extent = Buckets::extent(filtered, matches.ends()?, question.now);
    let Buckets { step, edges } = Buckets::over(extent, &question.zone);
    let bars = edges.windows(2).zip(matches.bars(&edges));
    let bars = bars.map(|(edges, counted)| Bar {
        // The bars at the ends count only what the filter takes, so they say only that.
        from: edges[0].max(filtered.0),
        until: edges[1].min(filtered.1),
        events: counted.events,
        failures: counted.failures,
    });
    Some(Histogram {
        step,
        bars: bars.collect(),
    })
}

/// The filters whose removal would bring events back, and how many.
pub fn without(asked: &Asked, choices: &Choices) -> Vec<(Field, u64)> {
    let filter = &asked.question.filter;
    let [pool, outcome, action] = choices.without;
    let fewer = filter.active().into_iter();
    let fewer = fewer.map(|it| (it.field, filter.without(it.field)));
    let counts =
        fewer
            .filter(|(_, fewer)| is_answerable(fewer))
            .map(|(field, fewer)| match field {
                Field::Pool => (field, pool),
                Field::Outcome => (field, outcome),
                Field::Action => (field, action),
                Field::ActorType
                | Field::Actor
                | Field::Target
                | Field::From
                | Field::To
                | Field::Range
                | Field::Window
                | Field::Via
                | Field::Request => (field, asked.plan(&fewer).count()),
            });
    counts.filter(|(_, count)| *count > 0).collect()
}
