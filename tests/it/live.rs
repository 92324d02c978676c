//! New events while the log is open: a count, never a row that moves.
use serde_json::json;

use crate::appliance::Appliance;
use crate::browser::{Browser, OWNER, rows};
use crate::chromium::{Chromium, Script};
use crate::clock::TestClock;
use crate::html;
use crate::site::{Site, deliver, event, event_with, furnish_log};

#[test]
fn new_events_are_counted_inside_filter_and_scope() {
    let site = Site::new();
    furnish_log(&site);
    let (owner, admin) = (site.owner(), site.admin());
    let all = count_href(&owner.page("/audit-logs"));
    let failed = count_href(&owner.page("/audit-logs?outcome=failure&via=key"));
    let of_admin = count_href(&admin.page("/audit-logs"));
    let counts = || [(&owner, &all), (&owner, &failed), (&admin, &of_admin)].map(asked);
    // Reading changes nothing.
    assert_eq!(counts(), [0, 0, 0]);
    site.record(&event("one"));
    site.record(&event_with("two", json!({ "outcome": "failure" })));
    // Late: it stands far down in the list, and is new all the same.
    site.record(&event_with(
        "late",
        json!({ "occurred_at": "2026-01-01T00:00:00Z" }),
    ));
    let mut core = site.app.connect();
    deliver(&mut core, &site.keys.core_write, &event("core, new")).expect(200);
    assert_eq!(
        counts(),
        [4, 1, 3],
        "an admin counts nothing of other Pools"
    );
    assert_eq!(
        asked((&owner, &count_href(&owner.page("/audit-logs")))),
        0,
        "a page read anew has them"
    );
}

#[test]
fn the_count_is_plain_and_what_it_cannot_count_from_is_refused() {
    let site = Site::new();
    let owner = site.owner();
    let reply = owner.open("/audit-logs/newer?after=-1").expect(200);
    assert_eq!(
        reply.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    let total = reply.text().parse::<usize>().unwrap();
    assert_eq!(total, rows(&owner.page("/audit-logs")).len());
    for far in ["9223372036854775807", "-9223372036854775808", "9999"] {
        owner
            .open(&format!("/audit-logs/newer?after={far}"))
            .expect(200);
    }
    for bad in ["", "?after=", "?after=x", "?after=1e9", "?outcome=failure"] {
        let reply = owner.open(&format!("/audit-logs/newer{bad}")).expect(400);
        assert!(!reply.text().contains("1e9"));
    }
}

#[test]
fn older_pages_and_questions_about_a_request_look_for_nothing() {
    let site = Site::new();
    crate::site::week(&site);
    let owner = site.owner();
    let first = owner.page("/audit-logs?via=key");
    let older = crate::browser::link(&first, "Older").unwrap();
    assert!(!owner.page(&older).contains("data-live"));
    let request = "/audit-logs?request=req_5f2c&range=24h";
    assert!(!owner.page(request).contains("data-live"));
    assert!(owner.page("/audit-logs?actor=nobody").contains("data-live"));
}

#[test]
fn nobody_stays_signed_in_by_leaving_a_page_open() {
    let (folder, keys) = Site::furnished();
    let Some(clock) = TestClock::of(&folder, "nobody_stays_signed_in") else {
        return;
    };
    let (name, value) = (clock.variable().0, clock.variable().1.to_owned());
    let app = Appliance::start_with(folder, &[(name, &value)]);
    let (left, used) = (
        Browser::signed_in(&app, OWNER),
        Browser::signed_in(&app, OWNER),
    );
    let status = |person: &Browser, path| person.send("GET", path, &[], b"").status;
    // Half an hour is what a session may be idle by default.
    for minutes in [10, 20, 30, 40] {
        clock.run_ahead(minutes * 60 * 1000);
        wait_for(&app, &keys.write, minutes);
        status(&left, "/audit-logs/newer?after=0");
        assert_eq!(status(&used, "/audit-logs"), 200, "after {minutes} minutes");
    }
    assert_eq!(status(&left, "/audit-logs/newer?after=0"), 303);
}

#[test]
fn a_pill_says_how_many_there_are_and_rows_stay() {
    let site = Site::new();
    furnish_log(&site);
    let browser = Chromium::start(&site.app.address, Script::On);
    browser.become_like(&site.owner());
    browser.open("/audit-logs?via=key");
    assert_eq!(browser.text("[data-live]"), "Live");
    assert!(browser.has("[data-live][aria-pressed=true]"));
    let shown = || rows(&browser.source());
    let before = shown();
    browser.run("scrollTo(0, 120); window.stood = scrollY;");
    site.record(&event("one"));
    ask(&browser);
    browser.until("the pill", |it| it.has("[data-newer] a.pill"));
    assert_eq!(browser.text("[data-newer]"), "1 new event");
    site.record(&event("two"));
    ask(&browser);
    browser.until("both", |it| it.text("[data-newer]") == "2 new events");
    assert_eq!(shown(), before);
    let moved = browser.run("return scrollY - window.stood");
    assert_eq!(moved, json!(0));
    browser.click("[data-newer] a.pill");
    browser.until("the new rows", |it| rows(&it.source()).len() > before.len());
    assert_eq!(browser.at(), "/audit-logs?via=key");
    assert!(!browser.has("a.pill"));
    browser.assert_quiet();
}

#[test]
fn the_pause_is_visible_and_kept_in_the_tab() {
    let site = Site::new();
    furnish_log(&site);
    let browser = Chromium::start(&site.app.address, Script::On);
    browser.become_like(&site.owner());
    browser.open("/audit-logs?via=key");
    browser.click("[data-live]");
    assert!(browser.has("[data-live][aria-pressed=false]"));
    assert_eq!(browser.text("[data-live]"), "Live", "its name is fixed");
    browser.open("/audit-logs?via=key");
    assert!(browser.has("[data-live][aria-pressed=false]"));
    site.record(&event("one"));
    ask(&browser);
    assert_eq!(asks(&browser), 0, "paused is paused");
    browser.click("[data-live]");
    browser.until("the pill", |it| it.has("[data-newer] a.pill"));
    browser.assert_quiet();
}

/// As if the tab came to the front again: nobody waits for the next time.
fn ask(browser: &Chromium) {
    browser.run("document.dispatchEvent(new Event('visibilitychange'))");
}

fn asks(browser: &Chromium) -> u64 {
    let asked = "return performance.getEntriesByType('resource') \
        .filter((it) => it.name.includes('/newer')).length";
    browser.run(asked).as_u64().unwrap()
}

fn count_href(page: &str) -> String {
    let buttons = html::elements(page, "button").into_iter();
    let mut live = buttons.filter(|it| it.has("data-live"));
    let href = live.next().unwrap().attribute("data-live").to_owned();
    html::unescape(&href)
}

fn asked((person, href): (&Browser, &String)) -> u64 {
    person.open(href).expect(200).text().parse().unwrap()
}

/// The server looks at its clock now and then: what it records tells where it stands.
pub fn wait_for(app: &Appliance, key: &str, minutes: i64) {
    let real = jiff::Timestamp::now();
    let there = real + jiff::SignedDuration::from_mins(minutes);
    for attempt in 0.. {
        let event = event(&format!("{minutes}-{attempt}"));
        let receipt = deliver(&mut app.connect(), key, &event).expect(200).json();
        let recorded = receipt["results"][0]["recorded_at"].as_str().unwrap();
        if recorded.parse::<jiff::Timestamp>().unwrap() >= there {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}
