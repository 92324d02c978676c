//! A furnished appliance: two Pools, four operators, a write and a read key in each Pool.
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::appliance::{Appliance, Folder};
use crate::browser::{Browser, OWNER, PASSWORD};
use crate::http::{Connection, Reply};

/// Assigned to the Pool `edge`.
pub const ADMIN: &str = "ana@example.org";
/// Assigned to the Pool `core`.
pub const OTHER_ADMIN: &str = "otto@example.org";
/// Assigned to nothing.
pub const NEW_ADMIN: &str = "nils@example.org";
pub const JSON: (&str, &str) = ("Content-Type", "application/json");
pub const NDJSON: (&str, &str) = ("Content-Type", "application/x-ndjson");
pub const EVENTS: &str = "/api/v1/events";

pub struct Site {
    pub app: Appliance,
    pub keys: Keys,
}

#[derive(Clone)]
pub struct Keys {
    pub write: String,
    pub read: String,
    pub core_write: String,
    pub core_read: String,
}

impl Site {
    pub fn new() -> Self {
        Self::with(&[])
    }

    pub fn with(environment: &[(&str, &str)]) -> Self {
        let (folder, keys) = Self::furnished();
        Self {
            app: Appliance::start_with(folder, environment),
            keys,
        }
    }

    /// The data directory alone, for tests that start the server in their own way.
    pub fn furnished() -> (Folder, Keys) {
        // Furnished once by the command line, then copied: hashing passwords takes its time.
        static TEMPLATE: OnceLock<(Folder, Keys)> = OnceLock::new();
        let (template, keys) = TEMPLATE.get_or_init(furnish);
        let folder = Folder::new();
        copy(&template.data(), &folder.data());
        (folder, keys.clone())
    }

    pub fn owner(&self) -> Browser {
        Browser::signed_in(&self.app, OWNER)
    }

    pub fn admin(&self) -> Browser {
        Browser::signed_in(&self.app, ADMIN)
    }

    /// Delivers to the Pool `edge`.
    #[track_caller]
    pub fn deliver(&self, body: &Value) -> Reply {
        deliver(&mut self.app.connect(), &self.keys.write, body)
    }

    /// Delivers one event and returns its number.
    #[track_caller]
    pub fn record(&self, event: &Value) -> i64 {
        let receipt = self.deliver(event).expect(200).json();
        seq(&receipt, 0)
    }

    /// Reads with the key of the Pool `edge`.
    #[track_caller]
    pub fn read(&self, query: &str) -> Value {
        let path = format!("{EVENTS}?{query}");
        get(&mut self.app.connect(), &self.keys.read, &path)
            .expect(200)
            .json()
    }

    #[track_caller]
    pub fn event(&self, seq: i64) -> Value {
        let path = format!("{EVENTS}/{seq}");
        get(&mut self.app.connect(), &self.keys.read, &path)
            .expect(200)
            .json()
    }
}

#[track_caller]
pub fn deliver(connection: &mut Connection, key: &str, body: &Value) -> Reply {
    let body = body.to_string();
    post(connection, key, JSON, body.as_bytes())
}

#[track_caller]
pub fn post(connection: &mut Connection, key: &str, kind: (&str, &str), body: &[u8]) -> Reply {
    let bearer = bearer(key);
    connection.send("POST", EVENTS, &[("Authorization", &bearer), kind], body)
}

#[track_caller]
pub fn get(connection: &mut Connection, key: &str, path: &str) -> Reply {
    let bearer = bearer(key);
    connection.send("GET", path, &[("Authorization", &bearer)], b"")
}

pub fn bearer(key: &str) -> String {
    format!("Bearer {key}")
}

/// The number in a receipt.
#[track_caller]
pub fn seq(receipt: &Value, at: usize) -> i64 {
    let seq = receipt["results"][at]["seq"].as_i64();
    seq.unwrap_or_else(|| panic!("no seq at {at}: {receipt}"))
}

/// A plain event; tests change what they are about.
pub fn event(id: &str) -> Value {
    json!({
        "id": id, "action": "service.scale", "outcome": "success",
        "actor": { "type": "user", "id": "u_17", "email": "ana@example.com", "label": "Ana Ruiz" },
        "target": { "kind": "service", "id": "checkout", "label": "checkout" },
    })
}

/// The same with some members replaced.
pub fn event_with(id: &str, other: Value) -> Value {
    let mut event = event(id);
    for (name, value) in other.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}

/// The senders' ids of a page of events, in its order; own events have none.
pub fn ids(page: &Value) -> Vec<String> {
    let events = page["events"].as_array().unwrap().iter();
    events
        .filter_map(|it| Some(it["id"].as_str()?.to_owned()))
        .collect()
}

