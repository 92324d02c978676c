//! A made-up organization and what happens in it: 40 Pools, 60 actions, 5,000 people, 40 jobs and
//! 200,000 targets over two years, about 500 bytes an event. All of it follows from one seed.
use std::fmt::Write as _;

use jiff::Timestamp;

use crate::random::{Random, Zipf};

pub const POOLS: usize = 40;
pub const PEOPLE: usize = 5_000;
pub const TARGETS: usize = 200_000;
const JOBS: usize = 40;
const DAY_MS: i64 = 86_400_000;
pub const SPAN_MS: i64 = 730 * DAY_MS;
const LATE_MS: usize = 30 * 86_400_000;
/// After so many events, the last of them are an import of old ones.
const IMPORT_EVERY: usize = 500_000;
const IMPORT_EVENTS: usize = 10_000;

/// What an action is done to; five actions each, from the most frequent down.
const NOUNS: [&str; 12] = [
    "service",
    "vault",
    "session",
    "alert",
    "alert_rule",
    "alert_channel",
    "route",
    "member",
    "pipeline",
    "upstream",
    "project",
    "policy",
];
const VERBS: [&str; 5] = ["update", "create", "delete", "rotate", "pause"];
const VAULT: usize = 1;
/// The place of an action that never fails.
const SAFE: usize = 6;
/// Ranks of the people whose name is Smith: not the busiest, and a third of all work.
const SMITHS: std::ops::Range<usize> = 5..105;
const FIRST: [&str; 16] = [
    "Ana", "Tom", "Priya", "Jonas", "Mei", "Dara", "Lior", "Olga", "Otto", "Nils", "Ida", "Hugo",
    "Vera", "Paul", "Rosa", "Emil",
];
const LAST: [&str; 16] = [
    "Ruiz",
    "Okafor",
    "Nair",
    "Weber",
    "Lindqvist",
    "Quinn",
    "Berg",
    "Holm",
    "Ortiz",
    "Keller",
    "Novak",
    "Dubois",
    "Moreau",
    "Rossi",
    "Silva",
    "Tanaka",
];
const PLACES: [&str; 20] = [
    "harbor", "quay", "meadow", "summit", "garden", "market", "bridge", "tower", "river", "forest",
    "castle", "station", "island", "valley", "canyon", "orchard", "village", "lantern", "window",
    "mirror",
];
const REASONS: [&str; 4] = ["denied", "timeout", "conflict", "forbidden"];
const REGIONS: [&str; 4] = ["eu-central-1", "eu-west-1", "us-east-1", "us-west-2"];
const TRIGGERS: [&str; 3] = ["manual", "schedule", "webhook"];

pub struct World {
    random: Random,
    pools: Zipf,
    actions: Zipf,
    people: Zipf,
    /// When the first event happened, and how far apart two are on average.
    start_ms: i64,
    step_ms: f64,
    /// Events so far.
    pub told: usize,
}

/// Who does what to which: ranks.
struct Deed {
    action: usize,
    person: Option<usize>,
    target: usize,
}

impl World {
    /// A world that ends now, after `events` events.
    pub fn new(events: usize, now_ms: i64) -> Self {
        Self {
            random: Random::new(20_261_122),
            pools: Zipf::new(POOLS, 1.0),
            actions: Zipf::new(NOUNS.len() * VERBS.len(), 1.0),
            people: Zipf::new(PEOPLE, 0.9),
            start_ms: now_ms - SPAN_MS,
            step_ms: SPAN_MS as f64 / events as f64,
            told: 0,
        }
    }

    /// The Pool that the next request is for.
    pub fn pool(&mut self) -> usize {
        self.pools.pick(&mut self.random)
    }

