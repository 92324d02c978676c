//! What a setting does: from the next request on, without a restart.
use std::fs;

use serde_json::json;

use crate::browser::{Browser, FORM, encode, rows};
use crate::ended::with_changed;
use crate::html;
use crate::http::Reply;
use crate::people;
use crate::site::{EVENTS, JSON, Site, bearer, deliver, event};

const ELSEWHERE: (&str, &str) = ("X-Forwarded-For", "203.0.113.9");

#[track_caller]
fn save(browser: &Browser, section: &str, values: &[(&str, &str)]) {
    let path = format!("/settings/{section}");
    let page = browser.submit(&path, values).expect(200).text();
    assert!(html::text(&page).contains("is saved."), "{page}");
}

/// The address that the log says a change came from which a proxy passed on.
fn seen_from(site: &Site, owner: &Browser) -> String {
    let mut form = people::form(owner, "/settings/agents");
    for (name, value) in &mut form {
        if name == "mcp_enabled" {
            if value == "yes" { "no" } else { "yes" }.clone_into(value);
        }
    }
    let body = encode(&form);
    let headers = [FORM, ELSEWHERE];
    let reply = owner.send("POST", "/settings/agents", &headers, body.as_bytes());
    assert_eq!(reply.status, 303);
    let told = people::told(site, "settings.update");
    told.last().unwrap()["ip"].as_str().unwrap().to_owned()
}

#[test]
fn a_proxy_is_believed_from_the_moment_it_is_saved() {
    let site = Site::new();
    let owner = site.owner();
    assert_eq!(seen_from(&site, &owner), "127.0.0.1");
    save(
        &owner,
        "network",
        &[("trusted_proxies", "127.0.0.1\n10.0.0.0/8")],
    );
    assert_eq!(seen_from(&site, &owner), "203.0.113.9");
    // A list that names no proxy of ours closes nothing.
    let wrong = [("trusted_proxies", "192.0.2.200")];
    save(&owner, "network", &wrong);
    assert_eq!(seen_from(&site, &owner), "127.0.0.1");
    site.owner();
}

#[test]
fn what_the_environment_says_about_proxies_wins_and_is_only_shown() {
    let site = Site::with(&[("ANNALS_TRUSTED_PROXIES", "192.0.2.7, fd00::/8")]);
    let owner = site.owner();
    let page = owner.page("/settings/network");
    assert!(html::by_id(&page, "trusted_proxies").is_none(), "{page}");
    for page in [page, owner.page("/settings")] {
        let text = html::text(&page);
        assert!(text.contains("192.0.2.7, fd00::/8"), "{text}");
        assert!(text.contains("ANNALS_TRUSTED_PROXIES"), "{text}");
    }
    // The other fields are saved without it, and one that is sent all the same counts for nothing.
    save(&owner, "network", &[("ingest_limit", "500")]);
    let mut sent = people::form(&owner, "/settings/network");
    sent.push(("trusted_proxies".to_owned(), "127.0.0.1".to_owned()));
    assert_eq!(owner.post("/settings/network", &sent).status, 303);
    assert_eq!(seen_from(&site, &owner), "127.0.0.1");
    let stored = people::told(&site, "settings.update");
    assert!(!format!("{stored:?}").contains("trusted_proxies"));
}

#[test]
fn a_key_above_its_limit_is_told_when_to_come_back_and_others_go_on() {
    let site = Site::new();
    for number in 0..20 {
        site.record(&event(&format!("free-{number}")));
    }
    save(&site.owner(), "network", &[("ingest_limit", "60")]);
    let batch: Vec<_> = (0..60).map(|it| event(&format!("batch-{it}"))).collect();
    site.deliver(&json!(batch)).expect(200);
    let refused = site.deliver(&event("late")).expect(429);
    assert_eq!(refused.problem(), "rate-limited");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    // A body that cannot be read costs as well.
    let broken = site.app.send(
        "POST",
        EVENTS,
        &[("Authorization", &bearer(&site.keys.write)), JSON],
        b"{",
    );
    assert_eq!(broken.status, 429);
    deliver(
        &mut site.app.connect(),
        &site.keys.core_write,
        &event("other"),
    )
    .expect(200);
    save(&site.owner(), "network", &[("ingest_limit", "")]);
    site.deliver(&event("late")).expect(200);
}

