//! What is compressed, for whom, and what its length must not tell.
use serde_json::json;

use crate::browser::{FORM, encode};
use crate::html;
use crate::http::Reply;
use crate::site::{EVENTS, Site, bearer, event};

const GZIP: (&str, &str) = ("Accept-Encoding", "gzip, deflate, br");

#[track_caller]
fn is_packed(reply: &Reply, expected: bool) {
    let coding = reply.header("content-encoding");
    assert_eq!(coding, expected.then_some("gzip"), "{:?}", reply.headers);
}

fn some_events(site: &Site) {
    let batch: Vec<_> = (0..30).map(|it| event(&format!("c-{it}"))).collect();
    site.deliver(&json!(batch)).expect(200);
}

#[test]
fn pages_are_compressed_for_those_who_take_it_and_say_the_same() {
    let site = Site::new();
    some_events(&site);
    let owner = site.owner();
    let path = "/audit-logs?via=key";
    let plain = owner.send("GET", path, &[], b"").expect(200);
    is_packed(&plain, false);
    let packed = owner.send("GET", path, &[GZIP], b"").expect(200);
    is_packed(&packed, true);
    for reply in [&plain, &packed] {
        assert_eq!(reply.header("vary"), Some("accept-encoding"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
    assert!(packed.body.len() < plain.body.len() / 4);
    assert!(packed.unpacked() == plain.text(), "another page");
    let head = owner.send("HEAD", path, &[GZIP], b"").expect(200);
    is_packed(&head, true);
    let refused = owner.send("GET", path, &[("Accept-Encoding", "gzip;q=0")], b"");
    is_packed(&refused, false);
}

#[test]
fn what_programs_read_is_compressed_unless_it_is_short() {
    let site = Site::new();
    some_events(&site);
    let key = bearer(&site.keys.read);
    let ask = |path: &str, headers: &[(&str, &str)]| {
        let all = [&[("Authorization", key.as_str())], headers].concat();
        site.app.send("GET", path, &all, b"")
    };
    let packed = ask(EVENTS, &[GZIP]).expect(200);
    is_packed(&packed, true);
    assert_eq!(packed.unpacked(), ask(EVENTS, &[]).expect(200).text());
    is_packed(&ask("/api/v1/openapi.json", &[GZIP]).expect(200), true);
    is_packed(
        &ask(&format!("{EVENTS}/999999"), &[GZIP]).expect(404),
        false,
    );
    is_packed(&ask("/healthz", &[GZIP]).expect(200), false);
}

#[test]
fn assets_are_compressed_beforehand_and_kept_for_ever() {
    let site = Site::new();
    let page = site.owner().page("/audit-logs");
    let links = html::elements(&page, "link").into_iter();
    let mut assets: Vec<_> = links.map(|it| it.attribute("href").to_owned()).collect();
    let scripts = html::elements(&page, "script").into_iter();
    assets.extend(scripts.map(|it| it.attribute("src").to_owned()));
    assert_eq!(assets.len(), 3, "{assets:?}");
    for path in assets {
        let plain = site.app.get(&path).expect(200);
        let packed = site.app.send("GET", &path, &[GZIP], b"").expect(200);
        is_packed(&plain, false);
        // A picture of a few lines need not become smaller.
        if plain.body.len() > 1024 {
            is_packed(&packed, true);
            assert_eq!(packed.unpacked(), plain.text(), "{path}");
        }
        for reply in [&plain, &packed] {
            assert_eq!(reply.header("vary"), Some("accept-encoding"), "{path}");
            let kept = reply.header("cache-control").unwrap();
            assert!(
                kept.contains("immutable") && kept.contains("public"),
                "{kept}"
            );
        }
    }
}

#[test]
fn an_export_is_compressed_while_it_is_made_for_those_who_take_that() {
    let site = Site::new();
    // More than one piece.
    crate::exports::many(&site);
    let owner = site.owner();
    for format in ["csv", "ndjson"] {
        let path = format!("/audit-logs.{format}?via=key");
        let ask = |headers: &[(&str, &str)]| owner.send("GET", &path, headers, b"").expect(200);
        let plain = ask(&[]);
        is_packed(&plain, false);
        let packed = ask(&[GZIP]);
        is_packed(&packed, true);
        for reply in [&plain, &packed] {
            assert_eq!(reply.header("vary"), Some("accept-encoding"));
            assert_eq!(reply.header("x-annals-row-count"), Some("2345"));
            let kind = reply.header("content-disposition").unwrap();
            assert!(kind.ends_with(&format!(".{format}\"")), "{kind}");
        }
        // The last line of NDJSON names the log, which has grown by the first export.
        let rows = |reply: &Reply| {
            let text = reply.unpacked();
            text.lines()
                .take(2345)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(rows(&packed), rows(&plain));
        assert_eq!(packed.unpacked().len(), plain.body.len());
        assert!(packed.body.len() * 4 < plain.body.len(), "{format}");
    }
}

/// The length of a compressed page tells what is alike on it. So nobody else may choose what is on
/// a page that is compressed, and no secret on it stays the same.
#[test]
fn no_length_tells_a_secret() {
    let site = Site::new();
    some_events(&site);
    let owner = site.owner();
    let guess = "/audit-logs?actor=csrf%22+value%3D%2200";
    for (site, expected) in [
        ("cross-site", false),
        ("same-site", false),
        ("same-origin", true),
    ] {
        let headers = [GZIP, ("Sec-Fetch-Site", site)];
        is_packed(
            &owner.send("GET", guess, &headers, b"").expect(200),
            expected,
        );
    }
    let form = encode(&[
        ("csrf", owner.csrf("/account").as_str()),
        ("zone", "Nowhere/At_all"),
    ]);
    let answer = owner.send("POST", "/account", &[GZIP, FORM], form.as_bytes());
    is_packed(&answer, false);
}

#[test]
fn each_page_has_a_form_token_of_its_own_and_each_opens() {
    let site = Site::new();
    let owner = site.owner();
    assert_eq!(
        owner.page("/pools"),
        owner.page("/pools"),
        "the same page is the same bytes"
    );
    let mut tokens = Vec::new();
    for number in 0..4 {
        // What was made a moment ago is on the page now.
        let token = owner.csrf("/pools");
        assert_eq!(token.len(), 64);
        assert!(!tokens.contains(&token), "on another page");
        let slug = format!("made-{number}");
        let form = [("slug", slug.as_str()), ("name", &slug), ("csrf", &token)];
        owner
            .send("POST", "/pools", &[FORM], encode(&form).as_bytes())
            .expect(303);
        tokens.push(token);
    }
    // A guess in the address is on a page with another token than the guess before.
    let guesses = ["a", "b"].map(|it| owner.csrf(&format!("/audit-logs?actor={it}")));
    assert_ne!(guesses[0], guesses[1]);
    let mut wrong = tokens[0].clone();
    wrong.replace_range(63.., if wrong.ends_with('0') { "1" } else { "0" });
    let of_another = site.admin().csrf("/account");
    for token in ["", &wrong, &tokens[0][..32], &of_another] {
        let form = [("slug", "never"), ("name", "never"), ("csrf", token)];
        owner
            .send("POST", "/pools", &[FORM], encode(&form).as_bytes())
            .expect(403);
    }
}
