//! The Audit logs page as a person reads it: filters, warnings, empty states.
use serde_json::json;

use crate::browser::{Browser, link, row, rows, warnings};
use crate::html;
use crate::site::{NEW_ADMIN, Site, deliver, event_with, furnish_log};

#[test]
fn each_filter_narrows_the_page() {
    let site = Site::new();
    let seqs = furnish_log(&site);
    let owner = site.owner();
    let case = |query: &str, expected: &[usize]| {
        let page = owner.page(&format!("/audit-logs?via=key&{query}"));
        let found: Vec<_> = rows(&page).into_iter().map(|(seq, _)| seq).collect();
        let expected: Vec<_> = expected.iter().map(|it| seqs[*it]).collect();
        assert_eq!(found, expected, "{query}");
        assert!(warnings(&page).is_empty(), "{query}: {:?}", warnings(&page));
    };
    case("pool=edge", &[3, 2, 1, 0]);
    case("pool=core", &[4]);
    case("outcome=failure", &[4, 0]);
    case("action=member.add", &[2]);
    case("action=member.*", &[2]);
    case("actor_type=system", &[1]);
    case("actor=RUIZ", &[4, 3, 0]);
    case("target=team", &[2]);
    case("target=Stra%C3%9Fe", &[2]);
    case("from=2026-03-03&to=2026-03-04", &[3, 2]);
    case(
        "pool=edge&outcome=failure&actor=ana&target=checkout&from=2026-03-01",
        &[0],
    );
}

