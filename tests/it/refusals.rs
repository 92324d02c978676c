//! `POST /api/v1/events`: what is refused, with which status, and that nothing sent is repeated.
use serde_json::{Value, json};

use crate::http::Reply;
use crate::site::{EVENTS, JSON, NDJSON, Site, deliver, event, event_with, ids, post};

#[test]
fn every_refusal_has_its_status_and_its_slug() {
    let site = Site::new();
    let good = event("refusal").to_string();
    let case =
        |key: &str, method: &str, headers: &[(&str, &str)], body: &str, status: u16, slug: &str| {
            let bearer = format!("Bearer {key}");
            let mut all = headers.to_vec();
            if !key.is_empty() {
                all.push(("Authorization", &bearer));
            }
            let reply = site.app.send(method, EVENTS, &all, body.as_bytes());
            assert_eq!(reply.status, status, "{slug}: {}", reply.text());
            assert_eq!(reply.problem(), slug);
            reply
        };
    let key = site.keys.write.as_str();
    case(key, "POST", &[JSON], "{", 400, "invalid-json");
    case(key, "POST", &[JSON], "", 400, "invalid-json");
    case(key, "POST", &[JSON], "\u{1}", 400, "invalid-json");
    case("", "POST", &[JSON], &good, 401, "unauthenticated");
    case("nonsense", "POST", &[JSON], &good, 401, "unauthenticated");
    case(&typo(key), "POST", &[JSON], &good, 401, "unauthenticated");
    case(
        &site.keys.read,
        "POST",
        &[JSON],
        &good,
        403,
        "not-permitted",
    );
    case(key, "GET", &[], "", 403, "not-permitted");
    let allow = case(key, "DELETE", &[], "", 405, "method-not-allowed");
    let allow = allow.header("allow").unwrap().to_owned();
    assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
    case(
        key,
        "POST",
        &[("Content-Type", "text/plain")],
        &good,
        415,
        "unsupported-type",
    );
    case(key, "POST", &[], &good, 415, "unsupported-type");
    case(
        key,
        "POST",
        &[JSON, ("Content-Encoding", "gzip")],
        &good,
        415,
        "unsupported-type",
    );
    case(key, "POST", &[JSON], "{}", 422, "invalid-event");
    case(key, "POST", &[JSON], "[1]", 422, "invalid-event");
    let stored = &site.read("via=key")["count"]["value"];
    assert_eq!(*stored, 0, "something was stored");
}

#[test]
fn a_paused_and_a_revoked_key_are_refused_from_the_next_request_on() {
    let site = Site::new();
    let owner = site.owner();
    // A refused body is not read, so the connection ends: each request has one of its own.
    let deliver = |id: &str| deliver(&mut site.app.connect(), &site.keys.write, &event(id));
    deliver("before").expect(200);
    owner.act("/api-keys", "edge writer", "pause");
    let paused = deliver("paused").expect(403);
    assert_eq!(paused.problem(), "paused");
    owner.act("/api-keys", "edge writer", "resume");
    deliver("resumed").expect(200);
    owner.act("/api-keys", "edge writer", "revoke");
    let revoked = deliver("revoked").expect(401);
    assert_eq!(revoked.problem(), "unauthenticated");
    assert_eq!(ids(&site.read("via=key")), ["resumed", "before"]);
    let page = owner.page("/audit-logs?action=api_key.*");
    for title in ["API key paused", "API key resumed", "API key revoked"] {
        assert!(page.contains(title), "{title}");
    }
}

#[test]
fn each_fault_of_an_item_has_its_pointer_and_code() {
    let site = Site::new();
    #[track_caller]
    fn case(site: &Site, other: Value, pointer: &str, code: &str) {
        let item = event_with("fault", other);
        let reply = site.deliver(&json!([item])).expect(422);
        assert_eq!(reply.problem(), "invalid-event");
        let error = reply.json()["errors"][0].clone();
        assert_eq!(error["pointer"], format!("/0{pointer}"), "{error}");
        assert_eq!(error["code"], code, "{error}");
        assert!(error["detail"].is_string());
    }
    case(&site, json!({ "action": null }), "/action", "wrong_type");
    case(&site, json!({ "action": 7 }), "/action", "wrong_type");
    case(
        &site,
        json!({ "action": "two words" }),
        "/action",
        "malformed",
    );
    case(
        &site,
        json!({ "action": "a".repeat(97) }),
        "/action",
        "too_long",
    );
    case(
        &site,
        json!({ "outcome": "sucess" }),
        "/outcome",
        "not_supported",
    );
    case(
        &site,
        json!({ "actor": { "type": "robot", "id": "r" } }),
        "/actor/type",
        "not_supported",
    );
    case(
        &site,
        json!({ "actor": { "type": "user" } }),
        "/actor",
        "missing",
    );
    case(
        &site,
        json!({ "target": { "id": "x" } }),
        "/target/kind",
        "missing",
    );
    case(
        &site,
        json!({ "occurred_at": "yesterday" }),
        "/occurred_at",
        "malformed",
    );
    case(
        &site,
        json!({ "occurred_at": "2026-09-24T10:15:02" }),
        "/occurred_at",
        "malformed",
    );
    case(
        &site,
        json!({ "occurred_at": "1989-12-31T23:59:59Z" }),
        "/occurred_at",
        "out_of_range",
    );
    case(
        &site,
        json!({ "occurred_at": "2999-01-01T00:00:00Z" }),
        "/occurred_at",
        "out_of_range",
    );
    case(&site, json!({ "pool": "core" }), "/pool", "pool_mismatch");
    let denied = event_with("denied", json!({ "outcome": "denied" }));
    let stored = site.event(site.record(&denied));
    assert_eq!(
        (&stored["outcome"], &stored["reason"]),
        (&json!("failure"), &json!("denied"))
    );
    let named = event_with("named", json!({ "pool": "edge" }));
    site.record(&named);
}

