//! The stored events, filters drawn at random, and which events each of them matches, found out in
//! the most stupid way.
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use rusqlite::{Connection as Database, OpenFlags};
use serde_json::{Value, json};

use crate::site::{Site, deliver};

/// Days of 23, 24, 24½ and 25 hours, on both sides of the equator.
pub const ZONES: [&str; 5] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
];
const DAY_MS: i64 = 86_400_000;

/// An event as it is stored.
pub struct Stored {
    pub ms: i64,
    pool: Option<String>,
    action: String,
    pub failed: bool,
    actor_type: String,
    actor: String,
    target: String,
    via: String,
}

pub fn stored(site: &Site) -> Vec<Stored> {
    let file = site.app.folder.data().join("annals.db");
    let database = Database::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut statement = database
        .prepare("select payload from event order by seq")
        .unwrap();
    let payloads = statement
        .query_map([], |it| it.get::<_, String>(0))
        .unwrap();
    payloads
        .map(|it| read(&serde_json::from_str(&it.unwrap()).unwrap()))
        .collect()
}

fn read(payload: &Value) -> Stored {
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let joined = |of: &str, names: [&str; 4]| {
        let texts = names.map(|it| text(&payload[of][it]));
        texts.join("\n").to_lowercase()
    };
    let at: Timestamp = text(&payload["occurred_at"]).parse().unwrap();
    Stored {
        ms: at.as_millisecond(),
        pool: payload["pool"]["slug"].as_str().map(str::to_owned),
        action: text(&payload["action"]),
        failed: payload["outcome"] == "failure",
        actor_type: text(&payload["actor"]["type"]),
        actor: joined("actor", ["id", "email", "label", "type"]),
        target: joined("target", ["id", "label", "kind", ""]),
        via: text(&payload["via"]["kind"]),
    }
}

/// A filter as an address has it, and who asks.
#[derive(Clone)]
pub struct Asked {
    pub params: Vec<(&'static str, String)>,
    pub zone: &'static str,
    is_owner: bool,
}

impl Asked {
    pub fn draw(dice: &mut Dice, stored: &[Stored], zone: &'static str, is_owner: bool) -> Self {
        let mut params = Vec::new();
        let mut maybe = |dice: &mut Dice, one_in: usize, name, values: &[&str]| {
            if dice.below(one_in) == 0 {
                params.push((name, values[dice.below(values.len())].to_owned()));
            }
        };
        let pools: &[&str] = if is_owner {
            &["edge", "core"]
        } else {
            &["edge"]
        };
        maybe(dice, 3, "pool", pools);
        maybe(dice, 3, "outcome", &["success", "failure"]);
        let actions = [
            "service.scale",
            "member.add",
            "api_key.*",
            "api_key.create",
            "deploy",
        ];
        maybe(
            dice,
            3,
            "action",
            if is_owner { &actions } else { &actions[..3] },
        );
        maybe(dice, 5, "actor_type", &["user", "system"]);
        maybe(
            dice,
            4,
            "actor",
            &["ana", "USER", "@example", "sys", "u_1", "nobody"],
        );
        maybe(
            dice,
            4,
            "target",
            &["checkout", "a", "service", "t-", "%", "_"],
        );
        maybe(dice, 4, "via", &["key", "cli", "web"]);
        let some = |dice: &mut Dice| stored[dice.below(stored.len())].ms;
        match dice.below(6) {
            0 => params.push((
                "range",
                ["24h", "7d", "30d", "90d"][dice.below(4)].to_owned(),
            )),
            1 => {
                let (one, other) = (some(dice), some(dice));
                let (from, until) = (one.min(other), one.max(other) + dice.delta().max(1));
                params.push(("window", format!("{from}-{until}")));
            }
            2 | 3 => {
                let (one, other) = (some(dice), some(dice));
                let day = |ms: i64| {
                    let zone = TimeZone::get(zone).unwrap();
                    let at = Timestamp::from_millisecond(ms).unwrap();
                    zone.to_datetime(at).date().to_string()
                };
                params.push(("from", day(one.min(other))));
                if dice.below(2) == 0 {
                    params.push(("to", day(one.max(other))));
                }
            }
            _ => {}
        }
        Self {
            params,
            zone,
            is_owner,
        }
    }

