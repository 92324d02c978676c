//! The Audit logs page as a person reads it: filters, pages, drawer, empty states.
use serde_json::{Value, json};

use crate::browser::{
    Browser, NEWER, OLDER, OWNER, drawer, link, range, row, rows, turn, warnings,
};
use crate::html;
use crate::site::{Site, deliver, event, event_with};

#[test]
fn each_filter_narrows_the_page() {
    let site = Site::new();
    let seqs = furnish(&site);
    let owner = site.owner();
    let case = |query: &str, expected: &[usize]| {
        let page = owner.page(&format!("/audit-logs?via=key&{query}"));
        let found: Vec<_> = rows(&page).into_iter().map(|(seq, _)| seq).collect();
        let expected: Vec<_> = expected.iter().map(|it| seqs[*it]).collect();
        assert_eq!(found, expected, "{query}");
        assert!(warnings(&page).is_empty(), "{query}: {:?}", warnings(&page));
    };
    case("pool=edge", &[3, 2, 1, 0]);
    case("pool=core", &[4]);
    case("outcome=failure", &[4, 0]);
    case("action=member.add", &[2]);
    case("action=member.*", &[2]);
    case("actor_type=system", &[1]);
    case("actor=RUIZ", &[4, 3, 0]);
    case("target=team", &[2]);
    case("target=Stra%C3%9Fe", &[2]);
    case("from=2026-03-03&to=2026-03-04", &[3, 2]);
    case(
        "pool=edge&outcome=failure&actor=ana&target=checkout&from=2026-03-01",
        &[0],
    );
}

