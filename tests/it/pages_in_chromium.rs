//! The pages in a real browser: keyboard, history, narrow screens, themes, and without scripts.
use serde_json::json;

use crate::browser::{OWNER, PASSWORD};
use crate::chromium::{Chromium, ENTER, ESCAPE, Script};
use crate::site::{Site, event_with, furnish_log, instant};

#[test]
fn a_person_signs_in_and_filters() {
    let site = Site::new();
    let seqs = furnish_log(&site);
    let browser = signed_in(&site, Script::On);
    browser.screenshot("audit-logs-1440-light");
    browser.choose("select[name=outcome]", "failure");
    browser.choose("select[name=pool]", "edge");
    browser.click(".filters button[type=submit]");
    browser.until("the filtered page", |it| {
        it.at().contains("outcome=failure")
    });
    assert_eq!(
        browser.at(),
        "/audit-logs?pool=edge&outcome=failure",
        "blank fields are left out"
    );
    assert_eq!(shown(&browser), [seqs[0]]);
    if !browser.has("details.adv[open]") {
        browser.click("details.adv summary");
    }
    browser.type_into("input[name=actor]", "nobody-at-all");
    browser.click(".filters button[type=submit]");
    browser.until("the empty page", |it| it.at().contains("actor="));
    assert!(
        browser
            .text("main")
            .contains("No events match these filters")
    );
    browser.screenshot("audit-logs-empty-1440-light");
    browser.assert_quiet();
}

#[test]
fn the_keyboard_opens_and_closes_an_event() {
    let site = Site::new();
    let seqs = furnish_log(&site);
    let browser = signed_in(&site, Script::On);
    browser.open("/audit-logs?via=key");
    browser.press("j");
    browser.press(ENTER);
    browser.until("the drawer", |it| it.has("aside#drawer"));
    assert_eq!(
        browser.at(),
        format!("/audit-logs?via=key&event={}", seqs[4])
    );
    assert_eq!(browser.focus(), "event", "the title has the focus");
    assert!(
        browser.has("#drawer [data-copy-link]"),
        "the link can be copied"
    );
    browser.screenshot("audit-logs-event-1440-light");
    browser.press("j");
    browser.until("the next event", |it| {
        it.at().ends_with(&format!("event={}", seqs[3]))
    });
    browser.press(ESCAPE);
    browser.until("no drawer", |it| !it.has("aside#drawer"));
    assert_eq!(browser.at(), "/audit-logs?via=key");
    assert_eq!(
        browser.focus(),
        format!("t-{}", seqs[3]),
        "the focus is back in the row"
    );
    browser.assert_quiet();
}

#[test]
fn back_and_forward_work() {
    let site = Site::new();
    furnish_log(&site);
    let browser = signed_in(&site, Script::On);
    browser.open("/audit-logs?via=key");
    browser.click("tr[data-event] .tl");
    browser.until("the drawer", |it| it.has("aside#drawer"));
    let open = browser.at();
    browser.back();
    browser.until("no drawer", |it| !it.has("aside#drawer"));
    assert_eq!(browser.at(), "/audit-logs?via=key");
    browser.forward();
    browser.until("the drawer again", |it| it.has("aside#drawer"));
    assert_eq!(browser.at(), open);
    browser.assert_quiet();
}

#[test]
fn everything_works_without_scripts() {
    let site = Site::new();
    let seqs = instant(&site, 60);
    let browser = signed_in(&site, Script::Off);
    browser.open("/audit-logs?via=key");
    assert_eq!(browser.run_free_rows(), 50);
    browser.click(".pager a[rel=next]");
    browser.until("the second page", |it| it.at().contains("before="));
    assert_eq!(browser.run_free_rows(), 10);
    browser.click(".pager a[rel=prev]");
    browser.until("the first page", |it| !it.at().contains("before="));
    browser.click("tr[data-event] .tl");
    browser.until("the drawer", |it| it.has("aside#drawer"));
    assert!(
        browser.at().contains(&format!("event={}", seqs[59])),
        "{}",
        browser.at()
    );
    browser.click("#drawer [data-close]");
    browser.until("no drawer", |it| !it.has("aside#drawer"));
    browser.choose("select[name=outcome]", "failure");
    browser.click(".filters button[type=submit]");
    browser.until("the filtered page", |it| {
        it.at() == "/audit-logs?outcome=failure&via=key"
    });
    browser.screenshot("audit-logs-no-script");
}

