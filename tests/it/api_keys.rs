//! Pool API keys as operators edit, rotate, pause and delete them: what changes, what still opens,
//! and what is recorded.
use serde_json::json;

use crate::browser::{Browser, link, rows, secret};
use crate::html;
use crate::people::{count, form, press, refusal, submit, told};
use crate::pools::{at, last};
use crate::site::{Site, deliver, event, get, ids};

pub const WRITER: &str = "/api-keys/{pool_key/edge writer}";

/// The address of what is done with the key of this name.
pub fn to(site: &Site, name: &str, verb: &str) -> String {
    at(site, &format!("/api-keys/{{pool_key/{name}}}/{verb}"))
}

/// The status with which a delivery with this key is answered.
pub fn delivered(site: &Site, key: &str, id: &str) -> u16 {
    deliver(&mut site.app.connect(), key, &event(id)).status
}

/// Rotates the key of Pool `edge` that writes, and returns the new secret.
#[track_caller]
pub fn rotate(site: &Site, browser: &Browser, hours: &str) -> String {
    let page = to(site, "edge writer", "rotate");
    let receipt = submit(browser, &page, &[("grace_hours", hours)]).expect(200);
    assert_eq!(receipt.header("cache-control"), Some("no-store"));
    secret(&receipt)
}

#[test]
fn an_edit_is_recorded_with_real_values_before_and_after() {
    let site = Site::new();
    let admin = site.admin();
    let page = to(&site, "edge writer", "edit");
    let values = [
        ("name", "edge ingest"),
        ("expires_on", "2031-05-31"),
        ("mode", "sealed"),
    ];
    submit(&admin, &page, &values).expect(303);
    let updated = last(&site, "api_key.update");
    let expected = json!([
        { "field": "name", "from": "edge writer", "to": "edge ingest" },
        { "field": "expires_at", "to": "2031-05-31T23:59:59.999Z" },
        { "field": "gate_mode", "from": "gated", "to": "sealed" },
    ]);
    assert_eq!(updated["changes"], expected);
    assert_eq!(updated["pool"]["slug"], "edge");
    let page = to(&site, "edge ingest", "edit");
    let before = count(&site);
    press(&admin, &page).expect(303);
    assert_eq!(count(&site), before, "saved unchanged, it wrote something");
    let sealed = site.event(site.record(&event("sealed")));
    assert!(sealed["target"]["id"].as_str().unwrap().starts_with("h:"));
    submit(&admin, &page, &[("expires", "never"), ("mode", "gated")]).expect(303);
    let updated = last(&site, "api_key.update");
    assert_eq!(updated["changes"][0]["from"], "2031-05-31T23:59:59.999Z");
    assert!(updated["changes"][0]["to"].is_null());
}

#[test]
fn a_refused_edit_changes_nothing_and_keeps_what_was_typed() {
    let site = Site::new();
    let admin = site.admin();
    let page = to(&site, "edge writer", "edit");
    #[track_caller]
    fn case(browser: &Browser, page: &str, values: &[(&str, &str)], sentence: &str) {
        let reply = submit(browser, page, values);
        assert!(matches!(reply.status, 400 | 409), "{}", reply.status);
        let html = reply.text();
        assert!(html::text(&html).contains(sentence), "{sentence}: {html}");
        assert!(html.contains(values[0].1), "{html}");
    }
    let before = count(&site);
    case(
        &admin,
        &page,
        &[("name", "token: hunter2hunter2")],
        "looks like a credential",
    );
    case(
        &admin,
        &page,
        &[("expires_on", "31.5.2031")],
        "as in 2027-01-31",
    );
    case(
        &admin,
        &page,
        &[("name", "typed"), ("expires", "12")],
        "Choose from the list",
    );
    case(
        &admin,
        &page,
        &[("name", "typed"), ("mode", "open")],
        "Choose what happens",
    );
    assert_eq!(count(&site), before, "a typing error is no attempt");
    let refused = || refusal(&site, "api_key.update");
    case(
        &admin,
        &page,
        &[("expires_on", "2026-01-31")],
        "out of range",
    );
    assert_eq!(refused(), ("out_of_range".to_owned(), "edge".to_owned()));
    case(&admin, &page, &[("name", "edge reader")], "already in use");
    assert_eq!(refused(), ("name_taken".to_owned(), "edge".to_owned()));
    case(
        &admin,
        &page,
        &[("name", "typed"), ("version", "999")],
        "Changed by someone else",
    );
    assert_eq!(refused(), ("conflict".to_owned(), "edge".to_owned()));
    assert_eq!(delivered(&site, &site.keys.write, "still"), 200);
}

