//! What happens to the server itself is in its log: starts, stops, upgrades, steps of the clock.
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection as Database;
use serde_json::Value;

use crate::appliance::{Appliance, Folder, refused_start};
use crate::browser::Browser;
use crate::clock::{DAY_MS, TestClock};
use crate::site::Site;

const NOTICED_WITHIN: Duration = Duration::from_secs(20);

/// The payloads of the log, oldest first, read from the file: global events are for owners alone.
pub fn payloads(folder: &Folder) -> Vec<Value> {
    let database = Database::open(folder.data().join("annals.db")).unwrap();
    let mut rows = database
        .prepare("select payload from event order by seq")
        .unwrap();
    let rows = rows.query_map([], |row| row.get::<_, String>(0)).unwrap();
    rows.map(|it| serde_json::from_str(&it.unwrap()).unwrap())
        .collect()
}

/// Those of one action.
pub fn of_action(folder: &Folder, action: &str) -> Vec<Value> {
    let mut payloads = payloads(folder);
    payloads.retain(|it| it["action"] == action);
    payloads
}

/// Waits until the log has so many events of an action.
#[track_caller]
pub fn until(folder: &Folder, action: &str, count: usize) -> Vec<Value> {
    let began = Instant::now();
    loop {
        let found = of_action(folder, action);
        if found.len() >= count {
            return found;
        }
        assert!(began.elapsed() < NOTICED_WITHIN, "no {action}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_run_begins_with_its_start_and_ends_with_its_stop() {
    let app = Appliance::start();
    let (status, folder) = app.terminate();
    assert!(status.success());
    let actions = |folder: &Folder| -> Vec<_> {
        let payloads = payloads(folder).into_iter();
        payloads.map(|it| it["action"].clone()).collect()
    };
    assert_eq!(actions(&folder), ["system.start", "system.stop"]);
    let start = payloads(&folder).remove(0);
    assert_eq!(start["details"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(start["actor"]["type"], "system");
    // A crash leaves no stop behind: the next start follows the last event.
    let folder = Appliance::start_in(folder).crash();
    assert_eq!(actions(&folder).len(), 3);
    let (_, folder) = Appliance::start_in(folder).terminate();
    let actions = actions(&folder);
    assert_eq!(
        actions[2..],
        ["system.start", "system.start", "system.stop"]
    );
    folder.cli(&["verify"], "").expect(0);
}

#[test]
fn owners_read_of_starts_and_stops_and_admins_do_not() {
    let site = Site::new();
    let app = site.app.restart();
    let page = |email: &str| Browser::signed_in(&app, email).page("/audit-logs?action=system.*");
    let owners = page(crate::browser::OWNER);
    for title in ["Annals started", "Annals stopped"] {
        assert!(owners.contains(title), "{owners}");
    }
    assert!(!page(crate::site::ADMIN).contains("Annals started"));
}

#[test]
fn a_step_of_the_clock_is_an_event_of_the_server() {
    let folder = Folder::new();
    let Some(clock) = TestClock::of(&folder, "a_step_of_the_clock") else {
        return;
    };
    let variable = (clock.variable().0, clock.variable().1.to_owned());
    let app = Appliance::start_with(folder, &[(variable.0, &variable.1)]);
    clock.run_ahead(DAY_MS);
    let steps = until(&app.folder, "system.clock_step", 1);
    let step = steps[0]["details"]["step_ms"].as_i64().unwrap();
    assert!((step - DAY_MS).abs() < 5000, "{step}");
    clock.run_ahead(0);
    let steps = until(&app.folder, "system.clock_step", 2);
    let step = steps[1]["details"]["step_ms"].as_i64().unwrap();
    assert!((step + DAY_MS).abs() < 5000, "{step}");
    let (status, folder) = app.terminate();
    assert!(status.success());
    folder.cli(&["verify"], "").expect(0);
}

/// A database of the first release.
pub fn first_release() -> Folder {
    of_schema(include_str!("schema/1.sql"))
}

fn of_schema(schema: &str) -> Folder {
    let folder = Folder::new();
    fs::create_dir_all(folder.data()).unwrap();
    let database = Database::open(folder.data().join("annals.db")).unwrap();
    database.execute_batch(schema).unwrap();
    folder
}

#[test]
fn an_upgrade_is_recorded_with_the_upgrade() {
    #[track_caller]
    fn case(schema: &str, version: i64) {
        let (status, folder) = Appliance::start_in(of_schema(schema)).terminate();
        assert!(status.success());
        let upgrades = of_action(&folder, "system.migrate");
        assert_eq!(upgrades.len(), 1);
        assert_eq!(upgrades[0]["outcome"], "success");
        assert_eq!(upgrades[0]["details"]["from_schema"], version);
        assert!(upgrades[0]["details"]["to_schema"].as_i64().unwrap() > version);
        let (_, folder) = Appliance::start_in(folder).terminate();
        assert_eq!(of_action(&folder, "system.migrate").len(), 1, "once");
        folder.cli(&["verify"], "").expect(0);
    }
    case(include_str!("schema/1.sql"), 1);
    case(include_str!("schema/2.sql"), 2);
}

#[test]
fn an_upgrade_that_fails_is_recorded_and_changes_nothing_else() {
    let folder = first_release();
    let database = Database::open(folder.data().join("annals.db")).unwrap();
    // Stands where a table of today is to be.
    database
        .execute_batch("create view invite as select 1")
        .unwrap();
    let schema = |database: &Database| -> String {
        let sql = "select group_concat(sql) from sqlite_schema order by name";
        database.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let before = schema(&database);
    drop(database);
    assert_eq!(refused_start(&folder).code(), Some(1));
    let upgrades = of_action(&folder, "system.migrate");
    assert_eq!(upgrades.len(), 1);
    assert_eq!(upgrades[0]["outcome"], "failure");
    assert_eq!(upgrades[0]["reason"], "invalid_state");
    let database = Database::open(folder.data().join("annals.db")).unwrap();
    assert_eq!(schema(&database), before);
    database.execute_batch("drop view invite").unwrap();
    drop(database);
    let (status, folder) = Appliance::start_in(folder).terminate();
    assert!(status.success());
    assert_eq!(of_action(&folder, "system.migrate").len(), 2);
}
