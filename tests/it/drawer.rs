//! The details of one event: a deep link, titles, links, hostile texts.
use serde_json::json;

use crate::browser::{OWNER, drawer, link, row, rows};
use crate::html;
use crate::site::{Site, deliver, event, event_with, instant};

#[test]
fn the_drawer_is_a_deep_link_with_everything_in_order() {
    let site = Site::new();
    let sent = event_with(
        "mine-1",
        json!({
            "action": "api_key.rotate", "request_id": "req_5f2c", "ip": "203.0.113.9",
            "occurred_at": "2026-09-24T10:15:02.123+02:00",
            "changes": [
                { "field": "label", "from": "edge", "to": "edge-01" },
                { "field": "secret" },
            ],
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
        (headers, reply.text())
    };
    let missing = get("987654");
    assert!(missing.1.contains("Event not found"), "{}", missing.1);
    assert_eq!(get(&hidden.to_string()), missing);
    assert_eq!(get("0").1.len(), missing.1.len(), "an event of no Pool");
    assert_eq!(get("zq9w"), missing);
    assert_eq!(get("-1").0, missing.0);
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
        let text = html::text(&html).to_lowercase();
        assert!(text.contains("via edge writer"), "{html}");
        let links = html::elements(&html, "a").into_iter();
        let mut links = links.map(|it| it.attribute("href").to_owned());
        assert!(links.all(|it| !it.starts_with("/operators")), "{html}");
    }
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
