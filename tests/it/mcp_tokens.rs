//! MCP tokens: an operator's own, shown once, with both gates; what they read and what not.
use std::fs;

use rusqlite::Connection as Database;
use serde_json::{Value, json};

use crate::access::{routes, verdict, with_key};
use crate::appliance::{Appliance, Folder};
use crate::browser::{Browser, FORM, OWNER, encode, link, rows};
use crate::clock::{DAY_MS, TestClock};
use crate::html;
use crate::http::Reply;
use crate::site::{ADMIN, EVENTS, Site, event, get, ids};
use crate::system_events::{of_action, until};

const TOKENS: &str = "/account/mcp-tokens";

/// Switches tokens on in a data directory that no server holds.
pub fn allow(folder: &Folder) {
    let database = Database::open(folder.data().join("annals.db")).unwrap();
    let on = "insert into setting (name, value, recorded_seq)
              values ('mcp_enabled', 'yes', (select max(seq) from event))";
    assert_eq!(database.execute(on, []).unwrap(), 1);
}

/// A furnished site with tokens switched on.
pub fn site() -> Site {
    let (folder, keys) = Site::furnished();
    allow(&folder);
    let app = Appliance::start_in(folder);
    Site { app, keys }
}

/// Creates a token; returns it and its id.
#[track_caller]
pub fn create(browser: &Browser, name: &str) -> (String, String) {
    let page = browser.submit(TOKENS, &[("name", name)]).expect(200).text();
    let token = html::by_id(&page, "secret").map(|it| it.text());
    let token = token.unwrap_or_else(|| panic!("no code#secret on the receipt: {page}"));
    (token, id_of(&page, name))
}

#[track_caller]
fn id_of(page: &str, name: &str) -> String {
    let mut rows = html::elements(page, "tr").into_iter();
    let row = rows.rfind(|it| it.text().contains(name)).unwrap();
    let links = html::elements(&row.inner, "a").into_iter();
    let mut links = links.map(|it| it.attribute("href").to_owned());
    let rename = links.find(|it| it.ends_with("/rename")).unwrap();
    rename.split('/').nth(3).unwrap().to_owned()
}

#[track_caller]
fn last(site: &Site, action: &str) -> Value {
    let mut found = of_action(&site.app.folder, action);
    found.pop().unwrap_or_else(|| panic!("no {action}"))
}

#[track_caller]
fn refused(site: &Site, action: &str, reason: &str) {
    let last = last(site, action);
    assert_eq!(
        (&last["outcome"], &last["reason"]),
        (&json!("failure"), &json!(reason))
    );
}

fn post(browser: &Browser, path: &str, values: &[(&str, &str)]) -> Reply {
    let token = browser.csrf("/account");
    let mut fields = vec![("csrf", token.as_str())];
    fields.extend(values);
    browser.send("POST", path, &[FORM], encode(&fields).as_bytes())
}

#[test]
fn a_token_is_created_renamed_and_deleted_and_each_is_recorded() {
    let site = site();
    let owner = site.owner();
    let (token, id) = create(&owner, "agent");
    assert!(token.starts_with("anm_") && token.len() == 62, "{token}");
    let created = last(&site, "mcp_token.create");
    assert_eq!(
        created["target"],
        json!({ "kind": "mcp_token", "id": id, "label": "agent" })
    );
    assert_eq!(created["details"]["token_prefix"], token[..12]);
    assert!(created["details"]["expires_at"].is_string());
    assert_eq!(created["pool"], Value::Null);
    let path = format!("{TOKENS}/{id}");
    owner
        .submit(&format!("{path}/rename"), &[("name", "other")])
        .expect(200);
    let renamed = last(&site, "mcp_token.rename");
    let change = json!([{ "field": "name", "from": "agent", "to": "other" }]);
    assert_eq!(renamed["changes"], change);
    let log = owner.page("/audit-logs?action=mcp_token.*");
    assert_eq!(
        link(&log, "other").or(link(&log, "agent")),
        Some(TOKENS.to_owned()),
        "{log}"
    );
    owner
        .press(&format!("{path}/delete"), "/delete")
        .expect(200);
    assert_eq!(
        last(&site, "mcp_token.delete")["details"]["token_prefix"],
        token[..12]
    );
    assert_eq!(owner.open(&format!("{path}/rename")).status, 404);
    let log = owner.page("/audit-logs?action=mcp_token.*");
    for title in [
        "MCP token created",
        "MCP token renamed",
        "MCP token deleted",
    ] {
        assert!(log.contains(title), "{title}");
    }
    assert_eq!(link(&log, "agent"), None, "a deleted token is linked");
}

