//! Every address × every kind of asker. What is expected stands in `access_table`; the binary says
//! which addresses there are.
use std::collections::{BTreeMap, BTreeSet};

use crate::access_table::EXPECTED;
use crate::appliance::cli;
use crate::browser::{Browser, FORM, OWNER, encode};
use crate::html;
use crate::http::{Connection, Reply};
use crate::site::{ADMIN, EVENTS, JSON, OTHER_ADMIN, Site, bearer, event};
use crate::walk;

#[test]
fn every_address_answers_every_asker_as_expected() {
    let site = crate::mcp_tokens::site();
    let owner = site.owner();
    let paused = owner.create_key("edge", "paused one", "write");
    owner.act("/api-keys", "paused one", "pause");
    owner.create_key("edge", "acted upon", "write");
    owner.submit("/audit-logs?outcome=failure", &[("name", "acted upon")]);
    let _session = site.admin();
    owner.invite("invited@example.org");
    crate::upstreams::import(&owner, "edge", "acted upon");
    let names = Names::read(&site, &owner);
    let mut wrong = Vec::new();
    for (method, path) in routes() {
        let Some((_, _, expected)) = EXPECTED.iter().find(|it| (it.0, it.1) == (&method, &path))
        else {
            wrong.push(format!("{method} {path} has no row"));
            continue;
        };
        let concrete = names.fill(&path);
        let keys = [None, Some("anp_00000001_wrong"), Some(paused.as_str())];
        let more = [
            Some(site.keys.write.as_str()),
            Some(site.keys.read.as_str()),
        ];
        let mut found: String = keys
            .into_iter()
            .chain(more)
            .map(|key| verdict(&with_key(&site, &method, &concrete, key)))
            .collect();
        found.push(' ');
        for person in [OTHER_ADMIN, ADMIN, OWNER] {
            found.push(verdict(&as_person(&site, &method, &concrete, person)));
        }
        if found != *expected {
            wrong.push(format!("{method} {path}: {found} instead of {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Rows for addresses that are not there would be promises without a keeper.
#[test]
fn the_table_names_no_address_that_is_not_there() {
    let there: BTreeSet<_> = routes().into_iter().collect();
    let gone: Vec<_> = EXPECTED
        .iter()
        .filter(|it| !there.contains(&(it.0.to_owned(), it.1.to_owned())))
        .collect();
    assert!(gone.is_empty(), "{gone:#?}");
}

/// The tests that look at every page follow links: no page may be left out of them.
#[test]
fn somebody_can_come_to_every_page() {
    let site = walk::furnished();
    for (person, is_owner) in [(site.owner(), true), (site.admin(), false)] {
        let pages = walk::walk(&person, is_owner).pages;
        assert!(pages.iter().any(|it| !it.1.is_empty()));
    }
}

#[test]
fn an_address_that_is_not_there_is_404_for_everyone() {
    let site = Site::new();
    for path in [
        "/nowhere",
        "/audit-logs/",
        "/api/v2/events",
        "/assets/nothing.css",
        "/..%2f",
    ] {
        let reply = site.app.get(path);
        assert_eq!(reply.status, 404, "{path}");
        assert!(!reply.text().contains("nowhere"), "the path is shown again");
    }
    let reply = site.app.send("DELETE", "/audit-logs", &[], b"");
    assert_eq!(reply.status, 405);
    assert!(reply.header("allow").unwrap().contains("GET"));
    let head = site.app.send("HEAD", "/sign-in", &[], b"").expect(200);
    assert!(head.body.is_empty());
}

#[test]
fn each_viewer_sees_their_own_events_only() {
    let site = Site::new();
    let mut connection = site.app.connect();
    crate::site::deliver(&mut connection, &site.keys.write, &event("in-edge")).expect(200);
    crate::site::deliver(&mut connection, &site.keys.core_write, &event("in-core")).expect(200);
    let seen = |email: &str| {
        let page = Browser::signed_in(&site.app, email).page("/audit-logs");
        let has = |text: &str| html::text(&page).contains(text);
        (
            has("Edge EU"),
            has("in Pool Core"),
            has("Operator signed in"),
        )
    };
    assert_eq!(seen(OWNER), (true, true, true));
    assert_eq!(seen(ADMIN), (true, false, false));
    assert_eq!(seen(OTHER_ADMIN), (false, true, false));
    assert_eq!(seen(crate::site::NEW_ADMIN), (false, false, false));
}

#[test]
fn an_admin_counts_nothing_they_cannot_see() {
    let site = Site::new();
    let mut connection = site.app.connect();
    for number in 0..7 {
        let secret = crate::site::event_with(
            &format!("hidden-{number}"),
            serde_json::json!({ "action": "hidden_zq9w.act", "target": { "kind": "hidden_kind" } }),
        );
        crate::site::deliver(&mut connection, &site.keys.core_write, &secret).expect(200);
    }
    let admin = site.admin();
    let page = admin.page("/audit-logs");
    assert!(
        !page.contains("hidden_"),
        "an option names an invisible event: {page}"
    );
    let page = admin.page("/audit-logs?action=hidden_zq9w.act");
    assert_eq!(
        crate::browser::warnings(&page).len(),
        1,
        "an invisible action is unknown"
    );
    let page = admin.page("/audit-logs?target=hidden_kind");
    assert!(
        html::text(&page).contains("No events match these filters"),
        "{page}"
    );
}

pub fn routes() -> Vec<(String, String)> {
    let listed = cli(&["routes"], "").expect(0).stdout;
    let routes = listed.lines().map(|line| {
        let mut words = line.split_whitespace();
        let mut next = || words.next().unwrap_or_else(|| panic!("{line}")).to_owned();
        (next(), next())
    });
    routes.collect()
}

pub fn with_key(site: &Site, method: &str, path: &str, key: Option<&str>) -> Reply {
    let value = key.map(bearer);
    let kind = if path.starts_with("/api/") {
        JSON
    } else {
        FORM
    };
    let mut headers = vec![kind];
    headers.extend(value.as_ref().map(|it| ("Authorization", it.as_str())));
    let body = if path == EVENTS {
        event("access").to_string()
    } else {
        String::new()
    };
    Connection::open(&site.app.address).send(method, path, &headers, body.as_bytes())
}

/// A session of its own for each request: one of the addresses ends it.
fn as_person(site: &Site, method: &str, path: &str, email: &str) -> Reply {
    let browser = Browser::signed_in(&site.app, email);
    if method == "GET" {
        return browser.send(method, path, &[], b"");
    }
    let token = browser.csrf("/audit-logs");
    let body = encode(&[("csrf", token.as_str())]);
    browser.send(method, path, &[FORM], body.as_bytes())
}

pub fn verdict(reply: &Reply) -> char {
    let to_sign_in = reply
        .header("location")
        .is_some_and(|it| it.starts_with("/sign-in"));
    match reply.status {
        401 => '-',
        303 if to_sign_in => '-',
        403 => 'x',
        404 => '0',
        500.. => '!',
        _ => '+',
    }
}

/// What follows in the first address that has this, up to the next part of it.
fn after(page: &str, part: &str, keep: &str) -> String {
    let (_, rest) = page.split_once(part).unwrap();
    let end = rest.find(['/', '"', '?']).unwrap();
    format!("{keep}{}", &rest[..end])
}

/// Real names for the variable parts of addresses.
struct Names(BTreeMap<&'static str, String>);

impl Names {
    fn read(site: &Site, owner: &Browser) -> Self {
        let mut names = BTreeMap::new();
        names.insert("{seq}", site.record(&event("named")).to_string());
        let style = html::elements(&owner.page("/audit-logs"), "link").into_iter();
        let mut style = style.map(|it| it.attribute("href").to_owned());
        let style = style.find(|it| it.starts_with("/assets/")).unwrap();
        names.insert("{name}", style["/assets/".len()..].to_owned());
        for (list, row) in [
            ("/api-keys", "acted upon"),
            ("/upstreams", "acted upon"),
            ("/pools", "Edge EU"),
            ("/operators", ADMIN),
            ("/views", "acted upon"),
        ] {
            let reply = owner.open(list);
            let rows = html::elements(&reply.text(), "tr").into_iter();
            let row = rows
                .filter(|it| it.text().contains(row))
                .map(|it| it.inner)
                .next();
            let inside = html::elements(&row.unwrap_or_default(), "*").into_iter();
            let prefix = format!("{list}/");
            let id = inside
                .flat_map(|it| it.attributes.into_values())
                .filter_map(|it| it.strip_prefix(&prefix).map(str::to_owned))
                .map(|it| it.split(['/', '?', '#']).next().unwrap().to_owned())
                .next();
            names.insert(list, id.unwrap_or_else(|| "none".to_owned()));
        }
        let there = owner.page(&format!("/operators/{}", names["/operators"]));
        names.insert("/account", crate::mcp_tokens::create(owner, "acted upon").1);
        names.insert("{session}", after(&there, "/sessions/ses_", "ses_"));
        names.insert(
            "/invites",
            after(&owner.page("/invites"), "/invites/id/", ""),
        );
        Self(names)
    }

    fn fill(&self, path: &str) -> String {
        let list = format!("/{}", path.split('/').nth(1).unwrap_or_default());
        let mut concrete = path.to_owned();
        for (variable, name) in self.0.iter().filter(|(it, _)| it.starts_with('{')) {
            concrete = concrete.replace(variable, name);
        }
        match self.0.get(list.as_str()) {
            Some(id) => concrete.replace("{id}", id),
            None => concrete,
        }
    }
}
