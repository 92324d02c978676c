//! The first minutes: from an empty folder to the first event on the page.
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::appliance::Appliance;
use crate::browser::{Browser, FORM, OWNER, PASSWORD, encode, link, rows, setup_code};
use crate::chromium::{Chromium, Script};
use crate::html;
use crate::people;
use crate::site::{NEW_ADMIN, OTHER_ADMIN, Site, deliver, event, get, ids};

#[test]
fn a_newcomer_sets_up_delivers_an_event_and_finds_it() {
    let app = Appliance::start();
    assert!(app.folder.log().contains("/setup"), "{}", app.folder.log());
    let browser = Browser::new(&app);
    let page = browser.set_up(&app, "UTC").expect(200).text();
    assert!(page.contains("Audit logs"), "{page}");
    assert!(page.contains("First owner created"), "{page}");
    browser.create_pool("edge", "Edge EU").expect(200);
    let write = browser.create_key("edge", "writer", "write");
    let read = browser.create_key("edge", "reader", "read");
    assert!(
        write.starts_with("anp_") && write.len() == 62,
        "{} bytes",
        write.len()
    );
    let mut connection = app.connect();
    let receipt = deliver(&mut connection, &write, &event("first"))
        .expect(200)
        .json();
    assert_eq!(receipt["recorded"], 1, "{receipt}");
    let seq = receipt["results"][0]["seq"].as_i64().unwrap();
    let page = get(&mut connection, &read, "/api/v1/events")
        .expect(200)
        .json();
    assert_eq!(ids(&page), ["first"]);
    let page = browser.page("/audit-logs");
    // The newest is that it was read.
    assert_eq!(rows(&page)[1], (seq, "success".to_owned()));
    for title in ["Pool created", "API key created", "Operator signed in"] {
        assert!(page.contains(title), "{title} is missing: {page}");
    }
}

#[test]
fn the_page_says_the_step_that_is_next_to_whoever_can_take_it() {
    let app = Appliance::start();
    let owner = Browser::new(&app);
    let page = owner.set_up(&app, "UTC").expect(200).text();
    let step = |page: &str, expected: &str, to: Option<&str>| {
        let guide = html::elements(page, "section").into_iter();
        let mut guide = guide.filter(|it| it.attribute("class").contains("next"));
        let guide = guide.next().unwrap_or_else(|| panic!("no guide: {page}"));
        assert!(guide.text().contains(expected), "{expected}: {guide:?}");
        let links = html::elements(&guide.inner, "a").into_iter();
        let mut buttons = links.filter(|it| it.attribute("class").contains("pri"));
        let button = buttons.next().map(|it| it.attribute("href").to_owned());
        assert_eq!(button.as_deref(), to);
        assert_eq!(guide.inner.contains("curl "), to.is_none());
    };
    step(&page, "Step 1 of 3", Some("/pools#new"));
    let nils = people::add(&owner, NEW_ADMIN, "Nils Holm");
    owner.create_pool("edge", "Edge EU").expect(200);
    step(
        &owner.page("/audit-logs"),
        "Step 2 of 3",
        Some("/api-keys#new"),
    );
    // What cannot deliver is no key for this.
    owner.create_key("edge", "reader", "read");
    owner.create_key("edge", "paused one", "write");
    owner.act("/api-keys", "paused one", "pause");
    step(
        &owner.page("/audit-logs"),
        "Step 2 of 3",
        Some("/api-keys#new"),
    );
    owner.create_key("edge", "writer", "write");
    step(&owner.page("/audit-logs"), "Step 3 of 3", None);
    // Nothing is next for somebody without a Pool.
    let admin = Browser::new(&app);
    admin.sign_in(NEW_ADMIN, &nils);
    let values = [("password", PASSWORD)];
    admin.submit("/password", &values).expect(200);
    let page = admin.page("/audit-logs");
    assert!(page.contains("No Pool is assigned to you"), "{page}");
    assert!(!page.contains("of 3"), "{page}");
}

