//! What the appliance does by itself: upgrades, starts, stops, steps of the clock, and what ends in
//! time; and backups, which nobody in the console makes.
use rusqlite::Connection as Database;

use super::{OLGA, SYSTEM, Stage};
use crate::appliance::{Appliance, Folder, refused_start};
use crate::clock::{DAY_MS, TestClock};
use crate::mcp_tokens::create;
use crate::people::submit;
use crate::system_events::{first_release, until};

/// An older database that cannot be upgraded at first, and then is.
pub fn upgraded() -> (Folder, Option<TestClock>) {
    let folder = first_release();
    let database = Database::open(folder.data().join("annals.db")).unwrap();
    database
        .execute_batch("create view invite as select 1")
        .unwrap();
    assert_eq!(refused_start(&folder).code(), Some(1));
    database.execute_batch("drop view invite").unwrap();
    let clock = TestClock::of(&folder, "the catalogue");
    (folder, clock)
}

pub fn begins(stage: &mut Stage) {
    let schemas = &["from_schema", "to_schema"];
    let who = [SYSTEM];
    stage.refused("system.migrate", &who, "", schemas);
    stage.done("system.migrate", &who, "", schemas);
    stage.done("system.start", &["Annals", SYSTEM], "", &["version"]);
}

/// The second finds the first where it would be.
pub fn backups(stage: &mut Stage) {
    let folder = &stage.app.folder;
    let copy = folder.file("copy.db");
    let command = ["backup", "--to", copy.to_str().unwrap()];
    folder.cli(&command, "").expect(0);
    folder.cli(&command, "").expect(1);
    until(folder, "backup.create", 2);
    let who = ["command line", SYSTEM];
    stage.done("backup.create", &who, "", &["size_bytes"]);
    let why = [who[0], "Name is already in use"];
    stage.refused("backup.create", &why, "", &[]);
}

/// Three months later.
pub fn time_passes(stage: &mut Stage, clock: &TestClock) {
    let owner = stage.owner();
    owner.create_key("edge", "ended key", "write");
    submit(
        &owner,
        "/invites/new",
        &[("email", "too.late@example.org"), ("pool", "edge")],
    )
    .expect(200);
    create(&owner, "ended token");
    clock.run_ahead(100 * DAY_MS);
    for action in [
        "system.clock_step",
        "api_key.expire",
        "invite.expire",
        "mcp_token.expire",
    ] {
        until(&stage.app.folder, action, 1);
    }
    stage.done("system.clock_step", &[SYSTEM], "", &["step_ms"]);
    let key = [SYSTEM, "ended key", "Edge EU"];
    stage.done("api_key.expire", &key, "/api-keys/", &["key_prefix"]);
    stage.done(
        "invite.expire",
        &[SYSTEM, "too.late@example.org"],
        "/invites/id/",
        &[],
    );
    stage.done(
        "mcp_token.expire",
        &[SYSTEM, "ended token"],
        "/account",
        &[],
    );
}

pub fn ends(mut stage: Stage) -> Stage {
    let (status, folder) = stage.app.terminate();
    assert!(status.success());
    stage.app = Appliance::start_in(folder);
    stage.done("system.stop", &[SYSTEM], "", &[]);
    stage.done(
        "auth.sign_in",
        &[OLGA],
        "/operators/",
        &["is_known_browser"],
    );
    stage
}
