//! Proving once more who one is, in a session.
use crate::browser::{Browser, PASSWORD, rows};
use crate::html;
use crate::site::{ADMIN, Site};

fn confirm(browser: &Browser, password: &str) -> crate::http::Reply {
    browser.submit("/confirm?next=%2Faccount", &[("password", password)])
}

#[test]
fn a_confirmation_leads_on_under_a_new_cookie() {
    let site = Site::new();
    let admin = site.admin();
    let before = admin.cookie_header();
    let reply = confirm(&admin, PASSWORD).expect(200);
    assert!(
        reply.text().contains("<h1>Account</h1>"),
        "{}",
        reply.text()
    );
    let session = |cookies: &str| {
        let mut pairs = cookies.split("; ").map(str::to_owned);
        pairs.find(|it| it.starts_with("annals=")).unwrap()
    };
    let (old, new) = (session(&before), session(&admin.cookie_header()));
    assert_ne!(old, new);
    let reply = site.app.send("GET", "/account", &[("Cookie", &old)], b"");
    assert_eq!(
        reply.status, 303,
        "the cookie from before still opens pages"
    );
    let page = site.owner().page("/audit-logs?action=auth.step_up");
    assert!(html::text(&page).contains("Identity confirmed"), "{page}");
}

#[test]
fn a_wrong_password_confirms_nothing_and_six_pause_it() {
    let site = Site::new();
    let admin = site.admin();
    for _ in 0..6 {
        assert_eq!(confirm(&admin, "wrong wrong wrong").status, 403);
    }
    assert_eq!(confirm(&admin, PASSWORD).status, 403, "guessing goes on");
    let page = site.owner().page("/audit-logs?action=auth.step_up");
    let text = html::text(&page);
    assert!(text.contains("Identity confirmation failed"), "{page}");
    assert_eq!(rows(&page).len(), 7);
    // It is this session alone that is paused: another browser still signs in and confirms.
    let other = Browser::signed_in(&site.app, ADMIN);
    confirm(&other, PASSWORD).expect(200);
}

#[test]
fn a_confirmation_leads_nowhere_else() {
    let site = Site::new();
    let page = site.admin().page("/confirm?next=https://evil.example/");
    assert!(!page.contains("evil.example"), "{page}");
}
