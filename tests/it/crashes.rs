//! A crash between a change and its event leaves neither, for every form there is.
use std::fs;
use std::path::Path;

use rusqlite::types::Value;

use crate::appliance::{Appliance, cli};
use crate::browser::{Browser, FORM, OWNER, PASSWORD, encode};
use crate::world::{self, Form};

/// Places in the store at which a debug build ends the process when the file `failpoint` says so.
const PLACES: [&str; 2] = ["recorded", "changed"];

/// Forms that change what a person prefers to look at, which is not audited.
const PREFERENCES: &[&str] = &["/account", "/account/theme", "/views", "/views/{id}/delete"];

const SECRET: &str = "hunter3hunter3";
const DOCUMENT: &str = r#"{"name":"new one","format":"json","secret":"hunter2hunter2"}"#;

#[rustfmt::skip]
const FORMS: &[Form] = &[
    form("/account/name", "/account", &[("name", "Olga Other")]),
    form("/account/sessions/revoke", "/account/sessions/revoke", &[]),
    form("/account/sessions/{session}/revoke",
        "/account/sessions/{session/olga@example.org}/revoke", &[]),
    form("/api-keys", "/api-keys", &[("name", "new one")]),
    form("/api-keys/{id}/delete", "/api-keys/{pool_key/revoked key}/delete", &[]),
    form("/api-keys/{id}/edit", "/api-keys/{pool_key/edge writer}/edit",
        &[("name", "other"), ("mode", "sealed")]),
    form("/api-keys/{id}/move", "/api-keys/{pool_key/edge writer}/move", &[("pool", "core")]),
    form("/api-keys/{id}/pause", "/api-keys/{pool_key/edge writer}/pause", &[]),
    form("/api-keys/{id}/resume", "/api-keys/{pool_key/paused key}/resume", &[]),
    form("/api-keys/{id}/revoke", "/api-keys/{pool_key/edge writer}/revoke", &[]),
    form("/api-keys/{id}/rotate", "/api-keys/{pool_key/edge writer}/rotate",
        &[("grace_hours", "4")]),
    form("/confirm", "/confirm", &[("password", PASSWORD)]),
    form("/password", "/password", &[("current", PASSWORD), ("password", "another good one 7")]),
    form("/invites/id/{id}/renew", "/invites/id/{invite/invited@example.org}/renew", &[]),
    form("/invites/id/{id}/revoke", "/invites/id/{invite/invited@example.org}/revoke", &[]),
    form("/invites/new", "/invites/new", &[("email", "new@example.org"), ("pool", "edge")]),
    form("/operators/new", "/operators/new", &[("email", "new@example.org"), ("name", "New"),
        ("pool", "edge")]),
    form("/operators/{id}/deactivate", "/operators/{operator/ana@example.org}/deactivate", &[]),
    form("/operators/{id}/delete", "/operators/{operator/gone@example.org}/delete", &[]),
    form("/operators/{id}/edit", "/operators/{operator/ana@example.org}/edit",
        &[("name", "Other"), ("role", "owner")]),
    form("/operators/{id}/reactivate", "/operators/{operator/gone@example.org}/reactivate", &[]),
    form("/operators/{id}/reset-password",
        "/operators/{operator/ana@example.org}/reset-password", &[]),
    form("/operators/{id}/reset-second-factor",
        "/operators/{operator/otto@example.org}/reset-second-factor", &[]),
    form("/operators/{id}/sessions/revoke",
        "/operators/{operator/ana@example.org}/sessions/revoke", &[]),
    form("/operators/{id}/sessions/{session}/revoke",
        "/operators/{operator/ana@example.org}/sessions/{session/ana@example.org}/revoke", &[]),
    form("/settings/agents", "/settings/agents", &[("mcp_enabled", "no")]),
    form("/settings/instance", "/settings/instance", &[("instance_name", "northwind")]),
    form("/settings/network", "/settings/network", &[("ingest_limit", "600")]),
    form("/settings/retention", "/settings/retention", &[("job_days", "10")]),
    form("/settings/sign-in", "/settings/sign-in", &[("session_hours", "8")]),
    form("/account/mcp-tokens", "/account/mcp-tokens", &[("name", "new one")]),
    form("/account/mcp-tokens/{id}/rename", "/account/mcp-tokens/{mcp_token/agent}/rename",
        &[("name", "renamed")]),
    form("/account/mcp-tokens/{id}/delete", "/account/mcp-tokens/{mcp_token/agent}/delete", &[]),
    form("/upstreams", "/upstreams", &[("pool", "edge"), ("document", DOCUMENT)]),
    form("/upstreams/{id}/edit", "/upstreams/{upstream/gitea}/edit", &[("name", "renamed")]),
    form("/upstreams/{id}/refresh", "/upstreams/{upstream/gitea}/refresh", &[("secret", SECRET)]),
    form("/upstreams/{id}/pause", "/upstreams/{upstream/gitea}/pause", &[]),
    form("/upstreams/{id}/reactivate", "/upstreams/{upstream/paused gitea}/reactivate", &[]),
    form("/upstreams/{id}/delete", "/upstreams/{upstream/gitea}/delete", &[]),
    form("/pools", "/pools", &[("name", "New"), ("slug", "new")]),
    form("/pools/{id}/archive", "/pools/{pool/edge}/archive", &[]),
    form("/pools/{id}/delete", "/pools/{pool/stored}/delete", &[("slug", "stored")]),
    form("/pools/{id}/disable", "/pools/{pool/edge}/disable", &[]),
    form("/pools/{id}/edit", "/pools/{pool/edge}/edit",
        &[("name", "Other"), ("key_0", "aisle"), ("kind_0", "label")]),
    form("/pools/{id}/enable", "/pools/{pool/resting}/enable", &[]),
    form("/pools/{id}/restore", "/pools/{pool/stored}/restore", &[]),
    form("/sign-out", "/account", &[]),
];

