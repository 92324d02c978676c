//! Operators as owners add, change and remove them: what changes, and what is recorded.
use serde_json::json;

use crate::browser::{Browser, OWNER, PASSWORD, link, rows, secret};
use crate::html;
use crate::people::{add, ask, count, press, record, refusal, submit, told};
use crate::site::{ADMIN, NEW_ADMIN, OTHER_ADMIN, Site, event};

#[test]
fn an_operator_is_added_with_a_temporary_password_that_is_shown_once() {
    let site = Site::new();
    let owner = site.owner();
    let values = [
        ("name", "Iris Ito"),
        ("email", "Iris@Example.org"),
        ("pool", "edge"),
        ("pool", "core"),
    ];
    let reply = submit(&owner, "/operators/new", &values).expect(200);
    let temporary = secret(&reply);
    assert!(temporary.len() >= 20, "{temporary}");
    let created = &told(&site, "operator.create")[4];
    assert_eq!(created["details"]["role"], "admin");
    assert_eq!(created["details"]["method"], "console");
    assert_eq!(created["target"]["label"], "Iris Ito");
    assert_eq!(created["actor"]["email"], OWNER);
    let session = created["details"]["session"].as_str().unwrap();
    assert!(session.starts_with("ses_") && created["client"].is_null());
    let assigned = told(&site, "operator.assign");
    let newest: Vec<_> = assigned.iter().rev().take(2).collect();
    for event in &newest {
        assert_eq!(event["request_id"], created["request_id"]);
        assert_eq!(event["target"]["id"], created["target"]["id"]);
    }
    let mut pools: Vec<_> = newest.iter().map(|it| &it["pool"]["slug"]).collect();
    pools.sort_by_key(|it| it.as_str());
    assert_eq!(pools, ["core", "edge"]);
    // Shown once: neither the record nor the list has it, and signing in with it works.
    let page = owner.page(&record(&owner, "Iris@Example.org"));
    assert!(!page.contains(&temporary));
    assert!(html::text(&page).contains("Temporary, until"), "{page}");
    let iris = Browser::new(&site.app);
    let reply = iris.sign_in("iris@example.org", &temporary);
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(iris.cookie_header().contains("annals="), "not signed in");
}

#[test]
fn an_address_has_one_account_however_it_is_written() {
    let site = Site::new();
    let owner = site.owner();
    let values = [("name", "Ana Two"), ("email", "ANA@Example.Org")];
    let reply = submit(&owner, "/operators/new", &values).expect(409);
    let page = reply.text();
    assert!(
        page.contains("Ana Two") && page.contains("role=\"alert\""),
        "{page}"
    );
    assert_eq!(refusal(&site, "operator.create").0, "name_taken");
    let page = format!("{}/edit", record(&owner, OTHER_ADMIN));
    submit(&owner, &page, &[("email", "ANA@example.org")]).expect(409);
    assert_eq!(refusal(&site, "operator.update").0, "name_taken");
    // One's own address in other letters is a change like any other.
    submit(&owner, &page, &[("email", "OTTO@example.org")]).expect(303);
    let changed = told(&site, "operator.update").pop().unwrap();
    let expected =
        json!([{ "field": "email", "from": "otto@example.org", "to": "OTTO@example.org" }]);
    assert_eq!(changed["changes"], expected);
}

#[test]
fn a_form_says_what_is_in_use_already() {
    let site = Site::new();
    let owner = site.owner();
    #[track_caller]
    fn case(owner: &Browser, page: &str, values: &[(&str, &str)], says: &str) {
        let reply = submit(owner, page, values).expect(409);
        let told = html::by_id(&reply.text(), "err").unwrap().text();
        assert!(told.contains(says), "{page}: {told}");
    }
    let edit = format!("{}/edit", record(&owner, OTHER_ADMIN));
    let ana = [("name", "Ana Two"), ("email", ADMIN)];
    case(&owner, "/operators/new", &ana, "this email address");
    case(&owner, &edit, &ana[1..], "this email address");
    case(&owner, "/invites/new", &ana[1..], "This email address");
    let pool = [("name", "Another"), ("slug", "edge")];
    case(&owner, "/pools", &pool, "this slug");
}

