//! What a delivery's bytes become, rule by rule.
use super::error::ItemCode;
use super::read::{Format, Intake, PoolAsserted, Submitted};
use crate::base::Millis;
use crate::model::safe::{Detail, SafeEvent, Word};
use crate::model::{ActorType, DetailKeys, GateMode, Outcome};

/// 2026-09-24T08:20:00Z.
const NOW: Millis = 1_790_238_000_000;

fn read(body: &str, mode: GateMode) -> Vec<Submitted> {
    let pool = PoolAsserted {
        id: &[1; 16],
        slug: "payments",
        own_keys: &DetailKeys::default(),
    };
    Intake::new(&[7; 32], &[8; 32])
        .read(body.as_bytes(), Format::Json, mode, &pool, NOW)
        .unwrap()
        .items
}

/// The event of an item with an action and an outcome of its own, and these fields.
fn event(fields: &str) -> SafeEvent {
    event_in(fields, GateMode::Gated)
}

fn event_in(fields: &str, mode: GateMode) -> SafeEvent {
    let body = format!(r#"{{"action":"job.run","outcome":"success"{fields}}}"#);
    match read(&body, mode).pop() {
        Some(Submitted::Event(event)) => *event,
        Some(Submitted::Rejected(errors)) => panic!("{body}: {errors:?}"),
        None => panic!("{body}"),
    }
}

fn errors(body: &str) -> Vec<Vec<(String, ItemCode)>> {
    let results = read(body, GateMode::Gated);
    let errors = results.into_iter().map(|it| match it {
        Submitted::Event(_) => Vec::new(),
        Submitted::Rejected(errors) => {
            let pairs = errors.into_iter().map(|it| (it.pointer, it.code));
            pairs.collect()
        }
    });
    errors.collect()
}

const WHOLE: &str = r#"{"id":"0190f3c2-7b1e-7c55-9d0e-3f7a5b1c2d4e",
    "occurred_at":"2026-09-24T10:15:02.123+02:00","action":"service.scale","outcome":"success",
    "actor":{"type":"user","id":"u_17","email":"ana@example.org","label":"Ana Ruiz"},
    "target":{"kind":"service","id":"checkout","label":"checkout"},"request_id":"req_5f2c",
    "ip":"203.0.113.9","user_agent":"curl/8.5.0","pool":"payments",
    "changes":[{"field":"replica_count","from":2,"to":4},{"field":"secret"}],
    "details":{"trigger":"manual","changed_fields":["label","secret"],"key_prefix":"sk-ab"}}"#;

#[test]
fn a_documented_event_is_kept_whole() {
    let Some(Submitted::Event(event)) = read(WHOLE, GateMode::Gated).pop() else {
        panic!("rejected");
    };
    assert_eq!(event.redactions, 0);
    assert!(event.item.is_some());
    let occurred = event.occurred.unwrap();
    assert_eq!(
        (occurred.ms(), occurred.offset_min()),
        (1_790_237_702_123, Some(120))
    );
    assert_eq!(event.action.as_str(), "service.scale");
    let actor = event.actor.unwrap();
    assert!(actor.kind == ActorType::User);
    assert_eq!(actor.id.unwrap().as_str(), "u_17");
    assert_eq!(actor.email.unwrap().as_str(), "ana@example.org");
    assert_eq!(actor.label.unwrap().as_str(), "Ana Ruiz");
    let target = event.target.unwrap();
    assert_eq!(target.kind.as_str(), "service");
    assert_eq!(event.request_id.unwrap().as_str(), "req_5f2c");
    assert_eq!(event.ip.unwrap().as_str(), "203.0.113.9");
    assert_eq!(event.client.unwrap().as_str(), "curl 8");
    assert!(matches!(event.changes[0].from, Some(Detail::Int(2))));
    assert!(matches!(event.changes[0].to, Some(Detail::Int(4))));
    assert!(event.changes[1].from.is_none() && event.changes[1].to.is_none());
    assert_eq!(event.details.len(), 3);
}