#[test]
fn an_event_a_year_ahead_never_leads_the_first_page() {
    let site = Site::new();
    site.record(&event("now"));
    let ahead = event_with("ahead", json!({ "occurred_at": "2999-01-01T00:00:00Z" }));
    site.deliver(&ahead).expect(422);
    assert_eq!(ids(&site.read("")), ["now"]);
}

#[test]
fn more_than_the_limits_is_refused_whole() {
    let site = Site::new();
    let key = site.keys.write.as_str();
    let connection = || site.app.connect();
    let many: Vec<_> = (0..1001).map(|it| event(&format!("m-{it}"))).collect();
    let reply = deliver(&mut connection(), key, &json!(many)).expect(413);
    assert_eq!(reply.problem(), "too-large");
    let lines: Vec<_> = many.iter().map(Value::to_string).collect();
    let reply = post(&mut connection(), key, NDJSON, lines.join("\n").as_bytes()).expect(413);
    assert_eq!(reply.problem(), "too-large");
    assert_eq!(
        deliver(&mut connection(), key, &json!(many[..1000]))
            .expect(200)
            .json()["recorded"],
        1000
    );
    let mut exact = event("mib").to_string().into_bytes();
    exact.resize(1024 * 1024, b' ');
    assert_eq!(post(&mut connection(), key, JSON, &exact).status, 200);
    exact.push(b' ');
    let reply = post(&mut connection(), key, JSON, &exact).expect(413);
    assert_eq!(reply.problem(), "too-large");
}

#[test]
fn an_item_beyond_its_limits_is_refused_alone() {
    let site = Site::new();
    let long = event_with(
        "long",
        json!({ "details": { "team": "a ".repeat(17_000) } }),
    );
    let mut deep = json!(1);
    for _ in 0..9 {
        deep = json!([deep]);
    }
    let deep = event_with("deep", json!({ "details": { "roles": deep } }));
    let receipt = site
        .deliver(&json!([long, event("between"), deep]))
        .expect(200)
        .json();
    let status = |at: usize| receipt["results"][at]["status"].as_str().unwrap();
    assert_eq!(
        [status(0), status(1), status(2)],
        ["rejected", "recorded", "rejected"]
    );
    assert_eq!(
        receipt["results"][0]["errors"][0]["code"], "too_long",
        "{receipt}"
    );
}

/// Letters that NFC takes apart are longer when they are kept than when they were sent.
#[test]
fn an_item_that_grows_beyond_the_limit_is_refused_alone() {
    let site = Site::new();
    let name = "\u{958}\u{959}\u{95a} ".repeat(8);
    let names = vec![name.trim(); 16];
    let change = json!({ "field": "name", "from": names, "to": names });
    let grows = event_with("grows", json!({ "changes": vec![change; 12] }));
    assert!(grows.to_string().len() < 32 * 1024);
    let receipt = site
        .deliver(&json!([grows, event("beside")]))
        .expect(200)
        .json();
    assert_eq!(receipt["results"][0]["errors"][0]["code"], "too_long");
    assert_eq!(receipt["results"][0]["errors"][0]["pointer"], "/0");
    assert_eq!(receipt["results"][1]["status"], "recorded");
}

