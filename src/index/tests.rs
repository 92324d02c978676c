//! The index against its model: every page, count, rank and walk.
use super::matches::Bar;
use super::model::{Dice, Model, Times, query, row, world};
use super::plan::Plan;
use super::query::{Pools, Query};
use super::row::{Flags, Place, Row};
use super::segment::Segment;
use super::snapshot::Snapshot;
use super::survey::Survey;

const SEGMENT: usize = 512;

fn check(dice: &mut Dice, snapshot: &Snapshot, model: &Model, query: &Query) {
    let expected = model.matches(query);
    let plan = snapshot.plan(query);
    let limit = 1 + dice.below(60);
    assert_eq!(
        plan.older(None, limit),
        expected[..limit.min(expected.len())]
    );
    assert_eq!(plan.count(), expected.len() as u64);
    let scope = match dice.below(2) {
        0 => Pools::All,
        _ => query.pools.clone(),
    };
    let survey = snapshot.survey(query, &scope);
    check_counts(dice, &survey, model, &expected);
    assert_eq!(survey.choices, model.choices(query, &scope));
    let matches = &survey.matches;
    for _ in 0..4 {
        let seq = i64::try_from(dice.below(model.rows.len())).unwrap();
        let from = Place {
            occurred_ms: model.rows[dice.below(model.rows.len())].occurred_ms,
            seq,
        };
        let newer: Vec<Place> = expected.iter().filter(|it| **it > from).copied().collect();
        let older: Vec<Place> = expected.iter().filter(|it| **it < from).copied().collect();
        assert_eq!(matches.rank(from), newer.len() as u64);
        let closest = &newer[newer.len().saturating_sub(limit)..];
        assert_eq!(matches.newer(from, limit), closest);
        let next = &older[..limit.min(older.len())];
        assert_eq!(plan.older(Some(from), limit), next);
        assert_eq!(matches.older(Some(from), limit), next);
        let is_there = expected.iter().any(|it| it.seq == seq);
        assert_eq!(matches.contains(seq), is_there);
        let since = expected.iter().filter(|it| it.seq >= seq).count();
        assert_eq!(plan.since(seq), since as u64);
    }
    let mut seqs: Vec<i64> = expected.iter().map(|it| it.seq).collect();
    seqs.sort_unstable();
    assert_eq!(plan.seqs(), seqs);
    assert_eq!(walk(&plan, limit), expected);
    let backwards = matches.newer(
        Place {
            occurred_ms: i64::MIN,
            seq: -1,
        },
        usize::MAX,
    );
    assert_eq!(backwards, expected);
}

fn check_counts(dice: &mut Dice, survey: &Survey, model: &Model, expected: &[Place]) {
    let matches = &survey.matches;
    let row = |it: &Place| model.rows[usize::try_from(it.seq).unwrap()];
    let readable = |it: &&Place| !row(it).flags.has(Flags::ERASED);
    let failed = |it: &&Place| readable(it) && row(it).flags.has(Flags::FAILURE);
    let number = |test: &dyn Fn(&&Place) -> bool| expected.iter().filter(test).count() as u64;
    assert_eq!(matches.count(), expected.len() as u64);
    assert_eq!(matches.older(None, usize::MAX), expected);
    assert_eq!(survey.failures, number(&failed));
    assert_eq!(survey.successes, number(&readable) - number(&failed));
    let times = || expected.iter().map(|it| it.occurred_ms);
    assert_eq!(matches.ends(), times().min().zip(times().max()));
    // Edges at events, beside them and anywhere, some twice.
    let mut edges: Vec<i64> = (0..dice.below(63))
        .map(|_| {
            let near = i64::try_from(dice.below(3)).unwrap() - 1;
            let at = model.rows[dice.below(model.rows.len())].occurred_ms;
            at.saturating_add(near)
        })
        .collect();
    edges.sort_unstable();
    let bars = edges.windows(2).map(|it| {
        let inside = |place: &&Place| (it[0]..it[1]).contains(&place.occurred_ms);
        Bar {
            events: number(&inside),
            failures: number(&|place| inside(place) && failed(place)),
        }
    });
    assert!(matches.bars(&edges).into_iter().eq(bars));
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
