//! What programs are refused is in the log, under the Pool of their key, and never floods it.
use serde_json::{Value, json};

use crate::appliance::Appliance;
use crate::browser::{FORM, rows};
use crate::clock::{DAY_MS, TestClock};
use crate::site::{EVENTS, JSON, NDJSON, Site, bearer, deliver, event, event_with, get, ids, post};
use crate::system_events::{of_action, until};

/// Outcome is failure always: reason, Pool, target, rejected.
fn told(site: &Site, action: &str) -> Vec<(String, String, String, Option<i64>)> {
    let text = |it: &Value| it.as_str().unwrap_or("-").to_owned();
    let found = of_action(&site.app.folder, action).into_iter();
    found
        .filter(|it| it["outcome"] == "failure")
        .map(|it| {
            let count = it["details"]["rejected_count"].as_i64();
            let (pool, target) = (text(&it["pool"]["slug"]), text(&it["target"]["label"]));
            (text(&it["reason"]), pool, target, count)
        })
        .collect()
}

#[track_caller]
fn last(site: &Site, action: &str, expected: (&str, &str, &str, Option<i64>)) {
    let told = told(site, action);
    let (reason, pool, target, count) = told.last().unwrap();
    let found = (reason.as_str(), pool.as_str(), target.as_str(), *count);
    assert_eq!(found, expected);
}

#[test]
fn a_delivery_that_is_refused_is_recorded_under_its_pool() {
    let site = Site::new();
    let owner = site.owner();
    let send = |key: &str, kind, body: &str| {
        post(&mut site.app.connect(), key, kind, body.as_bytes()).status
    };
    let key = site.keys.write.as_str();
    let good = event("good").to_string();
    let refusal = |reason, pool, target, count| {
        last(&site, "delivery.refuse", (reason, pool, target, count));
    };
    assert_eq!(send(key, JSON, "{"), 400);
    refusal("invalid_document", "edge", "edge writer", None);
    assert_eq!(send(key, FORM, &good), 415);
    assert_eq!(send(key, JSON, &" ".repeat(1024 * 1024 + 1)), 413);
    assert_eq!(told(&site, "delivery.refuse").len(), 3);
    assert_eq!(send(key, JSON, "[{},{},{}]"), 422);
    refusal("invalid_items", "edge", "edge writer", Some(3));
    assert_eq!(send(key, NDJSON, &format!("{good}\nplanted9q8w7e\n")), 200);
    refusal("invalid_items", "edge", "edge writer", Some(1));
    assert_eq!(
        send(
            key,
            JSON,
            &event_with("good", json!({ "outcome": "failure" })).to_string()
        ),
        409
    );
    refusal("invalid_items", "edge", "edge writer", Some(1));
    assert_eq!(send(&site.keys.read, JSON, &good), 403);
    refusal("forbidden", "edge", "edge reader", None);
    owner.act("/api-keys", "edge writer", "pause");
    assert_eq!(send(key, JSON, &good), 403);
    refusal("paused", "edge", "edge writer", None);
    owner.act("/api-keys", "edge writer", "revoke");
    assert_eq!(send(key, JSON, &good), 401);
    refusal("revoked", "edge", "edge writer", None);
    let unknown = "anp_00000001_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1g9cWi";
    assert_eq!(send(unknown, JSON, &good), 401);
    refusal("denied", "-", "-", None);
    let count = told(&site, "delivery.refuse").len();
    let nobody = site.app.send("POST", EVENTS, &[JSON], good.as_bytes());
    assert_eq!(nobody.status, 401);
    assert_eq!(
        told(&site, "delivery.refuse").len(),
        count,
        "nobody has no credential"
    );
    let page = site.admin().page("/audit-logs?action=delivery.refuse");
    assert_eq!(
        rows(&page).len(),
        count - 1,
        "an admin sees those of the Pool"
    );
    assert!(page.contains("Delivery refused"), "{page}");
    assert!(!page.contains("planted9q8w7e") && !page.contains(unknown));
}

#[test]
fn a_refused_delivery_leads_to_its_request() {
    let site = Site::new();
    let reply = deliver(&mut site.app.connect(), &site.keys.write, &json!({}));
    let id = reply.header("x-request-id").unwrap().to_owned();
    let refused = of_action(&site.app.folder, "delivery.refuse").remove(0);
    assert_eq!(refused["request_id"], id);
    assert_eq!(
        refused["actor"],
        json!({ "type": "system", "label": "Annals" })
    );
    assert_eq!(refused["via"]["kind"], "api");
    assert_eq!(refused["target"]["kind"], "api_key");
}

#[test]
fn a_read_that_is_refused_is_recorded_under_its_pool() {
    let site = Site::new();
    let owner = site.owner();
    let read = |key: &str| get(&mut site.app.connect(), key, EVENTS).status;
    let refusal = |reason, target| last(&site, "audit.read", (reason, "edge", target, None));
    assert_eq!(read(&site.keys.write), 403);
    refusal("forbidden", "edge writer");
    owner.act("/api-keys", "edge reader", "pause");
    assert_eq!(read(&site.keys.read), 403);
    refusal("paused", "edge reader");
    owner.act("/api-keys", "edge reader", "revoke");
    assert_eq!(read(&site.keys.read), 401);
    refusal("revoked", "edge reader");
    let count = told(&site, "audit.read").len();
    assert_eq!(
        read("anp_00000001_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1g9cWi"),
        401
    );
    assert_eq!(told(&site, "audit.read").len(), count, "nobody's read");
    let page = site.admin().page("/audit-logs?action=audit.read");
    assert!(page.contains("API read refused"), "{page}");
}