#[test]
fn the_page_waits_for_the_first_event_of_a_service() {
    let site = Site::new();
    let (owner, other) = (site.owner(), Browser::signed_in(&site.app, OTHER_ADMIN));
    let ask = |browser: &Browser| browser.open("/audit-logs/first").expect(200).text();
    let page = owner.page("/audit-logs");
    assert!(page.contains("curl http://127.0.0.1:"), "{page}");
    assert_eq!(link(&page, "Check again").as_deref(), Some("/audit-logs"));
    assert_eq!((ask(&owner), ask(&other)), ("0".to_owned(), "0".to_owned()));
    let browser = Chromium::start(&site.app.address, Script::On);
    browser.become_like(&owner);
    browser.open("/audit-logs");
    assert!(
        browser
            .text(".wait")
            .starts_with("Waiting for the first event")
    );
    site.record(&event("first"));
    // Only for those who see the event.
    assert_eq!((ask(&owner), ask(&other)), ("1".to_owned(), "0".to_owned()));
    browser.until("the notice", |it| {
        it.text(".wait") == "The first event is here. Show it"
    });
    browser.click(".wait a");
    browser.until("the page without the guide", |it| !it.has(".wait"));
    assert!(browser.text("#events").contains("via edge writer"));
    browser.assert_quiet();
}

#[test]
fn the_set_up_page_takes_the_right_code_once_and_is_gone_afterwards() {
    let app = Appliance::start();
    let file = app.folder.data().join("setup-code");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let code = setup_code(&app);
    assert!(!app.folder.log().contains(&code), "the log has the code");
    let browser = Browser::new(&app);
    let wrong = [
        ("setup_code", "AAAA-AAAA-AAAA"),
        ("name", "Eve"),
        ("email", "eve@example.org"),
    ];
    let mut values = wrong.to_vec();
    values.push(("password", PASSWORD));
    let refused = browser.submit("/setup", &values);
    assert!(
        matches!(refused.status, 400 | 403 | 422),
        "{}",
        refused.status
    );
    assert!(
        !refused.text().contains("AAAA-AAAA-AAAA"),
        "the code is shown again"
    );
    let page = browser.set_up(&app, "UTC").expect(200).text();
    assert!(page.contains("First-run setup failed"), "{page}");
    assert!(!file.exists(), "the code outlived its use");
    for path in ["/setup", &format!("/setup?code={code}")] {
        assert_eq!(Browser::new(&app).open(path).status, 404, "{path}");
        assert_eq!(browser.open(path).status, 404, "{path}");
    }
    let again = encode(&[("setup_code", code.as_str()), ("email", "eve@example.org")]);
    let again = app.send("POST", "/setup", &[FORM], again.as_bytes());
    assert_eq!(again.status, 404);
}

#[test]
fn a_second_start_of_an_empty_instance_makes_a_new_code() {
    let app = Appliance::start();
    let first = setup_code(&app);
    let app = app.restart();
    assert_ne!(first, setup_code(&app));
}

#[test]
fn passwords_have_their_bounds() {
    let app = Appliance::start();
    let browser = Browser::new(&app);
    #[track_caller]
    fn case(app: &Appliance, browser: &Browser, password: &str) {
        let code = setup_code(app);
        let values = [
            ("setup_code", code.as_str()),
            ("name", "Olga Ortiz"),
            ("email", OWNER),
            ("password", password),
        ];
        let reply = browser.submit("/setup", &values);
        assert!(
            matches!(reply.status, 400 | 422),
            "{} for {password}",
            reply.status
        );
        assert!(
            password == OWNER || !reply.text().contains(password),
            "{password} is shown again"
        );
    }
    case(&app, &browser, "elevenchars");
    case(&app, &browser, &"long and ".repeat(15));
    case(&app, &browser, "aaaaaaaaaaaaaaaa");
    case(&app, &browser, "abcdefghijklmnop");
    case(&app, &browser, "olga@example.org");
    browser.set_up(&app, "UTC").expect(200);
}

#[test]
fn health_is_answered_to_anyone() {
    let app = Appliance::start();
    assert_eq!(app.get("/healthz").expect(200).text().trim(), "ok");
    assert_eq!(app.get("/readyz").expect(200).status, 200);
    let api: Value = app.get("/api/v1/openapi.json").expect(200).json();
    assert!(api["paths"]["/api/v1/events"]["post"].is_object(), "{api}");
}
