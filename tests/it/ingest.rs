//! `POST /api/v1/events`: what is taken, what the receipts say, what is stored of it.
use serde_json::{Value, json};

use crate::site::{JSON, NDJSON, Site, deliver, event, event_with, ids, post, seq};

#[test]
fn one_object_an_array_and_lines_are_taken() {
    let site = Site::new();
    let one = site.deliver(&event("a-1")).expect(200).json();
    assert_eq!(
        (&one["recorded"], &one["duplicate"], &one["rejected"]),
        (&json!(1), &json!(0), &json!(0))
    );
    let many = site
        .deliver(&json!([event("b-1"), event("b-2"), event("b-3")]))
        .expect(200)
        .json();
    assert_eq!(many["recorded"], 3);
    let seqs: Vec<_> = (0..3).map(|it| seq(&many, it)).collect();
    assert_eq!(seqs, [seqs[0], seqs[0] + 1, seqs[0] + 2]);
    let lines = format!("{}\n\n{}\n", event("c-1"), event("c-2"));
    let lines = post(
        &mut site.app.connect(),
        &site.keys.write,
        NDJSON,
        lines.as_bytes(),
    );
    assert_eq!(lines.expect(200).json()["recorded"], 2);
    assert_eq!(
        ids(&site.read("")),
        ["c-2", "c-1", "b-3", "b-2", "b-1", "a-1"]
    );
}

#[test]
fn a_receipt_names_what_was_stored() {
    let site = Site::new();
    let receipt = site.deliver(&event("r-1")).expect(200).json()["results"][0].clone();
    assert_eq!(receipt["status"], "recorded");
    assert_eq!(receipt["redactions"], 0, "{receipt}");
    assert_eq!(receipt["leaf_hash"].as_str().unwrap().len(), 64);
    let stored = site.event(receipt["seq"].as_i64().unwrap());
    assert_eq!(stored["leaf_hash"], receipt["leaf_hash"]);
    assert_eq!(stored["recorded_at"], receipt["recorded_at"]);
    assert!(
        receipt["recorded_at"].as_str().unwrap().ends_with('Z'),
        "{receipt}"
    );
}

#[test]
fn an_event_comes_back_as_it_was_sent() {
    let site = Site::new();
    let sent = json!({
        "id": "full-1", "occurred_at": "2026-09-24T10:15:02.123+02:00",
        "action": "api_key.rotate", "outcome": "success",
        "actor": { "type": "user", "id": "u_17", "email": "ana@example.com", "label": "Ana Ruiz" },
        "target": { "kind": "api_key", "id": "ak_88", "label": "ci-runner" },
        "request_id": "req_5f2c", "ip": "203.0.113.9",
        "changes": [{ "field": "label", "from": "edge", "to": "edge-01" }, { "field": "secret" }],
        "details": {
            "changed_fields": ["label", "secret"], "model_count": 6, "key_prefix": "sk-ab",
        },
    });
    let stored = site.event(site.record(&sent));
    for name in [
        "id",
        "action",
        "outcome",
        "actor",
        "target",
        "request_id",
        "ip",
    ] {
        assert_eq!(stored[name], sent[name], "{name} of {stored}");
    }
    assert_eq!(stored["occurred_at"], "2026-09-24T08:15:02.123Z");
    assert_eq!(stored["pool"], json!({ "slug": "edge", "name": "Edge EU" }));
    assert_eq!(stored["title"], "API key rotated");
    assert_eq!(stored["via"]["kind"], "key");
    assert_eq!(stored["via"]["label"], "edge writer");
    assert_eq!(stored["redactions"], 0, "{stored}");
    assert_eq!(stored["details"], sent["details"], "{stored}");
    assert_eq!(stored["changes"][0], sent["changes"][0], "{stored}");
    assert_eq!(stored["changes"][1]["field"], "secret", "{stored}");
}

#[test]
fn without_an_actor_the_key_itself_is_the_actor() {
    let site = Site::new();
    let stored = site.event(site.record(&json!({ "action": "job.done", "outcome": "success" })));
    assert_eq!(stored["actor"]["type"], "system", "{stored}");
    assert_eq!(stored["actor"]["label"], "edge writer", "{stored}");
    assert_eq!(stored["id"], Value::Null);
    assert_eq!(
        stored["request_id"],
        Value::Null,
        "a missing request id stays blank: {stored}"
    );
    let time = |name: &str| stored[name].as_str().unwrap().to_owned();
    assert!(time("occurred_at") <= time("recorded_at"), "{stored}");
}

