//! What the log page may weigh, as it comes over the wire.
use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::browser::{Browser, rows};
use crate::data::say;
use crate::html;
use crate::http::Reply;
use crate::site::{Site, event_with, seq};

const KB: usize = 1024;
const PAGE_MAX: usize = 16 * KB;
const PAGE_WITH_DRAWER_MAX: usize = 18 * KB;
const STYLE_MAX: usize = 12 * KB;
const SCRIPT_MAX: usize = 4 * KB;
const FIRST_LOAD_MAX: usize = 40 * KB;
const REQUESTS_MAX: usize = 5;
const ELEMENTS_MAX: usize = 3000;

const PEOPLE: [&str; 12] = [
    "Ana Reyes",
    "Tom Okafor",
    "Priya Nair",
    "Jonas Weber",
    "Mei Lindqvist",
    "Dara Quinn",
    "Lior Berg",
    "Noor Haddad",
    "Ida Keller",
    "Hugo Moreau",
    "Vera Novak",
    "Emil Rossi",
];
const THINGS: [&str; 10] = [
    "checkout", "harbor", "payments", "ledger", "quay", "gateway", "meadow", "search", "edge",
    "orchard",
];
const ACTIONS: [(&str, &str); 12] = [
    ("service.scale", "service"),
    ("service.restart", "service"),
    ("member.add", "team"),
    ("member.remove", "team"),
    ("vault.seal", "vault"),
    ("route.update", "route"),
    ("dns_record.delete", "dns_record"),
    ("pipeline.run", "pipeline"),
    ("policy.update", "policy"),
    ("user.login", "session"),
    ("alert.silence", "alert"),
    ("backup.restore", "backup"),
];

/// Sixty events of a few days, no two of which say the same.
fn busy_days(site: &Site) -> i64 {
    let event = |number: usize| -> Value {
        let (action, kind) = ACTIONS[number * 7 % ACTIONS.len()];
        let (person, thing) = (PEOPLE[number * 5 % 12], THINGS[number * 3 % 10]);
        let address = person.to_lowercase().replace(' ', ".");
        let failed = number.is_multiple_of(8);
        event_with(
            &format!("busy-{number}-{:x}", number * 7_919_311),
            json!({
                "occurred_at": format!("2026-11-{:02}T{:02}:{:02}:{:02}.{:03}Z", 10 + number / 12,
                    number * 7 % 24, number * 13 % 60, number * 29 % 60, number * 37 % 1000),
                "action": action, "outcome": if failed { "failure" } else { "success" },
                "reason": failed.then_some("timeout"),
                "actor": { "type": "user", "id": format!("u_{}", number * 31),
                    "email": format!("{address}@northwind.example"), "label": person },
                "target": { "kind": kind, "id": format!("{thing}-{}", number % 17),
                    "label": format!("{thing}-{}", number % 17) },
                "request_id": format!("r-{:x}", number * 104_729),
                "ip": format!("203.0.113.{}", number * 3 % 250),
                "changes": [{ "field": "replica_count", "from": number, "to": number + 2 },
                    { "field": "label", "from": "edge", "to": thing }, { "field": "secret" }],
                "details": { "trigger": "manual", "model_count": number,
                    "changed_fields": ["replica_count", "label", "secret"] },
            }),
        )
    };
    let batch: Vec<_> = (0..60).map(event).collect();
    let receipt = site.deliver(&json!(batch)).expect(200).json();
    assert_eq!(receipt["recorded"], 60, "{receipt}");
    seq(&receipt, 50)
}

fn load(browser: &Browser, path: &str) -> Reply {
    browser
        .send("GET", path, &[("Accept-Encoding", "gzip")], b"")
        .expect(200)
}

/// What a browser asks for besides the page: addresses in its head, and in the style sheet.
fn wanted(page: &str, style: &str) -> BTreeSet<String> {
    let mut wanted = BTreeSet::new();
    let mut add = |tag: &str, attribute: &str| {
        for element in html::elements(page, tag) {
            wanted.insert(element.attribute(attribute).to_owned());
        }
    };
    add("link", "href");
    add("script", "src");
    add("img", "src");
    wanted.retain(|it| !it.is_empty());
    assert!(
        !style.contains("url(") && !style.contains("@import"),
        "more to load"
    );
    wanted
}

#[test]
fn the_log_page_stays_within_its_budgets() {
    let site = Site::new();
    let open = busy_days(&site);
    for browser in [site.owner(), site.admin()] {
        let page = load(&browser, "/audit-logs");
        let html = page.unpacked();
        assert_eq!(rows(&html).len(), 50);
        let drawer = load(&browser, &format!("/audit-logs?event={open}"));
        assert!(crate::browser::drawer(&drawer.unpacked()).is_some());
        let elements = html::elements(&html, "*").len();
        say(&format!(
            "the log page: {} bytes gzip ({} as it is), with drawer {} ({}), {elements} elements",
            page.body.len(),
            html.len(),
            drawer.body.len(),
            drawer.unpacked().len(),
        ));
        assert!(page.body.len() <= PAGE_MAX, "{} bytes", page.body.len());
        assert!(
            drawer.body.len() <= PAGE_WITH_DRAWER_MAX,
            "{} bytes",
            drawer.body.len()
        );
        assert!(elements <= ELEMENTS_MAX, "{elements} elements");
    }
}

#[test]
fn a_first_visit_loads_little() {
    let site = Site::new();
    busy_days(&site);
    let owner = site.owner();
    let page = load(&owner, "/audit-logs");
    let html = page.unpacked();
    let head = html::elements(&html, "link").into_iter();
    let mut styles = head.filter(|it| it.attribute("rel") == "stylesheet");
    let style = load(&owner, styles.next().unwrap().attribute("href"));
    let wanted = wanted(&html, &style.unpacked());
    let mut total = page.body.len();
    for path in &wanted {
        let file = load(&owner, path);
        let len = file.body.len();
        say(&format!("{path}: {len} bytes gzip"));
        total += len;
        let max = match path.rsplit_once('.').unwrap().1 {
            "css" => STYLE_MAX,
            "js" => SCRIPT_MAX,
            _ => KB,
        };
        assert!(len <= max, "{path} has {len} bytes");
    }
    let requests = 1 + wanted.len();
    say(&format!(
        "a first visit: {requests} requests, {total} bytes gzip"
    ));
    assert!(requests <= REQUESTS_MAX, "{wanted:?}");
    assert!(total <= FIRST_LOAD_MAX, "{total} bytes");
}
