//! `GET /api/v1/events`: filters, cursors, the feed, and what a key may not see.
use serde_json::{Value, json};

use crate::site::{EVENTS, Site, deliver, event, event_with, get, ids};

/// One event of each kind a filter can tell apart.
fn furnish(site: &Site) {
    let failed = json!({ "outcome": "failure", "reason": "timeout",
        "occurred_at": "2026-03-01T12:00:00Z" });
    let system = json!({ "actor": { "type": "system", "id": "cron" }, "request_id": "req_abc",
        "occurred_at": "2026-03-02T23:59:59.999Z" });
    let other = json!({ "action": "member.add", "occurred_at": "2026-03-03T00:00:00Z",
        "actor": { "type": "user", "email": "Zoë.Ångström@example.com" },
        "target": { "kind": "team", "id": "t-9", "label": "Straße 7" } });
    let known = json!({ "action": "api_key.rotate", "occurred_at": "2026-03-04T08:00:00+02:00",
        "target": { "kind": "api_key", "label": "100_percent" } });
    let batch = json!([
        event_with("failed", failed),
        event_with("system", system),
        event_with("other", other),
        event_with("known", known),
    ]);
    let receipt = site.deliver(&batch).expect(200).json();
    assert_eq!(receipt["recorded"], 4, "{receipt}");
}

#[test]
fn each_filter_finds_exactly_its_events() {
    let site = Site::new();
    furnish(&site);
    let core = event_with("core", json!({ "outcome": "failure" }));
    deliver(&mut site.app.connect(), &site.keys.core_write, &core).expect(200);
    #[track_caller]
    fn case(site: &Site, query: &str, expected: &[&str]) {
        let page = site.read(query);
        assert_eq!(ids(&page), expected, "{query}");
        assert_eq!(page["warnings"], json!([]), "{query}");
        assert_eq!(page["count"]["exact"], true, "{query}");
    }
    case(&site, "", &["known", "other", "system", "failed"]);
    case(&site, "outcome=failure", &["failed"]);
    case(&site, "action=service.scale", &["system", "failed"]);
    case(&site, "action=member.add", &["other"]);
    case(&site, "action=member.*", &["other"]);
    case(&site, "actor_type=system&actor=cron", &["system"]);
    case(&site, "actor=ruiz", &["known", "failed"]);
    case(&site, "actor=ana%40example.com", &["known", "failed"]);
    case(&site, "actor=u_17", &["known", "failed"]);
    case(&site, "actor=zo%C3%8B.%C3%A5ngstr%C3%B6m", &["other"]);
    case(&site, "target=STRASSE", &["other"]);
    case(&site, "target=checkout", &["system", "failed"]);
    case(&site, "target=team", &["other"]);
    case(&site, "from=2026-03-03", &["known", "other"]);
    case(&site, "from=2026-03-02&to=2026-03-02", &["system"]);
    case(&site, "to=2026-03-01", &["failed"]);
    case(&site, "via=key", &["known", "other", "system", "failed"]);
    case(&site, "pool=edge&outcome=failure", &["failed"]);
    case(
        &site,
        "outcome=success&action=service.scale&actor=cron",
        &["system"],
    );
    case(&site, "outcome=failure&actor=cron", &[]);
}

#[test]
fn text_filters_are_literal() {
    let site = Site::new();
    furnish(&site);
    #[track_caller]
    fn case(site: &Site, query: &str, expected: &[&str]) {
        assert_eq!(ids(&site.read(query)), expected, "{query}");
    }
    case(&site, "target=%25", &[]);
    case(&site, "target=0_p", &["known"]);
    case(&site, "target=0%25p", &[]);
    case(&site, "target=*", &[]);
    case(&site, "target=%5C", &[]);
    case(&site, "actor=_17", &["known", "failed"]);
    case(&site, "actor=u.17", &[]);
    case(&site, "actor=%20ruiz%20", &["known", "failed"]);
}

