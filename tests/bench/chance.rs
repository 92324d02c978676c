//! Questions that nobody thought of: filters combined by chance.
use crate::history::Random;
use crate::questions::{Question, Who};
use crate::world::{self, PEOPLE, POOLS, Span, one_of};

const ACTIONS: usize = 60;
const NEEDLES: [&str; 12] = [
    "smith", "ana", "a", "example", "holm.", "job-0", "service", "alert", "77", "quay+1",
    "vault-0", "no-such",
];

/// Each filter is there once in three questions.
pub fn questions(count: usize, span: Span) -> Vec<Question> {
    let mut random = Random(5);
    (0..count)
        .map(|_| Question {
            name: "by chance",
            who: Who::Owner,
            query: query(&mut random, span),
        })
        .collect()
}

fn query(random: &mut Random, span: Span) -> String {
    const SHARE: usize = 33;
    let mut parts = Vec::new();
    if random.percent(SHARE) {
        parts.push(format!("pool={}", world::pool_slug(random.below(POOLS))));
    }
    if random.percent(SHARE) {
        let outcome = one_of(random, &["success", "failure"]);
        parts.push(format!("outcome={outcome}"));
    }
    if random.percent(SHARE) {
        parts.push(format!("action={}", world::action(random.below(ACTIONS))));
    }
    if random.percent(SHARE) {
        let kind = one_of(random, &["user", "system"]);
        parts.push(format!("actor_type={kind}"));
    }
    if random.percent(SHARE) {
        let rare = world::email(random.below(PEOPLE));
        let common = one_of(random, &NEEDLES);
        let needle = one_of(random, &[common, &rare]);
        parts.push(format!("actor={needle}"));
    }
    if random.percent(SHARE) {
        let needle = one_of(random, &NEEDLES);
        parts.push(format!("target={needle}"));
    }
    if random.percent(SHARE) {
        let (from, days) = (random.below(980) as i64, random.below(90) as i64);
        let (from, to) = (span.day(from), span.day_after(from, days));
        parts.push(format!("from={from}&to={to}"));
    }
    parts.join("&")
}
