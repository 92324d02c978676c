//! Everything that a page counts, in one pass over the log: what matches, and how many events each
//! choice of a Pool, of an outcome or of an event would show. A filter never narrows its own
//! choices.
use std::borrow::Cow;

use super::bitmap::{both, is_empty, set};
use super::bytetest::{ByteTest, Worth};
use super::idset::IdSet;
use super::lanes::ones;
use super::log::{Bounds, Log, Source};
use super::matches::{Found, Matches};
use super::plan::Plan;
use super::query::{FlagTest, Pools, Query, numbers};
use super::row::{Flags, Row};
use super::segment::Segment;
use super::terms::Terms;

/// What one query matches at one moment, and what its choices would.
pub struct Survey {
    pub matches: Matches,
    pub successes: u64,
    pub failures: u64,
    pub choices: Choices,
}

/// How many events each choice would show under the other filters; those without any are not here.
/// Erased events are listed by Pool and time, and count for no outcome and no event.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct Choices {
    /// Ascending; zero stands for the global events.
    pub pools: Vec<(u16, u64)>,
    /// Ascending.
    pub actions: Vec<(u16, u64)>,
    pub successes: u64,
    pub failures: u64,
    /// How many events would match, erased ones too, without the filter by Pool, by outcome, by
    /// event.
    pub without: [u64; 3],
}

const FAILED: FlagTest = FlagTest {
    mask: Flags::FAILURE.bits() | Flags::ERASED.bits(),
    value: Flags::FAILURE.bits(),
};
const SUCCEEDED: FlagTest = FlagTest {
    mask: FAILED.mask,
    value: 0,
};
const READABLE: FlagTest = FlagTest {
    mask: Flags::ERASED.bits(),
    value: 0,
};

/// Where the filters whose choices are counted stand in a list of the three.
const POOL: usize = 0;
const OUTCOME: usize = 1;
const ACTION: usize = 2;

/// The three, as far as they are used.
struct Chosen {
    pools: Option<IdSet>,
    outcome: Option<FlagTest>,
    actions: Option<IdSet>,
}

/// Numbers added up while the sources are passed.
#[derive(Default)]
struct Sums {
    pools: Vec<u64>,
    actions: Vec<u64>,
    /// Of the matches, and of what would match under the other filters.
    successes: [u64; 2],
    failures: [u64; 2],
    without: [u64; 3],
}

impl Survey {
    /// `scope` is where Pools can be chosen. A query whose Pools are others chose among them.
    pub fn new(log: &Log, terms: &Terms, query: &Query, scope: &Pools) -> Self {
        let chosen = Chosen::of(query, scope);
        let plan = Plan::new(log, terms, &query.without_choices(scope));
        let mut sums = Sums::default();
        let found = plan.sources().iter().filter_map(|bounds| {
            let [events, failed] = match bounds.source {
                Source::Segment(at) => {
                    let part = Part {
                        segment: &log.segments[at],
                        tests: chosen.tests(&log.segments[at]),
                    };
                    part.count(&plan, bounds, &mut sums)?
                }
                Source::Block(at) => {
                    let rows = (bounds.first_seq..).zip(log.tail.block(at).rows());
                    let rows = rows.map(|(seq, row)| (plan.wants(row, seq), row));
                    count_rows(rows, &chosen, &mut sums)
                }
            };
            Some(Found {
                bounds: *bounds,
                events,
                failed,
            })
        });
        let matches = Matches::new(log.clone(), found.collect());
        Self {
            matches,
            successes: sums.successes[0],
            failures: sums.failures[0],
            choices: Choices {
                pools: with_events(&sums.pools),
                actions: with_events(&sums.actions),
                successes: sums.successes[1],
                failures: sums.failures[1],
                without: sums.without,
            },
        }
    }
}

impl Chosen {
    fn of(query: &Query, scope: &Pools) -> Self {
        let outcome = |failure| if failure { FAILED } else { SUCCEEDED };
        Self {
            pools: query.pools.ids().filter(|_| query.pools != *scope),
            outcome: query.failure.map(outcome),
            actions: query.actions.as_deref().map(numbers),
        }
    }

    /// For each filter the events of a segment that pass, a bit each; none where all do.
    fn tests(&self, segment: &Segment) -> [Option<Vec<u64>>; 3] {
        let column = |wanted: &Option<IdSet>, column| {
            let test = ByteTest::of_column(column, wanted.as_ref()?);
            test.bits(segment.len())
        };
        let actions = column(&self.actions, &segment.actions);
        let readable = self
            .actions
            .as_ref()
            .and_then(|_| passing(segment, READABLE));
        [
            column(&self.pools, &segment.pools),
            self.outcome.and_then(|it| passing(segment, it)),
            match (actions, readable) {
                (Some(actions), Some(readable)) => Some(both(&actions, &readable)),
                (actions, readable) => actions.or(readable),
            },
        ]
    }

    fn pass(&self, row: &Row) -> [bool; 3] {
        let within =
            |set: &Option<IdSet>, id: u16| set.as_ref().is_none_or(|it| it.contains(u32::from(id)));
        let flags = row.flags.bits();
        [
            within(&self.pools, row.pool),
            self.outcome.is_none_or(|it| it.passes(flags)),
            within(&self.actions, row.action) && (self.actions.is_none() || READABLE.passes(flags)),
        ]
    }
}

