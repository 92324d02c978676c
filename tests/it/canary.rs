//! Secrets that must survive nowhere: sent in every position, then searched for in every place.
use serde_json::{Value, json};

use crate::appliance::Appliance;
use crate::canary_places::{Places, positions};
use crate::data::{self, say};
use crate::mapping::map;
use crate::site::{Keys, Site, event_with};

#[test]
fn planted_secrets_are_stored_nowhere() {
    let Some(folder) = data::folder("canary") else {
        return;
    };
    let secrets = data::secrets(&folder);
    let rows = data::rows(&secrets.file("planted.jsonl"));
    let closed: Vec<_> = rows.iter().filter(|it| !is_open(it)).collect();
    let site = Site::with(&[("ANNALS_LOG", "trace")]);
    let mut places = Places::new(&site);
    for row in &closed {
        let raw = &row["raw"];
        places.send(&site, &map_row(row));
        places.send(&site, &event_with(id(row), json!({ "details": raw })));
        places.send(&site, raw);
    }
    for row in &rows {
        let secret = row["secret"].as_str().unwrap();
        places.send(&site, &Value::Array(positions(id(row), secret)));
        places.probe(&site, secret);
    }
    let found = places.search(site, &rows);
    let mut line = Table::default();
    let closed: Vec<_> = rows.iter().map(|it| found.contains(id(it))).collect();
    let stored = closed.iter().filter(|it| **it).count();
    line.at_most("planted in a closed position", stored, rows.len(), 0);
    line.check();
}

#[test]
fn planted_names_and_ids_stay_within_the_known_rest() {
    let Some(folder) = data::folder("canary, names and ids") else {
        return;
    };
    let secrets = data::secrets(&folder);
    let rows = data::rows(&secrets.file("planted.jsonl"));
    let mut table = Table::default();
    for (placement, field, most) in [("known_label", "label", 2), ("request_id", "id", 5)] {
        let rows: Vec<_> = rows
            .iter()
            .filter(|it| it["placement"] == placement)
            .cloned()
            .collect();
        let site = Site::new();
        let mut places = Places::new(&site);
        for row in &rows {
            places.send(&site, &named(row, field));
        }
        let found = places.search(site, &rows);
        let name = format!("planted in a {field}, gated");
        table.at_most(&name, found.len(), rows.len(), most);
        let Some((site, sealed)) = sealed() else {
            say("  planted anywhere, sealed: keys cannot be sealed yet");
            continue;
        };
        let mut places = Places::new(&site);
        for row in &rows {
            places.send_with(&site, &sealed, &named(row, field));
        }
        let found = places.search(site, &rows);
        table.at_most(
            &format!("planted in a {field}, sealed"),
            found.len(),
            rows.len(),
            0,
        );
    }
    table.check();
}

#[test]
fn prompts_and_answers_are_stored_nowhere() {
    let Some(folder) = data::folder("canary, content") else {
        return;
    };
    let secrets = data::secrets(&folder);
    let rows = data::rows(&secrets.file("content.jsonl"));
    let site = Site::with(&[("ANNALS_LOG", "trace")]);
    let mut places = Places::new(&site);
    for row in &rows {
        let object = &row["object"];
        places.send(&site, object);
        places.send(&site, &event_with(id(row), json!({ "details": object })));
        for text in row["must_not_appear"].as_array().unwrap() {
            let text = text.as_str().unwrap();
            places.send(&site, &Value::Array(positions(id(row), text)));
            places.probe(&site, text);
        }
    }
    let found = places.search(site, &rows);
    let mut table = Table::default();
    table.at_most("content texts", found.len(), rows.len(), 0);
    table.check();
}

#[test]
fn credentials_alone_are_refused_as_names_ids_and_actions() {
    let Some(folder) = data::folder("canary, credentials alone") else {
        return;
    };
    let secrets = data::secrets(&folder);
    let rows = data::rows(&secrets.file("secrets/positives.jsonl"));
    let mut table = Table::default();
    for (weak, least) in [(false, [97, 94, 97]), (true, [0, 0, 0])] {
        let texts: Vec<_> = rows
            .iter()
            .filter(|it| it["weak"] == weak)
            .map(|it| it["secret"].as_str().unwrap())
            .collect();
        let site = Site::new();
        let kept = kept(&site, &texts);
        for (at, field) in ["label", "id", "action"].into_iter().enumerate() {
            let refused = texts.len() - kept[at];
            let kind = if weak { "weak" } else { "strong" };
            let name = format!("{kind} secrets alone, refused as {field}");
            table.at_least(&name, refused, texts.len(), least[at]);
        }
    }
    table.check();
}

#[test]
fn what_operators_need_to_read_stays_readable() {
    let Some(folder) = data::folder("readable values") else {
        return;
    };
    let events = data::events(&folder);
    let site = Site::new();
    let mut table = Table::default();
    readable(&site, &events, &mut table);
    table.check();
}