#[test]
fn the_token_for_metrics_opens_them_elsewhere_and_is_nowhere() {
    const TOKEN: &str = "hW4uJ9vQ2xT7mN3kL8pR5sD1fG6zB0cY-planted";
    const OTHER: &str = "planted-0cYzB6fG1sD5pR8mN3kL7xT2vQ9uJ4hW";
    let site = Site::new();
    let owner = site.owner();
    let metrics = |token: &str| {
        let bearer = bearer(token);
        let headers = [("Authorization", bearer.as_str()), ELSEWHERE];
        site.app.send("GET", "/metrics", &headers, b"")
    };
    let answer = |reply: Reply| (reply.status, reply.header("www-authenticate").is_some());
    assert_eq!(answer(metrics(TOKEN)), (404, false));
    let act = |act: &str, token: &str| {
        let values = [("metrics_token", act), ("metrics_token_new", token)];
        people::submit(&owner, "/settings/network", &values)
    };
    act("replace", TOKEN).expect(303);
    assert_eq!(answer(metrics(TOKEN)), (200, false));
    assert_eq!(answer(metrics(OTHER)), (401, true));
    assert_eq!(answer(metrics(&site.keys.read)), (401, true));
    assert_eq!(
        site.app.send("GET", "/metrics", &[ELSEWHERE], b"").status,
        401
    );
    assert_eq!(site.app.get("/metrics").status, 200);
    // Kept with whatever else is saved.
    save(&owner, "network", &[("ingest_limit", "9000")]);
    assert_eq!(metrics(TOKEN).status, 200);
    act("replace", OTHER).expect(303);
    assert_eq!((metrics(TOKEN).status, metrics(OTHER).status), (401, 200));
    for (what, token, says) in [
        ("replace", "planted too short", "32 to 256"),
        ("replace", &"planted ".repeat(8), "without spaces"),
        ("replace", &"ab".repeat(20), "too easy to guess"),
        ("keep", TOKEN, "is to be set"),
        ("clear", TOKEN, "is to be set"),
    ] {
        let page = act(what, token).expect(422).text();
        assert!(html::text(&page).contains(says), "{page}");
        assert!(!page.contains("planted"), "{page}");
    }
    assert_eq!(metrics(OTHER).status, 200);
    act("clear", "").expect(303);
    assert_eq!(answer(metrics(OTHER)), (404, false));

    let told = people::told(&site, "settings.update");
    let states = told.iter().filter_map(|it| it["changes"].as_array());
    let states: Vec<_> = states
        .flatten()
        .filter(|it| it["field"] == "metrics_token")
        .map(|it| (it["from"].clone(), it["to"].as_str().unwrap()))
        .collect();
    let nothing = serde_json::Value::Null;
    let became = ["set", "replaced", "unset"].map(|it| (nothing.clone(), it));
    assert_eq!(states, became);
    for path in [
        "/settings",
        "/settings/network",
        "/audit-logs?action=settings.update",
    ] {
        assert!(!owner.page(path).contains("planted"), "{path}");
    }
    for (seq, _) in rows(&owner.page("/audit-logs?action=settings.update")) {
        assert!(
            !owner
                .page(&format!("/audit-logs?event={seq}"))
                .contains("planted")
        );
    }
    assert!(!site.app.folder.log().contains("planted"));
    for name in ["annals.db", "annals.db-wal"] {
        let bytes = fs::read(site.app.folder.data().join(name)).unwrap_or_default();
        assert!(!bytes.windows(7).any(|it| it == b"planted"), "{name}");
    }
}

#[test]
fn sessions_end_by_the_limits_that_are_set() {
    #[track_caller]
    fn case(values: &[(&str, &str)], passed: &str, is_over: bool) {
        let site = Site::new();
        let owner = site.owner();
        save(&owner, "sign-in", values);
        let cookie = owner.cookie_header();
        let site = with_changed(site, passed);
        let page = site
            .app
            .send("GET", "/settings", &[("Cookie", &cookie)], b"");
        assert_eq!(page.status == 303, is_over, "{values:?}: {passed}");
    }
    let idle = |minutes: i64| format!("update last_use set used_ms = used_ms - {minutes} * 60000");
    let aged = |hours: i64| {
        format!(
            "update session set started_ms = started_ms - {hours} * 3600000,
             recorded_seq = (select max(seq) from event)"
        )
    };
    case(&[("session_idle_min", "15")], &idle(16), true);
    case(&[("session_idle_min", "60")], &idle(40), false);
    case(&[("session_hours", "2")], &aged(3), true);
    case(&[("session_hours", "4")], &aged(3), false);
}

/// An operator's own choice wins over it.
#[test]
fn the_default_zone_is_that_of_whoever_chose_none() {
    let site = Site::new();
    save(&site.owner(), "instance", &[("time_zone", "Asia/Kolkata")]);
    let admin = site.admin();
    site.record(&event("now"));
    assert!(admin.page("/audit-logs").contains("Asia/Kolkata"));
    admin
        .submit("/account", &[("zone", "Europe/Berlin")])
        .expect(200);
    let page = admin.page("/audit-logs");
    assert!(page.contains("Europe/Berlin") && !page.contains("Asia/Kolkata"));
}
