//! States that a page has beside the one it opens with: refused, empty, open, filled, first.
use crate::appliance::Appliance;
use crate::axe;
use crate::browser::{OWNER, PASSWORD, setup_code};
use crate::chromium::ENTER;
use crate::every_page::Look;
use crate::site::{ADMIN, NEW_ADMIN, event_with, furnish_log, instant};
use crate::walk::furnished;

#[test]
fn every_state_of_the_log_is_open_to_everybody() {
    let Some(script) = axe::script("every_state_of_the_log") else {
        return;
    };
    let site = furnished();
    let failed = furnish_log(&site)[0];
    let rich = site.record(&rich());
    instant(&site, 60);
    let mut look = Look::new(&site.app.address, &script);
    look.browser.become_like(&site.owner());
    let event = format!("/audit-logs?event={rich}");
    let failure = format!("/audit-logs?event={failed}");
    let own = "/audit-logs?action=api_key.pause";
    for (path, part) in [
        (event.as_str(), "aside#drawer dl"),
        (&failure, "aside#drawer .tag-bad"),
        ("/audit-logs?outcome=zzz&severity=1", "[data-warning]"),
        ("/audit-logs?actor=nobody&outcome=failure", ".empty h2"),
        ("/audit-logs?from=2026-03-01&to=2026-03-03", ".chip"),
        ("/audit-logs?actor=ana&range=30d&via=key", ".chip"),
        ("/audit-logs?before=1&outcome=failure", "[data-warning]"),
        (own, "tr[data-event]"),
    ] {
        look.browser.open(path);
        assert!(look.browser.has(part), "{path} has no {part}");
        look.at(path);
    }
    look.browser.open("/audit-logs");
    site.record(&event_with("new", serde_json::json!({})));
    look.browser
        .run("document.dispatchEvent(new Event('visibilitychange'))");
    look.browser.until("the pill", |it| it.has("a.pill"));
    look.at("new events");
    look.browser.click(".pager a[rel=next]");
    look.at("the second page");
    look.browser.open("/audit-logs?event=999999999");
    look.at_refusal("an event that is not there");
    look.browser.open("/audit-logs?via=key&event=7");
    look.at("an event outside of the filters");
    let nobody = crate::browser::Browser::signed_in(&site.app, NEW_ADMIN);
    look.browser.become_like(&nobody);
    look.browser.open("/audit-logs");
    assert!(look.browser.text("main").contains("No Pool is assigned"));
    look.at("no Pool");
    look.end();
}

#[test]
fn forms_receipts_menus_and_errors_are_open_to_everybody() {
    let Some(script) = axe::script("forms_receipts_menus_and_errors") else {
        return;
    };
    let site = furnished();
    let mut look = Look::new(&site.app.address, &script);
    look.browser.open("/sign-in");
    look.browser.type_into("input[name=email]", OWNER);
    look.browser
        .type_into("input[name=password]", "wrong horse");
    look.browser.press(ENTER);
    look.browser
        .until("the refusal", |it| it.has("[role=alert]"));
    look.at_refusal("sign-in refused");
    look.browser.become_like(&site.owner());
    look.browser.open("/pools");
    look.browser
        .type_into("form[method=post] input[name=slug]", "edge");
    look.browser
        .type_into("form[method=post] input[name=name]", "Taken");
    look.browser.press(ENTER);
    look.browser
        .until("the refusal", |it| it.has("[role=alert]"));
    look.at_refusal("a Pool refused");
    look.browser.open("/api-keys");
    look.browser
        .type_into("form[method=post] input[name=name]", "first key");
    look.browser.press(ENTER);
    look.browser
        .until("the receipt", |it| it.has("code#secret"));
    look.at("a receipt");
    look.browser.open("/account");
    look.browser
        .click("form[action='/account'] button[type=submit]");
    look.browser.until("saved", |it| it.has("[role=status]"));
    look.at("an account saved");
    menus(&mut look);
    look.browser.open("/nowhere");
    look.at_refusal("no such page");
    look.browser.become_like(&site.admin());
    look.browser.open("/operators");
    look.at_refusal("closed to admins");
    look.end();
}