    pub fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.params).finish()
    }

    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.params.iter().find(|(it, _)| *it == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn without(&self, name: &str) -> Self {
        let mut rest = self.clone();
        rest.params.retain(|(it, _)| *it != name);
        rest
    }

    /// What the filter matches, with one parameter replaced.
    pub fn matching<'a>(
        &self,
        stored: &'a [Stored],
        other: Option<(&str, &str)>,
    ) -> Vec<&'a Stored> {
        let (from, until) = self.span();
        let holds = |name: &str, test: &dyn Fn(&str) -> bool| {
            let replaced = other.filter(|(it, _)| *it == name).map(|(_, value)| value);
            replaced.or(self.value(name)).is_none_or(test)
        };
        let matches = |it: &&Stored| {
            (self.is_owner || it.pool.as_deref() == Some("edge"))
                && (from..until).contains(&it.ms)
                && holds("pool", &|value| it.pool.as_deref() == Some(value))
                && holds("outcome", &|value| (value == "failure") == it.failed)
                && holds("action", &|value| match value.strip_suffix('*') {
                    Some(family) => it.action.starts_with(family),
                    None => it.action == value,
                })
                && holds("actor_type", &|value| it.actor_type == value)
                && holds("actor", &|value| it.actor.contains(&value.to_lowercase()))
                && holds("target", &|value| it.target.contains(&value.to_lowercase()))
                && holds("via", &|value| it.via == value)
        };
        stored.iter().filter(matches).collect()
    }

    pub fn span(&self) -> (i64, i64) {
        let zone = TimeZone::get(self.zone).unwrap();
        let (mut from, mut until) = (i64::MIN, i64::MAX);
        if let Some(day) = self.value("from") {
            from = start_of(day.parse().unwrap(), &zone);
        }
        if let Some(day) = self.value("to") {
            let day: Date = day.parse().unwrap();
            until = start_of(day.checked_add(1.day()).unwrap(), &zone);
        }
        if let Some(days) = self.value("range") {
            let days = days.strip_suffix('d').map_or(1, |it| it.parse().unwrap());
            from = Timestamp::now().as_millisecond() - days * DAY_MS;
        }
        if let Some((start, end)) = self.value("window").and_then(|it| it.split_once('-')) {
            (from, until) = (start.parse().unwrap(), end.parse().unwrap());
        }
        (from, until)
    }
}

pub fn start_of(day: Date, zone: &TimeZone) -> i64 {
    let start = day
        .in_tz(zone.iana_name().unwrap())
        .unwrap()
        .start_of_day()
        .unwrap();
    start.timestamp().as_millisecond()
}

/// Events at every hour around the changes of the clocks, on boundaries and beside them, late
/// and in both Pools.
pub fn furnish(site: &Site, dice: &mut Dice) {
    let mut times = Vec::new();
    for zone in ZONES {
        let zone = TimeZone::get(zone).unwrap();
        for day in [
            "2026-03-08",
            "2026-03-29",
            "2026-04-05",
            "2026-09-06",
            "2026-10-25",
        ] {
            let start = start_of(day.parse().unwrap(), &zone);
            times.extend([start - 1, start, start + 1, start + 3_600_000 * 25 - 1]);
        }
    }
    let spring = start_of("2026-03-28".parse().unwrap(), &TimeZone::UTC);
    times.extend((0..72).map(|it| spring + it * 3_600_000));
    let now = Timestamp::now().as_millisecond();
    times.extend((0..150).map(|it| now - it * it * 90_000 - dice.delta().abs() * 7919));
    times.extend((0..100).map(|_| now - i64::try_from(dice.below(900)).unwrap() * DAY_MS));
    let mut batches = [Vec::new(), Vec::new()];
    for (at, ms) in times.into_iter().enumerate() {
        let event = event_at(dice, at, ms);
        batches[dice.below(2)].push(event);
    }
    let keys = [&site.keys.write, &site.keys.core_write];
    for (key, batch) in keys.into_iter().zip(batches) {
        let receipt = deliver(&mut site.app.connect(), key, &json!(batch));
        assert_eq!(receipt.expect(200).json()["rejected"], 0);
    }
}

fn event_at(dice: &mut Dice, at: usize, ms: i64) -> Value {
    let action = [
        "service.scale",
        "member.add",
        "api_key.rotate",
        "deploy",
        "cert.renew",
    ];
    let actor = [
        json!({ "type": "user", "id": "u_17", "email": "ana@example.com", "label": "Ana Ruiz" }),
        json!({ "type": "user", "email": "zoe@example.com" }),
        json!({ "type": "system", "id": "cron" }),
    ];
    let target = [
        json!({ "kind": "service", "id": "checkout", "label": "checkout" }),
        json!({ "kind": "team", "id": "t-9", "label": "Team A" }),
    ];
    let time = Timestamp::from_millisecond(ms).unwrap().to_string();
    json!({
        "id": format!("n-{at}"), "occurred_at": time,
        "action": action[dice.below(5)],
        "outcome": if dice.below(4) == 0 { "failure" } else { "success" },
        "actor": actor[dice.below(3)], "target": target[dice.below(2)],
    })
}

/// The same numbers on every run.
pub struct Dice(pub u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    /// One before, the same, one after.
    fn delta(&mut self) -> i64 {
        i64::try_from(self.below(3)).unwrap() - 1
    }
}