#[test]
fn every_refused_change_is_recorded_with_its_reason() {
    let site = site();
    let owner = site.owner();
    let (_, id) = create(&owner, "agent");
    create(&owner, "second");
    let path = |verb: &str| format!("{TOKENS}/{id}/{verb}");
    let refuse = |path: &str, values: &[(&str, &str)], action: &str, reason: &str| {
        let reply = post(&owner, path, values);
        assert_eq!(reply.status, 409, "{}", reply.text());
        assert!(
            html::by_id(&reply.text(), "err").is_some(),
            "{}",
            reply.text()
        );
        refused(&site, action, reason);
    };
    let taken = [("name", "agent"), ("expires", "30")];
    refuse(TOKENS, &taken, "mcp_token.create", "name_taken");
    let stale = [("version", "0"), ("name", "x")];
    refuse(&path("rename"), &stale, "mcp_token.rename", "conflict");
    refuse(&path("delete"), &stale, "mcp_token.delete", "conflict");
    let now = html::forms(&owner.page(&path("rename"))).into_iter();
    let mut fields = now.flat_map(|it| it.fields);
    let version = fields.find(|(name, _)| name == "version").unwrap().1;
    let taken = [("version", version.as_str()), ("name", "second")];
    refuse(&path("rename"), &taken, "mcp_token.rename", "name_taken");
    let count = of_action(&site.app.folder, "mcp_token.rename").len();
    let same = [("version", version.as_str()), ("name", "agent")];
    assert_eq!(post(&owner, &path("rename"), &same).status, 303);
    assert_eq!(of_action(&site.app.folder, "mcp_token.rename").len(), count);
    let secret = [("name", "AKIAplanted9q8w7e6r5"), ("expires", "30")];
    let reply = post(&owner, TOKENS, &secret).expect(400).text();
    assert!(
        html::text(&reply).contains("looks like a credential"),
        "{reply}"
    );
}

#[test]
fn somebody_elses_token_is_as_good_as_none() {
    let site = site();
    let owner = site.owner();
    let (_, id) = create(&owner, "agent");
    let admin = site.admin();
    assert!(!admin.page(TOKENS).contains("agent</span>"));
    let same = |reply: Reply| {
        let id = reply.header("x-request-id").unwrap().to_owned();
        let headers = reply.headers.iter().filter(|(name, _)| name != "date");
        let headers: Vec<_> = headers.collect();
        format!("{} {headers:?} {}", reply.status, reply.text()).replace(&id, "req")
    };
    let missing = "mcp_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    for (verb, action) in [
        ("rename", "mcp_token.rename"),
        ("delete", "mcp_token.delete"),
    ] {
        let at = |id: &str| format!("{TOKENS}/{id}/{verb}");
        let open = |id: &str| same(admin.send("GET", &at(id), &[], b""));
        assert_eq!(open(&id), open(missing));
        let form = [("version", "1"), ("name", "mine")];
        let send = |id: &str| same(post(&admin, &at(id), &form));
        assert_eq!(send(&id), send(missing));
        refused(&site, action, "denied");
    }
    assert!(rows(&admin.page("/audit-logs?action=mcp_token.*")).is_empty());
}