#[test]
fn the_same_id_is_stored_once_and_answered_with_the_first_receipt() {
    let site = Site::new();
    let first = site
        .deliver(&json!([event("x"), event("y"), event("x")]))
        .expect(200)
        .json();
    assert_eq!(
        (&first["recorded"], &first["duplicate"]),
        (&json!(2), &json!(1)),
        "{first}"
    );
    assert_eq!(seq(&first, 0), seq(&first, 2), "also inside one batch");
    let reordered = format!(
        r#"{{"target":{{"label":"checkout","kind":"service","id":"checkout"}},"outcome":"success",
        "actor":{},"id":"x","action":"service.scale"}}"#,
        event("x")["actor"]
    );
    let app = site.app.crash_and_restart();
    let mut connection = app.connect();
    let again = post(
        &mut connection,
        &site.keys.write,
        JSON,
        reordered.as_bytes(),
    );
    let again = again.expect(200).json()["results"][0].clone();
    assert_eq!(again["status"], "duplicate");
    for name in ["seq", "recorded_at", "leaf_hash"] {
        assert_eq!(again[name], first["results"][0][name], "{name}");
    }
    let other = deliver(&mut connection, &site.keys.core_write, &event("x"))
        .expect(200)
        .json();
    assert_eq!(other["recorded"], 1, "another Pool has ids of its own");
}

#[test]
fn the_same_id_with_other_content_is_a_conflict() {
    let site = Site::new();
    site.record(&event("x"));
    let changed = event_with("x", json!({ "outcome": "failure" }));
    let refused = site.deliver(&changed).expect(409);
    assert_eq!(refused.problem(), "id-conflict");
    assert_eq!(refused.json()["errors"][0]["code"], "conflict");
    let mixed = site
        .deliver(&json!([changed, event("new")]))
        .expect(200)
        .json();
    assert_eq!(mixed["results"][0]["status"], "rejected");
    assert_eq!(mixed["results"][0]["errors"][0]["code"], "conflict");
    let both = json!([changed, event_with("z", json!({ "outcome": "maybe" }))]);
    assert_eq!(site.deliver(&both).expect(422).problem(), "invalid-event");
}

#[test]
fn several_events_of_one_request_are_all_stored() {
    let site = Site::new();
    let batch: Vec<_> = ["q-1", "q-2", "q-3"]
        .map(|it| event_with(it, json!({ "request_id": "req_same" })))
        .into();
    assert_eq!(
        site.deliver(&json!(batch)).expect(200).json()["recorded"],
        3
    );
}

#[test]
fn unknown_keys_are_dropped_and_counted_never_named() {
    let site = Site::new();
    let sent = event_with(
        "dropped",
        json!({
            "surprise_7h2k": "planted-9q8w7e", "details": {
                "input_token_count": 3, "is_profile_public": true, "prompt_7h2k": "planted-9q8w7e",
                "nested": { "planted-9q8w7e": "planted-9q8w7e" }, "exit_code": 1.5,
            },
            "reason": "planted 9q8w7e", "user_agent": "curl/8.5.0",
        }),
    );
    let reply = site.deliver(&sent).expect(200);
    assert!(
        !reply.text().contains("9q8w7e") && !reply.text().contains("7h2k"),
        "{}",
        reply.text()
    );
    let stored = site.event(seq(&reply.json(), 0));
    let expected = json!({ "input_token_count": 3, "is_profile_public": true });
    assert_eq!(stored["details"], expected, "{stored}");
    assert_eq!(stored["redactions"], 5, "{stored}");
    assert_eq!(reply.json()["results"][0]["redactions"], 5);
    let text = stored.to_string();
    assert!(!text.contains("9q8w7e") && !text.contains("7h2k"), "{text}");
}

#[test]
fn harmless_names_survive_redaction() {
    let site = Site::new();
    #[track_caller]
    fn case(site: &Site, label: &str) {
        let sent = event_with(
            label,
            json!({ "actor": { "type": "user", "label": label } }),
        );
        let stored = site.event(site.record(&sent));
        assert_eq!(stored["actor"]["label"], label, "{stored}");
    }
    case(&site, "everybody");
    case(&site, "O'Brien");
    case(&site, "山田 太郎");
    case(&site, "Acme GmbH & Co. KG");
    case(&site, "Nightly backup #4");
    case(&site, "release/2026.09");
    case(&site, "ip-10-0-4-17.ec2.internal");
}

#[test]
fn a_refused_name_is_stored_as_a_digest_that_can_be_found() {
    let site = Site::new();
    let secret = "x9f3kq27zz1bq8w2";
    let actor = json!({ "actor": { "type": "user", "label": secret } });
    let first = site.event(site.record(&event_with("d-1", actor.clone())));
    let second = site.event(site.record(&event_with("d-2", actor)));
    let digest = first["actor"]["label"].as_str().unwrap();
    assert!(digest.starts_with("h:") && digest.len() == 18, "{digest}");
    assert_eq!(first["actor"]["label"], second["actor"]["label"]);
    assert_eq!(ids(&site.read(&format!("actor={secret}"))), ["d-2", "d-1"]);
}