#[test]
fn a_flood_of_refusals_leaves_few_marks() {
    let site = Site::new();
    let mut connection = site.app.connect();
    for _ in 0..400 {
        let reply = deliver(&mut connection, &site.keys.write, &json!([{}]));
        assert_eq!(reply.status, 422);
    }
    let marks = told(&site, "delivery.refuse").len();
    assert!((10..20).contains(&marks), "{marks}");
    // Each credential that nobody issued is another one: they count as one.
    for number in 0..200 {
        let key = format!("anp_0000{number:04}_guess");
        deliver(&mut site.app.connect(), &key, &event("x"));
    }
    let marks = told(&site, "delivery.refuse").len() - marks;
    assert!((10..20).contains(&marks), "{marks}");
}

#[test]
fn a_delivery_that_is_taken_whole_leaves_no_mark() {
    let site = Site::new();
    let batch: Vec<_> = (0..50).map(|it| event(&format!("b-{it}"))).collect();
    site.deliver(&json!(batch)).expect(200);
    site.deliver(&json!(batch)).expect(200);
    assert!(told(&site, "delivery.refuse").is_empty());
}

#[test]
fn credentials_in_deliveries_raise_an_alarm_once_a_day_without_a_word_of_them() {
    let site = Site::new();
    let token = "ghp_plantedplanted0123456789";
    let named = json!({ "actor": { "type": "user", "label": token } });
    let dropped = json!({ "details": { "error": format!("curl -H 'X: {token}' failed") } });
    for number in 0..3 {
        let batch = json!([
            event_with(&format!("n-{number}"), named.clone()),
            event_with(&format!("d-{number}"), dropped.clone()),
            event(&format!("calm-{number}")),
        ]);
        site.deliver(&batch).expect(200);
    }
    let alarms = of_action(&site.app.folder, "redaction.credential_seen");
    let told: Vec<_> = alarms.iter().map(|it| it["details"].clone()).collect();
    let alarm = |field: &str| json!({ "field": field, "pattern": "github", "hit_count": 1 });
    assert_eq!(told, [alarm("actor.label"), alarm("details")]);
    assert_eq!(alarms[0]["pool"]["slug"], "edge");
    assert_eq!(alarms[0]["target"]["label"], "edge writer");
    assert_eq!(alarms[0]["outcome"], "success");
    let page = site
        .admin()
        .page("/audit-logs?action=redaction.credential_seen");
    assert!(page.contains("Credential seen in delivery"), "{page}");
    assert!(!page.contains("ghp_planted"), "{page}");
    let other = deliver(
        &mut site.app.connect(),
        &site.keys.core_write,
        &event_with("o", named),
    );
    other.expect(200);
    let alarms = of_action(&site.app.folder, "redaction.credential_seen");
    assert_eq!(alarms.len(), 3, "another key is another alarm");
}

#[test]
fn the_next_day_counts_what_came_meanwhile() {
    let (folder, keys) = Site::furnished();
    let Some(clock) = TestClock::of(&folder, "the_next_day_counts") else {
        return;
    };
    let variable = clock.variable().1.to_owned();
    let app = Appliance::start_with(folder, &[("ANNALS_TEST_CLOCK", &variable)]);
    let site = Site { app, keys };
    let dropped = json!({ "details": { "error": "AKIAABCDEFGHIJKLMNOP" } });
    let send = |id: &str| site.deliver(&event_with(id, dropped.clone())).expect(200);
    for id in ["a", "b", "c"] {
        send(id);
    }
    clock.run_ahead(DAY_MS + 1000);
    until(&site.app.folder, "system.clock_step", 1);
    send("d");
    let alarms = of_action(&site.app.folder, "redaction.credential_seen");
    let counts: Vec<_> = alarms
        .iter()
        .map(|it| &it["details"]["hit_count"])
        .collect();
    assert_eq!(counts, [1, 3]);
}

#[test]
fn a_key_in_the_address_is_refused_and_recorded_whatever_the_header_says() {
    let site = Site::new();
    let sent = event("sent").to_string();
    for (method, body, key, action) in [
        ("GET", "", site.keys.read.as_str(), "audit.read"),
        ("POST", &*sent, &*site.keys.write, "delivery.refuse"),
    ] {
        let bearer = bearer(key);
        for query in [
            format!("access_token={key}"),
            format!("a=b&x=Bearer%20{key}"),
            key.to_owned(),
        ] {
            for headers in [vec![JSON], vec![JSON, ("Authorization", bearer.as_str())]] {
                let path = format!("{EVENTS}?{query}");
                let reply = site.app.send(method, &path, &headers, body.as_bytes());
                assert_eq!(
                    reply.expect(400).problem(),
                    "invalid-request",
                    "{method} {query}"
                );
            }
        }
        let name = if method == "GET" {
            "edge reader"
        } else {
            "edge writer"
        };
        last(&site, action, ("denied", "edge", name, None));
        assert!(!site.app.folder.log().contains(&key[13..]));
    }
    assert!(ids(&site.read("")).is_empty(), "it was delivered");
}
