//! Guessing passwords: slowed for strangers, never for the browser that an account signed in from.
use std::thread;
use std::time::{Duration, Instant};

use crate::browser::{Browser, FORM, OWNER, PASSWORD, encode, rows};
use crate::html;
use crate::http::Reply;
use crate::people::ask;
use crate::site::{ADMIN, OTHER_ADMIN, Site};

const WRONG: &str = "wrong wrong wrong";
const PROXY: (&str, &str) = ("ANNALS_TRUSTED_PROXIES", "127.0.0.1");

/// Tries from an address, as a trusted proxy says; `browser` keeps its cookies.
fn attempt(browser: &Browser, email: &str, password: &str, address: &str) -> Reply {
    let body = encode(&[
        ("email", email),
        ("password", password),
        ("next", "/account"),
    ]);
    let headers = [FORM, ("X-Forwarded-For", address)];
    browser.send("POST", "/sign-in", &headers, body.as_bytes())
}

fn guess(site: &Site, email: &str, address: &str) {
    let reply = attempt(&Browser::new(&site.app), email, WRONG, address);
    assert_eq!(reply.status, 403);
}

fn opens(site: &Site, email: &str, address: &str) -> bool {
    let reply = attempt(&Browser::new(&site.app), email, PASSWORD, address);
    assert!(matches!(reply.status, 303 | 403), "{}", reply.status);
    reply.status == 303
}

/// Refused attempts are recorded behind the answer; what comes next is recorded behind them.
fn events_of(site: &Site, query: &str) -> Vec<i64> {
    let owner = site.owner();
    let page = owner.page(&format!("/audit-logs?{query}"));
    rows(&page).into_iter().map(|(seq, _)| seq).collect()
}

fn drawer(site: &Site, seq: i64) -> String {
    let page = site.owner().page(&format!("/audit-logs?event={seq}"));
    html::by_id(&page, "drawer").unwrap().text()
}

#[test]
fn strangers_everywhere_never_close_the_own_browser() {
    let site = Site::with(&[PROXY]);
    let own = Browser::new(&site.app);
    assert_eq!(attempt(&own, ADMIN, PASSWORD, "192.0.2.1").status, 303);
    for number in 0..30 {
        guess(&site, ADMIN, &format!("198.51.100.{}", number / 5));
    }
    assert!(
        !opens(&site, ADMIN, "203.0.113.5"),
        "a new browser is let in"
    );
    assert!(
        opens(&site, OWNER, "203.0.113.5"),
        "another account is closed"
    );
    own.press("/account", "/sign-out");
    // From an address that is itself at its limit, too.
    let reply = attempt(&own, ADMIN, PASSWORD, "198.51.100.1");
    assert_eq!(reply.status, 303, "the own browser is shut out");
    let newest = events_of(&site, "action=auth.sign_in&outcome=success&actor=ana")[0];
    let drawer = drawer(&site, newest);
    assert!(drawer.contains("Is known browser yes"), "{drawer}");
}

#[test]
fn the_own_browser_has_its_own_six_attempts() {
    let site = Site::with(&[PROXY]);
    let own = Browser::new(&site.app);
    assert_eq!(attempt(&own, ADMIN, PASSWORD, "192.0.2.1").status, 303);
    for number in 0..6 {
        let reply = attempt(&own, ADMIN, WRONG, &format!("198.51.100.{number}"));
        assert_eq!(reply.status, 403);
    }
    assert_eq!(attempt(&own, ADMIN, PASSWORD, "192.0.2.1").status, 403);
    assert!(opens(&site, ADMIN, "203.0.113.5"), "others pay for it");
    // It is known to the account that signed in from it, and to no other.
    for _ in 0..5 {
        attempt(&own, OWNER, WRONG, "192.0.2.1");
    }
    guess(&site, OWNER, "192.0.2.1");
    assert_eq!(attempt(&own, OWNER, PASSWORD, "192.0.2.1").status, 403);
}

#[test]
fn a_made_up_browser_is_a_stranger() {
    let site = Site::with(&[PROXY]);
    let id = "0123456789abcdef0123456789abcdef";
    for number in 0..7 {
        let cookie = format!("annals-device={id}.{number}{}", &id[1..]);
        let body = encode(&[("email", ADMIN), ("password", WRONG)]);
        let headers = [
            FORM,
            ("X-Forwarded-For", "198.51.100.1"),
            ("Cookie", cookie.as_str()),
        ];
        site.app.send("POST", "/sign-in", &headers, body.as_bytes());
    }
    assert!(!opens(&site, ADMIN, "198.51.100.1"));
    assert!(opens(&site, ADMIN, "198.51.100.2"));
}

#[test]
fn an_address_runs_out_of_attempts_whatever_the_accounts() {
    let site = Site::with(&[PROXY]);
    let own = Browser::new(&site.app);
    assert_eq!(attempt(&own, ADMIN, PASSWORD, "2001:db8:1::1").status, 303);
    for number in 0..60 {
        // One network, however its addresses rotate.
        let address = format!("2001:db8:1::{number:x}");
        guess(&site, &format!("nobody-{number}@example.org"), &address);
    }
    assert!(!opens(&site, ADMIN, "2001:db8:1::ffff"));
    assert!(opens(&site, ADMIN, "2001:db8:2::1"));
    assert_eq!(attempt(&own, ADMIN, PASSWORD, "2001:db8:1::1").status, 303);
    let paused = events_of(&site, "action=auth.lockout");
    assert_eq!(paused.len(), 1);
    let drawer = drawer(&site, paused[0]);
    assert!(drawer.contains("Attempt count 60"), "{drawer}");
}

