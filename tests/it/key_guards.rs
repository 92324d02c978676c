//! Who may do what with an API key, in which Pool; and what others see of it.
use crate::api_keys::{WRITER, delivered, rotate, to};
use crate::browser::{Browser, link};
use crate::html;
use crate::http::Reply;
use crate::people::{count, press, refusal, submit, told};
use crate::pools::{act, at, last};
use crate::site::{EVENTS, NEW_ADMIN, OTHER_ADMIN, Site, get, ids};

const VERBS: [&str; 7] = [
    "edit", "rotate", "pause", "resume", "move", "revoke", "delete",
];

/// A form as somebody would forge it who has seen none.
fn forged(browser: &Browser, path: &str) -> Reply {
    let token = browser.csrf("/account");
    let fields = [
        ("csrf", token.as_str()),
        ("version", "1"),
        ("name", "x"),
        ("mode", "gated"),
        ("expires", "keep"),
        ("grace_hours", "0"),
        ("pool", "core"),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    browser.post(path, &fields)
}

/// Everything that an answer says, but for what names the request and the time.
fn same(reply: &Reply) -> String {
    let id = reply.header("x-request-id").unwrap();
    let headers = reply.headers.iter().filter(|(name, _)| name != "date");
    let headers: Vec<_> = headers.collect();
    format!("{} {headers:?}\n{}", reply.status, reply.text()).replace(id, "req")
}

#[test]
fn a_moved_key_tells_each_pool_its_half_and_nothing_of_the_other() {
    let site = Site::new();
    let owner = site.owner();
    let page = to(&site, "edge writer", "move");
    submit(&owner, &page, &[("pool", "core")]).expect(303);
    let (out, into) = (
        last(&site, "api_key.move_out"),
        last(&site, "api_key.move_in"),
    );
    assert_eq!(
        (&out["pool"]["slug"], &into["pool"]["slug"]),
        (&"edge".into(), &"core".into())
    );
    assert_eq!(out["request_id"], into["request_id"]);
    assert_eq!(out["target"]["id"], into["target"]["id"]);
    assert!(
        !out.to_string().contains("ore"),
        "the old Pool hears of the new one: {out}"
    );
    assert!(
        !into.to_string().contains("Edge EU"),
        "the new Pool hears of the old one: {into}"
    );
    assert_eq!(delivered(&site, &site.keys.write, "after"), 200);
    let read = |key: &str| get(&mut site.app.connect(), key, EVENTS).expect(200).json();
    assert_eq!(ids(&read(&site.keys.core_read)), ["after"]);
    assert!(ids(&read(&site.keys.read)).is_empty());
    let record = at(&site, WRITER);
    let left = site.admin();
    left.open(&record).expect(404);
    let log = left.page("/audit-logs");
    assert!(html::text(&log).contains("API key moved out"), "{log}");
    for trace in ["moved in", "Core", "core", &record] {
        assert!(
            !html::text(&log).contains(trace) && !log.contains(&record),
            "{trace}: {log}"
        );
    }
    let joined = Browser::signed_in(&site.app, OTHER_ADMIN);
    assert!(joined.page(&record).contains("edge writer"));
    let log = html::text(&joined.page("/audit-logs"));
    assert!(log.contains("API key moved in"), "{log}");
    assert!(
        !log.contains("moved out") && !log.contains("Edge EU"),
        "{log}"
    );
}

#[test]
fn a_key_moves_only_where_both_pools_are_active_and_seen() {
    let site = Site::new();
    let owner = site.owner();
    let page = to(&site, "edge writer", "move");
    #[track_caller]
    fn case(site: &Site, page: &str, slug: &str, status: u16, reason: &str) {
        let browser = site.owner();
        submit(&browser, page, &[("pool", slug)]).expect(status);
        let expected = (reason.to_owned(), "edge".to_owned());
        assert_eq!(refusal(site, "api_key.move_out"), expected, "{slug}");
    }
    let before = count(&site);
    submit(&owner, &page, &[("pool", "edge")]).expect(303);
    assert_eq!(count(&site), before, "it is there already");
    owner.create_key("core", "edge writer", "read");
    let reply = submit(&owner, &page, &[("pool", "core")]).expect(409);
    assert!(html::text(&reply.text()).contains("already in use"));
    let taken = ("name_taken".to_owned(), "edge".to_owned());
    assert_eq!(refusal(&site, "api_key.move_out"), taken);
    act(&site, &owner, "core", "disable");
    case(&site, &page, "core", 409, "invalid_state");
    case(&site, &page, "nowhere", 404, "denied");
    // To an admin, a Pool that is not theirs is one that is not there.
    let admin = site.admin();
    let unseen = same(&submit(&admin, &page, &[("pool", "core")]));
    let missing = same(&submit(&admin, &page, &[("pool", "nowhere")]));
    assert_eq!(unseen, missing);
    let record = page.replace("/move", "");
    assert_eq!(link(&admin.page(&record), "Move…"), None);
    submit(&owner, &page, &[("pool", "core"), ("version", "999")]).expect(409);
    assert_eq!(refusal(&site, "api_key.move_out").0, "conflict");
    press(&owner, &page.replace("/move", "/revoke")).expect(303);
    case(&site, &page, "nowhere", 409, "revoked");
}

#[test]
fn the_key_of_another_pool_answers_like_one_that_is_not_there() {
    let site = Site::new();
    let record = at(&site, WRITER);
    let id = record.rsplit('/').next().unwrap();
    let missing = "key_00000000000000000000000000";
    for email in [OTHER_ADMIN, NEW_ADMIN] {
        let other = Browser::signed_in(&site.app, email);
        let paths = VERBS.map(|it| format!("{record}/{it}"));
        for path in [record.clone()].iter().chain(&paths) {
            let instead = path.replace(id, missing);
            for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH"] {
                let answer = |path: &str| same(&other.send(method, path, &[], b""));
                assert_eq!(answer(path), answer(&instead), "{method} {path}");
            }
            let answers = [path, &instead].map(|it| same(&forged(&other, it)));
            assert_eq!(answers[0], answers[1], "POST {path}");
        }
    }
    // Who watches the Pool sees that somebody tried.
    for verb in [
        "update", "rotate", "pause", "resume", "move_out", "revoke", "delete",
    ] {
        let action = format!("api_key.{verb}");
        let denied = ("denied".to_owned(), "edge".to_owned());
        assert_eq!(refusal(&site, &action), denied, "{verb}");
        assert_eq!(told(&site, &action).len(), 2, "{verb}");
    }
    let log = html::text(&site.admin().page("/audit-logs?outcome=failure"));
    assert!(
        log.contains("Revoking API key failed") && log.contains("Access was denied"),
        "{log}"
    );
    assert_eq!(delivered(&site, &site.keys.write, "untouched"), 200);
}

