//! Changing one's own password: what it needs, what it ends, and that a temporary one opens nothing
//! else.
use crate::appliance::cli;
use crate::browser::{Browser, FORM, OWNER, PASSWORD, encode, secret};
use crate::ended::with_changed;
use crate::html;
use crate::http::Reply;
use crate::people::{ask, refusal, told};
use crate::site::{ADMIN, Site, event};

const OTHER: &str = "a quite different one";

fn change(browser: &Browser, current: &str, password: &str) -> Reply {
    browser.submit("/password", &[("current", current), ("password", password)])
}

fn reset(site: &Site, email: &str) -> String {
    secret(&ask(&site.owner(), email, "reset-password").expect(200))
}

#[test]
fn a_temporary_password_opens_the_page_to_change_it_and_nothing_else() {
    let site = Site::new();
    let temporary = reset(&site, ADMIN);
    let admin = Browser::new(&site.app);
    let page = admin.sign_in(ADMIN, &temporary).expect(200).text();
    assert!(page.contains("Choose your own password"), "{page}");
    let listed = cli(&["routes"], "").expect(0).stdout;
    let mut tried = 0;
    for line in listed.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let (method, path, who) = (words[0], words[1], words[2..].join(" "));
        let is_closed = who.starts_with("person") || who.starts_with("owner");
        if !is_closed && path != "/confirm" {
            continue;
        }
        let body = encode(&[("csrf", admin.csrf("/password"))].map(|(a, b)| (a.to_owned(), b)));
        let reply = admin.send(method, path, &[FORM], body.as_bytes());
        let to = reply.expect(303).header("location").unwrap().to_owned();
        assert!(to.starts_with("/password"), "{method} {path}: {to}");
        tried += 1;
    }
    assert!(tried > 40, "{tried}");
    // Proved a moment ago, so it need not be copied again.
    let reply = admin.submit("/password", &[("password", OTHER)]);
    assert!(reply.expect(200).text().contains("Audit logs"));
    let changed = told(&site, "auth.password_change").pop().unwrap();
    assert_eq!(changed["details"]["is_required"], true);
    assert_eq!(
        Browser::new(&site.app).sign_in(ADMIN, &temporary).status,
        403
    );
    Browser::new(&site.app).sign_in(ADMIN, OTHER).expect(200);
}

#[test]
fn whoever_cannot_choose_a_password_now_can_sign_out() {
    let site = Site::new();
    let temporary = reset(&site, ADMIN);
    let admin = Browser::new(&site.app);
    admin.sign_in(ADMIN, &temporary).expect(200);
    admin.press("/password", "/sign-out");
    assert!(admin.open("/audit-logs").text().contains("Sign in"));
}

#[test]
fn a_temporary_password_that_nobody_changed_in_time_opens_nothing() {
    let site = Site::new();
    let temporary = reset(&site, ADMIN);
    let admin = Browser::new(&site.app);
    admin.sign_in(ADMIN, &temporary).expect(200);
    let cookie = admin.cookie_header();
    site.deliver(&event("newest")).expect(200);
    let site = with_changed(
        site,
        "update operator set temporary_until_ms = 1, recorded_seq = (select max(seq) from event)
         where temporary_until_ms is not null",
    );
    let reply = site
        .app
        .send("GET", "/password", &[("Cookie", &cookie)], b"");
    let to = reply.expect(303).header("location").unwrap().to_owned();
    assert!(to.starts_with("/sign-in"), "{to}");
    let late = Browser::new(&site.app)
        .sign_in(ADMIN, &temporary)
        .expect(403);
    assert!(late.text().contains("This temporary password is over"));
    // Who does not know it learns nothing of that.
    let wrong = Browser::new(&site.app).sign_in(ADMIN, PASSWORD).expect(403);
    assert!(wrong.text().contains("The email or password is wrong"));
    // Recorded behind the answer, and so before what is asked for after the next sign-in.
    Browser::signed_in(&site.app, OWNER);
    let told = told(&site, "auth.sign_in");
    assert!(told.iter().any(|it| it["reason"] == "expired"));
}

#[test]
fn a_change_keeps_this_session_and_ends_every_other() {
    let site = Site::new();
    let (here, there) = (site.admin(), site.admin());
    let before = here.cookie_header();
    let page = change(&here, PASSWORD, OTHER).expect(200).text();
    assert!(page.contains("<h1>Account</h1>"), "{page}");
    assert!(
        there
            .open("/account")
            .text()
            .contains("Your session has ended")
    );
    let reply = site
        .app
        .send("GET", "/account", &[("Cookie", &before)], b"");
    assert_eq!(
        reply.status, 303,
        "the cookie from before still opens pages"
    );
    assert_eq!(Browser::new(&site.app).sign_in(ADMIN, PASSWORD).status, 403);
    Browser::new(&site.app).sign_in(ADMIN, OTHER).expect(200);
    let changed = told(&site, "auth.password_change").pop().unwrap();
    assert_eq!(changed["outcome"], "success");
    assert_eq!(changed["details"]["is_required"], false);
    assert_eq!(changed["details"]["session_count"], 1);
}

#[test]
fn a_change_that_is_refused_changes_nothing_and_says_why() {
    let site = Site::new();
    let admin = site.admin();
    let case = |current: &str, password: &str, said: &str, reason: &str| {
        let reply = change(&admin, current, password).expect(422);
        let page = reply.text();
        assert!(html::text(&page).contains(said), "{page}");
        assert!(!page.contains(password), "the password is shown again");
        assert_eq!(refusal(&site, "auth.password_change").0, reason);
    };
    case(
        "wrong wrong wrong",
        OTHER,
        "That is not right",
        "wrong_password",
    );
    case(PASSWORD, "tiny one", "at least 12", "weak_password");
    case(
        PASSWORD,
        "Password-2026",
        "made of what many",
        "weak_password",
    );
    case(
        PASSWORD,
        "Ana-ana@example.org",
        "something else than a name",
        "weak_password",
    );
    case(PASSWORD, "123456789012", "less regular", "weak_password");
    case(
        PASSWORD,
        PASSWORD,
        "the password you have now",
        "weak_password",
    );
    Browser::signed_in(&site.app, ADMIN);
}

#[test]
fn a_change_after_a_reset_in_another_window_is_refused() {
    let site = Site::new();
    let page_of = |browser: &Browser| browser.csrf("/password");
    let owner = Browser::signed_in(&site.app, OWNER);
    let token = page_of(&owner);
    change(&owner.another_window(), PASSWORD, OTHER).expect(200);
    let fields = [
        ("csrf", token.as_str()),
        ("current", PASSWORD),
        ("password", "third one now"),
    ];
    let reply = owner.send("POST", "/password", &[FORM], encode(&fields).as_bytes());
    assert!(matches!(reply.status, 303 | 422), "{}", reply.status);
    Browser::new(&site.app).sign_in(OWNER, OTHER).expect(200);
}
