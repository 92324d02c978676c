//! Invites as owners make, replace and take them back, and as the invited person accepts.
use serde_json::json;

use crate::appliance::Appliance;
use crate::browser::{Browser, PASSWORD, secret};
use crate::html;
use crate::http::Reply;
use crate::people::{count, form, invite, press, refusal, submit, told};
use crate::site::Site;

pub const SAM: &str = "sam@example.org";

/// The path of a link, as the invited person's browser opens it.
pub fn path(link: &str) -> String {
    let at = link.find("/invites/").unwrap();
    link[at..].to_owned()
}

/// Invites an admin of the Pool `edge`.
pub fn invite_sam(owner: &Browser) -> String {
    let values = [("email", SAM), ("pool", "edge")];
    path(&secret(&submit(owner, "/invites/new", &values).expect(200)))
}

#[track_caller]
pub fn accept(browser: &Browser, link: &str) -> Reply {
    browser.submit(link, &[("name", "Sam Adeyemi"), ("password", PASSWORD)])
}

/// Lets the time of every open invite be over, as if it had passed.
pub fn let_time_pass(site: Site) -> Site {
    let Site { app, keys } = site;
    let (status, folder) = app.terminate();
    assert!(status.success());
    let database = rusqlite::Connection::open(folder.data().join("annals.db")).unwrap();
    let passed = "update invite set expires_ms = created_ms + 1,
                  recorded_seq = (select max(seq) from event) where state = 'active'";
    assert!(database.execute(passed, []).unwrap() > 0);
    drop(database);
    Site {
        app: Appliance::start_in(folder),
        keys,
    }
}

#[test]
fn an_invited_person_becomes_an_operator_in_one_change() {
    let site = Site::new();
    let owner = site.owner();
    let link = invite_sam(&owner);
    let created = told(&site, "invite.create").pop().unwrap();
    assert_eq!(created["details"]["role"], "admin");
    assert_eq!(created["details"]["pool_count"], 1);
    assert!(
        created["details"]["expires_at"].is_string()
            || created["details"]["expires_at"].is_number()
    );
    assert_eq!(created["target"]["label"], SAM);
    let sam = Browser::new(&site.app);
    let page = sam.page(&link);
    assert!(
        page.contains(SAM) && html::text(&page).contains("Edge EU"),
        "{page}"
    );
    assert!(!page.contains(&link), "the link is on the page");
    let first = accept(&sam, &link).expect(200).text();
    assert!(first.contains("Audit logs"), "{first}");
    assert!(html::text(&sam.page("/pools")).contains("Edge EU"));
    let accepted = told(&site, "invite.accept").pop().unwrap();
    let created = told(&site, "operator.create").pop().unwrap();
    let assigned = told(&site, "operator.assign").pop().unwrap();
    let signed_in = told(&site, "auth.sign_in").pop().unwrap();
    for event in [&accepted, &created, &assigned, &signed_in] {
        assert_eq!(event["outcome"], "success");
        assert_eq!(event["actor"]["email"], SAM);
        assert_eq!(event["request_id"], accepted["request_id"]);
        assert_eq!(event["details"]["session"], signed_in["target"]["id"]);
    }
    assert_eq!(created["details"]["method"], "invite");
    assert_eq!(assigned["pool"]["slug"], "edge");
    assert_eq!(accepted["actor"]["id"], created["target"]["id"]);
    Browser::new(&site.app).sign_in(SAM, PASSWORD).expect(200);
    // The invite leads to the operator, and the log to the invite.
    let record = invite(&owner, SAM);
    let page = html::text(&owner.page(&record));
    assert!(page.contains("Accepted by Sam Adeyemi"), "{page}");
    assert!(owner.page("/audit-logs?action=invite.*").contains(&record));
}

#[test]
fn a_link_is_replaced_and_the_one_before_opens_nothing() {
    let site = Site::new();
    let owner = site.owner();
    let old = invite_sam(&owner);
    let page = format!("{}/renew", invite(&owner, SAM));
    let new = path(&secret(&press(&owner, &page).expect(200)));
    assert_ne!(old, new);
    site.app.get(&old).expect(404);
    let renewed = told(&site, "invite.renew").pop().unwrap();
    assert_eq!(renewed["target"]["label"], SAM);
    // One that is over can be opened again, and the Pools are as they were.
    let site = let_time_pass(site);
    site.app.get(&new).expect(404);
    let owner = site.owner();
    let record = invite(&owner, SAM);
    assert!(html::text(&owner.page(&record)).contains("Expired"));
    let link = path(&secret(&press(&owner, &page).expect(200)));
    let sam = Browser::new(&site.app);
    accept(&sam, &link).expect(200);
    assert!(html::text(&sam.page("/pools")).contains("Edge EU"));
    // What was accepted stays so.
    let fields = form_of(&owner, &record, "renew");
    owner.post(&page, &fields).expect(409);
    assert_eq!(refusal(&site, "invite.renew").0, "invalid_state");
}