pub const INSTANT: &str = "2026-04-04T04:04:04.004Z";

/// Events that all happened at the same millisecond.
pub fn instant(site: &Site, count: usize) -> Vec<i64> {
    let batch: Vec<_> = (0..count)
        .map(|it| event_with(&format!("i-{it}"), json!({ "occurred_at": INSTANT })))
        .collect();
    let receipt = site.deliver(&json!(batch)).expect(200).json();
    (0..count).map(|it| seq(&receipt, it)).collect()
}

/// A week of events in `edge`, oldest first: several days on a page, and more than one page.
pub fn week(site: &Site) -> Vec<i64> {
    const COUNT: usize = 120;
    let sent = |it: usize| {
        let minutes = it * 84;
        let (day, hour, minute) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
        let at = format!("2026-05-{:02}T{hour:02}:{minute:02}:00Z", day + 1);
        let outcome = if it.is_multiple_of(7) {
            "failure"
        } else {
            "success"
        };
        event_with(
            &format!("w-{it}"),
            json!({ "occurred_at": at, "outcome": outcome }),
        )
    };
    let batch: Vec<_> = (0..COUNT).map(sent).collect();
    let receipt = site.deliver(&json!(batch)).expect(200).json();
    (0..COUNT).map(|it| seq(&receipt, it)).collect()
}

/// Four events in `edge` and one, the newest, in `core`.
pub fn furnish_log(site: &Site) -> Vec<i64> {
    let failed = json!({ "outcome": "failure", "occurred_at": "2026-03-01T12:00:00Z" });
    let system = json!({ "actor": { "type": "system", "id": "cron" },
        "occurred_at": "2026-03-02T23:59:59.999Z" });
    let other = json!({ "action": "member.add", "occurred_at": "2026-03-03T00:00:00Z",
        "actor": { "type": "user", "email": "zoe@example.com" },
        "target": { "kind": "team", "id": "t-9", "label": "Straße 7" } });
    let known = json!({ "action": "api_key.rotate", "occurred_at": "2026-03-04T08:00:00Z" });
    let core = json!({ "outcome": "failure", "occurred_at": "2026-03-05T08:00:00Z" });
    let batch = [
        ("failed", failed),
        ("system", system),
        ("other", other),
        ("known", known),
    ];
    let batch: Vec<_> = batch
        .into_iter()
        .map(|(id, other)| event_with(id, other))
        .collect();
    let receipt = site.deliver(&json!(batch)).expect(200).json();
    let mut seqs: Vec<_> = (0..4).map(|it| seq(&receipt, it)).collect();
    let mut connection = site.app.connect();
    let receipt = deliver(
        &mut connection,
        &site.keys.core_write,
        &event_with("core", core),
    );
    seqs.push(seq(&receipt.expect(200).json(), 0));
    seqs
}

fn furnish() -> (Folder, Keys) {
    let folder = Folder::new();
    let operator = |email: &str, name: &str, role: &str, pool: Option<&str>| {
        let mut arguments = vec!["operator", "create", "--email", email, "--name", name];
        arguments.extend(["--role", role, "--password-stdin"]);
        if let Some(pool) = pool {
            arguments.extend(["--pool", pool]);
        }
        folder.cli(&arguments, &format!("{PASSWORD}\n")).expect(0);
    };
    let pool = |slug: &str, name: &str| {
        let arguments = ["pool", "create", "--slug", slug, "--name", name];
        folder.cli(&arguments, "").expect(0);
    };
    let key = |pool: &str, name: &str, permission: &str| {
        let arguments = [
            "key",
            "create",
            "--pool",
            pool,
            "--name",
            name,
            "--permission",
            permission,
        ];
        let token = folder
            .cli(&arguments, "")
            .expect(0)
            .stdout
            .trim()
            .to_owned();
        assert!(token.starts_with("anp_"), "{token}");
        token
    };
    operator(OWNER, "Olga Ortiz", "owner", None);
    pool("edge", "Edge EU");
    pool("core", "Core");
    operator(ADMIN, "Ana Ruiz", "admin", Some("edge"));
    operator(OTHER_ADMIN, "Otto Berg", "admin", Some("core"));
    operator(NEW_ADMIN, "Nils Holm", "admin", None);
    let keys = Keys {
        write: key("edge", "edge writer", "write"),
        read: key("edge", "edge reader", "read"),
        core_write: key("core", "core writer", "write"),
        core_read: key("core", "core reader", "read"),
    };
    (folder, keys)
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