/// Their forms are not for somebody who is signed in; `first_run`, `sign_in` and `invites` test
/// them.
const OF_STRANGERS: &[&str] = &[
    "/setup",
    "/sign-in",
    "/sign-in/code",
    "/sign-in/recovery",
    "/invites/{token}",
];

/// They need a code of the moment, or a second factor; `second_factor` tests them.
const OF_THE_MOMENT: &[&str] = &[
    "/account/second-factor",
    "/account/second-factor/remove",
    "/account/recovery-codes",
];

const fn form(
    route: &'static str,
    page: &'static str,
    values: &'static [(&'static str, &'static str)],
) -> Form {
    Form {
        route,
        page,
        values,
    }
}

#[test]
fn every_form_is_tested_here_or_changes_no_record() {
    let listed = cli(&["routes"], "").expect(0).stdout;
    for line in listed.lines().filter(|it| it.starts_with("POST /")) {
        let route = line.split_whitespace().nth(1).unwrap();
        let is_tested = FORMS.iter().any(|it| it.route == route);
        let is_exempt = PREFERENCES.contains(&route)
            || OF_STRANGERS.contains(&route)
            || OF_THE_MOMENT.contains(&route);
        let is_for_people = !route.starts_with("/api/");
        assert!(is_tested || is_exempt || !is_for_people, "{route}");
    }
}

#[test]
fn a_crash_between_a_change_and_its_event_leaves_neither() {
    if std::env::var_os("ANNALS_TEST_BIN").is_some() {
        println!("SKIPPED crashes: a release build has no failpoints");
        return;
    }
    let halves = FORMS.split_at(FORMS.len() / 2);
    std::thread::scope(|scope| {
        for half in [halves.0, halves.1] {
            scope.spawn(|| half.iter().for_each(crash_and_repeat));
        }
    });
}

fn crash_and_repeat(form: &Form) {
    let mut app = Appliance::start_in(world::folder());
    let data = app.folder.data();
    let page = world::concrete(&data, form.page);
    let owner = Browser::signed_in(&app, OWNER);
    let (to, fields) = world::filled(&owner, &page, form);
    let body = encode(&fields);
    let failpoint = data.join("failpoint");
    for place in PLACES {
        let before = records(&data);
        fs::write(&failpoint, place).unwrap();
        let cookies = owner.cookie_header();
        let headers = [FORM, ("Cookie", cookies.as_str())];
        let answer = app
            .connect()
            .try_send("POST", &to, &headers, body.as_bytes());
        assert!(answer.is_err(), "{} {place}: it answered", form.route);
        let (status, folder) = app.ended();
        assert!(
            !status.success(),
            "{} {place}: it did not crash",
            form.route
        );
        let same = records(&data) == before;
        assert!(same, "{} {place}: something was left", form.route);
        fs::remove_file(&failpoint).unwrap();
        app = Appliance::start_in(folder);
    }
    let before = events(&data);
    let cookies = owner.cookie_header();
    let headers = [FORM, ("Cookie", cookies.as_str())];
    let reply = app.send("POST", &to, &headers, body.as_bytes());
    assert!(
        matches!(reply.status, 200 | 303),
        "{}: {}",
        form.route,
        reply.text()
    );
    assert!(
        events(&data) > before,
        "{} changed something unrecorded",
        form.route
    );
}

fn events(data: &Path) -> i64 {
    let count = world::open(data).query_row("select count(*) from event", [], |row| row.get(0));
    count.unwrap()
}

/// Every row of everything that is audited, and the log.
fn records(data: &Path) -> Vec<(String, Vec<Vec<Value>>)> {
    let database = world::open(data);
    let tables = "select name from sqlite_schema where type = 'table'
                  and name not in ('last_use', 'preference', 'saved_view') order by name";
    let mut statement = database.prepare(tables).unwrap();
    let names = statement.query_map([], |row| row.get::<_, String>("name"));
    let names: Vec<_> = names.unwrap().map(Result::unwrap).collect();
    let rows = |name: &str| {
        let mut statement = database.prepare(&format!("select * from {name}")).unwrap();
        let width = statement.column_count();
        let rows = statement.query_map([], |row| (0..width).map(|it| row.get(it)).collect());
        rows.unwrap().map(Result::unwrap).collect()
    };
    names
        .into_iter()
        .map(|it| (it.clone(), rows(&it)))
        .collect()
}