#[test]
fn a_form_that_cannot_be_understood_is_shown_again_and_changes_nothing() {
    let site = Site::new();
    let owner = site.owner();
    let before = count(&site);
    #[track_caller]
    fn case(owner: &Browser, other: &[(&str, &str)]) {
        let mut values = vec![("name", "Iris Ito"), ("email", "iris@example.org")];
        values.retain(|it| !other.iter().any(|(name, _)| it.0 == *name));
        values.extend(other);
        let reply = submit(owner, "/operators/new", &values);
        assert_eq!(reply.status, 400, "{}", reply.text());
        assert!(reply.text().contains("role=\"alert\""));
        assert!(!reply.text().contains("id=\"secret\""));
    }
    case(&owner, &[("name", "")]);
    case(&owner, &[("name", "sk-live-51H8aK2JpQw9ZxVbNmLr")]);
    case(&owner, &[("email", "nobody")]);
    case(&owner, &[("role", "king")]);
    case(&owner, &[("pool", "nowhere")]);
    assert_eq!(count(&site), before, "something was written");
}

#[test]
fn one_form_edits_a_person_and_each_difference_is_an_event_of_its_own() {
    let site = Site::new();
    let owner = site.owner();
    let page = format!("{}/edit", record(&owner, ADMIN));
    let values = [
        ("name", "Ana Ruiz-Lang"),
        ("email", "ana.lang@example.org"),
        ("pool", "core"),
    ];
    submit(&owner, &page, &values).expect(303);
    let updated = told(&site, "operator.update").pop().unwrap();
    let expected = json!([
        { "field": "name", "from": "Ana Ruiz", "to": "Ana Ruiz-Lang" },
        { "field": "email", "from": ADMIN, "to": "ana.lang@example.org" },
    ]);
    assert_eq!(updated["changes"], expected);
    let assigned = told(&site, "operator.assign").pop().unwrap();
    let unassigned = told(&site, "operator.unassign").pop().unwrap();
    assert_eq!(
        (&assigned["pool"]["slug"], &unassigned["pool"]["slug"]),
        (&json!("core"), &json!("edge"))
    );
    assert_eq!(unassigned["details"]["cause"], "edited");
    assert!(!unassigned.to_string().contains("core"), "{unassigned}");
    assert!(!assigned.to_string().contains("edge"), "{assigned}");
    // The form as it now stands, unchanged: nothing is written.
    let before = count(&site);
    press(&owner, &page).expect(303);
    assert_eq!(count(&site), before);
    let ana = Browser::new(&site.app);
    ana.sign_in("ana.lang@example.org", PASSWORD).expect(200);
    assert!(html::text(&ana.page("/pools")).contains("Core"));
}

#[test]
fn each_half_of_a_move_is_seen_in_its_own_pool_only() {
    let site = Site::new();
    let owner = site.owner();
    add(&owner, "iris@example.org", "Iris Ito");
    let page = format!("{}/edit", record(&owner, "iris@example.org"));
    submit(&owner, &page, &[("pool", "edge")]).expect(303);
    submit(&owner, &page, &[("pool", "core")]).expect(303);
    let seen = |email: &str| {
        let page = Browser::signed_in(&site.app, email).page("/audit-logs?target=iris");
        let text = html::text(&page);
        (
            text.contains("Operator removed from Pool"),
            text.contains("Core"),
        )
    };
    assert_eq!(seen(ADMIN), (true, false));
    assert_eq!(seen(OTHER_ADMIN), (false, true));
}

#[test]
fn promotion_ends_assignments_and_another_role_ends_sessions() {
    let site = Site::new();
    let owner = site.owner();
    let ana = site.admin();
    let page = format!("{}/edit", record(&owner, ADMIN));
    submit(&owner, &page, &[("role", "owner")]).expect(303);
    let updated = told(&site, "operator.update").pop().unwrap();
    let expected = json!([{ "field": "role", "from": "admin", "to": "owner" }]);
    assert_eq!(updated["changes"], expected);
    let unassigned = told(&site, "operator.unassign").pop().unwrap();
    assert_eq!(unassigned["details"]["cause"], "role_changed");
    assert_eq!(unassigned["pool"]["slug"], "edge");
    let reply = ana.send("GET", "/audit-logs", &[], b"");
    assert!(reply.header("location").unwrap().starts_with("/sign-in"));
    let ana = site.admin();
    assert!(ana.page("/operators").contains("Operators"));
    // And back: no assignment returns.
    submit(&owner, &page, &[("role", "admin")]).expect(303);
    assert!(html::text(&site.admin().page("/pools")).contains("No Pool is assigned"));
}