#[test]
fn a_new_key_expires_at_the_end_of_the_day_in_the_zone_of_its_operator() {
    let site = Site::new();
    let owner = site.owner();
    owner
        .submit("/account", &[("zone", "Asia/Tokyo")])
        .expect(200);
    let values = [
        ("pool", "edge"),
        ("name", "to the end of May"),
        ("expires", "30"),
        ("expires_on", "2031-05-31"),
    ];
    let page = owner.submit("/api-keys", &values).expect(200).text();
    assert!(html::text(&page).contains("31 May 2031"), "{page}");
    let created = last(&site, "api_key.create");
    assert_eq!(created["details"]["expires_at"], "2031-05-31T14:59:59.999Z");
    let values = [
        ("pool", "edge"),
        ("name", "over"),
        ("expires_on", "2026-01-31"),
    ];
    let refused = owner.submit("/api-keys", &values).expect(400).text();
    assert!(
        refused.contains("2026-01-31") && refused.contains("over"),
        "{refused}"
    );
    assert_eq!(
        refusal(&site, "api_key.create"),
        ("out_of_range".to_owned(), "edge".to_owned())
    );
}

#[test]
fn a_rotated_key_opens_with_its_new_secret_alone() {
    let site = Site::new();
    let admin = site.admin();
    let new = rotate(&site, &admin, "0");
    assert_eq!(delivered(&site, &site.keys.write, "old"), 401);
    assert_eq!(delivered(&site, &new, "new"), 200);
    let rotated = last(&site, "api_key.rotate");
    assert_eq!(rotated["details"]["key_prefix"], new[..12]);
    assert_eq!(
        rotated["details"]["previous_key_prefix"],
        site.keys.write[..12]
    );
    assert!(rotated["details"]["overlap_until_at"].is_null());
    assert_eq!(rotated["target"]["label"], "edge writer");
    let page = admin.page(&at(&site, WRITER));
    assert!(
        page.contains(&new[..12]) && !page.contains(&site.keys.write[..12]),
        "{page}"
    );
}

#[test]
fn in_its_grace_the_old_secret_opens_as_well_until_the_key_closes() {
    let site = Site::new();
    let admin = site.admin();
    let new = rotate(&site, &admin, "24");
    for key in [&site.keys.write, &new] {
        assert_eq!(delivered(&site, key, &key[4..12]), 200);
    }
    assert_eq!(ids(&site.read("via=key")).len(), 2);
    let until = last(&site, "api_key.rotate")["details"]["overlap_until_at"].clone();
    let page = html::text(&admin.page(&at(&site, WRITER)));
    let day = until.as_str().unwrap()[..10].to_owned();
    assert!(
        page.contains(&format!("works until {day}")),
        "{day}: {page}"
    );
    press(&admin, &to(&site, "edge writer", "pause")).expect(303);
    for key in [&site.keys.write, &new] {
        assert_eq!(delivered(&site, key, "paused"), 403);
    }
    press(&admin, &to(&site, "edge writer", "resume")).expect(303);
    let third = rotate(&site, &admin, "1");
    assert_eq!(delivered(&site, &site.keys.write, "first"), 401);
    assert_eq!(
        (
            delivered(&site, &new, "second"),
            delivered(&site, &third, "third")
        ),
        (200, 200)
    );
    press(&admin, &to(&site, "edge writer", "revoke")).expect(303);
    for key in [&new, &third] {
        assert_eq!(delivered(&site, key, "revoked"), 401);
    }
}

#[test]
fn a_refused_rotation_makes_no_secret() {
    let site = Site::new();
    let admin = site.admin();
    let page = to(&site, "edge writer", "rotate");
    let refused = || refusal(&site, "api_key.rotate");
    for hours in ["25", "-1", "1.5", "many", ""] {
        let reply = submit(&admin, &page, &[("grace_hours", hours)]).expect(400);
        assert!(html::by_id(&reply.text(), "secret").is_none());
        assert_eq!(refused(), ("out_of_range".to_owned(), "edge".to_owned()));
    }
    // The receipt loaded again sends the form again: nothing is rotated a second time.
    let fields = form(&admin, &page);
    let new = secret(&admin.post(&page, &fields).expect(200));
    let again = admin.post(&page, &fields).expect(409);
    assert!(html::by_id(&again.text(), "secret").is_none());
    assert_eq!(refused(), ("conflict".to_owned(), "edge".to_owned()));
    assert_eq!(delivered(&site, &new, "new"), 200);
}

