//! What browsers are told and believed: forms from elsewhere, cookies, and the headers of every
//! answer that the route table knows.
use crate::appliance::cli;
use crate::browser::{Browser, FORM, OWNER, PASSWORD, encode};
use crate::html;
use crate::http::Reply;
use crate::people::{count, form};
use crate::site::{ADMIN, Site};

/// What a browser may say of where a form was sent from, and whether such a form is taken.
const SENT_FROM: [(&[(&str, &str)], bool); 8] = [
    (&[], true),
    (&[("Sec-Fetch-Site", "same-origin")], true),
    (&[("Sec-Fetch-Site", "same-site")], false),
    (&[("Sec-Fetch-Site", "cross-site")], false),
    (&[("Sec-Fetch-Site", "none")], false),
    (&[("Origin", "OWN")], true),
    (&[("Origin", "https://evil.example")], false),
    (&[("Origin", "null")], false),
];

/// Where a form is, where it goes, and what it says; `#` becomes a number of its own.
type Sent = (&'static str, &'static [(&'static str, &'static str)]);

const FORMS: [Sent; 6] = [
    ("/pools", &[("name", "Pool #"), ("slug", "pool-#")]),
    (
        "/api-keys",
        &[("name", "key #"), ("pool", "edge"), ("permission", "read")],
    ),
    (
        "/invites/new",
        &[("email", "new-#@example.org"), ("pool", "edge")],
    ),
    (
        "/operators/new",
        &[
            ("email", "added-#@example.org"),
            ("name", "Ada Vos"),
            ("pool", "edge"),
        ],
    ),
    ("/settings/instance", &[("instance_name", "north #")]),
    ("/settings/agents", &[("mcp_enabled", "SWITCH")]),
];

#[test]
fn a_form_is_taken_from_our_pages_with_the_sessions_own_token_and_not_otherwise() {
    let site = Site::new();
    let owner = site.owner();
    let own_origin = format!("http://{}", site.app.address);
    let foreign = site.admin().csrf("/account");
    let mut number = 0;
    for (page, values) in FORMS {
        for (from, is_ours) in SENT_FROM {
            for token in [
                None,
                Some(""),
                Some("0123456789abcdef"),
                Some(foreign.as_str()),
            ] {
                number += 1;
                let mut fields = form(&owner, page);
                for (name, value) in values {
                    let switch = if number % 8 < 4 { "yes" } else { "no" };
                    let value = value
                        .replace('#', &number.to_string())
                        .replace("SWITCH", switch);
                    fields.retain(|(it, _)| it != name);
                    fields.push(((*name).to_owned(), value));
                }
                if let Some(token) = token {
                    fields.retain(|(it, _)| it != "csrf");
                    fields.push(("csrf".to_owned(), token.to_owned()));
                }
                let mut headers = vec![FORM];
                let origin = |it: &str| it.replace("OWN", &own_origin);
                let from: Vec<_> = from.iter().map(|(name, it)| (*name, origin(it))).collect();
                headers.extend(from.iter().map(|(name, it)| (*name, it.as_str())));
                let before = count(&site);
                let body = encode(&fields);
                let reply = owner.send("POST", page, &headers, body.as_bytes());
                let case = format!("{page} from {from:?} with {token:?}: {}", reply.status);
                if is_ours && token.is_none() {
                    assert!(matches!(reply.status, 200 | 303), "{case} {}", reply.text());
                } else {
                    assert_eq!(reply.status, 403, "{case}");
                    assert_eq!(count(&site), before, "{case}");
                }
            }
        }
    }
}

/// The attributes of a cookie, in order of the alphabet, and its value.
#[track_caller]
fn cookie(reply: &Reply, name: &str) -> (String, Vec<String>) {
    let cookies = reply.all("set-cookie");
    let begins = format!("{name}=");
    let cookie = cookies.iter().find(|it| it.starts_with(&begins));
    let cookie = cookie.unwrap_or_else(|| panic!("no {name} in {cookies:?}"));
    let mut parts = cookie.split("; ").map(str::to_owned);
    let value = parts.next().unwrap()[begins.len()..].to_owned();
    let mut attributes: Vec<_> = parts.collect();
    attributes.sort();
    (value, attributes)
}

