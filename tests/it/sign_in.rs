//! Signing in and out, sessions, forms from elsewhere, and what is recorded of it.
use crate::browser::{Browser, FORM, OWNER, PASSWORD, encode, row, rows};
use crate::html;
use crate::site::{ADMIN, Site};

#[test]
fn a_stranger_is_sent_to_sign_in_and_back() {
    let site = Site::new();
    let browser = Browser::new(&site.app);
    let sent = browser
        .send("GET", "/audit-logs?outcome=failure", &[], b"")
        .expect(303);
    let to = sent.header("location").unwrap();
    assert!(to.starts_with("/sign-in") && to.contains("next="), "{to}");
    let page = browser.submit(to, &[("email", OWNER), ("password", PASSWORD)]);
    assert!(page.expect(200).text().contains("Audit logs"));
    let forged = "/sign-in?next=https://evil.example/";
    let other = Browser::new(&site.app);
    let page = other.page(forged);
    assert!(!page.contains("evil.example"), "{page}");
    let root = browser.send("GET", "/", &[], b"").expect(303);
    assert_eq!(root.header("location"), Some("/audit-logs"));
}

#[test]
fn a_session_cookie_says_what_it_may() {
    let site = Site::new();
    let browser = Browser::new(&site.app);
    let token = browser.csrf("/sign-in");
    let fields = [("email", OWNER), ("password", PASSWORD), ("csrf", &token)];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let reply = browser.post("/sign-in", &fields).expect(303);
    let cookies = reply.all("set-cookie");
    let session = cookies.iter().find(|it| it.starts_with("annals=")).unwrap();
    for attribute in ["Path=/", "HttpOnly", "SameSite=Lax"] {
        assert!(session.contains(attribute), "{session}");
    }
    // Plain only because this is loopback without TLS.
    assert!(!session.contains("Secure"), "{session}");
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

#[test]
fn behind_https_the_cookie_is_bound_to_the_host() {
    let site = Site::with(&[("ANNALS_PUBLIC_URL", "https://audit.example.org")]);
    let host = ("Host", "audit.example.org");
    let mut connection = site.app.connect();
    let page = connection.send("GET", "/sign-in", &[host], b"").expect(200);
    let hsts = page.header("strict-transport-security").unwrap();
    assert!(hsts.contains("max-age=63072000"), "{hsts}");
    let before: Vec<_> = page.all("set-cookie").iter().map(|it| pair(it)).collect();
    let fields = html::forms(&page.text())
        .into_iter()
        .flat_map(|it| it.fields);
    let mut csrf = fields.filter(|(name, _)| name == "csrf");
    let csrf = csrf.next().map_or_else(String::new, |(_, value)| value);
    let body = encode(&[
        ("email", OWNER),
        ("password", PASSWORD),
        ("csrf", csrf.as_str()),
    ]);
    let cookie = before.join("; ");
    let headers = [host, FORM, ("Cookie", cookie.as_str())];
    let reply = connection
        .send("POST", "/sign-in", &headers, body.as_bytes())
        .expect(303);
    let cookies = reply.all("set-cookie");
    let session = cookies
        .iter()
        .find(|it| it.starts_with("__Host-annals="))
        .unwrap();
    for attribute in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
        assert!(session.contains(attribute), "{session}");
    }
    let foreign = connection.send("GET", "/sign-in", &[("Host", "evil.example")], b"");
    assert_eq!(foreign.status, 421);
}

#[test]
fn signing_out_ends_the_session_at_once() {
    let site = Site::new();
    let browser = site.owner();
    let stolen = browser.cookie_header();
    browser.press("/audit-logs", "/sign-out");
    let headers = [("Cookie", stolen.as_str())];
    let reply = site.app.send("GET", "/audit-logs", &headers, b"");
    assert_eq!(reply.status, 303, "the cookie still opens the page");
    let page = site.owner().page("/audit-logs");
    assert!(page.contains("Operator signed out"), "{page}");
}

#[test]
fn every_sign_in_is_a_new_session() {
    let site = Site::new();
    let browser = site.owner();
    let first = browser.cookie_header();
    let headers = [("Cookie", first.as_str())];
    let page = site.app.send("GET", "/sign-in", &headers, b"");
    assert!(matches!(page.status, 200 | 303), "{}", page.status);
    let second = site.owner().cookie_header();
    assert_ne!(first, second);
}

