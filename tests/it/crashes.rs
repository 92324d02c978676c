//! A crash between a change and its event leaves neither, for every form there is.
use std::fs;
use std::path::Path;
use std::thread;

use rusqlite::types::Value;

use crate::appliance::{Appliance, Folder, cli};
use crate::browser::{Browser, OWNER, PASSWORD, setup_code};
use crate::invites::invite_sam;
use crate::second_factor::{App as Phone, PAGE as FACTOR, enroll, with_code};
use crate::sent::Sent;
use crate::site::ADMIN;
use crate::world::{self, Form};

/// Places in the store at which a debug build ends the process when the file `failpoint` says so.
const PLACES: [&str; 2] = ["recorded", "changed"];

/// Forms of which the control is made: a record that is new, one that changes, one that ends. A
/// new Pool is not among them: the database refuses the event of a Pool that is not there.
const APART: [&str; 3] = [
    "/operators/new",
    "/settings/instance",
    "/api-keys/{id}/revoke",
];

/// Forms that change what a person prefers to look at: no record, and no event.
const PREFERENCES: &[Form] = &[
    form("/account", "/account", &[("zone", "Europe/Berlin")]),
    form("/account/theme", "/account", &[("theme", "dark")]),
    form("/views", "/audit-logs?outcome=failure", &[("name", "mine")]),
    form("/views/{id}/delete", "/views/1/delete", &[]),
];

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

/// Those that depend on the moment: a code of an app, a link, a sign-in that is not finished.
type Case = (&'static str, fn());

const CASES: &[Case] = &[
    ("/setup", set_up),
    ("/sign-in", sign_in),
    ("/sign-in/code", sign_in_by_code),
    ("/sign-in/recovery", sign_in_by_recovery_code),
    ("/invites/{token}", accept_an_invite),
    ("/account/second-factor", set_an_app_up),
    ("/account/second-factor/remove", remove_the_app),
    ("/account/recovery-codes", renew_the_codes),
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
        let is_tested = FORMS.iter().any(|it| it.route == route)
            || CASES.iter().any(|it| it.0 == route)
            || PREFERENCES.iter().any(|it| it.route == route);
        // A delivery is its own record: `durability` crashes those.
        let is_for_people = !route.starts_with("/api/");
        assert!(is_tested || !is_for_people, "{route}");
    }
}

#[test]
fn a_crash_between_a_change_and_its_event_leaves_neither() {
    if is_release() {
        return;
    }
    let halves = FORMS.split_at(FORMS.len() / 2);
    thread::scope(|scope| {
        for half in [halves.0, halves.1] {
            scope.spawn(|| half.iter().for_each(crash_form));
        }
    });
    say("forms", FORMS.len());
}

#[test]
fn a_crash_leaves_nobody_half_signed_in_and_no_factor_half_changed() {
    if is_release() {
        return;
    }
    let halves = CASES.split_at(CASES.len() / 2);
    thread::scope(|scope| {
        for half in [halves.0, halves.1] {
            scope.spawn(|| half.iter().for_each(|(_, crash)| crash()));
        }
    });
    say("cases", CASES.len());
}

/// What `tests/accept/actions` reads.
fn say(what: &str, count: usize) {
    let crashes = count * PLACES.len();
    println!("crash walk: {count} {what}, {crashes} crashes, 0 halves left");
}

/// The control: an event that is committed before its change is left behind, and noticed.
#[test]
fn an_event_outside_of_its_change_is_noticed_by_this_walk() {
    if is_release() {
        return;
    }
    for form in FORMS.iter().filter(|it| APART.contains(&it.route)) {
        let app = Appliance::start_in(world::folder());
        let data = app.folder.data();
        let page = world::concrete(&data, form.page);
        let owner = Browser::signed_in(&app, OWNER);
        let (to, fields) = world::filled(&owner, &page, form);
        let before = records(&data);
        fs::write(data.join("failpoint"), "apart\nrecorded").unwrap();
        assert!(Sent::of(&owner, &to, &fields).send(&app).is_err());
        let (_, _folder) = app.ended();
        assert!(records(&data) != before, "{}", form.route);
    }
    println!("crash walk: the control left {} halves", APART.len());
}

#[test]
fn what_a_person_prefers_changes_no_record_and_writes_no_event() {
    let app = Appliance::start_in(world::folder());
    let data = app.folder.data();
    let owner = Browser::signed_in(&app, OWNER);
    for form in PREFERENCES {
        let page = world::concrete(&data, form.page);
        let (to, fields) = world::filled(&owner, &page, form);
        let before = records(&data);
        let reply = owner.post(&to, &fields);
        assert_eq!(reply.status, 303, "{}: {}", form.route, reply.text());
        assert!(records(&data) == before, "{} changed a record", form.route);
    }
}

fn is_release() -> bool {
    let is_release = std::env::var_os("ANNALS_TEST_BIN").is_some();
    if is_release {
        println!("SKIPPED crashes: a release build has no failpoints");
    }
    is_release
}

