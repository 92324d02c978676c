//! What happens in the demo: sixty days of a small company, made up from a seed. Every name,
//! address and id is invented.
use super::kinds::{Kind, of_key};
use crate::base::{DAY_MS, HOUR_MS, MINUTE_MS, Millis, SECOND_MS};

pub const DAYS: i64 = 60;
/// Delivered events a day, on average.
const DELIVERIES: u32 = 32;

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
    Deliver {
        key: usize,
        kind: &'static Kind,
        fails: bool,
        choice: u32,
    },
}

/// The whole script in the order of its times, from `DAYS` before `now` until just before it.
pub fn write(now: Millis) -> Vec<Step> {
    let mut dice = Dice(0x2026_1122);
    let mut steps = Vec::new();
    let first = (now - DAYS * DAY_MS).div_euclid(DAY_MS) * DAY_MS;
    for day in 1..=DAYS {
        let start = first + day * DAY_MS;
        people(&mut dice, start, &mut steps);
        deliveries(&mut dice, start, &mut steps);
    }
    incident(first + (DAYS - 9) * DAY_MS, &mut steps);
    keys(first, &mut steps);
    steps.retain(|it| it.at_ms < now - MINUTE_MS);
    last_minutes(now, &mut steps);
    steps.sort_by_key(|it| it.at_ms);
    steps
}

/// People come in the morning and leave in the evening, except at the week's end.
fn people(dice: &mut Dice, start: Millis, steps: &mut Vec<Step>) {
    let weekend = (start.div_euclid(DAY_MS) + 3).rem_euclid(7) >= 5;
    for (person, who) in PEOPLE.iter().enumerate() {
        let comes = if weekend {
            dice.percent(8)
        } else {
            dice.percent(72)
        };
        if !comes {
            continue;
        }
        let morning = start + 7 * HOUR_MS + dice.up_to(3 * HOUR_MS);
        if dice.percent(9) {
            let mistyped = What::WrongPassword(person, who.address);
            steps.push(step(morning - 20 * SECOND_MS, mistyped));
        }
        steps.push(step(morning, What::SignIn(person)));
        if dice.percent(60) {
            let evening = morning + 7 * HOUR_MS + dice.up_to(2 * HOUR_MS);
            steps.push(step(evening, What::SignOut(person)));
        }
    }
}

fn deliveries(dice: &mut Dice, start: Millis, steps: &mut Vec<Step>) {
    for _ in 0..DELIVERIES / 2 + dice.below(DELIVERIES) {
        let key = usize::try_from(dice.below(8)).unwrap_or_default();
        let kinds = of_key(KEYS[key].0);
        let pick = usize::try_from(dice.below(1000)).unwrap_or_default();
        let kind = &kinds[pick % kinds.len()];
        // Most of what happens, happens while people work.
        let at_ms = if dice.percent(70) {
            start + 8 * HOUR_MS + dice.up_to(10 * HOUR_MS)
        } else {
            start + dice.up_to(DAY_MS)
        };
        let what = What::Deliver {
            key,
            kind,
            fails: dice.percent(kind.failures),
            choice: dice.below(1 << 20),
        };
        steps.push(step(at_ms, what));
    }
}

/// One night somebody tries passwords, and a token stops working.
fn incident(start: Millis, steps: &mut Vec<Step>) {
    for attempt in 0..9 {
        let at_ms = start + 2 * HOUR_MS + attempt * 41 * SECOND_MS;
        steps.push(step(at_ms, What::WrongPassword(2, "192.0.2.199")));
    }
    let kinds = of_key("model-gateway");
    for attempt in 0..14 {
        let what = What::Deliver {
            key: 1,
            kind: &kinds[0],
            fails: true,
            choice: u32::try_from(attempt).unwrap_or_default(),
        };
        steps.push(step(start + 3 * HOUR_MS + attempt * 4 * MINUTE_MS, what));
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
    let gateway = of_key("model-gateway");
    let deliver = |fails, choice, kind| What::Deliver {
        key: 1,
        kind,
        fails,
        choice,
    };
    steps.push(step(ago(48), What::SignIn(2)));
    steps.push(step(ago(31), deliver(true, 1, &gateway[0])));
    steps.push(step(ago(27), deliver(true, 1, &gateway[0])));
    steps.push(step(ago(19), What::RevokeKey(4, 6)));
    steps.push(step(ago(12), deliver(false, 0, &gateway[1])));
    steps.push(step(ago(11), deliver(false, 1, &gateway[0])));
    steps.push(step(ago(4), What::WrongPassword(3, "203.0.113.142")));
}

fn step(at_ms: Millis, what: What) -> Step {
    Step { at_ms, what }
}

/// A small generator of the same numbers every time (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 >> 40).unwrap_or_default() % end
    }

    fn percent(&mut self, chance: u32) -> bool {
        self.below(100) < chance
    }

    fn up_to(&mut self, span: Millis) -> Millis {
        Millis::from(self.below(1 << 24)) * span / (1 << 24)
    }
}