/// Each expected value in its field, alone; then how many came back as sent.
fn readable(site: &Site, events: &[Value], table: &mut Table) {
    type Place = fn(&str) -> Value;
    let fields: [(&str, &str, Place, &str, usize); 5] = [
        (
            "actor",
            "actor_label",
            |it| json!({ "actor": { "type": "user", "label": it } }),
            "/actor/label",
            94,
        ),
        (
            "target",
            "target_label",
            // A name that is an id (a UUID, a fingerprint) is read where ids stand.
            |it| json!({ "target": { "kind": "thing", "id": it, "label": it } }),
            "/target",
            99,
        ),
        (
            "action",
            "action",
            |it| json!({ "action": it }),
            "/action",
            100,
        ),
        ("ip", "source_ip", |it| json!({ "ip": it }), "/ip", 99),
        (
            "request id, generic shapes",
            "request_id",
            |it| json!({ "request_id": it }),
            "/request_id",
            80,
        ),
    ];
    for (name, expected, place, pointer, least) in fields {
        let mut values: Vec<String> = Vec::new();
        for event in events {
            let text = event["expect"][expected].as_str();
            values.extend(text.map(|it| {
                if name == "action" {
                    named_action(it)
                } else {
                    it.to_owned()
                }
            }));
        }
        let mut kept = 0;
        for (at, chunk) in values.chunks(100).enumerate() {
            let batch: Vec<_> = chunk
                .iter()
                .enumerate()
                .map(|(no, it)| event_with(&format!("{expected}-{at}-{no}"), place(it)))
                .collect();
            let receipt = site.deliver(&json!(batch)).expect(200).json();
            for (no, value) in chunk.iter().enumerate() {
                let Some(seq) = receipt["results"][no]["seq"].as_i64() else {
                    continue;
                };
                let stored = site
                    .event(seq)
                    .pointer(pointer)
                    .cloned()
                    .unwrap_or_default();
                let texts = [&stored, &stored["label"], &stored["id"]];
                let mut texts = texts.iter().filter_map(|it| it.as_str());
                kept += usize::from(texts.any(|it| same(it, value)));
            }
        }
        table.at_least(&format!("readable: {name}"), kept, values.len(), least);
    }
}

/// An address may be written in another way and be the same.
fn same(stored: &str, sent: &str) -> bool {
    let address = |text: &str| {
        text.parse::<std::net::IpAddr>()
            .ok()
            .map(|it| it.to_canonical())
    };
    stored == sent.trim() || address(stored).is_some_and(|it| Some(it) == address(sent))
}

fn named_action(text: &str) -> String {
    let allowed = |it: char| it.is_ascii_alphanumeric() || "_.:/-".contains(it);
    let text: String = text
        .chars()
        .map(|it| if allowed(it) { it } else { '_' })
        .collect();
    if text.starts_with(|it: char| it.is_ascii_alphabetic()) {
        text
    } else {
        format!("a{text}")
    }
}

/// How many of the texts come back as they were sent: as label, as id, as action.
fn kept(site: &Site, texts: &[&str]) -> [usize; 3] {
    let mut kept = [0; 3];
    for (number, text) in texts.iter().enumerate() {
        let label = json!({ "actor": { "type": "user", "label": text } });
        let id = json!({ "target": { "kind": "thing", "id": text } });
        let batch = json!([
            event_with(&format!("l-{number}"), label),
            event_with(&format!("i-{number}"), id),
            event_with(&format!("a-{number}"), json!({ "action": text })),
        ]);
        let reply = site.deliver(&batch).expect(200).json();
        let pointers = ["/actor/label", "/target/id", "/action"];
        for (at, pointer) in pointers.into_iter().enumerate() {
            let Some(seq) = reply["results"][at]["seq"].as_i64() else {
                continue;
            };
            let stored = site.event(seq);
            kept[at] += usize::from(stored.pointer(pointer) == Some(&json!(text)));
        }
    }
    kept
}

fn is_open(row: &Value) -> bool {
    matches!(
        row["placement"].as_str(),
        Some("known_label" | "request_id")
    )
}

fn id(row: &Value) -> &str {
    row["id"].as_str().unwrap()
}

fn map_row(row: &Value) -> Value {
    let mut event = map(row);
    // The mapping reads labels and ids, which have lines of their own in the table.
    for name in ["actor", "target", "request_id", "action"] {
        event.as_object_mut().unwrap().remove(name);
    }
    event["action"] = json!("planted.row");
    event
}

/// The text that carries the secret, where an adapter would put it.
fn named(row: &Value, field: &str) -> Value {
    let secret = row["secret"].as_str().unwrap();
    let texts = data::texts(&row["raw"]);
    let text = texts
        .iter()
        .find(|it| it.contains(secret))
        .map_or(secret, String::as_str);
    let place = if field == "label" {
        json!({ "actor": { "type": "user", "label": text } })
    } else {
        json!({ "request_id": text })
    };
    event_with(id(row), place)
}

/// A key whose events keep no readable name, where such keys can be made.
fn sealed() -> Option<(Site, String)> {
    let (folder, keys): (_, Keys) = Site::furnished();
    let arguments = [
        "key",
        "create",
        "--pool",
        "edge",
        "--name",
        "sealed",
        "--permission",
        "write",
    ];
    let mut arguments = arguments.to_vec();
    arguments.extend(["--mode", "sealed"]);
    let made = folder.cli(&arguments, "");
    (made.code == Some(0)).then(|| {
        let app = Appliance::start_in(folder);
        (Site { app, keys }, made.stdout.trim().to_owned())
    })
}

/// Lines of the target table: printed all, then asserted all.
#[derive(Default)]
struct Table {
    missed: Vec<String>,
}

impl Table {
    fn at_most(&mut self, name: &str, found: usize, of: usize, most: usize) {
        let line = format!("  {name}: {found} of {of} stored (at most {most})");
        say(&line);
        if found > most {
            self.missed.push(line);
        }
    }

    fn at_least(&mut self, name: &str, found: usize, of: usize, percent: usize) {
        let line = format!("  {name}: {found} of {of} (at least {percent} %)");
        say(&line);
        if found * 100 < of * percent {
            self.missed.push(line);
        }
    }

    fn check(self) {
        assert!(self.missed.is_empty(), "{:#?}", self.missed);
    }
}
