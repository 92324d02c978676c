//! Pools as owners edit them and everybody finds them: what changes, and what is recorded.
use serde_json::{Value, json};

use crate::browser::{Browser, link, rows};
use crate::html;
use crate::people::{count, press, refusal, submit, told};
use crate::site::{EVENTS, OTHER_ADMIN, Site, deliver, event, event_with, get};
use crate::world::concrete;

/// The address of a record, or of what is done with it.
pub fn at(site: &Site, path: &str) -> String {
    concrete(&site.app.folder.data(), path)
}

/// Sends the form of a page that does something with the Pool of this slug.
#[track_caller]
pub fn act(site: &Site, owner: &Browser, slug: &str, verb: &str) {
    let page = at(site, &format!("/pools/{{pool/{slug}}}/{verb}"));
    press(owner, &page).expect(303);
}

#[track_caller]
pub fn last(site: &Site, action: &str) -> Value {
    let mut told = told(site, action);
    told.pop().unwrap_or_else(|| panic!("no {action}"))
}

#[test]
fn an_edit_is_recorded_with_real_values_before_and_after() {
    let site = Site::new();
    let owner = site.owner();
    let page = at(&site, "/pools/{pool/edge}/edit");
    let values = [
        ("name", "Edge Europe"),
        ("retention_days", "400"),
        ("mode", "sealed"),
        ("key_0", "aisle"),
        ("kind_0", "label"),
        ("key_2", "shelf_number"),
        ("kind_2", "count"),
    ];
    submit(&owner, &page, &values).expect(303);
    let updated = last(&site, "pool.update");
    assert_eq!(
        updated["changes"],
        json!([
            { "field": "name", "from": "Edge EU", "to": "Edge Europe" },
            { "field": "retention_days", "to": 400 },
            { "field": "gate_mode", "from": "gated", "to": "sealed" },
        ])
    );
    assert_eq!(updated["details"]["added_key_count"], 2);
    assert!(updated["details"]["removed_key_count"].is_null());
    assert_eq!(updated["pool"]["slug"], "edge");
    let record = html::text(&owner.page(&at(&site, "/pools/{pool/edge}")));
    for text in [
        "Edge Europe",
        "400 days",
        "Digested",
        "aisle",
        "shelf_number",
    ] {
        assert!(record.contains(text), "{text}: {record}");
    }
    // Saved as it is, the form changes and writes nothing.
    let before = count(&site);
    press(&owner, &page).expect(303);
    assert_eq!(count(&site), before);
    let values = [
        ("retention_days", ""),
        ("remove_aisle", "on"),
        ("key_0", "shelf_number"),
        ("remove_shelf_number", "on"),
        ("kind_0", "id"),
    ];
    submit(&owner, &page, &values).expect(303);
    let updated = last(&site, "pool.update");
    let expected = json!([{ "field": "retention_days", "from": 400 }]);
    assert_eq!(updated["changes"], expected);
    // One of them is another key now: it holds something else.
    assert_eq!(updated["details"]["removed_key_count"], 2);
    assert_eq!(updated["details"]["added_key_count"], 1);
}