#[test]
fn a_token_reads_what_its_operator_sees_at_that_moment_and_nothing_else_opens() {
    let site = site();
    let (owners, _) = create(&site.owner(), "agent");
    let (admins, _) = create(&site.admin(), "agent");
    site.record(&event("in-edge"));
    let mut core = site.app.connect();
    crate::site::deliver(&mut core, &site.keys.core_write, &event("in-core")).expect(200);
    let read = |token: &str| {
        get(&mut site.app.connect(), token, EVENTS)
            .expect(200)
            .json()
    };
    let (all, edge) = (read(&owners), read(&admins));
    assert_eq!(ids(&all), ["in-core", "in-edge"]);
    assert_eq!(ids(&edge), ["in-edge"]);
    let has_global = |page: &Value| {
        let mut events = page["events"].as_array().unwrap().iter();
        events.any(|it| it["pool"].is_null())
    };
    assert!(has_global(&all) && !has_global(&edge));
    for (method, path) in routes() {
        let concrete = path.replace("{seq}", "0").replace("{id}", "x");
        let found = verdict(&with_key(&site, &method, &concrete, Some(&owners)));
        let is_api = path.starts_with(EVENTS);
        let expected = match method.as_str() {
            "GET" if is_api => '+',
            "POST" if is_api => 'x',
            _ => verdict(&with_key(&site, &method, &concrete, None)),
        };
        assert_eq!(found, expected, "{method} {path}");
    }
    let seq = all["events"][0]["seq"].as_i64().unwrap();
    let hidden = format!("{EVENTS}/{seq}");
    assert_eq!(get(&mut site.app.connect(), &admins, &hidden).status, 404);
}

#[test]
fn reading_is_told_once_an_hour_for_each_credential() {
    let site = site();
    let (token, id) = create(&site.admin(), "agent");
    let mut connection = site.app.connect();
    for _ in 0..5 {
        get(&mut connection, &token, EVENTS).expect(200);
        get(&mut connection, &site.keys.read, EVENTS).expect(200);
    }
    let reads = of_action(&site.app.folder, "audit.read");
    assert_eq!(reads.len(), 2, "{reads:?}");
    let (by_token, by_key) = (&reads[0], &reads[1]);
    assert_eq!(
        by_token["target"],
        json!({ "kind": "mcp_token", "id": id, "label": "agent" })
    );
    assert_eq!(by_token["actor"]["email"], ADMIN);
    assert_eq!(
        (&by_token["pool"], &by_token["via"]["kind"]),
        (&Value::Null, &json!("api"))
    );
    assert_eq!(by_key["target"]["kind"], "api_key");
    assert_eq!(by_key["actor"]["label"], "edge reader");
    assert_eq!(
        (&by_key["pool"]["slug"], &by_key["details"]["tool"]),
        (&json!("edge"), &json!("api"))
    );
    let page = site.owner().page("/audit-logs?action=audit.read");
    assert!(page.contains("Audit log read over API"), "{page}");
    let used = html::text(&site.admin().page(TOKENS));
    assert!(used.contains("just now"), "{used}");
}