#[test]
fn becoming_an_operator_is_open_to_everybody() {
    let Some(script) = axe::script("becoming_an_operator") else {
        return;
    };
    let site = furnished();
    let mut look = Look::new(&site.app.address, &script);
    look.browser.become_like(&site.owner());
    look.browser.open("/operators/new");
    look.browser.type_into("#pn", "Iris Ito");
    look.browser.type_into("#pe", ADMIN);
    look.browser.press(ENTER);
    look.browser
        .until("the refusal", |it| it.has("[role=alert]"));
    look.at_refusal("an operator refused");
    look.browser.open("/operators?q=nobody");
    look.at("no operator found");
    look.browser.open("/invites/new");
    look.browser.type_into("#pe", "iris@example.org");
    look.browser.press(ENTER);
    look.browser
        .until("the receipt", |it| it.has("code#secret"));
    look.at("a link");
    let link = look.browser.text("code#secret");
    let path = link[link.find("/invites/").unwrap()..].trim().to_owned();
    look.browser.open(&path);
    look.at("an invite");
    look.browser.type_into("#name", "Iris Ito");
    look.browser.type_into("#pw", "short");
    look.browser.press(ENTER);
    look.browser
        .until("the refusal", |it| it.has("[role=alert]"));
    look.at_refusal("an invite refused");
    look.browser.type_into("#pw", PASSWORD);
    look.browser.press(ENTER);
    look.browser
        .until("the log", |it| it.at().starts_with("/audit-logs"));
    look.browser.open(&path);
    look.at_refusal("a link that was used");
    look.end();
}

fn menus(look: &mut Look) {
    look.browser.open("/audit-logs?outcome=failure");
    look.browser.click("[popovertarget=save-view]");
    look.at("the form of a view");
    look.browser
        .type_into("#view-name", "password: hunter2hunter2");
    look.browser.press(ENTER);
    look.browser
        .until("the refusal", |it| it.has("[role=alert]"));
    look.at_refusal("a view refused");
    look.browser.open("/audit-logs");
    look.browser.click("[popovertarget=export]");
    look.at("the export menu");
    look.browser.open("/api-keys");
    look.browser.click(".c-x [popovertarget]");
    look.at("the menu of a row");
    look.browser.open("/audit-logs");
    look.browser.click("[popovertarget=me-menu]");
    look.at("the account menu");
    look.browser.click("#me-menu [data-shortcuts]");
    look.browser
        .until("the dialog", |it| it.has("dialog.sheet[open]"));
    look.at("the shortcuts");
}

#[test]
fn the_first_run_is_open_to_everybody() {
    let Some(script) = axe::script("the_first_run") else {
        return;
    };
    let app = Appliance::start();
    let code = setup_code(&app);
    let mut look = Look::new(&app.address, &script);
    look.browser.open("/setup?code=AAAA-AAAA-AAAA");
    look.at("setup");
    let fill = |look: &Look| {
        for (name, value) in [
            ("name", "Olga Ortiz"),
            ("email", OWNER),
            ("password", PASSWORD),
        ] {
            look.browser
                .type_into(&format!("input[name={name}]"), value);
        }
        look.browser.press(ENTER);
    };
    fill(&look);
    look.browser
        .until("the refusal", |it| it.has("[role=alert]"));
    look.at_refusal("setup refused");
    look.browser.open(&format!("/setup?code={code}"));
    fill(&look);
    look.browser
        .until("the log", |it| it.at().starts_with("/audit-logs"));
    // Each step of the first run, as it is taken.
    assert!(look.browser.has("section.next a[href='/pools#new']"));
    look.at("the first log");
    look.browser.click("section.next a");
    look.browser
        .type_into("form[method=post] input[name=slug]", "edge");
    look.browser
        .type_into("form[method=post] input[name=name]", "Edge EU");
    look.browser.press(ENTER);
    look.browser.until("the Pool", |it| it.has("table.cards"));
    look.browser.open("/audit-logs");
    assert!(look.browser.has("section.next a[href='/api-keys#new']"));
    look.at("the log that waits for a key");
    look.browser.click("section.next a");
    look.browser
        .type_into("form[method=post] input[name=name]", "first key");
    look.browser.press(ENTER);
    look.browser
        .until("the receipt", |it| it.has("code#secret"));
    look.browser.open("/audit-logs");
    assert!(look.browser.has("pre.code"), "how to send the first event");
    look.at("the log that waits for an event");
    look.end();
}

/// An event with everything that the drawer can show.
fn rich() -> serde_json::Value {
    let changes = serde_json::json!([
        { "field": "replica_count", "from": 2, "to": 4 },
        { "field": "label", "from": "edge", "to": "edge-01" },
        { "field": "secret" },
    ]);
    let other = serde_json::json!({ "action": "api_key.update", "request_id": "req_5f2c",
        "ip": "203.0.113.9", "user_agent": "Mozilla/5.0 Firefox/153.0", "changes": changes,
        "occurred_at": "2026-03-01T12:00:00+02:00", "details": { "model_count": 6,
        "changed_fields": ["label", "secret"], "password": "dropped" } });
    event_with("rich", other)
}
