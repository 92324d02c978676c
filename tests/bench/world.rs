//! A made-up organization and what happens in it: 40 Pools, 60 actions, 5,000 people, 40 jobs and
//! 200,000 targets over two years, about 450 bytes an event. What happens comes of the history that
//! the demo plays too; the names are added here.
use std::fmt::Write as _;

use jiff::Timestamp;

use crate::history::{Deed, History, LUCKS, Random, Shape};

pub const POOLS: usize = 40;
pub const PEOPLE: usize = 5_000;
const TARGETS: usize = 200_000;
const JOBS: usize = 40;
const DAY_MS: i64 = 86_400_000;
/// How long the planned events take, and how often that fits before today: a folder may grow.
const SPAN_MS: i64 = 730 * DAY_MS;
const SPANS: i64 = 6;

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
/// In percent, but for one action.
const FAILURES: usize = 2;
/// The place of the action that never fails.
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
    history: History,
    /// Nothing occurs after today, however much is told.
    today_ms: i64,
    /// Without labels, details and changes.
    is_slim: bool,
}

/// From when to when the world goes.
#[derive(Clone, Copy)]
pub struct Span {
    pub start_ms: i64,
    pub end_ms: i64,
}

impl World {
    /// A world in which `planned` events take two years.
    pub fn new(planned: usize, today_ms: i64, is_slim: bool) -> Self {
        let history = History::new(Shape {
            seed: 20_261_122,
            pools: POOLS,
            actions: NOUNS.len() * VERBS.len(),
            people: PEOPLE,
            targets: TARGETS / NOUNS.len(),
            start_ms: today_ms - SPANS * SPAN_MS,
            step_ms: SPAN_MS / planned as i64,
            import_every: 500_000,
            imported: 10_000,
        });
        Self {
            history,
            today_ms,
            is_slim,
        }
    }

    /// Events so far.
    pub fn told(&self) -> usize {
        self.history.told
    }

    pub fn span(&self) -> Span {
        Span {
            start_ms: self.history.start_ms(),
            end_ms: self.history.now_ms().min(self.today_ms),
        }
    }

    /// How far it came, in three numbers.
    pub fn progress(&self) -> [u64; 3] {
        let History {
            random,
            told,
            even_ms,
            ..
        } = &self.history;
        [random.0, *told as u64, *even_ms as u64]
    }

    /// Goes on from there.
    pub fn resume(&mut self, [random, told, even_ms]: [u64; 3]) {
        self.history.random = Random(random);
        self.history.told = told as usize;
        self.history.even_ms = even_ms as i64;
    }

    /// The Pool that the next request is for.
    pub fn pool(&mut self) -> usize {
        self.history.pool()
    }

    /// Writes the next event.
    pub fn tell(&mut self, to: &mut String) {
        let deed = self.history.deed();
        let id = self.uuid();
        let occurred = instant(deed.occurred_ms.min(self.today_ms));
        let action = action(deed.action);
        write!(
            to,
            r#"{{"id":"{id}","occurred_at":"{occurred}","action":"{action}","#
        )
        .unwrap();
        if deed.action != SAFE && deed.luck < LUCKS / 100 * FAILURES {
            let reason = one_of(&mut self.history.random, &REASONS);
            write!(to, r#""outcome":"failure","reason":"{reason}","#).unwrap();
        } else {
            to.push_str(r#""outcome":"success","#);
        }
        self.actor(&deed, to);
        self.target(&deed, to);
        if !self.is_slim {
            self.rest(to);
        }
        to.push('}');
    }

    fn actor(&mut self, deed: &Deed, to: &mut String) {
        if self.history.random.percent(16) {
            return job(self.history.random.below(JOBS), to);
        }
        let is_vault = deed.action % NOUNS.len() == VAULT;
        if SMITHS.contains(&deed.person) && is_vault {
            // The Smiths never touch a vault: two large sets that do not meet.
            return person(deed.person + SMITHS.len(), to);
        }
        person(deed.person, to);
    }

    fn target(&self, deed: &Deed, to: &mut String) {
        let noun = NOUNS[deed.action % NOUNS.len()];
        let id = target_id(noun, deed.target);
        write!(to, r#","target":{{"kind":"{noun}","id":"{id}""#).unwrap();
        if !self.is_slim {
            let place = PLACES[deed.target % PLACES.len()];
            let number = deed.target / PLACES.len();
            write!(to, r#","label":"{place} {number}""#).unwrap();
        }
        to.push('}');
    }

    fn rest(&mut self, to: &mut String) {
        let request = self.uuid();
        let random = &mut self.history.random;
        let (part, host) = (random.below(256), random.below(256));
        let region = one_of(random, &REGIONS);
        let trigger = one_of(random, &TRIGGERS);
        let count = random.below(64);
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
        if random.percent(30) {
            let next = count + 1;
            write!(
                to,
                r#","changes":[{{"field":"replica_count","from":{count},"to":{next}}}]"#
            )
            .unwrap();
        }
    }

    fn uuid(&mut self) -> String {
        let random = &mut self.history.random;
        let (high, low) = (random.next(), random.next());
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

impl Span {
    /// The day at which this many of a thousand parts of it have passed.
    pub fn day(self, parts: i64) -> String {
        day(self.start_ms + (self.end_ms - self.start_ms) / 1_000 * parts)
    }

    /// So many days later.
    pub fn day_after(self, parts: i64, days: i64) -> String {
        day(self.start_ms + (self.end_ms - self.start_ms) / 1_000 * parts + days * DAY_MS)
    }
}

pub fn one_of<'a, T: ?Sized>(random: &mut Random, all: &[&'a T]) -> &'a T {
    all[random.below(all.len())]
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

/// Id, e-mail and label of everybody and of every job, which has no e-mail.
pub fn actors() -> Vec<[String; 3]> {
    let people = (0..PEOPLE).map(|rank| {
        let (first, last) = name(rank);
        [format!("u-{rank}"), email(rank), format!("{first} {last}")]
    });
    let jobs = (0..JOBS).map(|it| [job_id(it), String::new(), format!("nightly job {it}")]);
    people.chain(jobs).collect()
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
        r#""actor":{{"type":"system","id":"{}","label":"nightly job {number}"}}"#,
        job_id(number)
    )
    .unwrap();
}

fn job_id(number: usize) -> String {
    format!("job-{number:02}")
}