/// A segment, and what each of the three filters lets pass of it.
struct Part<'a> {
    segment: &'a Segment,
    tests: [Option<Vec<u64>>; 3],
}

impl Part<'_> {
    /// The matches, and those of them that failed. None if there are none.
    fn count(&self, plan: &Plan, bounds: &Bounds, sums: &mut Sums) -> Option<[Vec<u64>; 2]> {
        let events = plan.bits_among(bounds, self.among().as_deref());
        if is_empty(&events) {
            return None;
        }
        let readable = passing(self.segment, READABLE);
        let left = self.without(POOL, &events);
        sums.without[POOL] += ones(&left);
        add_all(&mut sums.pools, self.segment.pools.tally(&left));
        let left = self.without(ACTION, &events);
        sums.without[ACTION] += ones(&left);
        let left = of(left, readable.as_ref());
        add_all(&mut sums.actions, self.segment.actions.tally(&left));
        let left = self.without(OUTCOME, &events);
        sums.without[OUTCOME] += ones(&left);
        let failed = Cow::Owned(self.failed(&left));
        sums.add_outcomes(1, &of(Cow::Borrowed(&left), readable.as_ref()), &failed);
        let events = of(left, self.tests[OUTCOME].as_ref()).into_owned();
        let failed = of(failed, self.tests[OUTCOME].as_ref()).into_owned();
        sums.add_outcomes(0, &of(Cow::Borrowed(&events), readable.as_ref()), &failed);
        (!is_empty(&events)).then_some([events, failed])
    }

    /// The failures among these events.
    fn failed(&self, events: &[u64]) -> Vec<u64> {
        match ByteTest::of_flags(self.segment, FAILED) {
            Worth::NothingPasses => Vec::new(),
            Worth::EverythingPasses => events.to_vec(),
            Worth::Some(test) => test.among(events),
        }
    }

    /// What one filter alone keeps back is counted, what two do is not. None: any event.
    fn among(&self) -> Option<Vec<u64>> {
        let tests: Vec<&Vec<u64>> = self.tests.iter().flatten().collect();
        match tests[..] {
            [a, b] => Some(a.iter().zip(b).map(|(a, b)| a | b).collect()),
            [a, b, c] => {
                let words = a.iter().zip(b).zip(c);
                Some(words.map(|((a, b), c)| a & b | c & (a | b)).collect())
            }
            _ => None,
        }
    }

    /// The events that every filter but one lets pass.
    fn without<'b>(&self, skipped: usize, events: &'b [u64]) -> Cow<'b, [u64]> {
        let tests = self.tests.iter().enumerate();
        let tests = tests.filter(|(at, _)| *at != skipped);
        tests.fold(Cow::Borrowed(events), |left, (_, it)| of(left, it.as_ref()))
    }
}

impl Sums {
    fn add_outcomes(&mut self, place: usize, readable: &[u64], failed: &[u64]) {
        let failures = ones(failed);
        self.failures[place] += failures;
        self.successes[place] += ones(readable) - failures;
    }
}

/// The same for events that are in no segment yet, each with whether it is wanted at all.
fn count_rows<'a>(
    rows: impl Iterator<Item = (bool, &'a Row)>,
    chosen: &Chosen,
    sums: &mut Sums,
) -> [Vec<u64>; 2] {
    let mut found = [Vec::new(), Vec::new()];
    for (no, (_, row)) in rows.enumerate().filter(|(_, (wanted, _))| *wanted) {
        let pass = chosen.pass(row);
        let but = |skipped: usize| (0..3).all(|at| at == skipped || pass[at]);
        for (at, without) in sums.without.iter_mut().enumerate() {
            *without += u64::from(but(at));
        }
        let flags = row.flags.bits();
        let (failed, readable) = (FAILED.passes(flags), READABLE.passes(flags));
        if but(POOL) {
            add(&mut sums.pools, row.pool, 1);
        }
        if but(ACTION) && readable {
            add(&mut sums.actions, row.action, 1);
        }
        let places = [but(OUTCOME).then_some(1), but(usize::MAX).then_some(0)];
        for place in places.into_iter().flatten() {
            sums.failures[place] += u64::from(failed);
            sums.successes[place] += u64::from(readable && !failed);
        }
        if but(usize::MAX) {
            set(&mut found[0], no);
        }
        if but(usize::MAX) && failed {
            set(&mut found[1], no);
        }
    }
    found
}

/// Those of the events that pass; without a test all do.
fn of<'a>(events: Cow<'a, [u64]>, test: Option<&Vec<u64>>) -> Cow<'a, [u64]> {
    match test {
        Some(test) => Cow::Owned(both(&events, test)),
        None => events,
    }
}

fn passing(segment: &Segment, test: FlagTest) -> Option<Vec<u64>> {
    ByteTest::of_flags(segment, test).bits(segment.len())
}

fn add_all(sums: &mut Vec<u64>, counts: impl Iterator<Item = (u16, u32)>) {
    counts.for_each(|(value, count)| add(sums, value, u64::from(count)));
}

fn add(sums: &mut Vec<u64>, value: u16, count: u64) {
    let at = usize::from(value);
    if at >= sums.len() {
        sums.resize(at + 1, 0);
    }
    sums[at] += count;
}

fn with_events(sums: &[u64]) -> Vec<(u16, u64)> {
    let all = (0..).zip(sums.iter().copied());
    all.filter(|(_, events)| *events > 0).collect()
}