    /// Writes the next event.
    pub fn tell(&mut self, to: &mut String) {
        let deed = self.deed();
        let id = self.uuid();
        let occurred = self.occurred();
        let action = action(deed.action);
        let noun = NOUNS[deed.action % NOUNS.len()];
        write!(
            to,
            r#"{{"id":"{id}","occurred_at":"{occurred}","action":"{action}","#
        )
        .unwrap();
        if deed.action != SAFE && self.random.happens(2.0) {
            let reason = self.random.one_of(&REASONS);
            write!(to, r#""outcome":"failure","reason":"{reason}","#).unwrap();
        } else {
            to.push_str(r#""outcome":"success","#);
        }
        match deed.person {
            Some(rank) => person(rank, to),
            None => job(self.random.below(JOBS), to),
        }
        let target = target_id(noun, deed.target);
        let place = PLACES[deed.target % PLACES.len()];
        write!(
            to,
            r#","target":{{"kind":"{noun}","id":"{target}","label":"{place} {}"}}"#,
            deed.target / PLACES.len()
        )
        .unwrap();
        self.rest(to);
    }

    fn deed(&mut self) -> Deed {
        let action = self.actions.pick(&mut self.random);
        let noun = action % NOUNS.len();
        let mut person = self.people.pick(&mut self.random);
        if SMITHS.contains(&person) && noun == VAULT {
            // The Smiths never touch a vault: two large sets that do not meet.
            person += SMITHS.len();
        }
        let is_job = self.random.happens(16.0);
        let own = TARGETS / NOUNS.len();
        // A square makes low numbers frequent without making any of them dominant.
        let target = (self.random.share().powi(2) * own as f64) as usize;
        Deed {
            action,
            person: (!is_job).then_some(person),
            target,
        }
    }

    /// Time goes on by itself; one event in a hundred arrives up to a month late, and
    /// one in fifty is an old one, imported in bulk.
    fn occurred(&mut self) -> String {
        let steps = self.told as f64 + self.random.share();
        self.told += 1;
        let mut ms = self.start_ms + (steps * self.step_ms) as i64;
        if self.told % IMPORT_EVERY > IMPORT_EVERY - IMPORT_EVENTS {
            // Somebody brings over what an older system kept.
            ms -= (steps * self.step_ms * self.random.share()) as i64;
        } else if self.random.happens(1.0) {
            ms -= self.random.below(LATE_MS) as i64;
        }
        instant(ms.min(self.start_ms + SPAN_MS))
    }

    fn rest(&mut self, to: &mut String) {
        let request = self.uuid();
        let (part, host) = (self.random.below(256), self.random.below(256));
        let region = self.random.one_of(&REGIONS);
        let trigger = self.random.one_of(&TRIGGERS);
        let count = self.random.below(64);
        write!(
            to,
            r#","request_id":"{request}","ip":"10.20.{part}.{host}","#
        )
        .unwrap();
        write!(
            to,
            r#""details":{{"trigger":"{trigger}","region":"{region}","replica_count":{count}}}"#
        )
        .unwrap();
        if self.random.happens(30.0) {
            let next = count + 1;
            write!(
                to,
                r#","changes":[{{"field":"replica_count","from":{count},"to":{next}}}]"#
            )
            .unwrap();
        }
        to.push('}');
    }

    fn uuid(&mut self) -> String {
        let (high, low) = (self.random.next(), self.random.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 52,
            low & 0xffff_ffff_ffff,
        )
    }
}

/// An action's name by its rank.
pub fn action(rank: usize) -> String {
    let (noun, verb) = (rank % NOUNS.len(), rank / NOUNS.len());
    format!("{}.{}", NOUNS[noun], VERBS[verb])
}

pub fn safe_action() -> String {
    action(SAFE)
}

pub fn rarest_action() -> String {
    action(NOUNS.len() * VERBS.len() - 1)
}

pub fn pool_slug(rank: usize) -> String {
    format!("team-{rank:02}")
}

pub fn email(rank: usize) -> String {
    let (first, last) = name(rank);
    format!("{first}.{last}.{rank}@example.org").to_lowercase()
}

pub fn target_id(noun: &str, target: usize) -> String {
    format!("{noun}-{target:05}")
}

pub fn instant(ms: i64) -> String {
    let time = Timestamp::from_millisecond(ms).unwrap();
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

pub fn day(ms: i64) -> String {
    let time = Timestamp::from_millisecond(ms).unwrap();
    time.strftime("%Y-%m-%d").to_string()
}

fn name(rank: usize) -> (&'static str, &'static str) {
    let first = FIRST[rank % FIRST.len()];
    if SMITHS.contains(&rank) {
        return (first, "Smith");
    }
    (first, LAST[rank / FIRST.len() % LAST.len()])
}

fn person(rank: usize, to: &mut String) {
    let (first, last) = name(rank);
    let email = email(rank);
    write!(
        to,
        r#""actor":{{"type":"user","id":"u-{rank}","email":"{email}","label":"{first} {last}"}}"#
    )
    .unwrap();
}

fn job(number: usize, to: &mut String) {
    write!(
        to,
        r#""actor":{{"type":"system","id":"job-{number:02}","label":"nightly job {number}"}}"#
    )
    .unwrap();
}