#[test]
fn repeated_keys_are_refused_not_last_wins() {
    let site = Site::new();
    let mut connection = site.app.connect();
    let mut case = |kind, body: &str| -> Reply {
        let reply = post(&mut connection, &site.keys.write, kind, body.as_bytes());
        assert!(!reply.text().contains("planted"), "{}", reply.text());
        reply
    };
    let top = r#"{"action":"a.b","outcome":"success","outcome":"failure"}"#;
    let inside = r#"{"action":"a.b","outcome":"success","details":{"planted":1,"planted":2}}"#;
    for body in [top, inside] {
        let reply = case(JSON, body);
        assert!(matches!(reply.status, 400 | 422), "{}", reply.text());
    }
    let good = event("beside").to_string();
    let reply = case(NDJSON, &format!("{inside}\n{good}\n{{\n"))
        .expect(200)
        .json();
    let first = |at: usize| {
        reply["results"][at]["errors"][0]["code"]
            .as_str()
            .unwrap_or("none")
    };
    assert_eq!(
        [first(0), first(1), first(2)],
        ["duplicate_key", "none", "invalid_json"],
        "{reply}"
    );
    assert_eq!(ids(&site.read("")), ["beside"]);
}

#[test]
fn hostile_json_never_fails_the_server_and_is_never_repeated() {
    let site = Site::new();
    let key = site.keys.write.as_str();
    let case = |body: &[u8]| {
        let reply = post(&mut site.app.connect(), key, JSON, body);
        assert!(
            matches!(reply.status, 200 | 400 | 413 | 422),
            "{}: {}",
            reply.status,
            reply.text()
        );
        assert!(!reply.text().contains("planted"), "{}", reply.text());
    };
    let with = |value: &str| {
        let rest = r#""outcome":"success","actor":{"type":"user","id":"u"}"#;
        format!(r#"{{"action":"a.b",{rest},"details":{{"attempt":{value},"team":{value}}}}}"#)
    };
    case(with(r#""planted\ud800""#).as_bytes());
    case(with(r#""planted\udc00\ud800""#).as_bytes());
    case(with(r#""planted\u0000""#).as_bytes());
    case(with("1e999").as_bytes());
    case(with("-1e999").as_bytes());
    case(with("123456789012345678901234567890").as_bytes());
    case(with("9007199254740993").as_bytes());
    case(with("0.1").as_bytes());
    case(with(&"[".repeat(100_000)).as_bytes());
    case(with(&format!("\"{}\"", "planted".repeat(100_000))).as_bytes());
    case(b"{\"action\":\"planted\xff\"}");
    case(b"\xef\xbb\xbf{}");
    case(b"nullplanted");
    case(br#""planted""#);
    case(b"NaN");
    let action = event_with("nul", json!({ "action": "a\u{0}b" }));
    assert_eq!(site.deliver(&action).expect(422).problem(), "invalid-event");
    let label = event_with(
        "nul",
        json!({ "actor": { "type": "user", "label": "a\u{0}b" } }),
    );
    let stored = site.event(site.record(&label));
    assert!(
        stored["actor"]["label"].as_str().unwrap().starts_with("h:"),
        "{stored}"
    );
    let log = site.app.folder.log();
    assert!(
        !log.contains("planted") && !log.contains("panicked"),
        "{log}"
    );
}

#[test]
fn no_problem_repeats_what_was_sent() {
    let site = Site::new();
    let planted = "planted9q8w7e";
    let mut connection = site.app.connect();
    let mut case = |kind: (&str, &str), body: String| {
        let reply = post(&mut connection, &site.keys.write, kind, body.as_bytes());
        assert_ne!(reply.status, 200, "{body}");
        assert!(!reply.text().contains(planted), "{}", reply.text());
        assert!(
            !format!("{:?}", reply.headers).contains(planted),
            "{:?}",
            reply.headers
        );
    };
    case(JSON, format!("{{{planted}"));
    case(JSON, format!(r#"{{"{planted}":}}"#));
    case(
        JSON,
        event_with("1", json!({ "action": format!("a b {planted}") })).to_string(),
    );
    case(
        JSON,
        event_with("1", json!({ "outcome": planted })).to_string(),
    );
    case(
        JSON,
        event_with("1", json!({ "occurred_at": planted })).to_string(),
    );
    case(
        JSON,
        event_with("1", json!({ "pool": planted })).to_string(),
    );
    case(
        JSON,
        event_with("1", json!({ "actor": { "type": planted } })).to_string(),
    );
    case(
        JSON,
        event_with("1", json!({ "target": { "kind": planted.to_uppercase() } })).to_string(),
    );
    case(JSON, json!({ planted: planted }).to_string());
    case(NDJSON, format!("{planted}\n{{\"{planted}\":1}}"));
    case(("Content-Type", planted), "{}".to_owned());
    assert!(!site.app.folder.log().contains(planted));
}

/// The same key with its last character changed: the checksum no longer fits.
fn typo(key: &str) -> String {
    let last = if key.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &key[..key.len() - 1])
}
