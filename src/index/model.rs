//! For tests: a model of the index that is too simple to be wrong, a list, sorted and filtered,
//! and logs and queries drawn at random, the same on every run.
use std::collections::BTreeMap;

use super::fold::fold;
use super::query::{Pools, Query};
use super::row::{Flags, Place, Row};
use super::segment::Segment;
use super::snapshot::Index;
use super::survey::Choices;

const KINDS: [&str; 5] = ["alert", "api_key", "project", "service", "user_group"];

/// xorshift64*: the same numbers on every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end
    }

    pub fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// Small numbers far more often than great ones.
    fn skewed(&mut self, end: usize) -> usize {
        let most = self.below(end) + 1;
        self.below(most)
    }
}

/// What the index is compared with.
pub struct Model {
    pub rows: Vec<Row>,
    actors: Vec<String>,
    targets: Vec<String>,
}

impl Model {
    pub fn matches(&self, query: &Query) -> Vec<Place> {
        let rows = (0..).zip(&self.rows);
        let kept = rows.filter(|(seq, row)| self.keeps(query, *seq, row));
        let mut places: Vec<Place> = kept.map(|(seq, row)| place(row, seq)).collect();
        places.sort_by(|a, b| b.cmp(a));
        places
    }

    /// Each choice counted by a question of its own, without the filter that it belongs to.
    pub fn choices(&self, query: &Query, scope: &Pools) -> Choices {
        let rows_of = |query: &Query| -> Vec<Row> {
            let rows = (0..).zip(&self.rows);
            let kept = rows.filter(|(seq, row)| self.keeps(query, *seq, row));
            kept.map(|(_, row)| *row).collect()
        };
        let count = |values: Vec<u16>| {
            let mut counts = BTreeMap::new();
            for it in values {
                *counts.entry(it).or_default() += 1;
            }
            counts.into_iter().collect()
        };
        let mut others = [query.clone(), query.clone(), query.clone()];
        others[0].pools = scope.clone();
        others[1].failure = None;
        others[2].actions = None;
        let [pools, mut outcomes, mut actions] = others.each_ref().map(rows_of);
        let without = [&pools, &outcomes, &actions].map(|it| it.len() as u64);
        for rows in [&mut outcomes, &mut actions] {
            rows.retain(|it| !it.flags.has(Flags::ERASED));
        }
        let failed = outcomes.iter().filter(|it| it.flags.has(Flags::FAILURE));
        let failures = failed.count() as u64;
        Choices {
            pools: count(pools.iter().map(|it| it.pool).collect()),
            actions: count(actions.iter().map(|it| it.action).collect()),
            successes: outcomes.len() as u64 - failures,
            failures,
            without,
        }
    }

    fn keeps(&self, query: &Query, seq: i64, row: &Row) -> bool {
        let (failure, system) = (Flags::FAILURE, Flags::SYSTEM);
        let pools = match &query.pools {
            Pools::All => true,
            Pools::Only(pools) => pools.contains(&row.pool),
        };
        let way = |it: u8| row.flags.bits() & Flags::WAY.bits() == Flags::way(it).bits();
        let content = query.way.is_none_or(way)
            && query.failure.is_none_or(|it| it == row.flags.has(failure))
            && query.system.is_none_or(|it| it == row.flags.has(system))
            && query
                .actions
                .as_ref()
                .is_none_or(|it| it.contains(&row.action))
            && query
                .actor
                .as_ref()
                .is_none_or(|it| self.has_actor(it, row))
            && query
                .target
                .as_ref()
                .is_none_or(|it| self.has_target(it, row));
        let asks = query.failure.is_some()
            || query.way.is_some()
            || query.system.is_some()
            || query.actions.is_some()
            || query.actor.is_some()
            || query.target.is_some();
        pools
            && content
            && !(asks && row.flags.has(Flags::ERASED))
            && query.span.0 <= row.occurred_ms
            && row.occurred_ms < query.span.1
            && query.limit_seq.is_none_or(|it| seq < it)
            && query.only.as_ref().is_none_or(|it| it.contains(&seq))
    }

    fn has_actor(&self, needles: &[String], row: &Row) -> bool {
        let word = if row.flags.has(Flags::SYSTEM) {
            "system"
        } else {
            "user"
        };
        let text = text_of(&self.actors, row.actor);
        needles
            .iter()
            .any(|it| word.contains(it.as_str()) || text.contains(it.as_str()))
    }

    fn has_target(&self, needles: &[String], row: &Row) -> bool {
        let kind = usize::from(row.kind)
            .checked_sub(1)
            .map_or("", |it| KINDS[it]);
        let text = text_of(&self.targets, row.target);
        needles
            .iter()
            .any(|it| kind.contains(it.as_str()) || text.contains(it.as_str()))
    }
}

fn text_of(texts: &[String], id: u32) -> &str {
    (id as usize)
        .checked_sub(1)
        .map_or("", |it| texts[it].as_str())
}

fn place(row: &Row, seq: i64) -> Place {
    Place {
        occurred_ms: row.occurred_ms,
        seq,
    }
}

