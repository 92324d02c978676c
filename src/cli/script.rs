//! What happens in the demo: sixty days of a small company, made up from a seed. Every name,
//! address and id is invented.
use super::history::{Deed, History, LUCKS, Random, Shape};
use super::kinds::{Kind, of_key};
use crate::base::{DAY_MS, HOUR_MS, MINUTE_MS, Millis, SECOND_MS};

pub const DAYS: i64 = 60;
/// Delivered events a day, on average.
const DELIVERIES: i64 = 30;
const SEED: u64 = 0x2026_1122;
/// As many as can be shared out evenly among two to five.
const TARGETS: usize = 60;

/// Slug and name alike.
pub const POOLS: [&str; 5] = [
    "northwind-prod",
    "northwind-staging",
    "edge-eu",
    "research-gpu",
    "partner-sandbox",
];

pub struct Person {
    pub name: &'static str,
    pub email: &'static str,
    /// Places in `POOLS`; none: an owner.
    pub pools: &'static [usize],
    pub address: &'static str,
    pub browser: &'static str,
}

pub const PEOPLE: [Person; 5] = [
    Person {
        name: "Ana Reyes",
        email: "ana.reyes@northwind.example",
        pools: &[],
        address: "198.51.100.24",
        browser: "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
    },
    Person {
        name: "Jonas Weber",
        email: "jonas.weber@northwind.example",
        pools: &[],
        address: "198.51.100.71",
        browser: "Mozilla/5.0 (Macintosh) AppleWebKit/537.36 Chrome/157.0.0.0 Safari/537.36",
    },
    Person {
        name: "Priya Nair",
        email: "priya.nair@northwind.example",
        pools: &[0, 2],
        address: "203.0.113.18",
        browser: "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/157.0.0.0 Safari/537.36",
    },
    Person {
        name: "Tom Okafor",
        email: "tom.okafor@northwind.example",
        pools: &[1],
        address: "203.0.113.142",
        browser: "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/27.0 Safari/605.1.15",
    },
    Person {
        name: "Mei Lindqvist",
        email: "mei.lindqvist@northwind.example",
        pools: &[2, 3, 4],
        address: "192.0.2.61",
        browser: "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
    },
];

/// Name, and place in `POOLS`.
pub const KEYS: [(&str, usize); 8] = [
    ("ci-runner", 0),
    ("model-gateway", 0),
    ("ci-runner-staging", 1),
    ("edge-ingest-01", 2),
    ("edge-ingest-02", 2),
    ("gpu-scheduler", 3),
    ("partner-portal", 4),
    ("vault-audit", 0),
];

pub struct Step {
    pub at_ms: Millis,
    pub what: What,
}