#[test]
fn a_row_shows_its_five_columns() {
    let site = Site::new();
    let seqs = furnish(&site);
    let page = site.owner().page("/audit-logs");
    let first = row(&page, seqs[0]).unwrap();
    assert_eq!(first.attribute("data-outcome"), "failure");
    let text = first.text();
    for expected in [
        "12:00:00",
        "Service scale",
        "failed",
        "Ana Ruiz",
        "checkout",
        "Edge EU",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(html::text(&page).contains("UTC"), "the zone is named");
}

#[test]
fn ignored_filters_warn_without_their_values_and_the_rest_apply() {
    let site = Site::new();
    let seqs = furnish(&site);
    let owner = site.owner();
    let page =
        owner.page("/audit-logs?outcome=failure&via=key&severity=zq9w&action=zq9w.b&pool=edge");
    let found: Vec<_> = rows(&page).into_iter().map(|(seq, _)| seq).collect();
    assert_eq!(found, [seqs[0]]);
    let given = warnings(&page);
    assert_eq!(given.len(), 2, "{given:?}");
    assert!(!page.contains("zq9w"), "a value is shown again: {page}");
    #[track_caller]
    fn odd(browser: &Browser, query: &str) {
        let page = browser.page(&format!("/audit-logs?{query}"));
        assert!(!warnings(&page).is_empty(), "{query}");
        assert!(!rows(&page).is_empty(), "{query}");
        assert!(!page.contains("zq9w"), "{query}: {page}");
    }
    odd(&owner, "page=99999999999");
    odd(&owner, "actor[x]=1");
    odd(&owner, "outcome=failure&outcome=success");
    odd(&owner, "actor=zq9w%00");
    odd(&owner, &format!("actor={}", "zq9w".repeat(1500)));
    odd(&owner, "before=zq9w");
    odd(&owner, "before=99999999999999999999-99999999999999999999");
    odd(&owner, "before=1-");
}

#[test]
fn credential_shaped_filters_are_not_used_and_not_shown() {
    let site = Site::new();
    let token = &site.keys.read;
    let page = site.owner().page(&format!("/audit-logs?actor={token}"));
    assert!(!page.contains(token), "the token is shown again");
    assert_eq!(warnings(&page).len(), 1);
    assert!(!site.app.folder.log().contains(token));
}

#[test]
fn unknown_and_invisible_pools_give_the_same_page() {
    let site = Site::new();
    furnish(&site);
    let admin = site.admin();
    let normal = |slug: &str| {
        let page = admin.page(&format!("/audit-logs?pool={slug}"));
        page.replace(slug, "SLUG")
    };
    assert_eq!(normal("core"), normal("none"));
}

#[test]
fn blank_fields_lead_to_the_clean_address() {
    let site = Site::new();
    let owner = site.owner();
    let sent = "/audit-logs?pool=&outcome=failure&action=&actor_type=&actor=&target=&from=&to=";
    let reply = owner.send("GET", sent, &[], b"").expect(303);
    assert_eq!(
        reply.header("location"),
        Some("/audit-logs?outcome=failure")
    );
    let reply = owner.send("GET", "/audit-logs?pool=", &[], b"").expect(303);
    assert_eq!(reply.header("location"), Some("/audit-logs"));
}

#[test]
fn events_of_one_instant_walk_complete_and_back() {
    let site = Site::new();
    let seqs = instant(&site, 200);
    let owner = site.owner();
    let mut page = owner.page("/audit-logs?via=key");
    let mut pages = Vec::new();
    let mut seen = Vec::new();
    loop {
        assert!(rows(&page).len() <= 50);
        seen.extend(rows(&page).into_iter().map(|(seq, _)| seq));
        pages.push(rows(&page));
        match turn(&owner, &page, OLDER) {
            Some(next) => page = next,
            None => break,
        }
    }
    let expected: Vec<_> = seqs.iter().rev().copied().collect();
    assert_eq!(seen, expected);
    assert_eq!(range(&page), "151–200 of 200");
    for before in pages.iter().rev().skip(1) {
        page = turn(&owner, &page, NEWER).unwrap();
        assert_eq!(&rows(&page), before);
    }
    assert_eq!(range(&page), "1–50 of 200");
    assert!(turn(&owner, &page, NEWER).is_none());
}

#[test]
fn row_fifty_one_is_on_the_second_page() {
    let site = Site::new();
    let seqs = instant(&site, 120);
    let owner = site.owner();
    let first = owner.page("/audit-logs?via=key");
    let second = turn(&owner, &first, OLDER).unwrap();
    assert_eq!(rows(&second)[0].0, seqs[120 - 51]);
    assert_eq!(range(&second), "51–100 of 120");
    let third = turn(&owner, &second, OLDER).unwrap();
    let all = [first, second, third].map(|it| rows(&it)).concat();
    let mut all: Vec<_> = all.into_iter().map(|(seq, _)| seq).collect();
    all.sort_unstable();
    assert_eq!(all, seqs);
}

#[test]
fn a_walk_stays_complete_while_new_events_arrive() {
    let site = Site::new();
    let seqs = instant(&site, 120);
    let owner = site.owner();
    let mut page = owner.page("/audit-logs?via=key");
    let mut seen: Vec<i64> = Vec::new();
    for round in 0.. {
        seen.extend(rows(&page).into_iter().map(|(seq, _)| seq));
        // New, at the same instant; and late, in the middle of what was already read.
        let new = json!([
            event_with(
                &format!("new-{round}"),
                json!({ "occurred_at": "2026-05-05T00:00:00Z" })
            ),
            event_with(&format!("same-{round}"), json!({ "occurred_at": INSTANT })),
        ]);
        site.deliver(&new).expect(200);
        match turn(&owner, &page, OLDER) {
            Some(next) => page = next,
            None => break,
        }
    }
    for seq in &seqs {
        assert_eq!(
            seen.iter().filter(|it| *it == seq).count(),
            1,
            "event {seq}"
        );
    }
    assert_eq!(
        seen.len(),
        seqs.len(),
        "a newcomer slipped in below the cursor"
    );
}

#[test]
fn a_late_event_appears_at_its_own_time() {
    let site = Site::new();
    let times = [
        "2026-03-01T00:00:00Z",
        "2026-03-03T00:00:00Z",
        "2026-03-02T00:00:00Z",
    ];
    let record = |(at, time): (usize, &str)| {
        site.record(&event_with(
            &format!("t-{at}"),
            json!({ "occurred_at": time }),
        ))
    };
    let seqs: Vec<_> = times.into_iter().enumerate().map(record).collect();
    let page = site.owner().page("/audit-logs?via=key");
    let found: Vec<_> = rows(&page).into_iter().map(|(seq, _)| seq).collect();
    assert_eq!(found, [seqs[1], seqs[2], seqs[0]]);
    let text = row(&page, seqs[0]).unwrap().text();
    assert!(text.contains("late"), "{text}");
}

#[test]
fn the_drawer_is_a_deep_link_with_everything_in_order() {
    let site = Site::new();
    let sent = event_with(
        "mine-1",
        json!({
            "action": "api_key.rotate", "request_id": "req_5f2c", "ip": "203.0.113.9",
            "occurred_at": "2026-09-24T10:15:02.123+02:00",
            "changes": [{ "field": "label", "from": "edge", "to": "edge-01" }, { "field": "secret" }],
            "details": { "changed_fields": ["label", "secret"], "model_count": 6 },
        }),
    );
    let seq = site.record(&sent);
    let page = site.owner().page(&format!("/audit-logs?event={seq}"));
    let drawer = drawer(&page).unwrap();
    let text = drawer.text();
    let mut at = 0;
    let number = seq.to_string();
    let in_order = [
        "API key rotated",
        "08:15:02",
        "UTC",
        "Ana Ruiz",
        "ana@example.com",
        "203.0.113.9",
        "checkout",
        "Edge EU",
        "req_5f2c",
        &number,
        "mine-1",
        "api_key.rotate",
    ];
    for expected in in_order {
        let found = text[at..].find(expected);
        at += found.unwrap_or_else(|| panic!("{expected} is missing or out of order in {text}"));
    }
    for expected in [
        "edge-01",
        "Changed, value not recorded",
        "6",
        "via",
        "edge writer",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let title = html::by_id(&drawer.inner, "event").unwrap();
    assert_eq!(title.text(), "API key rotated");
    let current = row(&page, seq).unwrap();
    assert!(
        current.attribute("class").contains("cur"),
        "{:?}",
        current.attributes
    );
}

#[test]
fn a_drawer_elsewhere_in_the_filtered_order_says_where() {
    let site = Site::new();
    let seqs = instant(&site, 60);
    let owner = site.owner();
    let page = owner.page(&format!("/audit-logs?via=key&event={}", seqs[0]));
    assert!(drawer(&page).unwrap().text().contains("60 of 60"), "{page}");
    let page = owner.page(&format!("/audit-logs?outcome=failure&event={}", seqs[0]));
    assert!(
        drawer(&page)
            .unwrap()
            .text()
            .contains("Outside the current filters"),
        "{page}"
    );
}

#[test]
fn what_is_not_visible_does_not_exist() {
    let site = Site::new();
    let core = deliver(&mut site.app.connect(), &site.keys.core_write, &event("c")).expect(200);
    let hidden = core.json()["results"][0]["seq"].as_i64().unwrap();
    let admin = site.admin();
    let get = |seq: &str| {
        let reply = admin.open(&format!("/audit-logs?event={seq}")).expect(404);
        let mut headers = reply.headers.clone();
        headers.retain(|(name, _)| name != "x-request-id" && name != "date");
        (headers, reply.text().replace(seq, "SEQ"))
    };
    let missing = get("987654");
    assert!(missing.1.contains("Event not found"), "{}", missing.1);
    assert_eq!(get(&hidden.to_string()), missing);
    assert_eq!(get("0").1.len(), missing.1.len(), "an event of no Pool");
    assert_eq!(get("zq9w"), missing);
    assert_eq!(get("-1").0, missing.0);
}

#[test]
fn empty_pages_say_why() {
    let site = Site::new();
    #[track_caller]
    fn case(page: &str, expected: &str) {
        assert_eq!(rows(page), [], "{page}");
        assert!(html::text(page).contains(expected), "{expected}: {page}");
    }
    let new = Browser::signed_in(&site.app, crate::site::NEW_ADMIN);
    case(&new.page("/audit-logs"), "No Pool is assigned to you");
    let owner = site.owner();
    let page = owner.page("/audit-logs?outcome=failure&actor=nobody-at-all");
    case(&page, "No events match these filters");
    assert!(html::text(&page).contains("Check that the action was inside your visible Pools"));
    let fewer = html::elements(&page, "a").into_iter();
    let fewer: Vec<_> = fewer.map(|it| it.attribute("href").to_owned()).collect();
    assert!(
        fewer.iter().any(|it| it == "/audit-logs?outcome=failure"),
        "{fewer:?}"
    );
}

#[test]
fn a_failure_never_wears_a_success_title() {
    let site = Site::new();
    let titles = [
        (
            "api_key.rotate",
            "API key rotated",
            "API key rotation failed",
        ),
        ("pool.create", "Pool created", "Pool creation failed"),
        (
            "operator.update",
            "Operator updated",
            "Operator update failed",
        ),
        (
            "settings.update",
            "Settings updated",
            "Settings update failed",
        ),
        ("member.add", "", "Member add: failed"),
    ];
    let owner = site.owner();
    for (action, success, failure) in titles {
        let failed = json!({ "action": action, "outcome": "failure" });
        let seq = site.record(&event_with(action, failed));
        let page = owner.page(&format!("/audit-logs?event={seq}"));
        for text in [
            row(&page, seq).unwrap().text(),
            drawer(&page).unwrap().text(),
        ] {
            assert!(text.contains(failure), "{failure}: {text}");
            assert!(
                success.is_empty() || !text.contains(success),
                "{success}: {text}"
            );
        }
    }
}

#[test]
fn a_delivered_event_says_via_and_links_to_no_record() {
    let site = Site::new();
    let sent = json!({ "action": "operator.create",
        "target": { "kind": "operator", "id": "op_1", "label": "Eve" } });
    let seq = site.record(&event_with("via-1", sent));
    let page = site.owner().page(&format!("/audit-logs?event={seq}"));
    for html in [row(&page, seq).unwrap().inner, drawer(&page).unwrap().inner] {
        assert!(html::text(&html).contains("via edge writer"), "{html}");
        let links = html::elements(&html, "a").into_iter();
        let mut links = links.map(|it| it.attribute("href").to_owned());
        assert!(links.all(|it| !it.starts_with("/operators")), "{html}");
    }
}

#[test]
fn days_are_as_long_as_the_zone_says() {
    let app = crate::appliance::Appliance::start();
    let browser = Browser::new(&app);
    browser.set_up(&app, "Europe/Berlin").expect(200);
    browser.create_pool("edge", "Edge EU");
    let write = browser.create_key("edge", "writer", "write");
    let mut connection = app.connect();
    // Every hour, from before the day begins until after it has ended, in Berlin.
    let hourly = |month: u8, day: u8| -> Vec<Value> {
        let hours = (0..72).map(|it| (day - 1 + it / 24, it % 24));
        let time = hours.map(|(day, hour)| format!("2026-{month:02}-{day:02}T{hour:02}:30:00Z"));
        time.map(|it| event_with(&it, json!({ "occurred_at": it })))
            .collect()
    };
    deliver(&mut connection, &write, &json!(hourly(3, 29))).expect(200);
    deliver(&mut connection, &write, &json!(hourly(10, 25))).expect(200);
    let edge = event_with("edge", json!({ "occurred_at": "2026-06-01T21:59:59.999Z" }));
    deliver(&mut connection, &write, &edge).expect(200);
    let count = |day: &str| {
        let page = browser.page(&format!("/audit-logs?via=key&from={day}&to={day}"));
        assert!(page.contains("Europe/Berlin") || page.contains("CET") || page.contains("CEST"));
        rows(&page).len()
    };
    assert_eq!(count("2026-03-29"), 23);
    assert_eq!(count("2026-03-28"), 24);
    assert_eq!(count("2026-10-25"), 25);
    assert_eq!(count("2026-06-01"), 1);
    assert_eq!(count("2026-06-02"), 0);
}

#[test]
fn fifty_one_hostile_names_are_inert() {
    let site = Site::new();
    let hostile = [
        "<script>alert(1)</script>",
        "\"onmouseover=alert(1) x=\"",
        "'><img src=x>",
        "javascript:alert(1)",
        "{{7*7}}",
        "&lt;b&gt;",
        "\u{202e}gnp.exe",
    ];
    let batch: Vec<_> = hostile.iter().enumerate().map(|(at, text)| {
        event_with(&format!("h-{at}"), json!({
            "actor": { "type": "user", "id": text, "label": text },
            "target": { "kind": "thing", "id": text, "label": text }, "details": { "team": text },
        }))
    }).collect();
    let receipt = site.deliver(&json!(batch)).expect(200).json();
    let seq = receipt["results"][0]["seq"].as_i64().unwrap();
    let page = site.owner().page(&format!("/audit-logs?event={seq}"));
    let scripts = html::elements(&page, "script").into_iter();
    assert!(scripts.into_iter().all(|it| it.has("src")), "{page}");
    assert!(!page.contains("<img"), "{page}");
    assert!(
        html::elements(&page, "*")
            .iter()
            .all(|it| !it.has("onmouseover")),
        "{page}"
    );
}

#[test]
fn links_go_only_where_the_viewer_may_go() {
    let site = Site::new();
    let admin = site.admin();
    let owner = site.owner();
    let closed = ["/operators", "/invites", "/settings", "/jobs"];
    for path in ["/audit-logs", "/pools", "/api-keys"] {
        let page = admin.page(path);
        for link in html::elements(&page, "a") {
            let to = link.attribute("href").to_owned();
            assert!(
                !closed.iter().any(|it| to.starts_with(it)),
                "{path} leads to {to}"
            );
            if to.starts_with('/') {
                let reply = admin.open(to.split('#').next().unwrap());
                assert_eq!(reply.status, 200, "{path} leads to {to}");
            }
        }
    }
    let page = owner.page("/audit-logs?action=api_key.create");
    let seq = rows(&page)[0].0;
    let page = owner.page(&format!("/audit-logs?event={seq}"));
    let text = drawer(&page).unwrap().inner;
    assert!(
        text.contains("href=\"/api-keys"),
        "the related record: {text}"
    );
    assert!(link(&page, OWNER).is_none());
}

const INSTANT: &str = "2026-04-04T04:04:04.004Z";

/// Events that all happened at the same millisecond.
fn instant(site: &Site, count: usize) -> Vec<i64> {
    let batch: Vec<_> = (0..count)
        .map(|it| event_with(&format!("i-{it}"), json!({ "occurred_at": INSTANT })))
        .collect();
    let receipt = site.deliver(&json!(batch)).expect(200).json();
    (0..count)
        .map(|it| crate::site::seq(&receipt, it))
        .collect()
}

/// Four events in `edge` and one, the newest, in `core`.
fn furnish(site: &Site) -> Vec<i64> {
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
    let mut seqs: Vec<_> = (0..4).map(|it| crate::site::seq(&receipt, it)).collect();
    let mut connection = site.app.connect();
    let receipt = deliver(
        &mut connection,
        &site.keys.core_write,
        &event_with("core", core),
    );
    seqs.push(crate::site::seq(&receipt.expect(200).json(), 0));
    seqs
}