#[test]
fn an_account_that_is_not_there_is_paused_all_the_same() {
    let site = Site::with(&[PROXY]);
    for _ in 0..6 {
        guess(&site, "nobody@example.org", "198.51.100.1");
    }
    assert_eq!(events_of(&site, "action=auth.lockout").len(), 1);
    let answer = |email: &str| {
        let reply = attempt(&Browser::new(&site.app), email, WRONG, "198.51.100.1");
        html::text(&reply.text()).replace(email, "")
    };
    let paused = answer("nobody@example.org");
    assert_eq!(paused, answer(ADMIN), "the answer tells what is paused");
}

#[test]
fn forwarding_headers_of_somebody_untrusted_change_nothing() {
    let site = Site::new();
    for number in 0..6 {
        guess(&site, ADMIN, &format!("198.51.100.{number}"));
    }
    assert!(!opens(&site, ADMIN, "203.0.113.5"));
}

#[test]
fn a_flood_of_failures_leaves_a_few_events() {
    let site = Site::with(&[PROXY]);
    let tries = 3000;
    thread::scope(|threads| {
        for thread in 0..4 {
            let site = &site;
            threads.spawn(move || {
                let mut connection = site.app.connect();
                let body = encode(&[("email", ADMIN), ("password", WRONG)]);
                for number in 0..tries / 4 {
                    let address = format!("198.51.{thread}.{}", number % 25);
                    let headers = [FORM, ("X-Forwarded-For", address.as_str())];
                    connection.send("POST", "/sign-in", &headers, body.as_bytes());
                }
            });
        }
    });
    let events = events_of(&site, "outcome=failure").len();
    assert!((10..30).contains(&events), "{events}");
}

#[test]
fn attempts_at_the_same_moment_are_counted_one_by_one() {
    let site = Site::new();
    let let_through = thread::scope(|threads| {
        let tries: Vec<_> = (0..12)
            .map(|_| threads.spawn(|| opens_or_busy(&site)))
            .collect();
        let tries = tries.into_iter().map(|it| it.join().unwrap());
        tries.filter(|it| *it != 403).count()
    });
    assert_eq!(let_through, 0);
    assert!(!opens(&site, ADMIN, "203.0.113.5"));
    let failed = events_of(&site, "action=auth.sign_in&outcome=failure");
    let reasons = failed.iter().map(|it| drawer(&site, *it));
    let wrong = reasons.filter(|it| it.contains("Wrong password")).count();
    assert!((1..=6).contains(&wrong), "{wrong} were compared");
}

fn opens_or_busy(site: &Site) -> u16 {
    attempt(&Browser::new(&site.app), ADMIN, WRONG, "192.0.2.1").status
}

#[test]
fn the_device_cookie_is_for_the_browser_alone_and_opens_nothing() {
    let site = Site::new();
    let browser = Browser::new(&site.app);
    let reply = attempt(&browser, ADMIN, PASSWORD, "192.0.2.1").expect(303);
    let cookies = reply.all("set-cookie");
    let device = cookies.iter().find(|it| it.starts_with("annals-device="));
    let device = device.unwrap();
    for attribute in ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age="] {
        assert!(device.contains(attribute), "{device}");
    }
    let pair = device.split(';').next().unwrap();
    let reply = site.app.send("GET", "/account", &[("Cookie", pair)], b"");
    assert_eq!(reply.status, 303);
    // Signing out keeps it, or the next sign-in would be a stranger's.
    browser.press("/account", "/sign-out");
    assert!(browser.cookie_header().contains("annals-device="));
}

/// How many hashes the server computed, as the metrics say.
fn hashes(site: &Site) -> u64 {
    let text = site.app.get("/metrics").expect(200).text();
    let mut lines = text.lines();
    let line = lines.find_map(|it| it.strip_prefix("annals_password_hashes_total "));
    line.unwrap().parse().unwrap()
}

#[test]
fn one_hash_is_computed_for_an_account_in_whatever_state_and_none_while_paused() {
    let site = Site::with(&[PROXY]);
    ask(&site.owner(), OTHER_ADMIN, "deactivate").expect(200);
    for email in [ADMIN, OTHER_ADMIN, "nobody@example.org", "no address"] {
        for number in 0..6 {
            let before = hashes(&site);
            guess(&site, email, "198.51.100.1");
            assert_eq!(hashes(&site), before + 1, "{email}, guess {number}");
        }
        let before = hashes(&site);
        guess(&site, email, "198.51.100.1");
        assert_eq!(hashes(&site), before, "{email}, while paused");
    }
    let before = hashes(&site);
    let reply = attempt(
        &Browser::new(&site.app),
        OTHER_ADMIN,
        PASSWORD,
        "203.0.113.9",
    );
    assert_eq!(
        reply.status, 403,
        "the right password of a deactivated account"
    );
    assert_eq!(hashes(&site), before + 1);
}

/// Comparing takes tens of milliseconds: an account for which nothing is compared would stand out
/// by an order of magnitude.
#[test]
fn an_attempt_takes_as_long_for_an_account_that_is_not_there() {
    let site = Site::with(&[PROXY]);
    let time = |email: &str, number: u32| {
        let began = Instant::now();
        guess(&site, email, &format!("198.51.100.{number}"));
        began.elapsed()
    };
    let mut times: [Vec<Duration>; 2] = Default::default();
    for number in 0..25 {
        times[0].push(time(ADMIN, number));
        times[1].push(time("nobody@example.org", number));
    }
    let [known, unknown] = times.map(|mut it| {
        it.sort_unstable();
        it[it.len() / 2]
    });
    let (less, more) = (known.min(unknown), known.max(unknown));
    assert!(more < less * 2, "known {known:?}, unknown {unknown:?}");
}
