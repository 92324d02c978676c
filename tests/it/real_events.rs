//! Events that real systems sent: mapped, delivered, found by each filter, opened.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::data;
use crate::mapping::map;
use crate::site::{Site, event_with};

#[test]
fn real_events_are_found_again_by_every_filter() {
    let Some(folder) = data::folder("real_events") else {
        return;
    };
    let records = data::events(&folder);
    let site = Site::new();
    let (stored, refused) = deliver(&site, &records);
    data::say(&format!("real events: {} delivered", stored.len()));
    assert_eq!(refused, BTreeMap::new());
    assert_eq!(stored.len(), records.len());
    let names = [
        "actor",
        "target",
        "action",
        "outcome",
        "actor_type",
        "day",
        "pool",
        "via",
    ];
    for name in names {
        let (values, hits, unused) = find(&site, &stored, name);
        let unused = if unused == 0 {
            String::new()
        } else {
            format!(", {unused} not usable")
        };
        data::say(&format!(
            "  {name}: {values} values, {hits} events found{unused}"
        ));
    }
    let owner = site.owner();
    for event in &stored {
        let page = owner.page(&format!("/audit-logs?event={}", event["seq"]));
        let drawer = crate::browser::drawer(&page).expect("a drawer").text();
        let shown = [&event["action"], &event["id"]].map(|it| it.as_str().unwrap());
        assert!(
            shown.iter().all(|it| drawer.contains(it)),
            "{shown:?}: {drawer}"
        );
    }
    data::say(&format!("  drawer: {} opened", stored.len()));
}

/// Events as they are stored, and how many items were refused for which reason.
fn deliver(site: &Site, records: &[Value]) -> (Vec<Value>, BTreeMap<String, usize>) {
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    let mut recorded = BTreeSet::new();
    for chunk in records.chunks(100) {
        let batch: Vec<_> = chunk.iter().map(map).collect();
        let receipt = site.deliver(&json!(batch)).expect(200).json();
        for result in receipt["results"].as_array().unwrap() {
            if let Some(seq) = result["seq"].as_i64() {
                recorded.insert(seq);
                continue;
            }
            let error = &result["errors"][0];
            let pointer = error["pointer"].as_str().unwrap().trim_start_matches('/');
            let field = pointer.split_once('/').map_or("", |it| it.1);
            let code = error["code"].as_str().unwrap();
            *refused.entry(format!("{field} {code}")).or_default() += 1;
        }
    }
    let events = walk(site, "");
    let stored = events
        .into_iter()
        .filter(|it| recorded.contains(&it["seq"].as_i64().unwrap()));
    (stored.collect(), refused)
}

/// For each distinct value: what the filter finds is what the stored events say it should.
fn find(site: &Site, stored: &[Value], filter: &str) -> (usize, usize, usize) {
    let values: BTreeSet<String> = stored.iter().filter_map(|it| value(it, filter)).collect();
    let (mut hits, mut unused) = (0, 0);
    for value in &values {
        let query = query(filter, value);
        let found = walk_warned(site, &query);
        let Some(found) = found else {
            unused += 1;
            continue;
        };
        let expected: BTreeSet<i64> = stored
            .iter()
            .filter(|it| matches(it, filter, value))
            .map(|it| it["seq"].as_i64().unwrap())
            .collect();
        let own = |it: &&Value| !it["id"].is_null();
        let found: BTreeSet<i64> = found
            .iter()
            .filter(own)
            .map(|it| it["seq"].as_i64().unwrap())
            .collect();
        assert_eq!(found, expected, "{query}");
        hits += found.len();
    }
    (values.len(), hits, unused)
}

fn value(event: &Value, filter: &str) -> Option<String> {
    let text = |it: &Value| it.as_str().map(str::to_owned);
    match filter {
        "actor" => text(&event["actor"]["label"]).or_else(|| text(&event["actor"]["id"])),
        "target" => text(&event["target"]["label"]),
        "actor_type" => text(&event["actor"]["type"]),
        "day" => text(&event["occurred_at"]).map(|it| it[..10].to_owned()),
        "pool" => text(&event["pool"]["slug"]),
        "via" => text(&event["via"]["kind"]),
        other => text(&event[other]),
    }
}

fn query(filter: &str, value: &str) -> String {
    let names: &[&str] = if filter == "day" {
        &["from", "to"]
    } else {
        &[filter]
    };
    let pairs: Vec<_> = names.iter().map(|it| (*it, value)).collect();
    crate::browser::encode(&pairs)
}

fn matches(event: &Value, filter: &str, wanted: &str) -> bool {
    let folded = wanted.trim().to_lowercase();
    let any = |part: &Value, names: &[&str]| {
        let texts = names.iter().filter_map(|it| part[*it].as_str());
        texts
            .into_iter()
            .any(|it| it.to_lowercase().contains(&folded))
    };
    match filter {
        "actor" => any(&event["actor"], &["id", "email", "label", "type"]),
        "target" => any(&event["target"], &["id", "label", "kind"]),
        _ => value(event, filter).as_deref() == Some(wanted),
    }
}

fn walk(site: &Site, query: &str) -> Vec<Value> {
    walk_warned(site, query).expect("no filter, no warning")
}

/// Nothing where the filter was not used.
fn walk_warned(site: &Site, query: &str) -> Option<Vec<Value>> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = site.read(&format!("{query}&limit=200{cursor}"));
        if page["warnings"] != json!([]) {
            return None;
        }
        found.extend(page["events"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&before={next}"),
            None => return Some(found),
        }
    }
}

#[test]
fn the_mapping_reads_json_and_lines() {
    let hook = json!({ "id": "r-1", "system": "github", "raw": { "action": "created",
        "sender": { "login": "octo", "id": 7 }, "repository": { "full_name": "a/b" } } });
    let mapped = map(&hook);
    let actor = json!({ "type": "user", "label": "octo", "id": "7" });
    let expected = json!({ "action": "github.created", "actor": actor,
        "target": { "kind": "repository", "label": "a/b" } });
    let mut whole = event_with("r-1", expected);
    assert_eq!(mapped, whole);
    let line = json!({ "id": "r-1", "system": "sshd",
        "raw": "Failed password for root from 192.0.2.7 port 22" });
    let mapped = map(&line);
    whole = json!({ "id": "r-1", "action": "sshd.line", "outcome": "failure", "ip": "192.0.2.7",
        "actor": { "type": "user", "label": "root" } });
    assert_eq!(mapped, whole);
}