/// The form that replaces or takes back an invite, whether or not the page offers it.
fn form_of(owner: &Browser, record: &str, verb: &str) -> Vec<(String, String)> {
    form(owner, &format!("{record}/{verb}"))
}

#[test]
fn a_stale_or_late_revocation_is_refused_and_a_repeated_one_writes_nothing() {
    let site = Site::new();
    let owner = site.owner();
    let link = invite_sam(&owner);
    let record = invite(&owner, SAM);
    let page = format!("{record}/revoke");
    let stale = form_of(&owner, &record, "revoke");
    let renew = format!("{record}/renew");
    let stale_renewal = form_of(&owner, &record, "renew");
    press(&owner, &renew).expect(200);
    owner.post(&page, &stale).expect(409);
    assert_eq!(refusal(&site, "invite.revoke").0, "conflict");
    owner.post(&renew, &stale_renewal).expect(409);
    assert_eq!(refusal(&site, "invite.renew").0, "conflict");
    press(&owner, &page).expect(303);
    assert_eq!(
        told(&site, "invite.revoke").pop().unwrap()["outcome"],
        "success"
    );
    let before = count(&site);
    press(&owner, &page).expect(303);
    owner.post(&page, &stale).expect(303);
    assert_eq!(count(&site), before);
    press(&owner, &renew).expect(409);
    assert_eq!(refusal(&site, "invite.renew").0, "revoked");
    site.app.get(&link).expect(404);
    owner
        .open("/invites/id/inv_00000000000000000000000000")
        .expect(404);
    let site = {
        invite_sam(&owner);
        let_time_pass(site)
    };
    let owner = site.owner();
    let page = format!("{}/revoke", invite(&owner, SAM));
    press(&owner, &page).expect(409);
    assert_eq!(refusal(&site, "invite.revoke").0, "expired");
}

#[test]
fn an_address_has_one_open_invite_and_no_account() {
    let site = Site::new();
    let owner = site.owner();
    invite_sam(&owner);
    #[track_caller]
    fn case(site: &Site, owner: &Browser, email: &str) {
        let reply = submit(owner, "/invites/new", &[("email", email)]).expect(409);
        assert!(reply.text().contains(email), "what was typed is gone");
        assert_eq!(refusal(site, "invite.create").0, "name_taken");
    }
    case(&site, &owner, "SAM@example.org");
    case(&site, &owner, "ANA@example.org");
    let before = count(&site);
    for bad in [
        [("email", "nobody")],
        [("life", "9999")],
        [("role", "king")],
        [("pool", "nowhere")],
    ] {
        let mut values = vec![("email", "iris@example.org")];
        values.retain(|it| it.0 != bad[0].0);
        values.extend(bad);
        submit(&owner, "/invites/new", &values).expect(400);
    }
    assert_eq!(count(&site), before);
    // One that is over does not stand in the way: it is ended first.
    let site = let_time_pass(site);
    let owner = site.owner();
    invite_sam(&owner);
    let expired = told(&site, "invite.expire").pop().unwrap();
    assert_eq!(
        expired["actor"],
        json!({ "type": "system", "label": "expiry" })
    );
    assert_eq!(expired["target"]["label"], SAM);
    let page = owner.page("/invites?state=expired");
    assert!(page.contains(SAM) && !owner.page("/invites?q=nobody").contains(SAM));
}

#[test]
fn admins_do_not_invite() {
    let site = Site::new();
    let owner = site.owner();
    invite_sam(&owner);
    let record = invite(&owner, SAM);
    let ana = site.admin();
    let csrf = ana.csrf("/account");
    for page in [
        "/invites",
        "/invites/new",
        &record,
        &format!("{record}/revoke"),
    ] {
        ana.open(page).expect(403);
    }
    for page in [
        "/invites/new",
        &format!("{record}/renew"),
        &format!("{record}/revoke"),
    ] {
        let fields = [("csrf".to_owned(), csrf.clone())];
        ana.post(page, &fields).expect(403);
    }
    let text = html::text(&ana.page("/audit-logs?target=sam"));
    assert!(!text.contains(SAM), "{text}");
}
