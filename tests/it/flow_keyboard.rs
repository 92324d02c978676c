//! The log without a mouse: skip link, single keys, the way over the edge of a page, the list of
//! shortcuts.
use serde_json::json;

use crate::chromium::{Chromium, ENTER, ESCAPE, Script, TAB};
use crate::site::{Site, week};

#[test]
fn the_first_tab_skips_to_the_content() {
    let (_site, browser, _) = log();
    browser.press(TAB);
    let skip = browser.run("return document.activeElement.className");
    assert_eq!(skip, json!("skip"));
    browser.press(ENTER);
    assert_eq!(browser.focus(), "main");
    browser.assert_quiet();
}

#[test]
fn single_keys_move_open_and_copy() {
    let (_site, browser, seqs) = log();
    let [first, second, third] = [119, 118, 117].map(|it| seqs[it]);
    browser.press("j");
    assert_eq!(browser.focus(), format!("t-{first}"));
    browser.press("jjk");
    assert_eq!(browser.focus(), format!("t-{second}"));
    browser.press(ENTER);
    browser.until("the details", |it| it.has("aside#drawer"));
    assert_eq!(browser.focus(), "event", "the title has the focus");
    assert!(browser.has(&format!("#t-{second}[aria-current=true]")));
    assert!(
        title(&browser).starts_with("Service scaled, "),
        "{}",
        title(&browser)
    );
    browser.press("j");
    browser.until("the older event", |it| {
        it.has(&format!(".ev.cur #t-{third}"))
    });
    let step = browser.run("return document.activeElement.dataset.step");
    assert_eq!(step, json!("next"), "the focus stays on what was used");
    let grant = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
    browser.devtools("Browser.grantPermissions", &grant);
    browser.press("c");
    let link = browser.run("return location.href");
    browser.until("the link is copied", |it| {
        it.run_async("navigator.clipboard.readText().then(arguments[0], arguments[0])") == link
    });
    browser.press(ESCAPE);
    browser.until("no details", |it| !it.has("aside#drawer"));
    assert_eq!(browser.focus(), format!("t-{third}"));
    assert_eq!(browser.at(), "/audit-logs?via=key");
    browser.assert_quiet();
}

#[test]
fn the_slash_goes_to_the_filters_and_typing_is_typing() {
    let (_site, browser, _) = log();
    browser.press("/");
    let inside = "return document.activeElement.closest('form.filters') !== null";
    assert_eq!(browser.run(inside), json!(true));
    browser.click("details.adv summary");
    browser.type_into("input[name=target]", "jjk?/c");
    assert_eq!(browser.at(), "/audit-logs?via=key");
    assert!(!browser.has("dialog") && !browser.has("aside#drawer"));
    browser.assert_quiet();
}

#[test]
fn a_step_over_the_edge_turns_the_page() {
    let (_site, browser, seqs) = log();
    let (last, beyond) = (seqs[70], seqs[69]);
    browser.open(&format!("/audit-logs?via=key&event={last}#event"));
    browser.press("j");
    browser.until("the second page", |it| it.at().contains("before="));
    assert!(browser.has(&format!(".ev.cur #t-{beyond}")));
    assert_eq!(browser.focus(), "event");
    browser.press("k");
    browser.until("the first page", |it| !it.at().contains("before="));
    assert!(browser.has(&format!(".ev.cur #t-{last}")));
    browser.assert_quiet();
}

#[test]
fn the_shortcuts_are_a_dialog_that_gives_the_focus_back() {
    let (_site, browser, seqs) = log();
    let first = format!("t-{}", seqs[119]);
    browser.press("j");
    browser.press("?");
    browser.until("the dialog", |it| it.has("dialog.sheet[open] .keys"));
    browser.press("j");
    assert!(
        browser.has("dialog.sheet[open]"),
        "keys do nothing under a dialog"
    );
    browser.press(ESCAPE);
    browser.until("no dialog", |it| !it.has("dialog"));
    assert_eq!(browser.focus(), first, "the focus is where it was");
    browser.assert_quiet();
}

#[test]
fn an_account_can_turn_the_shortcuts_off() {
    let (_site, browser, _) = log();
    browser.open("/account");
    browser.click("input[name=shortcuts][value=off]");
    browser.click("form[action='/account'] button[type=submit]");
    browser.until("saved", |it| it.text("main").contains("Saved"));
    browser.open("/audit-logs?via=key");
    browser.press("j?/");
    assert_eq!(browser.focus(), "");
    assert!(!browser.has("dialog"));
    // Enter and Escape are no shortcuts of ours: they always work.
    browser.run("document.querySelector('.tl').focus()");
    browser.press(ENTER);
    browser.until("the details", |it| it.has("aside#drawer"));
    browser.press(ESCAPE);
    browser.until("no details", |it| !it.has("aside#drawer"));
    browser.assert_quiet();
}

/// The owner's log of delivered events; their numbers, oldest first.
fn log() -> (Site, Chromium, Vec<i64>) {
    let site = Site::new();
    let seqs = week(&site);
    let browser = Chromium::start(&site.app.address, Script::On);
    browser.become_like(&site.owner());
    browser.open("/audit-logs?via=key");
    (site, browser, seqs)
}

fn title(browser: &Chromium) -> String {
    let title = browser.run("return document.title");
    title.as_str().unwrap().to_owned()
}
