//! The same without scripts: every control is a link or a form, and the focus still goes along.
use serde_json::json;

use crate::chromium::{Chromium, ENTER, Script};
use crate::site::{Site, week};

#[test]
fn no_control_is_dead() {
    let (_site, browser, seqs) = log();
    for path in [
        &format!("/audit-logs?event={}", seqs[0]),
        "/api-keys",
        "/sign-in",
    ] {
        browser.open(path);
        assert_eq!(visible(&browser, "[data-js]"), 0, "{path}");
    }
    browser.open(&format!("/audit-logs?event={}", seqs[0]));
    assert!(browser.has("[data-js]"), "they keep their place");
}

#[test]
fn an_event_opens_with_the_focus_on_its_title_and_closes_back_to_its_row() {
    let (_site, browser, seqs) = log();
    let seq = seqs[94];
    browser.run(&format!("document.getElementById('t-{seq}').focus()"));
    browser.press(ENTER);
    browser.until("the details", |it| it.has("aside#drawer"));
    assert!(
        browser.at().contains(&format!("event={seq}")),
        "{}",
        browser.at()
    );
    assert!(browser.has("#event:focus"));
    browser.run("document.querySelector('[data-close]').focus()");
    browser.press(ENTER);
    browser.until("no details", |it| !it.has("aside#drawer"));
    assert!(browser.has(&format!("#t-{seq}:focus")));
    let top = browser.run(&format!(
        "return document.getElementById('t-{seq}').getBoundingClientRect().top"
    ));
    let top = top.as_f64().unwrap();
    assert!((60.0..840.0).contains(&top), "{top} is out of sight");
}

#[test]
fn filters_and_chips_are_a_form_and_links() {
    let (_site, browser, _) = log();
    browser.open("/audit-logs");
    browser.choose("select[name=outcome]", "failure");
    browser.click("details.adv summary");
    browser.type_into("input[name=actor]", "ana");
    browser.click(".filters button[type=submit]");
    browser.until("the filtered log", |it| it.at().contains("outcome=failure"));
    assert_eq!(browser.at(), "/audit-logs?outcome=failure&actor=ana");
    assert_eq!(visible(&browser, ".chip"), 2);
    browser.click(".chip");
    browser.until("one filter less", |it| !it.at().contains("outcome="));
    assert_eq!(visible(&browser, ".chip"), 1);
    let actor = browser.run("return document.querySelector('input[name=actor]').value");
    assert_eq!(actor, json!("ana"));
}

#[test]
fn the_menus_open_and_the_theme_is_a_form() {
    let (_site, browser, _) = log();
    browser.click("[popovertarget=me-menu]");
    assert_eq!(visible(&browser, "#me-menu"), 1);
    browser.click("#me-menu button[value=dark]");
    browser.until("the dark theme", |it| it.has("html[data-theme=dark]"));
    assert_eq!(
        browser.at(),
        "/audit-logs?via=key",
        "back where it was chosen"
    );
    browser.size(390, 844);
    browser.open("/audit-logs");
    assert_eq!(visible(&browser, ".nav-l a"), 0);
    browser.click(".menu summary");
    assert!(visible(&browser, ".nav-l a") > 1);
}

fn log() -> (Site, Chromium, Vec<i64>) {
    let site = Site::new();
    let seqs = week(&site);
    let browser = Chromium::start(&site.app.address, Script::Off);
    browser.become_like(&site.owner());
    browser.open("/audit-logs?via=key");
    let has_script = browser.run("return document.documentElement.classList.contains('js')");
    assert_eq!(has_script, json!(false), "scripts of the page do not run");
    (site, browser, seqs)
}

/// So many of these a person sees.
fn visible(browser: &Chromium, selector: &str) -> u64 {
    let count = browser.run(&format!(
        "return [...document.querySelectorAll('{selector}')].filter((it) => \
         it.checkVisibility({{ visibilityProperty: true }})).length"
    ));
    count.as_u64().unwrap()
}
