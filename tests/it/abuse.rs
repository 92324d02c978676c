//! Requests that nobody means well with: races, forged forms, deliveries made to cost memory.
use std::fs;
use std::thread;

use serde_json::json;

use crate::appliance::Appliance;
use crate::browser::{Browser, FORM, OWNER, PASSWORD, encode, setup_code};
use crate::http::Connection;
use crate::site::{JSON, Site, bearer, event};

#[test]
fn concurrent_set_ups_make_exactly_one_owner() {
    let app = Appliance::start();
    let code = setup_code(&app);
    // As many as the set-up page takes in a minute.
    let racers: Vec<_> = (0..10)
        .map(|it| {
            let (address, code) = (app.address.clone(), code.clone());
            thread::spawn(move || {
                let email = format!("racer{it}@example.org");
                let form = encode(&[
                    ("setup_code", code.as_str()),
                    ("name", "Olga Ortiz"),
                    ("email", &email),
                    ("password", PASSWORD),
                    ("zone", "UTC"),
                ]);
                let mut connection = Connection::open(&address);
                let reply = connection.send("POST", "/setup", &[FORM], form.as_bytes());
                (reply.status, email)
            })
        })
        .collect();
    let ended: Vec<_> = racers.into_iter().map(|it| it.join().unwrap()).collect();
    let winners: Vec<_> = ended.iter().filter(|(status, _)| *status == 303).collect();
    assert_eq!(winners.len(), 1, "{ended:?}");
    assert!(
        ended.iter().all(|(it, _)| matches!(it, 303 | 404)),
        "{ended:?}"
    );
    let owner = Browser::signed_in(&app, &winners[0].1);
    let operators = owner.page("/operators");
    let others = ended.iter().filter(|(status, _)| *status == 404);
    for (_, email) in others {
        assert!(!operators.contains(email), "{email}");
    }
}

#[test]
fn after_signing_in_nobody_leaves_this_host_and_everybody_arrives() {
    let site = Site::new();
    #[track_caller]
    fn case(site: &Site, next: &str, expected: &str) {
        let form = encode(&[("email", OWNER), ("password", PASSWORD), ("next", next)]);
        let reply = site.app.send("POST", "/sign-in", &[FORM], form.as_bytes());
        let to = reply.expect(303).header("location").map(str::to_owned);
        assert_eq!(to.as_deref(), Some(expected), "{next}");
    }
    case(&site, "/audit-logs?actor=ana", "/audit-logs?actor=ana");
    case(
        &site,
        "/audit-logs?actor=\u{e9}",
        "/audit-logs?actor=%C3%A9",
    );
    case(&site, "https://evil.example", "/audit-logs");
    case(&site, "//evil.example", "/audit-logs");
    case(&site, "/\\evil.example", "/audit-logs");
    case(&site, "/\t/evil.example", "/audit-logs");
    case(&site, "/\u{b}/evil.example", "/audit-logs");
    case(&site, "/\r\nSet-Cookie: a=b", "/audit-logs");
}

#[test]
fn a_form_that_offers_no_such_choice_makes_no_key() {
    let site = Site::new();
    let owner = site.owner();
    let csrf = owner.csrf("/api-keys");
    let case = |field: &str, value: &str| {
        let mut fields = vec![
            ("csrf", csrf.as_str()),
            ("name", "forged"),
            ("pool", "edge"),
            ("permission", "read"),
            ("expires", "90"),
        ];
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let reply = owner.post("/api-keys", &fields);
        assert!((400..500).contains(&reply.status), "{field} {value}");
        assert!(!reply.text().contains("anp_0"), "{field} {value}");
    };
    case("permission", "");
    case("permission", "admin");
    case("mode", "open");
    case("expires", "-1");
    case("expires", "999999999999");
    case("pool", "nothing");
    assert!(!owner.page("/api-keys").contains("forged"));
}

/// The smallest values make the most of a megabyte: kept whole they took a hundred.
#[test]
fn a_delivery_of_small_values_costs_little_memory() {
    let site = Site::new();
    let body = format!("[{{\"a\":[{}1]}}]", "{},1,[],".repeat(130_000));
    let before = peak_kib(&site);
    let senders: Vec<_> = (0..16)
        .map(|_| {
            let (address, body) = (site.app.address.clone(), body.clone());
            let bearer = bearer(&site.keys.write);
            thread::spawn(move || {
                let headers = [("Authorization", bearer.as_str()), JSON];
                let mut connection = Connection::open(&address);
                connection.send("POST", "/api/v1/events", &headers, body.as_bytes())
            })
        })
        .collect();
    for sender in senders {
        assert_eq!(
            sender.join().unwrap().expect(422).problem(),
            "invalid-event"
        );
    }
    let grown = peak_kib(&site) - before;
    assert!(grown < 64 * 1024, "{grown} KiB for 16 MiB of bodies");
    site.deliver(&json!([event("after")])).expect(200);
}

/// The most memory that the process ever had.
fn peak_kib(site: &Site) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", site.app.process())).unwrap();
    let line = status.lines().find(|it| it.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
