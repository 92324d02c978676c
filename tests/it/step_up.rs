//! Proving once more who one is, in a session.
use crate::appliance::Appliance;
use crate::browser::{Browser, FORM, PASSWORD, encode, rows};
use crate::clock::TestClock;
use crate::html;
use crate::http::Reply;
use crate::live::wait_for;
use crate::people::{form, told};
use crate::pools::at;
use crate::site::{ADMIN, Site};

fn confirm(browser: &Browser, password: &str) -> Reply {
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

/// Sends a body on to where the answer says, as browsers do on 307.
#[track_caller]
fn pass_on(browser: &Browser, reply: &Reply, body: &str) -> Reply {
    assert_eq!(reply.status, 307, "{}", reply.text());
    let to = reply.header("location").unwrap().to_owned();
    browser.send("POST", &to, &[FORM], body.as_bytes())
}

/// The form on the page that asks, with this password.
fn with_password(page: &str, password: &str) -> String {
    let mut forms = html::forms(page).into_iter();
    let mut fields = forms.find(|it| it.action == "/confirm").unwrap().fields;
    fields.retain(|(name, _)| name != "password");
    fields.push(("password".to_owned(), password.to_owned()));
    encode(&fields)
}

/// Where a form is, what is typed into it, and what is then recorded.
type Late = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

const LATE: [Late; 4] = [
    (
        "/pools/{pool/edge}/edit",
        &[("name", "Typed quietly")],
        "pool.update",
    ),
    (
        "/operators/new",
        &[("name", "Typed Name"), ("email", "typed@example.org")],
        "operator.create",
    ),
    (
        "/invites/new",
        &[("email", "typed-too@example.org"), ("pool", "edge")],
        "invite.create",
    ),
    (
        "/settings/network",
        &[("ingest_limit", "4321")],
        "settings.update",
    ),
];

#[test]
fn a_form_that_comes_too_late_is_confirmed_and_done_as_it_was_filled_in() {
    let (folder, keys) = Site::furnished();
    let Some(clock) = TestClock::of(&folder, "a form that comes too late") else {
        return;
    };
    let (name, value) = clock.variable();
    let app = Appliance::start_with(folder, &[(name, value)]);
    let site = Site { app, keys };
    let owner = site.owner();
    for (round, (page, values, action)) in (1..).zip(LATE) {
        let page = at(&site, page);
        let mut fields = form(&owner, &page);
        fields.retain(|(name, _)| !values.iter().any(|it| it.0 == name));
        fields.extend(
            values
                .iter()
                .map(|(name, it)| ((*name).to_owned(), (*it).to_owned())),
        );
        let before = told(&site, action).len();
        clock.run_ahead(round * 6 * 60 * 1000);
        wait_for(&site.app, &site.keys.write, round * 6);
        let body = encode(&fields);
        let late = owner.send("POST", &page, &[FORM], body.as_bytes());
        let asked = pass_on(&owner, &late, &body).expect(200).text();
        assert!(asked.contains("Nothing was changed yet"), "{asked}");
        for (_, typed) in values {
            assert!(
                !asked.contains(typed) || *typed == "edge",
                "{typed} is readable: {asked}"
            );
        }
        let wrong = with_password(&asked, "wrong wrong wrong");
        let again = owner
            .send("POST", "/confirm", &[FORM], wrong.as_bytes())
            .expect(403);
        assert_eq!(
            told(&site, action).len(),
            before,
            "{page}: done unconfirmed"
        );
        let right = with_password(&again.text(), PASSWORD);
        let confirmed = owner.send("POST", "/confirm", &[FORM], right.as_bytes());
        assert_eq!(confirmed.header("location"), Some(page.as_str()));
        let done = pass_on(&owner, &confirmed, &right);
        assert!(
            matches!(done.status, 200 | 303),
            "{page}: {} {}",
            done.status,
            done.text()
        );
        let told = told(&site, action);
        assert_eq!(told.len(), before + 1, "{page}");
        let last = told.last().unwrap().to_string();
        assert!(last.contains(values[0].1), "{}: {last}", values[0].1);
        // What was kept for one page and one session is nothing to another.
        let elsewhere = owner.send("POST", "/settings/retention", &[FORM], right.as_bytes());
        assert_eq!(elsewhere.status, 403, "{}", elsewhere.text());
    }
}