#[test]
fn a_refused_edit_changes_nothing_and_keeps_what_was_typed() {
    let site = Site::new();
    let owner = site.owner();
    let page = at(&site, "/pools/{pool/edge}/edit");
    let before = count(&site);
    #[track_caller]
    fn case(owner: &Browser, page: &str, values: &[(&str, &str)], sentence: &str) {
        let mut all = vec![("name", "Typed before")];
        all.extend(values);
        let reply = submit(owner, page, &all);
        assert!(matches!(reply.status, 400 | 409 | 422), "{}", reply.status);
        let html = reply.text();
        assert!(html.contains("Typed before"), "{html}");
        assert!(html::text(&html).contains(sentence), "{sentence}: {html}");
    }
    let key = |it: &'static str| [("key_0", it), ("kind_0", "word")];
    let reply = submit(
        &owner,
        &page,
        &[("name", "a = b"), ("retention_days", "77")],
    );
    let html = reply.expect(400).text();
    assert!(html.contains("a = b") && html.contains("\"77\""), "{html}");
    assert!(html::text(&html).contains("Use letters"), "{html}");
    case(&owner, &page, &[("retention_days", "many")], "whole number");
    case(&owner, &page, &[("mode", "open")], "Choose what happens");
    case(
        &owner,
        &page,
        &key("db_password"),
        "must not look like a secret",
    );
    case(
        &owner,
        &page,
        &key("x9f3kq27zz1b"),
        "must not look like a secret",
    );
    case(&owner, &page, &key("Aisle"), "lower-case");
    case(&owner, &page, &key("role"), "kept anyway");
    case(
        &owner,
        &page,
        &[("key_0", "a"), ("key_1", "a")],
        "there already",
    );
    case(
        &owner,
        &page,
        &[("key_0", "a"), ("kind_0", "prefix")],
        "Choose what the key holds",
    );
    assert_eq!(count(&site), before, "a typing error is no attempt");
    let refused = || refusal(&site, "pool.update");
    case(&owner, &page, &[("retention_days", "0")], "out of range");
    case(
        &owner,
        &page,
        &[("retention_days", "36526")],
        "out of range",
    );
    assert_eq!(refused(), ("out_of_range".to_owned(), "edge".to_owned()));
    case(
        &owner,
        &page,
        &[("version", "999")],
        "Changed by someone else",
    );
    assert_eq!(refused(), ("conflict".to_owned(), "edge".to_owned()));
    // The page that was shown again knows the version of now.
    press(&owner, &page).expect(303);
    assert!(
        owner
            .page(&at(&site, "/pools/{pool/edge}"))
            .contains("Edge EU")
    );
}

#[test]
fn details_with_keys_of_the_pool_are_kept_from_the_next_delivery_on() {
    let site = Site::new();
    let owner = site.owner();
    let sent = |id: &str| {
        event_with(
            id,
            json!({
                "details": { "aisle": "Aisle 7", "shelf_number": 3, "forklift": "red" },
                "changes": [{ "field": "aisle", "from": "Aisle 6", "to": "Aisle 7" }],
            }),
        )
    };
    let stored = site.event(site.record(&sent("before")));
    assert_eq!(stored["details"], json!({}), "{stored}");
    let page = at(&site, "/pools/{pool/edge}/edit");
    let values = [
        ("key_0", "aisle"),
        ("kind_0", "label"),
        ("key_1", "shelf_number"),
        ("kind_1", "count"),
    ];
    submit(&owner, &page, &values).expect(303);
    let kept = site.record(&sent("after"));
    let stored = site.event(kept);
    assert_eq!(
        stored["details"],
        json!({ "aisle": "Aisle 7", "shelf_number": 3 })
    );
    let changes = json!([{ "field": "aisle", "from": "Aisle 6", "to": "Aisle 7" }]);
    assert_eq!(stored["changes"], changes);
    assert_eq!(stored["redactions"], 1, "the third is nobody's");
    // What it holds is judged as everywhere: a credential is no name, a text no number.
    let wrong = json!({ "details": { "aisle": "password: hunter2", "shelf_number": "three",
        "changed_fields": ["aisle"] } });
    let stored = site.event(site.record(&event_with("wrong", wrong)));
    assert_eq!(stored["details"], json!({ "changed_fields": ["aisle"] }));
    // Another Pool knows nothing of it.
    let mut connection = site.app.connect();
    deliver(&mut connection, &site.keys.core_write, &sent("core")).expect(200);
    let other = get(&mut connection, &site.keys.core_read, EVENTS)
        .expect(200)
        .json();
    let delivered = other["events"].as_array().unwrap().iter();
    let mut delivered = delivered.filter(|it| it["id"] == "core");
    assert_eq!(delivered.next().unwrap()["details"], json!({}));
    submit(&owner, &page, &[("remove_aisle", "on")]).expect(303);
    let stored = site.event(site.record(&sent("removed")));
    assert_eq!(stored["details"], json!({ "shelf_number": 3 }));
    assert_eq!(
        site.event(kept)["details"]["aisle"],
        "Aisle 7",
        "it is not retroactive"
    );
}