#[test]
fn an_ignored_filter_is_named_and_its_value_is_not() {
    let site = Site::new();
    furnish(&site);
    #[track_caller]
    fn case(site: &Site, query: &str, warnings: usize, name: &str) {
        let page = site.read(&format!("{query}&outcome=failure"));
        assert_eq!(ids(&page), ["failed"], "{query}: the good filter applies");
        let given = page["warnings"].as_array().unwrap();
        assert_eq!(given.len(), warnings, "{query}: {given:?}");
        let text = page["warnings"].to_string();
        assert!(text.contains(name), "{query}: {text}");
        assert!(!text.contains("zq9w"), "{query}: {text}");
    }
    case(&site, "severity=zq9w", 1, "\"severity\"");
    case(&site, "Zq9w!=1", 1, "\"a parameter\"");
    case(&site, "actor[x]=zq9w", 1, "a single plain value");
    case(&site, "action=zq9w.zq9w", 1, "not a supported event");
    case(&site, "actor_type=zq9w", 1, "not a supported actor type");
    case(&site, "from=zq9w", 1, "not a valid date");
    case(&site, "from=2026-02-30", 1, "not a valid date");
    case(&site, "from=2026-03-04&to=2026-03-01", 1, "");
    case(&site, "range=zq9w", 1, "not a supported range");
    case(&site, "pool=zq9w", 1, "no available Pool has this slug");
    case(&site, "actor=ana&actor=zq9w", 1, "");
    case(&site, "severity=1&shape=zq9w", 2, "\"shape\"");
    case(
        &site,
        &format!("actor={}", "zq9w".repeat(200)),
        1,
        "too long",
    );
    case(&site, "actor=zq9w%00", 1, "");
    case(&site, "page=99999999999", 1, "\"page\"");
    let many: Vec<_> = (0..20).map(|it| format!("bad_{}=1", letters(it))).collect();
    let page = site.read(&many.join("&"));
    let given = page["warnings"].as_array().unwrap();
    assert_eq!(given.len(), 9, "eight, then a count: {given:?}");
    let twice = site.read("outcome=failure&outcome=success");
    assert_eq!(twice["warnings"].as_array().unwrap().len(), 1);
    assert_eq!(ids(&twice).len(), 4);
}

#[test]
fn the_cursor_walks_everything_once() {
    let site = Site::new();
    let batch: Vec<_> = (0..130).map(|it| event(&format!("w-{it}"))).collect();
    site.deliver(&json!(batch)).expect(200);
    let mut seen = Vec::new();
    let mut query = "limit=25".to_owned();
    loop {
        let page = site.read(&query);
        let found = page["events"].as_array().unwrap();
        assert!(!found.is_empty() && found.len() <= 25);
        seen.extend(ids(&page));
        match page["next"].as_str() {
            Some(next) => query = format!("limit=25&before={next}"),
            None => break,
        }
    }
    let expected: Vec<_> = (0..130).rev().map(|it| format!("w-{it}")).collect();
    assert_eq!(seen, expected);
}

#[test]
fn broken_cursors_give_the_first_page_and_a_warning() {
    let site = Site::new();
    furnish(&site);
    #[track_caller]
    fn case(site: &Site, cursor: &str) {
        let page = site.read(&format!("before={cursor}"));
        assert_eq!(ids(&page).len(), 4, "{cursor}");
        assert_eq!(page["warnings"].as_array().unwrap().len(), 1, "{cursor}");
    }
    case(&site, "x");
    case(&site, "1");
    case(&site, "1-");
    case(&site, "-");
    case(&site, "99999999999999999999999999-1");
    case(&site, "1-99999999999999999999999999");
    case(&site, "1-2-3");
    case(&site, "%00-1");
    let unknown = site.read("before=4102444800000-999999");
    assert_eq!(ids(&unknown).len(), 4, "a cursor outlives its row");
}

#[test]
fn the_limit_has_bounds() {
    let site = Site::new();
    let batch: Vec<_> = (0..210).map(|it| event(&format!("l-{it}"))).collect();
    site.deliver(&json!(batch)).expect(200);
    #[track_caller]
    fn case(site: &Site, query: &str, rows: usize, warnings: usize) {
        let page = site.read(query);
        assert_eq!(page["events"].as_array().unwrap().len(), rows, "{query}");
        assert_eq!(
            page["warnings"].as_array().unwrap().len(),
            warnings,
            "{query}"
        );
    }
    case(&site, "", 50, 0);
    case(&site, "limit=1", 1, 0);
    case(&site, "limit=200", 200, 0);
    case(&site, "limit=0", 50, 1);
    case(&site, "limit=201", 50, 1);
    case(&site, "limit=x", 50, 1);
    case(&site, "limit=-1", 50, 1);
}