#[test]
fn a_failed_sign_in_is_an_event_that_accuses_nobody() {
    let site = Site::new();
    let stranger = Browser::new(&site.app);
    #[track_caller]
    fn case(browser: &Browser, email: &str, password: &str) -> String {
        let reply = browser.sign_in(email, password);
        assert!(matches!(reply.status, 401 | 403 | 422), "{}", reply.status);
        let text = html::text(&reply.text());
        assert!(text.contains("The email or password is wrong"), "{text}");
        assert!(
            !reply.text().contains(password),
            "the password is shown again"
        );
        text.replace(email, "")
    }
    let wrong = case(&stranger, ADMIN, "not the right one 1");
    let unknown = case(&stranger, "nobody@example.org", "not the right one 2");
    assert_eq!(wrong, unknown, "the answer tells whether an account exists");
    let page = site
        .owner()
        .page("/audit-logs?outcome=failure&action=auth.sign_in");
    let failed = rows(&page);
    assert_eq!(failed.len(), 2, "{page}");
    let row = html::text(&row(&page, failed[1].0).unwrap().inner);
    assert!(
        row.contains("Sign-in failed") && !row.contains("signed in"),
        "{row}"
    );
    let page = site
        .owner()
        .page(&format!("/audit-logs?event={}", failed[1].0));
    let drawer = html::by_id(&page, "drawer").unwrap().text();
    assert!(drawer.contains("Someone tried to sign in as"), "{drawer}");
    assert!(drawer.contains("Who it was is not verified"), "{drawer}");
    assert!(!site.app.folder.log().contains("not the right one"));
}

#[test]
fn six_failures_pause_the_account_for_strangers_wherever_they_say_they_come_from() {
    let site = Site::new();
    for attempt in 0..6 {
        let address = format!("198.51.100.{attempt}");
        let stranger = Browser::new(&site.app);
        let token = stranger.csrf("/sign-in");
        let body = encode(&[
            ("email", ADMIN),
            ("password", "wrong wrong wrong"),
            ("csrf", &token),
        ]);
        let headers = [FORM, ("X-Forwarded-For", address.as_str())];
        stranger.send("POST", "/sign-in", &headers, body.as_bytes());
    }
    let seventh = Browser::new(&site.app).sign_in(ADMIN, PASSWORD);
    assert_ne!(seventh.status, 200, "signed in after six failures");
    let page = site.owner().page("/audit-logs?outcome=failure");
    assert!(page.contains("Sign-in paused"), "{page}");
    assert!(
        !page.contains("198.51.100."),
        "a forged address was believed"
    );
}

#[test]
fn a_form_from_elsewhere_changes_nothing() {
    let site = Site::new();
    let browser = site.owner();
    let token = browser.csrf("/pools");
    let own = format!("http://{}", site.app.address);
    #[track_caller]
    fn case(browser: &Browser, slug: &str, token: &str, headers: &[(&str, &str)], allowed: bool) {
        let body = encode(&[("slug", slug), ("name", slug), ("csrf", token)]);
        let mut all = vec![FORM];
        all.extend_from_slice(headers);
        let reply = browser.send("POST", "/pools", &all, body.as_bytes());
        assert_eq!(
            reply.status == 303 || reply.status == 200,
            allowed,
            "{} for {slug}",
            reply.status
        );
        if !allowed {
            assert_eq!(reply.status, 403, "{slug}");
        }
        let exists = browser.page("/pools").contains(slug);
        assert_eq!(exists, allowed, "{slug}");
    }
    case(&browser, "no-token", "", &[], false);
    case(&browser, "bad-token", "0123456789abcdef", &[], false);
    case(
        &browser,
        "cross-site",
        &token,
        &[("Sec-Fetch-Site", "cross-site")],
        false,
    );
    case(
        &browser,
        "same-site",
        &token,
        &[("Sec-Fetch-Site", "same-site")],
        false,
    );
    case(
        &browser,
        "no-site",
        &token,
        &[("Sec-Fetch-Site", "none")],
        false,
    );
    case(
        &browser,
        "foreign-origin",
        &token,
        &[("Origin", "https://evil.example")],
        false,
    );
    case(
        &browser,
        "null-origin",
        &token,
        &[("Origin", "null")],
        false,
    );
    case(&browser, "own-origin", &token, &[("Origin", &own)], true);
    case(
        &browser,
        "same-origin",
        &token,
        &[("Sec-Fetch-Site", "same-origin")],
        true,
    );
    case(&browser, "script", &token, &[], true);
    let other = site.admin().csrf("/audit-logs");
    case(&browser, "other-session", &other, &[], false);
}

#[test]
fn bearer_routes_ignore_cookies_and_pages_ignore_bearers() {
    let site = Site::new();
    let cookie = site.owner().cookie_header();
    let headers = [("Cookie", cookie.as_str())];
    assert_eq!(
        site.app.send("GET", "/api/v1/events", &headers, b"").status,
        401
    );
    let bearer = format!("Bearer {}", site.keys.read);
    let headers = [("Authorization", bearer.as_str())];
    assert_eq!(
        site.app.send("GET", "/audit-logs", &headers, b"").status,
        303
    );
}

fn pair(cookie: &str) -> String {
    cookie.split(';').next().unwrap().to_owned()
}