#[test]
fn a_key_is_made_only_for_a_pool_that_is_seen_and_active() {
    let site = Site::new();
    let admin = site.admin();
    #[track_caller]
    fn make(browser: &Browser, pool: &str) -> Reply {
        let token = browser.csrf("/account");
        let fields = [
            ("csrf", token.as_str()),
            ("pool", pool),
            ("name", "wanted"),
            ("permission", "read"),
            ("expires", "30"),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        browser.post("/api-keys", &fields)
    }
    let (unseen, missing) = (make(&admin, "core"), make(&admin, "nowhere"));
    assert_eq!(same(&unseen), same(&missing));
    assert_eq!(
        refusal(&site, "api_key.create"),
        ("denied".to_owned(), "core".to_owned())
    );
    act(&site, &site.owner(), "edge", "disable");
    make(&admin, "edge").expect(409);
    assert_eq!(
        refusal(&site, "api_key.create"),
        ("invalid_state".to_owned(), "edge".to_owned())
    );
    assert_eq!(link(&admin.page("/api-keys"), "Create key"), None);
}

#[test]
fn in_a_disabled_pool_admins_read_and_owners_close() {
    let site = Site::new();
    let (owner, admin) = (site.owner(), site.admin());
    act(&site, &owner, "edge", "disable");
    let record = at(&site, WRITER);
    let offered = |browser: &Browser| -> Vec<String> {
        let page = browser.page(&record);
        let links = html::elements(&page, "a").into_iter();
        let own = links.map(|it| it.attribute("href").to_owned());
        let own = own.filter_map(|it| Some(it.strip_prefix(&format!("{record}/"))?.to_owned()));
        own.collect()
    };
    assert_eq!(offered(&owner), ["pause", "revoke"]);
    assert!(offered(&admin).is_empty());
    #[track_caller]
    fn refused(site: &Site, browser: &Browser, verb: &str, reason: &str) {
        let values = [("pool", "core"), ("name", "other"), ("grace_hours", "0")];
        submit(browser, &to(site, "edge writer", verb), &values).expect(409);
        let action = match verb {
            "edit" => "update",
            "move" => "move_out",
            verb => verb,
        };
        let expected = (reason.to_owned(), "edge".to_owned());
        assert_eq!(
            refusal(site, &format!("api_key.{action}")),
            expected,
            "{verb}"
        );
    }
    for verb in ["edit", "rotate", "pause", "revoke", "delete"] {
        refused(&site, &admin, verb, "forbidden");
    }
    for verb in ["edit", "rotate", "move"] {
        refused(&site, &owner, verb, "invalid_state");
    }
    press(&owner, &to(&site, "edge writer", "pause")).expect(303);
    refused(&site, &owner, "resume", "invalid_state");
    press(&owner, &to(&site, "edge writer", "revoke")).expect(303);
    assert_eq!(offered(&owner), ["delete"]);
    press(&owner, &to(&site, "edge writer", "delete")).expect(303);
}

#[test]
fn two_who_rotate_at_once_get_one_secret() {
    let site = Site::new();
    let (owner, admin) = (site.owner(), site.admin());
    let page = to(&site, "edge writer", "rotate");
    let forms = [&owner, &admin].map(|it| (it, crate::people::form(it, &page)));
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let answers = forms.map(|(browser, fields)| {
            let (browser, page) = (browser.another_window(), &page);
            scope.spawn(move || browser.post(page, &fields).status)
        });
        answers.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let mut statuses = statuses;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let rotated = told(&site, "api_key.rotate").into_iter();
    let rotated = rotated.filter(|it| it["outcome"] == "success");
    assert_eq!(rotated.count(), 1);
}

/// Wherever Annals keeps or shows something, no part of a secret is in it.
#[test]
fn no_secret_is_anywhere_but_on_its_receipt() {
    let site = Site::new();
    let owner = site.owner();
    let created = owner.create_key("edge", "made here", "write");
    let first = rotate(&site, &owner, "24");
    let second = rotate(&site, &owner, "24");
    for key in [&created, &first, &second] {
        assert_eq!(delivered(&site, key, &key[4..12]), 200);
    }
    let secrets = [&created, &first, &second].map(|it| it[13..40].to_owned());
    let clean = |what: &str, text: &[u8]| {
        let text = String::from_utf8_lossy(text);
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{what} has a secret");
        }
    };
    for path in [
        "/api-keys",
        "/pools",
        "/audit-logs",
        "/audit-logs.csv",
        "/audit-logs.ndjson",
        &at(&site, WRITER),
        &to(&site, "edge writer", "edit"),
        &to(&site, "edge writer", "rotate"),
        &at(&site, "/pools/{pool/edge}"),
    ] {
        clean(path, &owner.open(path).expect(200).body);
    }
    clean(
        "the feed",
        site.read("after_seq=0&limit=200").to_string().as_bytes(),
    );
    clean("the log", site.app.folder.log().as_bytes());
    for name in ["annals.db", "annals.db-wal"] {
        clean(
            name,
            &std::fs::read(site.app.folder.data().join(name)).unwrap(),
        );
    }
}