#[test]
fn the_feed_gives_everything_in_order_of_arrival() {
    let site = Site::new();
    let mut connection = site.app.connect();
    for round in 0..30 {
        let late = json!({ "occurred_at": format!("2026-02-{:02}T00:00:00Z", 28 - round % 28) });
        deliver(
            &mut connection,
            &site.keys.write,
            &event_with(&format!("f-{round}"), late),
        );
        let core = event(&format!("c-{round}"));
        deliver(&mut connection, &site.keys.core_write, &core).expect(200);
    }
    let mut after = -1;
    let mut seen = Vec::new();
    loop {
        let page = site.read(&format!("after_seq={after}&limit=7"));
        let events = page["events"].as_array().unwrap();
        if events.is_empty() {
            break;
        }
        for event in events {
            let seq = event["seq"].as_i64().unwrap();
            assert!(seq > after, "{seq} after {after}");
            assert_eq!(event["pool"]["slug"], "edge", "{event}");
            after = seq;
        }
        seen.extend(ids(&page));
    }
    let expected: Vec<_> = (0..30).map(|it| format!("f-{it}")).collect();
    assert_eq!(seen, expected);
}

#[test]
fn each_key_reads_its_own_pool() {
    let site = Site::new();
    site.record(&event("edge"));
    let mut connection = site.app.connect();
    deliver(&mut connection, &site.keys.core_write, &event("core")).expect(200);
    let page = get(&mut connection, &site.keys.core_read, EVENTS)
        .expect(200)
        .json();
    assert_eq!(ids(&page), ["core"]);
    assert_eq!(ids(&site.read("")), ["edge"]);
}

#[test]
fn an_event_of_another_pool_looks_like_none() {
    let site = Site::new();
    let mut connection = site.app.connect();
    let receipt = deliver(&mut connection, &site.keys.core_write, &event("core")).expect(200);
    let hidden = receipt.json()["results"][0]["seq"].as_i64().unwrap();
    let mut case = |path: &str| {
        let reply = get(&mut connection, &site.keys.read, path).expect(404);
        assert_eq!(reply.problem(), "not-found");
        let mut problem = reply.json();
        problem["request_id"] = Value::Null;
        problem.to_string()
    };
    let missing = case(&format!("{EVENTS}/999999"));
    assert_eq!(case(&format!("{EVENTS}/{hidden}")), missing);
    assert_eq!(case(&format!("{EVENTS}/0")), missing, "an event of no Pool");
    assert_eq!(case(&format!("{EVENTS}/x")), missing);
    assert_eq!(case(&format!("{EVENTS}/-1")), missing);
    let own = site.record(&event("own"));
    for alias in [format!("+{own}"), format!("0{own}")] {
        assert_eq!(case(&format!("{EVENTS}/{alias}")), missing, "{alias}");
    }
    assert_eq!(case(&format!("{EVENTS}/99999999999999999999")), missing);
}

#[test]
fn unknown_and_invisible_pools_give_the_same_answer() {
    let site = Site::new();
    furnish(&site);
    let unknown = site.read("pool=nowhere");
    assert_eq!(site.read("pool=core"), unknown);
    assert_eq!(ids(&unknown).len(), 4);
}

/// For every pair of filters the total equals what a walk finds.
#[test]
fn counts_equal_walks() {
    let site = Site::new();
    let batch: Vec<_> = (0..90).map(mixed).collect();
    site.deliver(&json!(batch)).expect(200);
    let filters = [
        "outcome=failure",
        "action=member.*",
        "actor_type=system",
        "actor=ruiz",
        "target=team",
        "from=2026-03-04",
        "to=2026-03-09",
        "via=key",
    ];
    for one in filters {
        for other in filters {
            let query = format!("{one}&{other}&limit=20");
            let query = if one == other {
                format!("{one}&limit=20")
            } else {
                query
            };
            let first = site.read(&query);
            let mut walked = first["events"].as_array().unwrap().len();
            let mut next = first["next"].clone();
            while let Some(cursor) = next.as_str() {
                let page = site.read(&format!("{query}&before={cursor}"));
                walked += page["events"].as_array().unwrap().len();
                next = page["next"].clone();
            }
            assert_eq!(first["count"]["value"], walked, "{query}");
        }
    }
}

fn mixed(number: usize) -> Value {
    let outcome = ["success", "failure", "success"][number % 3];
    let (kind, action) = [("team", "member.add"), ("service", "service.scale")][number % 2];
    let actor = if number.is_multiple_of(5) {
        json!({ "type": "system", "id": "cron" })
    } else {
        json!({ "type": "user", "label": "Ana Ruiz" })
    };
    let day = 1 + number % 13;
    event_with(
        &format!("p-{number}"),
        json!({
            "outcome": outcome, "action": action, "actor": actor,
            "target": { "kind": kind, "id": format!("t-{}", number % 7) },
            "occurred_at": format!("2026-03-{day:02}T10:00:00Z"),
        }),
    )
}

fn letters(number: u8) -> char {
    char::from(b'a' + number)
}
