//! The index against a model that is too simple to be wrong: a list, sorted and filtered.
use super::fold::fold;
use super::plan::Plan;
use super::query::{Pools, Query};
use super::row::{Flags, Place, Row};
use super::segment::Segment;
use super::snapshot::{Index, Snapshot};

const SEGMENT: usize = 512;
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

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// Small numbers far more often than great ones.
    fn skewed(&mut self, end: usize) -> usize {
        let most = self.below(end) + 1;
        self.below(most)
    }
}

/// What the index is compared with.
struct Model {
    rows: Vec<Row>,
    actors: Vec<String>,
    targets: Vec<String>,
}

impl Model {
    fn matches(&self, query: &Query) -> Vec<Place> {
        let rows = (0..).zip(&self.rows);
        let kept = rows.filter(|(seq, row)| self.keeps(query, *seq, row));
        let mut places: Vec<Place> = kept.map(|(seq, row)| place(row, seq)).collect();
        places.sort_by(|a, b| b.cmp(a));
        places
    }

    fn keeps(&self, query: &Query, seq: i64, row: &Row) -> bool {
        let (failure, system) = (Flags::FAILURE, Flags::SYSTEM);
        let pools = match &query.pools {
            Pools::All => true,
            Pools::Only(pools) => pools.contains(&row.pool),
        };
        let content = query.failure.is_none_or(|it| it == row.flags.has(failure))
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
enum Times {
    Ascending,
    Jitter,
    Equal,
    Wild,
}

fn world(dice: &mut Dice, events: usize, times: Times, segment_len: usize) -> (Index, Model) {
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
    KINDS
        .iter()
        .for_each(|it| assert!(vocabulary.kinds.intern(it).is_some()));
    actors
        .iter()
        .for_each(|it| assert!(vocabulary.actors.intern(it) > 0));
    targets
        .iter()
        .for_each(|it| assert!(vocabulary.targets.intern(it) > 0));
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

fn row(dice: &mut Dice, at: usize, times: Times) -> Row {
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
            | Flags::LATE.when(dice.one_in(30))
            | Flags::ERASED.when(dice.one_in(60)),
        kind,
        actor: u32::try_from(dice.skewed(61)).unwrap(),
        target,
    }
}

fn query(dice: &mut Dice, model: &Model) -> Query {
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
    query
}

fn check(dice: &mut Dice, snapshot: &Snapshot, model: &Model, query: &Query) {
    let expected = model.matches(query);
    let plan = snapshot.plan(query);
    let limit = 1 + dice.below(60);
    assert_eq!(
        plan.older(None, limit),
        expected[..limit.min(expected.len())]
    );
    assert_eq!(plan.count(), expected.len() as u64);
    let failed = |it: &&Place| {
        let flags = model.rows[usize::try_from(it.seq).unwrap()].flags;
        flags.has(Flags::FAILURE) && !flags.has(Flags::ERASED)
    };
    assert_eq!(
        plan.failures(),
        expected.iter().filter(failed).count() as u64
    );
    for _ in 0..4 {
        let seq = i64::try_from(dice.below(model.rows.len())).unwrap();
        let from = Place {
            occurred_ms: model.rows[dice.below(model.rows.len())].occurred_ms,
            seq,
        };
        let newer: Vec<Place> = expected.iter().filter(|it| **it > from).copied().collect();
        let older: Vec<Place> = expected.iter().filter(|it| **it < from).copied().collect();
        assert_eq!(plan.rank(from), newer.len() as u64);
        assert_eq!(
            plan.newer(from, limit),
            newer[newer.len().saturating_sub(limit)..]
        );
        assert_eq!(
            plan.older(Some(from), limit),
            older[..limit.min(older.len())]
        );
        assert_eq!(plan.contains(seq), expected.iter().any(|it| it.seq == seq));
        let since = expected.iter().filter(|it| it.seq >= seq).count();
        assert_eq!(plan.since(seq), since as u64);
    }
    assert_eq!(walk(&plan, limit), expected);
    let backwards = plan.newer(
        Place {
            occurred_ms: i64::MIN,
            seq: -1,
        },
        usize::MAX,
    );
    assert_eq!(backwards, expected);
}

fn walk(plan: &Plan, limit: usize) -> Vec<Place> {
    let mut all: Vec<Place> = Vec::new();
    loop {
        let page = plan.older(all.last().copied(), limit);
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

#[test]
fn every_answer_equals_the_models() {
    fn case(seed: u64, events: usize, times: Times) {
        let mut dice = Dice::new(seed);
        let (index, model) = world(&mut dice, events, times, SEGMENT);
        let snapshot = index.reader().snapshot();
        for _ in 0..120 {
            let query = query(&mut dice, &model);
            check(&mut dice, &snapshot, &model, &query);
        }
    }
    case(1, 1, Times::Ascending);
    case(2, 300, Times::Jitter);
    case(3, SEGMENT * 2, Times::Wild);
    case(4, SEGMENT * 4 + 700, Times::Ascending);
    case(5, SEGMENT * 5 + 100, Times::Jitter);
    case(6, SEGMENT * 3 + 512, Times::Equal);
    case(7, SEGMENT * 4 + 333, Times::Wild);
}

#[test]
fn every_answer_equals_the_models_in_segments_of_many_chunks() {
    fn case(seed: u64, times: Times) {
        let mut dice = Dice::new(seed);
        let (index, model) = world(&mut dice, 3 * 8192 + 700, times, 8192 + 256);
        let snapshot = index.reader().snapshot();
        for _ in 0..12 {
            let mut query = query(&mut dice, &model);
            // Walks of everything take long here and are tested above.
            query.failure = Some(true);
            check(&mut dice, &snapshot, &model, &query);
        }
    }
    case(8, Times::Ascending);
    case(9, Times::Jitter);
    case(10, Times::Wild);
}

#[test]
fn two_hundred_events_of_one_moment_page_completely() {
    let mut dice = Dice::new(11);
    let (index, model) = world(&mut dice, 200, Times::Equal, SEGMENT);
    let plan = index
        .reader()
        .snapshot()
        .plan(&Query::everything(Pools::All));
    let all = walk(&plan, 50);
    assert_eq!(all, model.matches(&Query::everything(Pools::All)));
    assert_eq!(all.len(), 200);
}

#[test]
fn a_snapshot_does_not_change_while_the_writer_goes_on() {
    let mut dice = Dice::new(12);
    let (mut index, model) = world(&mut dice, SEGMENT * 2 + 300, Times::Jitter, SEGMENT);
    let reader = index.reader();
    let (before, everything) = (reader.snapshot(), Query::everything(Pools::All));
    let plan = before.plan(&everything);
    let more: Vec<Row> = (0..900)
        .map(|at| row(&mut dice, at, Times::Jitter))
        .collect();
    index.append(&more);
    assert!(index.vocabulary().targets.intern("new") > 0);
    assert_eq!(
        reader.snapshot().len(),
        before.len(),
        "nothing is seen before it is published"
    );
    index.seal(Segment::build(
        2,
        &index.tail_rows().take(SEGMENT).collect::<Vec<_>>(),
    ));
    index.publish();
    assert_eq!(reader.snapshot().len(), before.len() + 900);
    assert_eq!(plan.older(None, usize::MAX), model.matches(&everything));
    let expected = query(&mut dice, &model);
    check(&mut dice, &before, &model, &expected);
    assert_eq!(
        before.terms().targets.len() + 1,
        reader.snapshot().terms().targets.len()
    );
}

#[test]
fn a_limit_freezes_a_walk() {
    let mut dice = Dice::new(13);
    let (mut index, model) = world(&mut dice, SEGMENT + 300, Times::Jitter, SEGMENT);
    let mut frozen = Query::everything(Pools::All);
    frozen.limit_seq = Some(index.len());
    let first = index.reader().snapshot().plan(&frozen).older(None, 100);
    let more: Vec<Row> = (0..900)
        .map(|at| row(&mut dice, at, Times::Jitter))
        .collect();
    index.append(&more);
    index.publish();
    let plan = index.reader().snapshot().plan(&frozen);
    let rest = plan.older(first.last().copied(), usize::MAX);
    assert_eq!([first, rest].concat(), model.matches(&frozen));
}

#[test]
fn rows_feed_and_tallies_are_those_of_the_model() {
    let mut dice = Dice::new(14);
    for times in [Times::Ascending, Times::Jitter] {
        let (index, model) = world(&mut dice, SEGMENT * 3 + 300, times, SEGMENT);
        let snapshot = index.reader().snapshot();
        let all: Vec<Row> = (0..snapshot.len())
            .map_while(|it| snapshot.row(it))
            .collect();
        assert!(all == model.rows && snapshot.row(snapshot.len()).is_none());
        assert!(snapshot.row(-1).is_none());
        for wanted in [vec![0, 3], vec![8], vec![], vec![99], (0..20).collect()] {
            let seqs = (0..)
                .zip(&model.rows)
                .filter(|(_, it)| wanted.contains(&it.pool));
            let seqs: Vec<i64> = seqs.map(|(seq, _)| seq).collect();
            let pools = Pools::Only(wanted.clone());
            let (mut fed, mut after) = (Vec::new(), None);
            loop {
                let page = snapshot.feed(&pools, after, 70);
                let Some(last) = page.last() else { break };
                after = Some(*last);
                fed.extend(page);
            }
            assert_eq!(fed, seqs);
            for (action, events) in snapshot.seen_actions(&pools) {
                let of = |it: &&Row| it.action == action && wanted.contains(&it.pool);
                assert_eq!(events, model.rows.iter().filter(of).count() as u64);
            }
            let seen: u64 = snapshot.seen_actions(&pools).iter().map(|it| it.1).sum();
            assert_eq!(seen, seqs.len() as u64);
        }
        assert_eq!(snapshot.feed(&Pools::All, Some(9), 2), [10, 11]);
        let pools: u64 = snapshot.pool_counts().iter().map(|it| it.1).sum();
        assert_eq!(pools, model.rows.len() as u64);
    }
}

#[test]
fn a_segment_comes_back_from_its_bytes_and_damage_is_an_error() {
    let mut dice = Dice::new(15);
    for times in [Times::Ascending, Times::Jitter, Times::Equal, Times::Wild] {
        let rows: Vec<Row> = (0..700).map(|at| row(&mut dice, at, times)).collect();
        let blob = Segment::build(3, &rows).encode();
        let back = Segment::decode(3, &blob).unwrap();
        assert!(back.rows().eq(rows.iter().copied()) && back.encode() == blob);
        assert_eq!(back.first_seq(), 2100);
        for _ in 0..400 {
            let mut damaged = blob.clone();
            let at = dice.below(damaged.len());
            if dice.one_in(2) {
                damaged.truncate(at);
            } else {
                damaged[at] ^= 1 << dice.below(8);
            }
            assert!(Segment::decode(3, &damaged).is_err());
            // With a checksum that fits, anything but a panic will do.
            let body = damaged.len().saturating_sub(4);
            damaged.truncate(body);
            damaged.extend(crc32fast::hash(&damaged).to_le_bytes());
            if let Ok(segment) = Segment::decode(3, &damaged) {
                assert_eq!(segment.rows().count(), segment.len());
            }
        }
        assert!(Segment::decode(3, &[]).is_err());
    }
}