/// How the times of a log run.
#[derive(Clone, Copy, Debug)]
pub enum Times {
    Ascending,
    Jitter,
    Equal,
    Wild,
}

pub fn world(dice: &mut Dice, events: usize, times: Times, segment_len: usize) -> (Index, Model) {
    let actors: Vec<String> = (0..60)
        .map(|it| {
            fold(&format!(
                "U_{it}\nName{}@Example.org\nAna Ruiz {}",
                it % 7,
                it / 3
            ))
        })
        .collect();
    let targets: Vec<String> = (0..400)
        .map(|it| format!("id-{it:03x}\nlabel {}", it % 50))
        .collect();
    let mut index = Index::with_segments_of(segment_len);
    let vocabulary = index.vocabulary();
    for it in KINDS {
        assert!(vocabulary.kinds.intern(it).is_some());
    }
    for it in &actors {
        assert!(vocabulary.actors.intern(it) > 0);
    }
    for it in &targets {
        assert!(vocabulary.targets.intern(it) > 0);
    }
    let rows: Vec<Row> = (0..events).map(|at| row(dice, at, times)).collect();
    index.append(&rows);
    let segments = rows
        .chunks_exact(segment_len)
        .take(events.saturating_sub(100) / segment_len);
    for (no, rows) in (0..).zip(segments) {
        let built = Segment::build(no, rows);
        index.seal(Segment::decode(no, &built.encode()).unwrap());
    }
    index.publish();
    let model = Model {
        rows,
        actors,
        targets,
    };
    (index, model)
}

pub fn row(dice: &mut Dice, at: usize, times: Times) -> Row {
    let at = i64::try_from(at).unwrap();
    let dice_ms = |dice: &mut Dice, end| i64::try_from(dice.below(end)).unwrap();
    let occurred_ms = match times {
        Times::Ascending => at / 3,
        Times::Jitter => at - dice_ms(dice, 40) - if dice.one_in(50) { 900 } else { 0 },
        Times::Equal => 7,
        Times::Wild => match dice.below(40) {
            0 => i64::MIN,
            1 => i64::MAX,
            _ => dice_ms(dice, 1 << 20) << dice.below(30),
        },
    };
    let kind = u16::try_from(dice.below(KINDS.len() + 1)).unwrap();
    let actions = if dice.one_in(3) { 300 } else { 20 };
    let target = if kind == 0 {
        0
    } else {
        u32::try_from(dice.below(401)).unwrap()
    };
    Row {
        occurred_ms,
        pool: u16::try_from(dice.skewed(9)).unwrap(),
        action: u16::try_from(1 + dice.skewed(actions)).unwrap(),
        flags: Flags::FAILURE.when(dice.one_in(9))
            | Flags::SYSTEM.when(dice.one_in(5))
            | Flags::way(u8::try_from(dice.below(8)).unwrap())
            | Flags::LATE.when(dice.one_in(30))
            | Flags::ERASED.when(dice.one_in(60)),
        kind,
        actor: u32::try_from(dice.skewed(61)).unwrap(),
        target,
    }
}

pub fn query(dice: &mut Dice, model: &Model) -> Query {
    let mut query = Query::everything(Pools::All);
    let few = |dice: &mut Dice, end: usize| -> Vec<u16> {
        (0..dice.below(6))
            .map(|_| u16::try_from(dice.below(end)).unwrap())
            .collect()
    };
    if dice.one_in(2) {
        query.pools = Pools::Only(few(dice, 12));
    }
    if dice.one_in(4) {
        query.failure = Some(dice.one_in(2));
    }
    if dice.one_in(5) {
        query.system = Some(dice.one_in(2));
    }
    if dice.one_in(5) {
        query.way = Some(u8::try_from(dice.below(8)).unwrap());
    }
    if dice.one_in(4) {
        query.actions = Some(few(dice, 25));
    }
    const ACTORS: [&str; 9] = [
        "a", "u_7", "name3", "ruiz 1", "user", "stem", "e", "none", "u_12\nn",
    ];
    const TARGETS: [&str; 9] = [
        "a", "id-0a7", "label 1", "ser", "alert", "-", "zzz", "id-1", "_",
    ];
    let texts = |dice: &mut Dice, from: &[&str]| -> Vec<String> {
        (0..=dice.below(2))
            .map(|_| from[dice.below(from.len())].to_owned())
            .collect()
    };
    if dice.one_in(3) {
        query.actor = Some(texts(dice, &ACTORS[..8]));
    }
    if dice.one_in(3) {
        query.target = Some(texts(dice, &TARGETS));
    }
    let some_ms = |dice: &mut Dice| model.rows[dice.below(model.rows.len())].occurred_ms;
    if dice.one_in(4) {
        query.span = (some_ms(dice), some_ms(dice));
    }
    if dice.one_in(6) {
        query.limit_seq = Some(i64::try_from(dice.below(model.rows.len() + 9)).unwrap());
    }
    if dice.one_in(6) {
        let mut only: Vec<i64> = (0..dice.below(200))
            .map(|_| i64::try_from(dice.below(model.rows.len())).unwrap())
            .collect();
        only.sort_unstable();
        only.dedup();
        query.only = Some(only.into());
    }
    query
}