fn sign_in(browser: &Browser, host: &[(&str, &str)]) -> Reply {
    let body = encode(&[
        ("email", OWNER),
        ("password", PASSWORD),
        ("next", "/account"),
    ]);
    let headers = [&[FORM], host].concat();
    browser
        .send("POST", "/sign-in", &headers, body.as_bytes())
        .expect(303)
}

#[test]
fn a_session_cookie_has_these_attributes_and_no_others() {
    let site = Site::new();
    let (value, plain) = cookie(&sign_in(&Browser::new(&site.app), &[]), "annals");
    assert_eq!(plain, ["HttpOnly", "Path=/", "SameSite=Lax"]);
    assert!(value.len() >= 43, "256 bits: {}", value.len());
    let site = Site::with(&[("ANNALS_PUBLIC_URL", "https://audit.example.org")]);
    let host = [("Host", "audit.example.org")];
    let reply = sign_in(&Browser::new(&site.app), &host);
    let (_, secure) = cookie(&reply, "__Host-annals");
    assert_eq!(secure, ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
    assert!(
        !reply
            .all("set-cookie")
            .iter()
            .any(|it| it.starts_with("annals="))
    );
}

#[test]
fn a_session_that_was_there_before_is_not_the_one_that_signs_in() {
    let site = Site::new();
    let planted = format!("annals={}", "0123456789abcdef".repeat(4));
    let attackers = site.admin().cookie_header();
    for before in [planted.as_str(), attackers.as_str()] {
        let victim = Browser::new(&site.app);
        let reply = sign_in(&victim, &[("Cookie", before)]);
        let (value, _) = cookie(&reply, "annals");
        assert!(
            !before.contains(&value),
            "the planted session was taken over"
        );
        let with = |cookies: &str| {
            site.app
                .send("GET", "/account", &[("Cookie", cookies)], b"")
        };
        let victims = with(&format!("annals={value}")).expect(200).text();
        assert!(victims.contains(OWNER), "{victims}");
        let theirs = with(before);
        assert!(
            !theirs.text().contains(OWNER),
            "it opens the victim's account"
        );
        assert!(
            theirs.status == 303 || theirs.text().contains(ADMIN),
            "{}",
            theirs.status
        );
    }
}

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types annals";

const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", CSP),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

#[test]
fn every_answer_of_every_route_carries_the_security_headers_and_nothing_inline() {
    let site = Site::new();
    site.record(&crate::site::event("a"));
    let (stranger, owner) = (Browser::new(&site.app), site.owner());
    let listed = cli(&["routes"], "").expect(0).stdout;
    let routes = listed.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words.next()?))
    });
    let more = [
        "/nowhere",
        "/audit-logs?event=999999",
        "/audit-logs?event=0",
    ];
    let mut pages = 0;
    for (method, path) in routes.chain(more.map(|it| ("GET", it))) {
        let path = filled(path);
        assert_dressed(
            &format!("{method} {path}"),
            &stranger.send(method, &path, &[], b""),
        );
        if method == "GET" {
            let reply = owner.send(method, &path, &[], b"");
            pages += usize::from(reply.status == 200 && is_page(&reply));
            assert_dressed(&format!("{method} {path} as owner"), &reply);
        }
    }
    assert!(pages > 15, "{pages} pages were looked at");
}

/// An address of the route, although there may be nothing.
fn filled(route: &str) -> String {
    let parts = route
        .split('/')
        .map(|it| if it.starts_with('{') { "1" } else { it });
    parts.collect::<Vec<_>>().join("/")
}

fn is_page(reply: &Reply) -> bool {
    let kind = reply.header("content-type");
    kind.is_some_and(|it| it.starts_with("text/html"))
}

#[track_caller]
fn assert_dressed(what: &str, reply: &Reply) {
    for (name, value) in HEADERS {
        assert_eq!(reply.all(name), [*value], "{what}: {name}");
    }
    assert!(reply.header("x-request-id").is_some(), "{what}");
    if !is_page(reply) {
        return;
    }
    assert_eq!(reply.header("cache-control"), Some("no-store"), "{what}");
    for element in html::elements(&reply.text(), "*") {
        let inline = element.name == "style"
            || (element.name == "script" && !(element.has("src") && element.inner.is_empty()))
            || element.attributes.iter().any(|(name, value)| {
                name == "style" || name.starts_with("on") || value.starts_with("javascript:")
            });
        assert!(!inline, "{what}: {element:?}");
    }
}