#[test]
fn a_faulty_item_is_rejected_with_documented_pointers_only() {
    let case = |fields: &str, pointer: &str, code| {
        let body = format!(r#"[0,{{"action":"job.run","outcome":"success"{fields}}}]"#);
        let found = errors(&body);
        assert_eq!(found[1], [(format!("/1{pointer}"), code)], "{fields}");
    };
    case(r#","id":5"#, "/id", ItemCode::WrongType);
    case(r#","occurred_at":5"#, "/occurred_at", ItemCode::WrongType);
    case(
        r#","occurred_at":"2026-09-24 10:15""#,
        "/occurred_at",
        ItemCode::Malformed,
    );
    case(
        r#","occurred_at":"2026-09-24T10:15:02""#,
        "/occurred_at",
        ItemCode::Malformed,
    );
    case(
        r#","occurred_at":"1989-12-31T23:59:59Z""#,
        "/occurred_at",
        ItemCode::OutOfRange,
    );
    case(
        r#","occurred_at":"2026-09-24T08:30:01Z""#,
        "/occurred_at",
        ItemCode::OutOfRange,
    );
    let long = format!(
        r#","occurred_at":"2026-09-24T08:15:02.{}Z""#,
        "0".repeat(20)
    );
    case(&long, "/occurred_at", ItemCode::TooLong);
    case(r#","reason":["x"]"#, "/reason", ItemCode::WrongType);
    case(r#","actor":"ana""#, "/actor", ItemCode::WrongType);
    case(r#","actor":{"id":"u_1"}"#, "/actor/type", ItemCode::Missing);
    case(
        r#","actor":{"type":null}"#,
        "/actor/type",
        ItemCode::WrongType,
    );
    case(
        r#","actor":{"type":"bot"}"#,
        "/actor/type",
        ItemCode::NotSupported,
    );
    case(r#","actor":{"type":"user"}"#, "/actor", ItemCode::Missing);
    case(
        r#","actor":{"type":"user","label":" "}"#,
        "/actor",
        ItemCode::Missing,
    );
    case(
        r#","actor":{"type":"user","id":17}"#,
        "/actor/id",
        ItemCode::WrongType,
    );
    case(r#","target":{"id":"a"}"#, "/target/kind", ItemCode::Missing);
    case(
        r#","target":{"kind":"Service"}"#,
        "/target/kind",
        ItemCode::Malformed,
    );
    case(r#","ip":1"#, "/ip", ItemCode::WrongType);
    case(r#","pool":"other""#, "/pool", ItemCode::PoolMismatch);
    case(r#","changes":{}"#, "/changes", ItemCode::WrongType);
    case(r#","details":[]"#, "/details", ItemCode::WrongType);
    case(r#","action":"a.b""#, "/action", ItemCode::DuplicateKey);
    case(
        r#","actor":{"type":"user","id":"a","type":"user"}"#,
        "/actor/type",
        ItemCode::DuplicateKey,
    );
    case(
        r#","target":{"kind":"a","email":1,"email":2}"#,
        "/target",
        ItemCode::DuplicateKey,
    );
    case(r#","hunter2":{"x":1,"x":2}"#, "", ItemCode::DuplicateKey);
    case(
        r#","details":{"a":[[{"x":1,"\u0078":2}]]}"#,
        "/details",
        ItemCode::DuplicateKey,
    );
    case(r#","x":[[[[[[[[1]]]]]]]]"#, "", ItemCode::TooMany);
    case(
        r#","details":{"x":[[[[[[[{"]":1}]]]]]]]}"#,
        "/details",
        ItemCode::TooMany,
    );
    case(
        r#","actor":{"type":"user","label":"\ud800"}"#,
        "/actor/label",
        ItemCode::Malformed,
    );
    let long = format!(r#","x":"{}""#, "a".repeat(32 * 1024));
    case(&long, "", ItemCode::TooLong);
}

#[test]
fn every_fault_of_an_item_is_named_at_once() {
    let found = errors(r#"{"action":"1x","actor":{"type":"user"}}"#);
    let expected = [
        ("/0/action", ItemCode::Malformed),
        ("/0/outcome", ItemCode::Missing),
        ("/0/actor", ItemCode::Missing),
    ];
    assert_eq!(
        found[0],
        expected.map(|(pointer, code)| (pointer.to_owned(), code))
    );
}

#[test]
fn a_refused_id_or_label_is_digested_and_counted() {
    let secret = "ghp_016C7f0Xk2Vq9Lw3Zr8Tn5Yb1Dm4Hs6Jp";
    let event = event(&format!(
        r#","id":"{secret}","request_id":"{secret}",
        "actor":{{"type":"user","id":"{secret}","email":"{secret}","label":"{secret}"}}"#
    ));
    let actor = event.actor.unwrap();
    let digest = actor.label.unwrap();
    assert!(digest.as_str().starts_with("h:") && digest.as_str().len() == 18);
    assert_eq!(actor.id.unwrap().as_str(), digest.as_str());
    assert_eq!(actor.email.unwrap().as_str(), digest.as_str());
    assert_eq!(event.id.unwrap().as_str(), digest.as_str());
    assert_eq!(event.request_id.unwrap().as_str(), digest.as_str());
    assert_eq!(event.redactions, 5);
}

#[test]
fn unknown_and_unusable_values_are_dropped_and_counted() {
    let case = |fields: &str, redactions| {
        let event = event(fields);
        assert_eq!(event.redactions, redactions, "{fields}");
    };
    case("", 0);
    case(r#","x":{"y":{"z":[1,2]}},"password":"hunter2""#, 2);
    case(
        r#","actor":{"type":"system","x":1},"target":{"kind":"a","email":"b"}"#,
        2,
    );
    case(r#","reason":"because I said so""#, 1);
    case(r#","reason":null,"actor":null,"ip":"""#, 0);
    case(r#","ip":"localhost""#, 1);
    case(&format!(r#","user_agent":"{}""#, "a ".repeat(300)), 1);
    case(r#","user_agent":"something else/1.0""#, 0);
    case(
        r#","details":{"message":"x","note":"y","status":"active"}"#,
        2,
    );
    case(
        r#","details":{"status":5,"attempt":1.5,"delta":1e3,"priority":-0}"#,
        3,
    );
    case(
        r#","details":{"attempt":-1,"delta":-1,"retention_days":9007199254740992}"#,
        2,
    );
    case(
        r#","details":{"is_private":true,"has_mfa":"yes","expires_at":"9999-01-01T00:00:00Z"}"#,
        1,
    );
    case(
        r#","details":{"roles":["admin","owner"],"project":["a","b"],"role":["a",1]}"#,
        1,
    );
    case(
        r#","details":{"changed_fields":["label","hunter2","x9f3kq27zz1b"]}"#,
        2,
    );
    case(
        r#","details":{"changed_fields":"label","changed_keys":["label",1]}"#,
        2,
    );
    case(
        r#","details":{"key_prefix":"sk-ab","token_prefix":"sk-abcdefghijk"}"#,
        1,
    );
    case(
        r#","changes":[5,{"from":1},{"field":7},{"field":"hunter2"}]"#,
        4,
    );
    case(
        r#","changes":[{"field":"label","from":"edge","to":"edge-01","by":"ana"}]"#,
        1,
    );
    case(r#","changes":[{"field":"label","from":"edge","to":5}]"#, 2);
    case(
        r#","changes":[{"field":"password","from":"hunter2","to":"set"}]"#,
        2,
    );
    case(
        r#","changes":[{"field":"password","from":"unset","to":"set"}]"#,
        0,
    );
    case(
        r#","changes":[{"field":"credential_status","from":"active","to":"revoked"}]"#,
        0,
    );
    case(
        r#","changes":[{"field":"email","to":"ana@example.org"}]"#,
        1,
    );
}

#[test]
fn limits_cost_the_entry_and_not_the_item() {
    let many = |count: usize, one: &str| vec![one; count].join(",");
    let changes = event(&format!(
        r#","changes":[{}]"#,
        many(20, r#"{"field":"label"}"#)
    ));
    assert_eq!((changes.changes.len(), changes.redactions), (16, 4));
    let list = event(&format!(
        r#","details":{{"roles":[{}]}}"#,
        many(17, r#""admin""#)
    ));
    assert_eq!((list.details.len(), list.redactions), (0, 1));
    let names = event(&format!(
        r#","details":{{"changed_keys":[{}]}}"#,
        many(65, r#""label""#)
    ));
    assert_eq!((names.details.len(), names.redactions), (0, 1));
    let keys: Vec<String> = (0..40)
        .map(|it| format!(r#""audit_{it}_count":1"#))
        .collect();
    let keys = event(&format!(r#","details":{{{},"attempt":1}}"#, keys.join(",")));
    assert_eq!((keys.details.len(), keys.redactions), (1, 40));
    let label = "backup-service-of-the-north-".repeat(4);
    let heavy = format!(
        "[{}]",
        many(16, &format!("\"{}\"", label.trim_end_matches('-')))
    );
    let heavy = event(&format!(
        r#","details":{{"name":{heavy},"team":{heavy},"host":{heavy},"attempt":1}}"#
    ));
    assert_eq!((heavy.details.len(), heavy.redactions), (3, 1));
}

#[test]
fn denied_is_a_failure_with_a_reason() {
    let body = r#"[{"action":"a.b","outcome":"denied"},
        {"action":"a.b","outcome":"denied","reason":"expired"}]"#;
    let results = read(body, GateMode::Gated);
    let reasons = results.iter().map(|it| match it {
        Submitted::Event(event) => {
            assert!(event.outcome == Outcome::Failure);
            event.reason.as_ref().map(Word::as_str)
        }
        Submitted::Rejected(_) => None,
    });
    assert_eq!(
        reasons.collect::<Vec<_>>(),
        [Some("denied"), Some("expired")]
    );
}

#[test]
fn sealed_leaves_only_the_address_readable() {
    let event = event_in(
        r#","id":"a-1","request_id":"req_1","details":{"name":"edge","job_id":"j_1",
        "key_prefix":"sk-ab","status":"active"},"changes":[{"field":"label","to":"edge"}],
        "actor":{"type":"user","id":"u_17","email":"ana@example.org","label":"Ana"},
        "target":{"kind":"service","id":"checkout","label":"checkout"}"#,
        GateMode::Sealed,
    );
    let is_digest = |it: &str| it.starts_with("h:") && it.len() == 18;
    let (actor, target) = (event.actor.unwrap(), event.target.unwrap());
    assert!(is_digest(event.id.unwrap().as_str()));
    assert!(is_digest(event.request_id.unwrap().as_str()));
    assert!(is_digest(actor.id.unwrap().as_str()));
    assert!(is_digest(actor.label.unwrap().as_str()));
    assert_eq!(actor.email.unwrap().as_str(), "ana@example.org");
    assert!(is_digest(target.id.unwrap().as_str()));
    assert!(is_digest(target.label.unwrap().as_str()));
    assert_eq!(event.details.len(), 1);
    assert!(event.changes[0].to.is_none());
    assert_eq!(event.redactions, 10);
}

#[test]
fn an_item_is_told_by_its_values_and_not_by_its_writing() {
    let item = |body: &str| event(body).item.unwrap();
    let one = item(r#","id":"a","x":{"b":1,"a":[1,"\u00e9"]}"#);
    assert_eq!(
        one,
        item(" , \"x\" : {\"a\":[1,\"é\"],\n\"b\":1}, \"id\":\"a\"")
    );
    let case = |body: &str, same_id: bool| {
        let other = item(body);
        assert_ne!(one[16..], other[16..], "{body}");
        assert_eq!(one[..16] == other[..16], same_id, "{body}");
    };
    case(r#","id":"a","x":{"b":1,"a":["\u00e9",1]}"#, true);
    case(r#","id":"a","x":{"b":1,"a":[1,"e"]}"#, true);
    case(r#","id":"a","x":{"b":"1","a":[1,"é"]}"#, true);
    case(r#","id":"a","x":{"b":1.0,"a":[1,"é"]}"#, true);
    case(r#","id":"a","x":{"c":1,"a":[1,"é"]}"#, true);
    case(r#","id":"a""#, true);
    case(r#","id":"b","x":{"b":1,"a":[1,"é"]}"#, false);
    assert!(event("").item.is_none());
    assert!(event(r#","id":"""#).item.is_none());
}
