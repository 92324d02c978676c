//! Questions that nobody thought of: filters combined by chance.
use crate::questions::{Question, Who};
use crate::random::Random;
use crate::world::{self, PEOPLE, POOLS};

const DAY_MS: i64 = 86_400_000;
const ACTIONS: usize = 60;
const NEEDLES: [&str; 12] = [
    "smith", "ana", "a", "example", "holm.", "job-0", "service", "alert", "77", "quay+1",
    "vault-0", "no-such",
];

/// Each filter is there once in three questions.
pub fn questions(count: usize, now_ms: i64) -> Vec<Question> {
    let mut random = Random::new(5);
    (0..count)
        .map(|_| Question {
            name: "by chance",
            who: Who::Owner,
            query: query(&mut random, now_ms),
        })
        .collect()
}

fn query(random: &mut Random, now_ms: i64) -> String {
    const SHARE: f64 = 33.0;
    let mut parts = Vec::new();
    if random.happens(SHARE) {
        parts.push(format!("pool={}", world::pool_slug(random.below(POOLS))));
    }
    if random.happens(SHARE) {
        let outcome = random.one_of(&["success", "failure"]);
        parts.push(format!("outcome={outcome}"));
    }
    if random.happens(SHARE) {
        parts.push(format!("action={}", world::action(random.below(ACTIONS))));
    }
    if random.happens(SHARE) {
        let kind = random.one_of(&["user", "system"]);
        parts.push(format!("actor_type={kind}"));
    }
    if random.happens(SHARE) {
        let rare = world::email(random.below(PEOPLE));
        let common = random.one_of(&NEEDLES);
        let needle = random.one_of(&[common, &rare]);
        parts.push(format!("actor={needle}"));
    }
    if random.happens(SHARE) {
        let needle = random.one_of(&NEEDLES);
        parts.push(format!("target={needle}"));
    }
    if random.happens(SHARE) {
        let (from, days) = (random.below(720) as i64, random.below(90) as i64);
        let day = |ago: i64| world::day(now_ms - ago * DAY_MS);
        parts.push(format!("from={}&to={}", day(from + days), day(from)));
    }
    parts.join("&")
}
