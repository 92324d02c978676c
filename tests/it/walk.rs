//! Concrete addresses for the pages of the route table: found by following links, as a person
//! would. A page that no link of the furnished site leads to needs a way of its own, below.
use std::collections::{BTreeMap, BTreeSet};

use crate::appliance::cli;
use crate::browser::Browser;
use crate::html;
use crate::http::Reply;
use crate::mcp_tokens;
use crate::people;
use crate::site::{ADMIN, Site, furnish_log};
use crate::world;

/// Who asks by a browser. Everybody else is a program.
const PEOPLE: &[&str] = &[
    "anyone",
    "person",
    "owner",
    "owner who confirmed",
    "whoever signed in and confirmed",
    "pending sign-in",
    "whoever signed in",
];
const PROGRAMS: &[&str] = &[
    "anyone on this host, or the metrics token",
    "write key",
    "read key or MCP token",
];
/// So many pages of one route are opened; those of one shape are kept once.
const EACH_MAX: usize = 20;

/// Pages that links do not lead to: how to come there. None: only in a state that `every_state`
/// makes.
const WAYS: &[(&str, Option<&str>)] = &[
    // Gone once somebody has an account.
    ("/setup", None),
    // Only for somebody with a second factor; `second_factor` goes there.
    ("/sign-in/code", None),
    ("/sign-in/recovery", None),
    ("/account/second-factor/remove", None),
    ("/account/recovery-codes", None),
    // A link is shown once, and then known to whoever it was passed on to.
    ("/invites/{token}", None),
];

pub struct Walk {
    /// By pattern, in the order of the route table.
    pub pages: Vec<(String, Vec<String>)>,
}

/// A site with a record of every kind in every state that has a page or a link of its own.
pub fn furnished() -> Site {
    let site = mcp_tokens::site();
    furnish_log(&site);
    let owner = site.owner();
    owner.create_key("edge", "paused one", "write");
    owner.act("/api-keys", "paused one", "pause");
    owner.create_key("edge", "revoked one", "read");
    owner.act("/api-keys", "revoked one", "revoke");
    world::furnish_pools(&owner, &site.app.folder.data());
    // Only from one Pool to another can a key be moved.
    let edit = format!("{}/edit", people::record(&owner, ADMIN));
    let pools = [("pool", "edge"), ("pool", "spare")];
    people::submit(&owner, &edit, &pools).expect(303);
    for person in [&owner, &site.admin()] {
        person
            .submit("/audit-logs?outcome=failure", &[("name", "Failures")])
            .expect(200);
    }
    owner.invite("invited@example.org");
    people::add(&owner, "gone@example.org", "Gert Lang");
    people::ask(&owner, "gone@example.org", "deactivate").expect(200);
    crate::upstreams::import(&owner, "edge", "an upstream");
    let paused = crate::upstreams::import(&owner, "edge", "a paused upstream");
    let pause = format!("/upstreams/{paused}/pause");
    owner.press(&pause, "/pause").expect(200);
    mcp_tokens::create(&owner, "an agent");
    mcp_tokens::create(&site.admin(), "an agent");
    site
}

/// Every page that this person may open, with an address for each. Panics on a page for people
/// that nothing leads to.
pub fn walk(browser: &Browser, is_owner: bool) -> Walk {
    let mut found = crawl(browser, is_owner, |_| {});
    let mut pages = Vec::new();
    for (pattern, who) in routes() {
        let has_way = WAYS.iter().any(|it| it.0 == pattern);
        let reached = found.pages.remove(&pattern);
        assert!(
            reached.is_some() || has_way || (who.starts_with("owner") && !is_owner),
            "no link leads to {pattern}: furnish the site with what links there, or say in WAYS \
             of {} how to come there",
            file!()
        );
        let paths = reached.unwrap_or_default().by_shape.into_values();
        pages.push((pattern, paths.collect()));
    }
    Walk { pages }
}

/// Every answer that links lead this person to, headers and all.
pub fn answers(browser: &Browser, is_owner: bool) -> Vec<u8> {
    let mut all = Vec::new();
    crawl(browser, is_owner, |reply| {
        all.extend_from_slice(format!("{:?}", reply.headers).as_bytes());
        all.extend_from_slice(&reply.body);
    });
    all
}

fn crawl(browser: &Browser, is_owner: bool, mut see: impl FnMut(&Reply)) -> Found {
    let routes = routes();
    let mut found = Found::default();
    found.visit("/audit-logs".to_owned());
    for (pattern, who) in &routes {
        if !pattern.contains('{') && (is_owner || !who.starts_with("owner")) {
            found.visit(pattern.clone());
        }
    }
    for (_, way) in WAYS {
        found.waiting.extend(way.map(str::to_owned));
    }
    while let Some(path) = found.waiting.pop() {
        let Some((pattern, who)) = routes.iter().find(|it| is_of(&it.0, &path)) else {
            continue;
        };
        let known = found.pages.entry(pattern.clone()).or_default();
        if (who.starts_with("owner") && !is_owner) || known.opened >= EACH_MAX {
            continue;
        }
        known.opened += 1;
        let reply = browser.open(&path);
        see(&reply);
        let is_page =
            reply.header("content-type").unwrap_or_default() == "text/html; charset=utf-8";
        if reply.status != 200 || !is_page {
            // Not a page, but it was reached.
            continue;
        }
        let page = reply.text();
        known.by_shape.entry(shape(&page)).or_insert(path);
        for link in links(&page) {
            found.visit(link);
        }
    }
    found
}

#[derive(Default)]
struct Found {
    pages: BTreeMap<String, Reached>,
    seen: BTreeSet<String>,
    waiting: Vec<String>,
}

/// The pages of one route.
#[derive(Default)]
struct Reached {
    opened: usize,
    by_shape: BTreeMap<Vec<(String, String)>, String>,
}

impl Found {
    fn visit(&mut self, path: String) {
        if self.seen.insert(path.clone()) {
            self.waiting.push(path);
        }
    }
}

/// What people can open: pattern and who may.
fn routes() -> Vec<(String, String)> {
    let listed = cli(&["routes"], "").expect(0).stdout;
    let mut routes = Vec::new();
    for line in listed.lines() {
        let mut words = line.split_whitespace();
        let (method, pattern) = (words.next().unwrap(), words.next().unwrap());
        let who = words.collect::<Vec<_>>().join(" ");
        if PROGRAMS.contains(&who.as_str()) || method != "GET" {
            continue;
        }
        assert!(PEOPLE.contains(&who.as_str()), "who is this? {line}");
        routes.push((pattern.to_owned(), who));
    }
    routes
}

fn is_of(pattern: &str, path: &str) -> bool {
    let (wanted, given) = (pattern.split('/'), path.split('/'));
    wanted.clone().count() == given.clone().count()
        && wanted.zip(given).all(|(wanted, given)| {
            wanted == given || (wanted.starts_with('{') && !given.is_empty())
        })
}

/// Elements and their classes: pages that differ in texts only look the same.
fn shape(page: &str) -> Vec<(String, String)> {
    let all = html::elements(page, "*").into_iter();
    all.map(|it| (it.attribute("class").to_owned(), it.name))
        .collect()
}

/// Everything that a page names on this host, without query and fragment.
fn links(page: &str) -> Vec<String> {
    let all = html::elements(page, "*").into_iter();
    let named = all.filter_map(|it| {
        let link = [it.attribute("href"), it.attribute("src")].concat();
        let path = link.split(['?', '#']).next().unwrap_or_default();
        (path.starts_with('/')).then(|| path.to_owned())
    });
    named.collect()
}