#[test]
fn a_row_shows_its_five_columns() {
    let site = Site::new();
    let seqs = furnish_log(&site);
    let page = site.owner().page("/audit-logs");
    let first = row(&page, seqs[0]).unwrap();
    assert_eq!(first.attribute("data-outcome"), "failure");
    let text = first.text();
    for expected in [
        "12:00:00",
        "Service scale",
        "failed",
        "Ana Ruiz",
        "checkout",
        "Edge EU",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(html::text(&page).contains("UTC"), "the zone is named");
}

#[test]
fn ignored_filters_warn_without_their_values_and_the_rest_apply() {
    let site = Site::new();
    let seqs = furnish_log(&site);
    let owner = site.owner();
    let page =
        owner.page("/audit-logs?outcome=failure&via=key&severity=zq9w&action=zq9w.b&pool=edge");
    let found: Vec<_> = rows(&page).into_iter().map(|(seq, _)| seq).collect();
    assert_eq!(found, [seqs[0]]);
    let given = warnings(&page);
    assert_eq!(given.len(), 2, "{given:?}");
    assert!(!page.contains("zq9w"), "a value is shown again: {page}");
    #[track_caller]
    fn odd(browser: &Browser, query: &str) {
        let page = browser.page(&format!("/audit-logs?{query}"));
        assert!(!warnings(&page).is_empty(), "{query}");
        assert!(!rows(&page).is_empty(), "{query}");
        assert!(!page.contains("zq9w"), "{query}: {page}");
    }
    odd(&owner, "page=99999999999");
    odd(&owner, "actor[x]=1");
    odd(&owner, "outcome=failure&outcome=success");
    odd(&owner, "actor=zq9w%00");
    odd(&owner, &format!("actor={}", "zq9w".repeat(1500)));
    odd(&owner, "before=zq9w");
    odd(&owner, "before=99999999999999999999-99999999999999999999");
    odd(&owner, "before=1-");
}

#[test]
fn credential_shaped_filters_are_not_used_and_not_shown() {
    let site = Site::new();
    let token = &site.keys.read;
    let page = site.owner().page(&format!("/audit-logs?actor={token}"));
    assert!(!page.contains(token), "the token is shown again");
    assert_eq!(warnings(&page).len(), 1);
    assert!(!site.app.folder.log().contains(token));
}

#[test]
fn unknown_and_invisible_pools_give_the_same_page() {
    let site = Site::new();
    furnish_log(&site);
    let admin = site.admin();
    let page = |slug: &str| admin.page(&format!("/audit-logs?pool={slug}"));
    assert_eq!(page("core"), page("none"));
}

#[test]
fn blank_fields_lead_to_the_clean_address() {
    let site = Site::new();
    let owner = site.owner();
    let sent = "/audit-logs?pool=&outcome=failure&action=&actor_type=&actor=&target=&from=&to=";
    let reply = owner.send("GET", sent, &[], b"").expect(303);
    assert_eq!(
        reply.header("location"),
        Some("/audit-logs?outcome=failure")
    );
    let reply = owner.send("GET", "/audit-logs?pool=", &[], b"").expect(303);
    assert_eq!(reply.header("location"), Some("/audit-logs"));
}

#[test]
fn an_event_is_found_by_its_title_or_a_part_of_its_name() {
    let site = Site::new();
    let seqs = furnish_log(&site);
    let owner = site.owner();
    let case = |typed: &str, address: &str| {
        let path = format!("/audit-logs?pool=&action={typed}&via=key");
        let reply = owner.send("GET", &path, &[], b"").expect(303);
        assert_eq!(reply.header("location"), Some(address), "{typed}");
    };
    case(
        "API+key+rotated",
        "/audit-logs?action=api_key.rotate&via=key",
    );
    case("rotation", "/audit-logs?action=api_key.rotate&via=key");
    case("MEMBER", "/audit-logs?action=member.add&via=key");
    // Several: nothing is filtered, and each is a link.
    let page = owner.page("/audit-logs?action=key&via=key");
    assert_eq!(
        warnings(&page),
        ["Event was ignored: several events are called so"]
    );
    let found: Vec<_> = rows(&page).into_iter().map(|(seq, _)| seq).collect();
    assert_eq!(found.len(), 5);
    let to = link(&page, "API key rotated api_key.rotate 1 event").unwrap();
    let found: Vec<_> = rows(&owner.page(&to))
        .into_iter()
        .map(|(seq, _)| seq)
        .collect();
    assert_eq!(found, [seqs[3]]);
    // An admin learns nothing of names that are used elsewhere.
    let admin = site.admin();
    let admins = |typed: &str| warnings(&admin.page(&format!("/audit-logs?action={typed}")));
    let hidden = event_with("hidden", json!({ "action": "walrus.feed" }));
    deliver(&mut site.app.connect(), &site.keys.core_write, &hidden).expect(200);
    assert_eq!(admins("walrus"), admins("zebra"));
}

#[test]
fn empty_pages_say_why() {
    let site = Site::new();
    #[track_caller]
    fn case(page: &str, expected: &str) {
        assert_eq!(rows(page), [], "{page}");
        assert!(html::text(page).contains(expected), "{expected}: {page}");
    }
    let new = Browser::signed_in(&site.app, NEW_ADMIN);
    case(&new.page("/audit-logs"), "No Pool is assigned to you");
    let admin = site.admin();
    let page = admin.page("/audit-logs?outcome=failure&actor=nobody-at-all");
    case(&page, "No events match these filters");
    assert!(html::text(&page).contains("Check that the action was inside your visible Pools"));
    let fewer = html::elements(&page, "a").into_iter();
    let fewer: Vec<_> = fewer.map(|it| it.attribute("href").to_owned()).collect();
    assert!(
        fewer.iter().any(|it| it == "/audit-logs?outcome=failure"),
        "{fewer:?}"
    );
}

#[test]
fn an_empty_page_counts_what_each_removal_brings_back() {
    let site = Site::new();
    furnish_log(&site);
    let page = site
        .owner()
        .page("/audit-logs?pool=core&outcome=failure&actor=nobody-at-all&via=key");
    let suggestions = html::elements(&page, "li").into_iter().map(|it| it.text());
    let suggestions: Vec<_> = suggestions.filter(|it| it.contains("Without")).collect();
    assert_eq!(
        suggestions,
        ["Without Actor: nobody-at-all 1 event"],
        "{page}"
    );
}

#[test]
fn a_person_is_found_under_each_name_they_had() {
    let site = Site::new();
    let named = |id: &str, name: &str, email: &str| {
        let actor = json!({ "type": "user", "id": "u_4711", "label": name, "email": email });
        site.record(&event_with(id, json!({ "actor": actor })))
    };
    let before = named("before", "Maria Keller", "keller@example.com");
    let after = named("after", "Maria Vogt", "vogt@example.com");
    let owner = site.owner();
    let found = |actor: &str| {
        let page = owner.page(&format!("/audit-logs?actor={actor}"));
        let rows = rows(&page).into_iter();
        rows.map(|(seq, _)| (seq, row(&page, seq).unwrap().text()))
            .collect::<Vec<_>>()
    };
    let old = found("keller");
    assert_eq!(old.len(), 1, "{old:?}");
    assert!(
        old[0].0 == before && old[0].1.contains("Maria Keller"),
        "{old:?}"
    );
    assert_eq!(found("keller@example.com"), old);
    let new = found("Vogt");
    assert!(new.len() == 1 && new[0].0 == after, "{new:?}");
    assert_eq!(found("u_4711").len(), 2);
}

#[test]
fn an_unknown_action_is_stored_listed_and_found() {
    let site = Site::new();
    let own = json!({ "action": "warehouse.Shelf/reCount" });
    let seq = site.record(&event_with("w", own));
    let page = site
        .owner()
        .page("/audit-logs?action=warehouse.Shelf/reCount");
    assert_eq!(rows(&page).len(), 1, "{:?}", warnings(&page));
    assert!(
        row(&page, seq).unwrap().text().contains("Shelf re count"),
        "{page}"
    );
    assert!(
        page.contains("warehouse.Shelf/reCount"),
        "not among the options"
    );
}