#[test]
fn a_deactivated_operator_is_out_at_the_next_request_and_comes_back_with_a_new_password() {
    let site = Site::new();
    let owner = site.owner();
    let ana = site.admin();
    let also = site.admin();
    ask(&owner, ADMIN, "deactivate").expect(200);
    for browser in [&ana, &also] {
        let reply = browser.send("GET", "/audit-logs", &[], b"");
        assert!(reply.header("location").unwrap().starts_with("/sign-in"));
    }
    let told_of = told(&site, "operator.deactivate").pop().unwrap();
    assert_eq!(told_of["details"]["session_count"], 2);
    assert_eq!(told_of["details"]["token_count"], 0);
    // The same once more changes and writes nothing.
    let before = count(&site);
    ask(&owner, ADMIN, "deactivate").expect(200);
    assert_eq!(count(&site), before);
    assert_eq!(ana.sign_in(ADMIN, PASSWORD).status, 403);
    let temporary = secret(&ask(&owner, ADMIN, "reactivate").expect(200));
    assert_eq!(told(&site, "operator.reactivate").len(), 1);
    let ana = Browser::new(&site.app);
    assert_eq!(
        ana.sign_in(ADMIN, PASSWORD).status,
        403,
        "the old password works"
    );
    assert_eq!(ana.sign_in(ADMIN, &temporary).status, 200);
    let again = ask(&owner, ADMIN, "reactivate").expect(200).text();
    assert!(
        !again.contains("id=\"secret\""),
        "a password that is void was shown"
    );
    assert_eq!(told(&site, "operator.reactivate").len(), 1);
}

#[test]
fn a_reset_replaces_the_password_and_ends_the_sessions() {
    let site = Site::new();
    let owner = site.owner();
    let ana = site.admin();
    let temporary = secret(&ask(&owner, ADMIN, "reset-password").expect(200));
    let reset = told(&site, "operator.password_reset").pop().unwrap();
    assert_eq!(reset["details"]["session_count"], 1);
    assert_eq!(ana.send("GET", "/audit-logs", &[], b"").status, 303);
    assert_eq!(ana.sign_in(ADMIN, PASSWORD).status, 403);
    assert_eq!(ana.sign_in(ADMIN, &temporary).status, 200);
    // Not for somebody who is out.
    ask(&owner, OTHER_ADMIN, "deactivate").expect(200);
    ask(&owner, OTHER_ADMIN, "reset-password").expect(409);
    assert_eq!(refusal(&site, "operator.password_reset").0, "invalid_state");
}

#[test]
fn a_deleted_operator_leaves_a_name_in_old_events_and_a_free_address() {
    let site = Site::new();
    let owner = site.owner();
    site.admin();
    let record_of_ana = record(&owner, ADMIN);
    ask(&owner, ADMIN, "delete").expect(409);
    assert_eq!(refusal(&site, "operator.delete").0, "invalid_state");
    let page = format!("{record_of_ana}/edit");
    submit(&owner, &page, &[("name", "Ana Lang"), ("pool", "edge")]).expect(303);
    ask(&owner, ADMIN, "deactivate").expect(200);
    let signed_in = owner.page("/audit-logs?action=auth.sign_in&actor=Ana+Ruiz");
    assert!(link(&signed_in, "Ana Ruiz").is_some(), "{signed_in}");
    let press_delete = format!("{record_of_ana}/delete");
    press(&owner, &press_delete).expect(303);
    let unassigned = told(&site, "operator.unassign").pop().unwrap();
    assert_eq!(unassigned["details"]["cause"], "deleted");
    let gone = owner.open(&record_of_ana).expect(404).text();
    let never = owner
        .open("/operators/op_00000000000000000000000000")
        .expect(404)
        .text();
    let same = |page: &str| html::text(page.split("Request id").next().unwrap());
    assert_eq!(same(&gone), same(&never));
    // Old events keep the name of that day, without a link.
    let signed_in = owner.page("/audit-logs?action=auth.sign_in&actor=Ana+Ruiz");
    assert_eq!(rows(&signed_in).len(), 1);
    assert!(html::text(&signed_in).contains("Ana Ruiz"));
    assert!(link(&signed_in, "Ana Ruiz").is_none(), "{signed_in}");
    assert!(!owner.page("/operators").contains(ADMIN));
    assert_eq!(Browser::new(&site.app).sign_in(ADMIN, PASSWORD).status, 403);
    let temporary = add(&owner, ADMIN, "Another Ana");
    assert_eq!(
        Browser::new(&site.app).sign_in(ADMIN, &temporary).status,
        200
    );
}