fn crash_form(form: &Form) {
    let mut sent = None;
    crash_and_repeat(form.route, world::folder(), |app| {
        let aimed = sent.get_or_insert_with(|| {
            let page = world::concrete(&app.folder.data(), form.page);
            let owner = Browser::signed_in(app, OWNER);
            let (to, fields) = world::filled(&owner, &page, form);
            Sent::of(&owner, &to, &fields)
        });
        aimed.clone()
    });
}

fn set_up() {
    crash_and_repeat("/setup", Folder::new(), |app| {
        let code = setup_code(app);
        let values = [
            ("setup_code", code.as_str()),
            ("name", "Olga Ortiz"),
            ("email", OWNER),
            ("password", PASSWORD),
            ("zone", "UTC"),
        ];
        let page = format!("/setup?code={code}");
        Sent::filled(&Browser::new(app), &page, "/setup", &values)
    });
}

fn sign_in() {
    crash_and_repeat("/sign-in", world::folder(), |app| {
        let values = [("email", ADMIN), ("password", PASSWORD)];
        Sent::filled(&Browser::new(app), "/sign-in", "/sign-in", &values)
    });
}

fn sign_in_by_code() {
    let mut phone = None;
    crash_and_repeat("/sign-in/code", world::folder(), |app| {
        let phone = phone.get_or_insert_with(|| enroll(&Browser::signed_in(app, ADMIN)).0);
        let pending = Browser::new(app);
        pending.sign_in(ADMIN, PASSWORD).expect(200);
        let values = [("code", phone.code(0))];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        Sent::filled(&pending, "/sign-in/code", "/sign-in/code", &values)
    });
}

fn sign_in_by_recovery_code() {
    let mut codes = None;
    crash_and_repeat("/sign-in/recovery", world::folder(), |app| {
        let codes = codes.get_or_insert_with(|| enroll(&Browser::signed_in(app, ADMIN)).1);
        let pending = Browser::new(app);
        pending.sign_in(ADMIN, PASSWORD).expect(200);
        let to = "/sign-in/recovery";
        Sent::filled(&pending, to, to, &[("code", &codes[0])])
    });
}

fn accept_an_invite() {
    let mut link = None;
    crash_and_repeat("/invites/{token}", world::folder(), |app| {
        let link = link.get_or_insert_with(|| invite_sam(&Browser::signed_in(app, OWNER)));
        let values = [("name", "Sam Adeyemi"), ("password", PASSWORD)];
        Sent::filled(&Browser::new(app), link, link, &values)
    });
}

fn set_an_app_up() {
    crash_and_repeat("/account/second-factor", world::folder(), |app| {
        let owner = Browser::signed_in(app, OWNER);
        let page = owner.page(FACTOR);
        let code = Phone::scan(&page).code(0);
        Sent::of(&owner, FACTOR, &with_code(&page, &code))
    });
}

fn remove_the_app() {
    of_an_app("/account/second-factor/remove");
}

fn renew_the_codes() {
    of_an_app("/account/recovery-codes");
}

/// A form of somebody who has an app.
fn of_an_app(route: &str) {
    let mut sent = None;
    crash_and_repeat(route, world::folder(), |app| {
        let aimed = sent.get_or_insert_with(|| {
            let owner = Browser::signed_in(app, OWNER);
            enroll(&owner);
            Sent::filled(&owner, route, route, &[])
        });
        aimed.clone()
    });
}

/// Sends what `aim` says, crashing at each place first; in the end it is done and recorded.
fn crash_and_repeat(route: &str, folder: Folder, mut aim: impl FnMut(&Appliance) -> Sent) {
    let mut app = Appliance::start_in(folder);
    let data = app.folder.data();
    let failpoint = data.join("failpoint");
    for place in PLACES {
        let sent = aim(&app);
        let before = records(&data);
        fs::write(&failpoint, place).unwrap();
        let answer = sent.send(&app);
        assert!(answer.is_err(), "{route} {place}: it answered {answer:?}");
        let (status, folder) = app.ended();
        assert!(!status.success(), "{route} {place}: it did not crash");
        let same = records(&data) == before;
        assert!(same, "{route} {place}: something was left");
        fs::remove_file(&failpoint).unwrap();
        app = Appliance::start_in(folder);
    }
    let sent = aim(&app);
    let before = events(&data);
    let reply = sent.send(&app).unwrap();
    assert!(
        matches!(reply.status, 200 | 303),
        "{route}: {}",
        reply.text()
    );
    assert!(
        events(&data) > before,
        "{route} changed something unrecorded"
    );
}

fn events(data: &Path) -> i64 {
    let count = world::open(data).query_row("select count(*) from event", [], |row| row.get(0));
    count.unwrap()
}

/// Every row of everything that is audited, and the log. `record_sum` follows from all rows, those
/// of the tables that are left out here as well.
fn records(data: &Path) -> Vec<(String, Vec<Vec<Value>>)> {
    let database = world::open(data);
    let tables = "select name from sqlite_schema where type = 'table'
                  and name not in ('last_use', 'preference', 'saved_view', 'record_sum')
                  order by name";
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
