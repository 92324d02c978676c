//! Nothing moves under the reader: no layout shift, the list stays where it was, and what has the
//! focus is never hidden.
use serde_json::{Value, json};

use crate::chromium::{Chromium, SHIFT, Script, TAB};
use crate::site::{Site, week};

#[test]
fn nothing_shifts_while_the_log_loads() {
    let (_site, browser) = log();
    let watch = "window.shifted = []; new PerformanceObserver((list) => { \
        for (const it of list.getEntries()) for (const source of it.sources) \
        window.shifted.push((source.node?.outerHTML ?? source.node?.data ?? '?').slice(0, 90) + \
        ' ' + JSON.stringify([source.previousRect, source.currentRect])); \
        }).observe({ type: 'layout-shift', buffered: true });";
    browser.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        &json!({ "source": watch }),
    );
    for path in [
        "/audit-logs",
        "/audit-logs?outcome=failure&severity=3",
        "/pools",
        "/account",
    ] {
        browser.open(path);
        let shifted = browser.run_async(
            "const done = arguments[0]; document.fonts.ready.then(() => \
             requestAnimationFrame(() => requestAnimationFrame(() => done(window.shifted))));",
        );
        assert_eq!(shifted, json!([]), "{path}");
    }
    browser.assert_quiet();
}

#[test]
fn a_click_on_a_row_opens_it_and_leaves_the_list_in_place() {
    let (_site, browser) = log();
    browser.run("scrollTo(0, 900)");
    let before = top(&browser);
    browser.run("document.querySelectorAll('.ev .c-e')[30].click()");
    browser.until("the details", |it| it.has("aside#drawer"));
    assert_eq!(top(&browser), before);
    browser.click("[data-close]");
    browser.until("no details", |it| !it.has("aside#drawer"));
    assert_eq!(top(&browser), before);
    // Who selects text does not want the details.
    browser.run(
        "const it = document.querySelectorAll('.ev .c-e')[30]; \
         getSelection().selectAllChildren(it); it.click();",
    );
    assert!(!browser.has("aside#drawer"));
    browser.assert_quiet();
}

#[test]
fn focus_is_never_hidden_under_what_sticks() {
    let (_site, browser) = log();
    browser.press("j");
    let mut hidden = Vec::new();
    for _ in 0..100 {
        browser.press(TAB);
        hidden.extend(covered(&browser));
    }
    for _ in 0..80 {
        browser.press_with(SHIFT, TAB);
        hidden.extend(covered(&browser));
    }
    assert!(hidden.is_empty(), "{hidden:#?}");
    browser.assert_quiet();
}

#[test]
fn on_a_phone_details_cover_the_list_and_give_it_back() {
    let (_site, browser) = log();
    browser.size(390, 844);
    browser.open("/audit-logs?via=key");
    browser.run("scrollTo(0, 1500)");
    let before = top(&browser);
    let opened = browser.run(
        "const it = [...document.querySelectorAll('.tl')].find((it) => \
         it.getBoundingClientRect().top > 200); it.focus({ preventScroll: true }); it.click(); \
         return it.id;",
    );
    browser.until("the details", |it| it.has("aside#drawer"));
    let list = "return getComputedStyle(document.querySelector('.main')).visibility";
    assert_eq!(
        browser.run(list),
        json!("hidden"),
        "out of sight and of the tab order"
    );
    browser.click("[data-close]");
    browser.until("no details", |it| !it.has("aside#drawer"));
    assert_eq!(browser.run(list), json!("visible"));
    assert_eq!(top(&browser), before);
    assert_eq!(json!(browser.focus()), opened);
    browser.assert_quiet();
}

fn log() -> (Site, Chromium) {
    let site = Site::new();
    week(&site);
    let browser = Chromium::start(&site.app.address, Script::On);
    browser.become_like(&site.owner());
    browser.open("/audit-logs?via=key");
    (site, browser)
}

fn top(browser: &Chromium) -> Value {
    browser.run("return Math.round(scrollY)")
}

/// What has the focus, if something else is on top of its middle.
fn covered(browser: &Chromium) -> Option<String> {
    let told = browser.run(
        "const it = document.activeElement, at = it.getBoundingClientRect(); \
         if (!at.width || it === document.body) return null; \
         const seen = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2); \
         return seen && (it.contains(seen) || seen.contains(it)) ? null : it.outerHTML;",
    );
    told.as_str().map(str::to_owned)
}
