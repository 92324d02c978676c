//! Events found by the request they came from, and the ways to go on from one event.
use serde_json::{Value, json};

use crate::browser::{Browser, drawer, rows, warnings};
use crate::html;
use crate::site::{Site, deliver, event_with, get, ids, seq};

#[test]
fn a_delivery_is_found_by_its_id_and_only_whole() {
    let site = Site::new();
    let batch = json!([
        event_with("one", json!({ "occurred_at": "2024-01-01T00:00:00Z" })),
        event_with("two", json!({ "request_id": "r-17" })),
    ]);
    site.deliver(&batch).expect(200);
    site.record(&event_with("other", json!({ "request_id": "r-18" })));
    let delivery = id_of(&site, "two", "delivery_id");
    let page = site.read(&format!("request={delivery}"));
    assert_eq!(ids(&page), ["two", "one"]);
    assert_eq!(
        (&page["count"]["value"], &page["warnings"]),
        (&json!(2), &json!([]))
    );
    // The other filters apply as well.
    let page = site.read(&format!("request={delivery}&to=2024-12-31"));
    assert_eq!(ids(&page), ["one"]);
    // An export is of the same events, and says what it was filtered by.
    let owner = site.owner();
    let path = format!("/audit-logs.ndjson?request={delivery}");
    let export = owner.open(&path).expect(200).text();
    assert_eq!(
        export.lines().filter(|it| it.contains(&delivery)).count(),
        2
    );
    let recorded = owner
        .open("/audit-logs.ndjson?action=audit.export")
        .expect(200);
    let recorded: Value = serde_json::from_str(recorded.text().lines().next().unwrap()).unwrap();
    assert_eq!(recorded["details"]["filters"], json!(["request"]));
    assert_eq!(recorded["details"]["row_count"], 2);
    // After a restart too: the id says when it was issued.
    let site = Site {
        app: site.app.restart(),
        keys: site.keys,
    };
    let page = site.read(&format!("request={delivery}"));
    assert_eq!(ids(&page), ["two", "one"]);
}

#[test]
fn a_request_of_others_needs_a_span_of_seven_days_or_less() {
    let site = Site::new();
    let event = |id: &str, request: &str, time: &str| {
        event_with(id, json!({ "request_id": request, "occurred_at": time }))
    };
    let batch = json!([
        event("a", "r-17", "2026-03-01T10:00:00Z"),
        event("b", "r-17", "2026-03-05T10:00:00Z"),
        event("c", "r-1", "2026-03-05T11:00:00Z"),
        event("d", "r-17", "2026-03-20T10:00:00Z"),
    ]);
    site.deliver(&batch).expect(200);
    let needs = json!([{ "filter": "request", "detail": "needs a span of 7 days or less" }]);
    let case = |query: &str, found: &[&str], warned: &Value| {
        let page = site.read(&format!("request=r-17&{query}"));
        assert_eq!(&page["warnings"], warned, "{query}");
        if warned == &json!([]) {
            assert_eq!(ids(&page), found, "{query}");
            assert_eq!(page["count"]["value"], found.len(), "{query}");
        }
    };
    case("", &[], &needs);
    case("from=2026-03-01", &[], &needs);
    case("from=2026-03-01&to=2026-03-08", &[], &needs);
    case("range=30d", &[], &needs);
    case("range=7d", &[], &json!([]));
    case("from=2026-03-01&to=2026-03-07", &["b", "a"], &json!([]));
    case("from=2026-03-05&to=2026-03-05", &["b"], &json!([]));
    let admin = site.admin();
    let page = admin.page("/audit-logs?request=r-17");
    let told = ["Request was ignored: needs a span of 7 days or less"];
    assert_eq!(warnings(&page), told);
    let page = admin.page("/audit-logs?request=r-17&from=2026-03-01&to=2026-03-07");
    assert_eq!(rows(&page).len(), 2);
    // What was refused as an id is found when it is typed in full.
    let refused = "/home/ana/secret plan.txt";
    site.record(&event("e", refused, "2026-03-06T10:00:00Z"));
    let typed = "request=%2Fhome%2Fana%2Fsecret+plan.txt&from=2026-03-06&to=2026-03-06";
    assert_eq!(ids(&site.read(typed)), ["e"]);
}