#[test]
fn what_is_over_is_deleted_and_stays_in_its_history() {
    let site = Site::new();
    let admin = site.admin();
    let delivery = site.record(&event("one"));
    let record = at(&site, WRITER);
    let page = to(&site, "edge writer", "delete");
    let refused = |verb: &str, reason: &str| {
        let reply = press(&admin, &to(&site, "edge writer", verb)).expect(409);
        assert!(reply.text().contains("role=\"alert\""));
        let expected = (reason.to_owned(), "edge".to_owned());
        assert_eq!(refusal(&site, &format!("api_key.{verb}")), expected);
    };
    refused("delete", "invalid_state");
    press(&admin, &to(&site, "edge writer", "revoke")).expect(303);
    for verb in ["pause", "resume", "rotate"] {
        refused(verb, "revoked");
    }
    let before = count(&site);
    press(&admin, &to(&site, "edge writer", "revoke")).expect(303);
    assert_eq!(count(&site), before, "it was revoked before");
    press(&admin, &page).expect(303);
    let deleted = last(&site, "api_key.delete");
    assert_eq!(deleted["details"]["key_prefix"], site.keys.write[..12]);
    for path in [&record, &page] {
        admin.open(path).expect(404);
    }
    assert!(!admin.page("/api-keys").contains("edge writer"));
    assert_eq!(delivered(&site, &site.keys.write, "late"), 401);
    let history = admin.page("/audit-logs?target=edge+writer");
    assert!(
        html::text(&history).contains("API key deleted"),
        "{history}"
    );
    assert!(!history.contains(&record), "a link to what is gone");
    for (seq, _) in rows(&history) {
        admin.page(&format!("/audit-logs?event={seq}"));
    }
    assert_eq!(site.event(delivery)["via"]["label"], "edge writer");
    // Its name is free again.
    admin.create_key("edge", "edge writer", "write");
}

#[test]
fn a_key_that_only_reads_is_rotated_and_closed_like_one_that_writes() {
    let site = Site::new();
    let admin = site.admin();
    let page = to(&site, "edge reader", "rotate");
    let new = secret(&submit(&admin, &page, &[("grace_hours", "1")]).expect(200));
    let read = |key: &str| get(&mut site.app.connect(), key, crate::site::EVENTS).status;
    assert_eq!((read(&site.keys.read), read(&new)), (200, 200));
    press(&admin, &to(&site, "edge reader", "pause")).expect(303);
    assert_eq!((read(&site.keys.read), read(&new)), (403, 403));
    let used = html::text(&admin.page(&at(&site, "/api-keys/{pool_key/edge reader}")));
    assert!(
        used.contains("Last used just now") || used.contains("Last used 0"),
        "{used}"
    );
}

#[test]
fn keys_are_found_by_name_beginning_and_status() {
    let site = Site::new();
    let owner = site.owner();
    press(&owner, &to(&site, "edge reader", "pause")).expect(303);
    press(&owner, &to(&site, "core writer", "revoke")).expect(303);
    #[track_caller]
    fn case(owner: &Browser, query: &str, expected: &[&str]) {
        let page = owner.page(&format!("/api-keys{query}"));
        let listed = html::elements(&page, "tr").into_iter().skip(1);
        let listed = listed.map(|it| html::elements(&it.inner, "a")[0].text());
        assert_eq!(listed.collect::<Vec<_>>(), expected, "{query}");
    }
    let all = ["core reader", "core writer", "edge reader", "edge writer"];
    case(&owner, "", &all);
    case(&owner, "?q=EDGE", &["edge reader", "edge writer"]);
    case(
        &owner,
        &format!("?q={}", &site.keys.write[..12]),
        &["edge writer"],
    );
    case(&owner, "?state=paused", &["edge reader"]);
    case(&owner, "?state=revoked", &["core writer"]);
    case(&owner, "?state=expired", &[]);
    case(&owner, "?state=deleted", &all);
    case(&owner, "?q=core&state=active", &["core reader"]);
}

#[test]
fn the_record_leads_to_its_pool_and_to_its_history() {
    let site = Site::new();
    let admin = site.admin();
    press(&admin, &to(&site, "edge writer", "pause")).expect(303);
    let page = admin.page(&at(&site, WRITER));
    let pool = link(&page, "Edge EU").unwrap();
    assert!(html::text(&admin.page(&pool)).contains("edge writer"));
    let about = link(&page, "Events about this record").unwrap();
    let history = admin.page(&about);
    assert!(html::text(&history).contains("API key paused"), "{history}");
    let (seq, _) = rows(&history)[0];
    let drawer = admin.page(&format!("{about}&event={seq}"));
    assert!(drawer.contains(&at(&site, WRITER)), "no way back: {drawer}");
    assert_eq!(told(&site, "api_key.pause").len(), 1);
}