#[test]
fn both_gates_close_a_token_at_once() {
    let site = site();
    let owner = site.owner();
    let (token, _) = create(&site.admin(), "agent");
    let read = |site: &Site| get(&mut site.app.connect(), &token, EVENTS);
    read(&site).expect(200);
    crate::people::ask(&owner, ADMIN, "deactivate").expect(200);
    read(&site).expect(401);
    refused(&site, "audit.read", "account_deactivated");
    let (token, id) = create(&owner, "agent");
    let Site { app, keys } = site;
    let (_, folder) = app.terminate();
    let database = Database::open(folder.data().join("annals.db")).unwrap();
    let off = "update setting set value = 'no', recorded_seq = (select max(seq) from event)
               where name = 'mcp_enabled'";
    assert_eq!(database.execute(off, []).unwrap(), 1);
    drop(database);
    let app = Appliance::start_in(folder);
    let site = Site { app, keys };
    let reply = get(&mut site.app.connect(), &token, EVENTS).expect(403);
    assert_eq!(reply.problem(), "not-permitted");
    refused(&site, "audit.read", "denied");
    let owner = site.owner();
    let page = owner.page(TOKENS);
    assert!(html::text(&page).contains("switched off"), "{page}");
    assert_eq!(
        post(&owner, TOKENS, &[("name", "x"), ("expires", "30")]).status,
        409
    );
    refused(&site, "mcp_token.create", "invalid_state");
    owner
        .press(&format!("{TOKENS}/{id}/delete"), "/delete")
        .expect(200);
    let over = get(&mut site.app.connect(), &token, EVENTS).expect(401);
    let unknown = "anm_00000001_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1g9cWi";
    let never = get(&mut site.app.connect(), unknown, EVENTS).expect(401);
    let text = |reply: &Reply| {
        let id = reply.header("x-request-id").unwrap();
        reply.text().replace(id, "req")
    };
    assert_eq!(text(&over), text(&never));
}

#[test]
fn what_ends_on_its_day_ends_and_the_log_says_so() {
    let (folder, keys) = Site::furnished();
    allow(&folder);
    let Some(clock) = TestClock::of(&folder, "what_ends_on_its_day") else {
        return;
    };
    let variable = clock.variable().1.to_owned();
    let app = Appliance::start_with(folder, &[("ANNALS_TEST_CLOCK", &variable)]);
    let site = Site { app, keys };
    let (token, id) = create(&site.owner(), "agent");
    site.owner().create_key("edge", "short", "write");
    site.owner().invite("late@example.org");
    clock.run_ahead(91 * DAY_MS);
    let expired = until(&site.app.folder, "mcp_token.expire", 1);
    assert_eq!(expired[0]["target"]["id"], id);
    assert_eq!(
        expired[0]["actor"],
        json!({ "type": "system", "label": "expiry" })
    );
    assert_eq!(expired[0]["via"]["kind"], "job");
    get(&mut site.app.connect(), &token, EVENTS).expect(401);
    refused(&site, "audit.read", "expired");
    let page = Browser::signed_in(&site.app, OWNER).page(TOKENS);
    assert!(html::text(&page).contains("Expired"), "{page}");
    assert_eq!(of_action(&site.app.folder, "mcp_token.expire").len(), 1);
    for (action, label, pool) in [
        ("api_key.expire", "short", json!("edge")),
        ("invite.expire", "late@example.org", Value::Null),
    ] {
        let expired = until(&site.app.folder, action, 1);
        assert_eq!(expired.len(), 1, "{action}");
        assert_eq!(expired[0]["target"]["label"], label);
        assert_eq!(expired[0]["pool"]["slug"], pool);
        assert_eq!(expired[0]["actor"]["label"], "expiry");
    }
}

#[test]
fn a_token_is_shown_once_and_kept_nowhere() {
    let (folder, keys) = Site::furnished();
    allow(&folder);
    let app = Appliance::start_with(folder, &[("ANNALS_LOG", "trace")]);
    let site = Site { app, keys };
    let owner = site.owner();
    let (token, id) = create(&owner, "agent");
    get(&mut site.app.connect(), &token, EVENTS).expect(200);
    let mut seen = owner.page(TOKENS) + &owner.page(&format!("{TOKENS}/{id}/rename"));
    seen += &owner.page("/audit-logs?action=mcp_token.*");
    seen += &site.app.folder.log();
    let secret = &token[13..];
    assert!(!seen.contains(secret));
    let (_, folder) = site.app.terminate();
    let file = fs::read(folder.data().join("annals.db")).unwrap();
    let holds = |part: &str| file.windows(part.len()).any(|it| it == part.as_bytes());
    assert!(!holds(secret) && holds(&token[..12]));
}
