//! What ended opens nothing: keys that expired, sessions that were idle or old, operators who were
//! deactivated. Time is not waited for: the database is changed while the server is stopped.
use rusqlite::Connection as Database;

use crate::appliance::{Appliance, Folder};
use crate::browser::{Browser, FORM, OWNER, PASSWORD, encode, link, rows};
use crate::http::Reply;
use crate::people::{press, refusal};
use crate::pools::at;
use crate::site::{ADMIN, EVENTS, Site, event, get};

/// Stops, changes what the database says, and starts again on another port.
pub fn with_changed(site: Site, change: &str) -> Site {
    let Site { app, keys } = site;
    let (status, folder) = app.terminate();
    assert!(status.success());
    alter(&folder, change);
    Site {
        app: Appliance::start_in(folder),
        keys,
    }
}

/// Records change only together with an event: the newest one has to be newer than theirs.
fn alter(folder: &Folder, change: &str) {
    let database = Database::open(folder.data().join("annals.db")).unwrap();
    let changed = database.execute(change, []).unwrap();
    assert!(changed > 0, "{change}");
}

#[test]
fn an_expired_key_is_refused_like_an_unknown_one() {
    let site = Site::new();
    site.deliver(&event("newest")).expect(200);
    let site = with_changed(
        site,
        "update pool_key set expires_ms = 1, recorded_seq = (select max(seq) from event)
         where permission = 'read'",
    );
    let read = |key: &str| get(&mut site.app.connect(), key, EVENTS).expect(401);
    let unknown = "anp_00000001_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1g9cWi";
    assert_eq!(same(&read(&site.keys.read)), same(&read(unknown)));
    site.deliver(&event("after")).expect(200);
    // Nobody wrote it down yet, and yet it is over: nothing is offered but to delete it.
    let admin = site.admin();
    let list = admin.page("/api-keys?state=expired");
    assert!(
        list.contains("edge reader") && !list.contains("edge writer"),
        "{list}"
    );
    let record = at(&site, "/api-keys/{pool_key/edge reader}");
    let page = admin.page(&record);
    assert!(link(&page, "Delete…").is_some() && link(&page, "Edit").is_none());
    press(&admin, &format!("{record}/rotate")).expect(409);
    let expired = ("expired".to_owned(), "edge".to_owned());
    assert_eq!(refusal(&site, "api_key.rotate"), expired);
    press(&admin, &format!("{record}/delete")).expect(303);
}

#[test]
fn an_idle_or_old_session_and_one_of_a_deactivated_operator_ask_to_sign_in() {
    #[track_caller]
    fn case(change: &str) {
        let site = Site::new();
        let admin = site.admin();
        let csrf = admin.csrf("/account");
        site.deliver(&event("newest")).expect(200);
        let cookie = admin.cookie_header();
        let site = with_changed(site, change);
        let cookie = ("Cookie", cookie.as_str());
        let page = site.app.send("GET", "/audit-logs", &[cookie], b"");
        let to = page.expect(303).header("location").unwrap().to_owned();
        assert!(to.starts_with("/sign-in"), "{to}");
        let form = encode(&[("csrf", csrf.as_str()), ("zone", "UTC")]);
        let headers = [cookie, FORM];
        let change = site.app.send("POST", "/account", &headers, form.as_bytes());
        let to = change.expect(303).header("location").unwrap().to_owned();
        assert!(to.starts_with("/sign-in"), "{to}");
    }
    case("update last_use set used_ms = used_ms - 31 * 60000 where credential = 'session'");
    case(
        "update session set expires_ms = started_ms,
         recorded_seq = (select max(seq) from event)",
    );
    case(
        "update session set ended_ms = started_ms,
         recorded_seq = (select max(seq) from event)",
    );
    case(
        "update operator set state = 'deactivated',
         recorded_seq = (select max(seq) from event) where role = 'admin'",
    );
}

#[test]
fn a_deactivated_operator_is_refused_like_an_unknown_one() {
    let site = Site::new();
    site.deliver(&event("newest")).expect(200);
    let site = with_changed(
        site,
        "update operator set state = 'deactivated',
         recorded_seq = (select max(seq) from event) where role = 'admin'",
    );
    let sign_in = |email: &str| {
        let form = encode(&[("email", email), ("password", PASSWORD)]);
        let reply = site.app.send("POST", "/sign-in", &[FORM], form.as_bytes());
        same(&reply.expect(403)).replace(email, "someone")
    };
    assert_eq!(sign_in(ADMIN), sign_in("abc@example.org"));
    Browser::signed_in(&site.app, OWNER);
}

#[test]
fn an_assignment_that_ended_shows_an_empty_page_at_once() {
    let site = Site::new();
    site.deliver(&event("newest")).expect(200);
    let admin = site.admin();
    assert!(!rows(&admin.page("/audit-logs")).is_empty());
    site.deliver(&event("newer")).expect(200);
    let cookie = admin.cookie_header();
    let site = with_changed(
        site,
        "update assignment set active = 0, recorded_seq = (select max(seq) from event)",
    );
    let page = site
        .app
        .send("GET", "/audit-logs", &[("Cookie", &cookie)], b"");
    assert!(rows(&page.expect(200).text()).is_empty());
}

/// Everything that an answer says, but for what names the request.
fn same(reply: &Reply) -> String {
    let id = reply.header("x-request-id").unwrap();
    let headers = reply.headers.iter().filter(|(name, _)| name != "date");
    let headers: Vec<_> = headers.collect();
    format!("{headers:?}\n{}", reply.text()).replace(id, "req")
}