/// Persons and keys by their places in `PEOPLE` and `KEYS`.
pub enum What {
    SignIn(usize),
    SignOut(usize),
    /// From an address that is not the person's.
    WrongPassword(usize, &'static str),
    PauseKey(usize, usize),
    ResumeKey(usize, usize),
    RevokeKey(usize, usize),
    Deliver(Delivery),
}

/// Who did it to what: places in the lists of its kind.
pub struct Delivery {
    pub key: usize,
    pub kind: &'static Kind,
    pub fails: bool,
    pub actor: usize,
    pub target: usize,
    /// How long before its delivery it occurred.
    pub age_ms: Millis,
}

/// The whole script in the order of its times, from `DAYS` before `now` until just before it.
pub fn write(now: Millis) -> Vec<Step> {
    let mut random = Random(SEED);
    let mut steps = Vec::new();
    let first = (now - DAYS * DAY_MS).div_euclid(DAY_MS) * DAY_MS;
    for day in 1..=DAYS {
        people(&mut random, first + day * DAY_MS, &mut steps);
    }
    deliveries(first, now, &mut steps);
    incident(first + (DAYS - 9) * DAY_MS, &mut steps);
    keys(first, &mut steps);
    steps.retain(|it| it.at_ms < now - MINUTE_MS);
    last_minutes(now, &mut steps);
    steps.sort_by_key(|it| it.at_ms);
    steps
}

/// People come in the morning and leave in the evening, except at the week's end.
fn people(random: &mut Random, start: Millis, steps: &mut Vec<Step>) {
    let weekend = (start.div_euclid(DAY_MS) + 3).rem_euclid(7) >= 5;
    for (person, who) in PEOPLE.iter().enumerate() {
        let comes = if weekend {
            random.percent(8)
        } else {
            random.percent(72)
        };
        if !comes {
            continue;
        }
        let morning = start + 7 * HOUR_MS + random.up_to(3 * HOUR_MS);
        if random.percent(9) {
            let mistyped = What::WrongPassword(person, who.address);
            steps.push(step(morning - 20 * SECOND_MS, mistyped));
        }
        steps.push(step(morning, What::SignIn(person)));
        if random.percent(60) {
            let evening = morning + 7 * HOUR_MS + random.up_to(2 * HOUR_MS);
            steps.push(step(evening, What::SignOut(person)));
        }
    }
}

/// What the systems of the company send: a small history, from its first or second Monday on.
fn deliveries(first: Millis, now: Millis, steps: &mut Vec<Step>) {
    let mut history = History::new(Shape {
        seed: SEED,
        pools: KEYS.len(),
        actions: 4,
        people: 6,
        targets: TARGETS,
        start_ms: first + 7 * DAY_MS,
        step_ms: DAY_MS / DELIVERIES,
        import_every: 1_000,
        imported: 24,
    });
    while history.now_ms() < now {
        let key = history.pool();
        let deed = history.deed();
        let what = What::Deliver(delivery(key, &deed));
        steps.push(step(deed.arrives_ms, what));
    }
}

fn delivery(key: usize, deed: &Deed) -> Delivery {
    let kinds = of_key(KEYS[key].0);
    let kind = &kinds[deed.action % kinds.len()];
    Delivery {
        key,
        kind,
        fails: deed.luck < LUCKS / 100 * kind.failures,
        actor: deed.person % kind.actors.len(),
        target: deed.target * kind.targets.len() / TARGETS,
        age_ms: deed.arrives_ms - deed.occurred_ms,
    }
}

/// One night somebody tries passwords, and a token stops working.
fn incident(start: Millis, steps: &mut Vec<Step>) {
    for attempt in 0..9 {
        let at_ms = start + 2 * HOUR_MS + attempt * 41 * SECOND_MS;
        steps.push(step(at_ms, What::WrongPassword(2, "192.0.2.199")));
    }
    for attempt in 0..14 {
        let at_ms = start + 3 * HOUR_MS + attempt * 4 * MINUTE_MS;
        steps.push(step(at_ms, gateway(0, true)));
    }
}

fn keys(first: Millis, steps: &mut Vec<Step>) {
    let day = |number: i64, hour: i64| first + number * DAY_MS + hour * HOUR_MS + 11 * MINUTE_MS;
    steps.push(step(day(12, 9), What::PauseKey(2, 4)));
    steps.push(step(day(14, 10), What::ResumeKey(2, 4)));
    steps.push(step(day(33, 15), What::PauseKey(0, 7)));
    steps.push(step(day(34, 8), What::ResumeKey(0, 7)));
    steps.push(step(day(52, 3), What::PauseKey(1, 1)));
    steps.push(step(day(52, 9), What::ResumeKey(2, 1)));
}

/// The first rows of the first look: a sign-in, a failure, and who repaired it.
fn last_minutes(now: Millis, steps: &mut Vec<Step>) {
    let ago = |minutes: i64| now - minutes * MINUTE_MS - 13 * SECOND_MS;
    steps.push(step(ago(48), What::SignIn(2)));
    steps.push(step(ago(31), gateway(0, true)));
    steps.push(step(ago(27), gateway(0, true)));
    steps.push(step(ago(19), What::RevokeKey(4, 6)));
    steps.push(step(ago(12), gateway(1, false)));
    steps.push(step(ago(11), gateway(0, false)));
    steps.push(step(ago(4), What::WrongPassword(3, "203.0.113.142")));
}

/// The model gateway refreshes the token of its first upstream, or somebody takes that up again.
fn gateway(kind: usize, fails: bool) -> What {
    What::Deliver(Delivery {
        key: 1,
        kind: &of_key("model-gateway")[kind],
        fails,
        actor: 0,
        target: 0,
        age_ms: 0,
    })
}

fn step(at_ms: Millis, what: What) -> Step {
    Step { at_ms, what }
}