#[test]
fn the_list_is_searched_by_name_address_and_state() {
    let site = Site::new();
    let owner = site.owner();
    ask(&owner, NEW_ADMIN, "deactivate").expect(200);
    let listed = |query: &str| {
        let page = owner.page(&format!("/operators{query}"));
        let rows = html::elements(&page, "tr").into_iter();
        let emails = [OWNER, ADMIN, OTHER_ADMIN, NEW_ADMIN];
        let all: String = rows.map(|it| it.text()).collect();
        emails
            .into_iter()
            .filter(|it| all.contains(it))
            .collect::<Vec<_>>()
    };
    assert_eq!(listed("").len(), 4);
    assert_eq!(listed("?q=RUIZ"), [ADMIN]);
    assert_eq!(listed("?q=otto%40"), [OTHER_ADMIN]);
    assert_eq!(listed("?state=deactivated"), [NEW_ADMIN]);
    assert_eq!(listed("?q=o&state=active"), [OWNER, ADMIN, OTHER_ADMIN]);
    assert!(listed("?q=nobody").is_empty());
    for odd in [
        "?state=king",
        "?q=%00",
        &format!("?q={}", "x".repeat(9000).get(..7000).unwrap()),
    ] {
        assert_eq!(listed(odd).len(), 4, "{odd:.20}");
    }
    let page = owner.page("/operators?q=%22%3E%3Cscript%3E");
    assert!(!page.contains("<script>"), "{page}");
}

#[test]
fn the_page_of_an_operator_shows_what_they_did_and_leads_on() {
    let site = Site::new();
    let owner = site.owner();
    site.deliver(&event("x")).expect(200);
    site.admin();
    let page = owner.page(&record(&owner, ADMIN));
    assert!(rows(&page).len() == 1, "{page}");
    let opened = html::elements(&page, "a").into_iter();
    let mut opened = opened.filter(|it| it.attribute("href").contains("event="));
    let drawer = owner.page(opened.next().unwrap().attribute("href"));
    assert!(crate::browser::drawer(&drawer).is_some());
    for text in ["Events about this record", "Events by this operator"] {
        let links = html::elements(&page, "a").into_iter();
        let mut links = links.filter(|it| it.text() == text);
        let found = owner.page(links.next().unwrap().attribute("href"));
        assert!(!rows(&found).is_empty(), "{text}");
    }
}

/// Every secret of this family, after the page that showed it.
#[test]
fn no_temporary_password_is_kept_anywhere() {
    let site = Site::with(&[("ANNALS_LOG", "trace")]);
    let owner = site.owner();
    let secrets = [
        add(&owner, "iris@example.org", "Iris Ito"),
        secret(&ask(&owner, ADMIN, "reset-password").expect(200)),
    ];
    let mut shown = String::new();
    for page in ["/operators", "/audit-logs", &record(&owner, ADMIN)] {
        shown.push_str(&owner.page(page));
    }
    let data = site.app.folder.data();
    let (status, folder) = site.app.terminate();
    assert!(status.success());
    shown.push_str(&folder.log());
    shown.push_str(&String::from_utf8_lossy(
        &std::fs::read(data.join("annals.db")).unwrap(),
    ));
    assert!(shown.contains("Iris Ito"), "the search proves nothing");
    for secret in secrets {
        assert!(!shown.contains(&secret));
        assert!(!shown.contains(&secret.replace('-', "")));
    }
}