#[test]
fn a_phone_scrolls_in_one_direction_only() {
    let site = Site::new();
    let seqs = furnish_log(&site);
    let email = format!("{}n@example.com", "long.".repeat(9));
    let label = "a rather long label of a thing that has to wrap somewhere";
    let long = json!({ "actor": { "type": "user", "email": email },
        "target": { "kind": "thing", "label": label } });
    let last = site.record(&event_with("long", long));
    let browser = signed_in(&site, Script::On);
    for width in [390, 320] {
        browser.size(width, 844);
        let event = format!("/audit-logs?event={last}");
        let older = format!("/audit-logs?event={}", seqs[0]);
        for path in [
            "/audit-logs",
            &event,
            &older,
            "/audit-logs?outcome=zzz",
            "/pools",
            "/api-keys",
        ] {
            browser.open(path);
            // Not the window's width: a scroll bar takes its part of that.
            let beyond = browser.run(
                "const it = document.documentElement; \
                 return Math.max(0, it.scrollWidth - it.clientWidth);",
            );
            assert_eq!(beyond, json!(0), "{path} at {width} px");
        }
        browser.open("/audit-logs");
        browser.screenshot(&format!("audit-logs-{width}-light"));
        browser.open(&event);
        browser.screenshot(&format!("audit-logs-event-{width}-light"));
    }
    browser.assert_quiet();
}

#[test]
fn the_dark_theme_is_dark() {
    let site = Site::new();
    furnish_log(&site);
    let browser = signed_in(&site, Script::On);
    let lightness = |browser: &Chromium| {
        browser.open("/audit-logs");
        browser
            .run(
                "const c = document.createElement('canvas').getContext('2d', \
                 { willReadFrequently: true }); \
                 c.fillStyle = getComputedStyle(document.documentElement).backgroundColor; \
                 c.fillRect(0, 0, 1, 1); const p = c.getImageData(0, 0, 1, 1).data; \
                 return p[0] + p[1] + p[2];",
            )
            .as_u64()
            .unwrap()
    };
    browser.dark(false);
    assert!(lightness(&browser) > 600);
    browser.dark(true);
    assert!(lightness(&browser) < 200);
    browser.screenshot("audit-logs-1440-dark");
    browser.size(390, 844);
    browser.open("/audit-logs");
    browser.screenshot("audit-logs-390-dark");
    browser.assert_quiet();
}

#[test]
fn an_owner_makes_a_pool_and_a_key_in_the_console() {
    let site = Site::new();
    let browser = signed_in(&site, Script::On);
    browser.open("/pools");
    browser.type_into("form[method=post] input[name=slug]", "made");
    browser.type_into("form[method=post] input[name=name]", "Made here");
    browser.press(ENTER);
    browser.until("the new Pool", |it| it.text("main").contains("Made here"));
    browser.open("/api-keys");
    browser.choose("form[method=post] select[name=pool]", "made");
    browser.type_into("form[method=post] input[name=name]", "first key");
    browser.press(ENTER);
    browser.until("the receipt", |it| it.has("code#secret"));
    browser.screenshot("api-key-receipt-1440-light");
    let token = browser.text("code#secret");
    assert!(token.starts_with("anp_"), "{} characters", token.len());
    browser.open("/api-keys");
    assert!(!browser.source().contains(&token), "the key is shown twice");
    browser.assert_quiet();
}

impl Chromium {
    /// Counts rows without running a script in the page.
    fn run_free_rows(&self) -> usize {
        crate::browser::rows(&self.source()).len()
    }
}

fn signed_in(site: &Site, script: Script) -> Chromium {
    let browser = Chromium::start(&site.app.address, script);
    browser.open("/audit-logs");
    browser.until("the sign-in page", |it| it.at().starts_with("/sign-in"));
    browser.screenshot("sign-in-1440-light");
    browser.type_into("input[name=email]", OWNER);
    browser.type_into("input[name=password]", PASSWORD);
    browser.press(ENTER);
    browser.until("the log", |it| it.at().starts_with("/audit-logs"));
    browser
}

fn shown(browser: &Chromium) -> Vec<i64> {
    let rows = crate::browser::rows(&browser.source()).into_iter();
    rows.map(|(seq, _)| seq).collect()
}