#[test]
fn a_request_in_an_invisible_pool_is_not_found() {
    let site = Site::new();
    let hidden = event_with("hidden", json!({ "request_id": "r-17" }));
    let mut core = site.app.connect();
    deliver(&mut core, &site.keys.core_write, &hidden).expect(200);
    let page = get(
        &mut core,
        &site.keys.core_read,
        "/api/v1/events?range=7d&via=key",
    )
    .expect(200);
    let delivery = page.json()["events"][0]["delivery_id"]
        .as_str()
        .unwrap()
        .to_owned();
    for request in ["r-17", &delivery] {
        let page = site.read(&format!("request={request}&range=7d"));
        assert_eq!(page["count"]["value"], 0, "{request}");
    }
}

#[test]
fn every_way_to_go_on_leads_to_as_many_events_as_it_says() {
    let site = Site::new();
    let at = |minute: u8| format!("2026-03-05T10:{minute:02}:00.500Z");
    let event = |id: &str, minute: u8, more: Value| {
        let mut event = event_with(id, json!({ "occurred_at": at(minute) }));
        for (name, value) in more.as_object().unwrap() {
            event[name] = value.clone();
        }
        event
    };
    let zoe = json!({ "type": "user", "email": "zoe@example.com" });
    let batch = json!([
        event("early", 4, json!({ "actor": zoe })),
        event("edge", 5, json!({ "actor": zoe, "target": null })),
        event("self", 10, json!({ "request_id": "r-17" })),
        event(
            "same",
            12,
            json!({ "request_id": "r-17", "outcome": "failure" })
        ),
        event("last", 15, json!({ "actor": zoe, "target": null })),
        event("late", 16, json!({ "actor": zoe })),
    ]);
    let receipt = site.deliver(&batch).expect(200).json();
    let (owner, opened) = (site.owner(), seq(&receipt, 2));
    // The filters of the page do not narrow the ways out of it.
    for query in ["", "outcome=failure&"] {
        let page = owner.page(&format!("/audit-logs?{query}event={opened}"));
        let looks = looks(&owner, &page);
        let expected = [
            ("Everything by Ana Ruiz", 2),
            ("Everything on checkout", 4),
            ("Everything of this request", 2),
            ("Everything in this delivery", 6),
            ("Everything within 5 minutes", 4),
        ];
        assert_eq!(
            looks,
            expected.map(|(name, count)| (name.to_owned(), count))
        );
    }
    // An event without a request says nothing of one.
    let page = owner.page(&format!("/audit-logs?event={}", seq(&receipt, 0)));
    assert!(
        looks(&owner, &page)
            .iter()
            .all(|(it, _)| !it.contains("request"))
    );
}

/// The ways to go on, and how many events there are: as said, and as found.
fn looks(browser: &Browser, page: &str) -> Vec<(String, u64)> {
    let drawer = drawer(page).unwrap();
    let mut lists = html::elements(&drawer.inner, "ul").into_iter();
    let list = lists.find(|it| it.attribute("class") == "look");
    let links = html::elements(&list.unwrap().inner, "a").into_iter();
    links
        .map(|it| {
            let text = it.text();
            let (name, count) = text.split_once(|it: char| it.is_ascii_digit()).map_or_else(
                || panic!("no count: {text}"),
                |(name, _)| (name.trim(), &text[name.len()..]),
            );
            let (name, count) = match name {
                // This one has a number in its name.
                "Everything within" => count.split_once(" minutes ").map_or_else(
                    || panic!("no count: {text}"),
                    |(_, count)| ("Everything within 5 minutes", count),
                ),
                _ => (name, count),
            };
            let count = count.split(' ').next().unwrap().parse().unwrap();
            let found = rows(&browser.page(it.attribute("href"))).len() as u64;
            assert_eq!(found, count, "{text}");
            (name.to_owned(), count)
        })
        .collect()
}

/// A field of the event with this id of its sender.
fn id_of(site: &Site, id: &str, field: &str) -> String {
    let page = site.read("range=7d");
    let mut events = page["events"].as_array().unwrap().iter();
    let event = events.find(|it| it["id"] == id).unwrap();
    event[field].as_str().unwrap().to_owned()
}