#[test]
fn a_pool_that_demands_digests_gets_them_from_every_key() {
    let site = Site::new();
    let owner = site.owner();
    let readable = site.event(site.record(&event("readable")));
    assert_eq!(readable["target"]["label"], "checkout");
    let page = at(&site, "/pools/{pool/edge}/edit");
    submit(&owner, &page, &[("mode", "sealed")]).expect(303);
    let sealed = site.event(site.record(&event("sealed")));
    for text in [
        &sealed["target"]["label"],
        &sealed["actor"]["id"],
        &sealed["id"],
    ] {
        assert!(text.as_str().unwrap().starts_with("h:"), "{sealed}");
    }
    let key = html::text(&owner.page(&at(&site, "/api-keys/{pool_key/edge writer}")));
    assert!(key.contains("Digested, as its Pool demands"), "{key}");
    submit(&owner, &page, &[("mode", "gated")]).expect(303);
    let again = site.event(site.record(&event("again")));
    assert_eq!(again["target"]["label"], "checkout");
}

#[test]
fn a_refused_pool_is_filed_globally() {
    let site = Site::new();
    let owner = site.owner();
    owner.create_pool("edge", "Another").expect(409);
    assert_eq!(
        refusal(&site, "pool.create"),
        ("name_taken".to_owned(), String::new())
    );
    owner.create_pool("Edge", "Another").expect(400);
    owner.create_pool("other", "password: hunter2").expect(400);
    assert!(!owner.page("/pools").contains("Another"));
}

#[test]
fn a_renamed_pool_keeps_its_old_name_in_old_rows() {
    let site = Site::new();
    let owner = site.owner();
    let old = site.record(&event("old"));
    let page = at(&site, "/pools/{pool/edge}/edit");
    submit(&owner, &page, &[("name", "Edge Europe")]).expect(303);
    let new = site.record(&event("new"));
    let named = |seq: i64| site.event(seq)["pool"]["name"].clone();
    assert_eq!(
        (named(old), named(new)),
        (json!("Edge EU"), json!("Edge Europe"))
    );
    let drawer = owner.page(&format!("/audit-logs?event={old}"));
    let drawer = html::by_id(&drawer, "drawer").unwrap().text();
    assert!(
        drawer.contains("Edge EU") && drawer.contains("Edge Europe"),
        "{drawer}"
    );
}

#[test]
fn an_admin_reads_a_pool_and_is_offered_nothing() {
    let site = Site::new();
    let admin = site.admin();
    let record = at(&site, "/pools/{pool/edge}");
    let page = admin.page(&record);
    let text = html::text(&page);
    assert!(
        text.contains("edge writer") && !text.contains("Operators"),
        "{text}"
    );
    assert_eq!(link(&page, "Edit"), None);
    assert!(link(&page, "Events in this Pool").is_some());
    let about = link(&page, "Events about this record").unwrap();
    assert!(rows(&admin.page(&about)).len() == 1, "it was created");
    let before = told(&site, "access.deny").len();
    let token = admin.csrf("/account");
    let fields = [
        ("csrf".to_owned(), token),
        ("version".to_owned(), "3".to_owned()),
    ];
    admin
        .post(&format!("{record}/archive"), &fields)
        .expect(403);
    assert_eq!(told(&site, "access.deny").len(), before + 1);
    let other = Browser::signed_in(&site.app, OTHER_ADMIN);
    other.open(&record).expect(404);
}

#[test]
fn pools_are_found_by_name_slug_and_status() {
    let site = Site::new();
    let owner = site.owner();
    act(&site, &owner, "core", "disable");
    #[track_caller]
    fn case(owner: &Browser, query: &str, edge: bool, core: bool) {
        let page = owner.page(&format!("/pools{query}"));
        let listed = html::elements(&page, "tr").into_iter().map(|it| it.text());
        let listed: Vec<_> = listed.collect();
        let has = |name: &str| listed.iter().any(|it| it.contains(name));
        assert_eq!(
            (has("Edge EU"), has("Core")),
            (edge, core),
            "{query}: {listed:?}"
        );
    }
    case(&owner, "", true, true);
    case(&owner, "?q=EDGE", true, false);
    case(&owner, "?q=cor", false, true);
    case(&owner, "?state=disabled", false, true);
    case(&owner, "?state=archived", false, false);
    case(&owner, "?state=nothing", true, true);
    case(&owner, "?q=%00", true, true);
}
