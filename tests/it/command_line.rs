//! The commands of the contract, against the real binary: what they do, that the log says who did
//! it, what they refuse, and how they say so.
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rusqlite::Connection as Database;
use serde_json::Value;

use crate::appliance::{Appliance, Folder, Outcome, cli, program};
use crate::browser::{Browser, PASSWORD};
use crate::data;
use crate::site::{ADMIN, JSON, Site, deliver, event, post};
use crate::system_events::{of_action, payloads};

/// Stands for whatever somebody types where it does not belong.
pub const TYPED: &str = "zq9w";

/// Every command that must have the data directory for itself.
const LOCKED: &[&str] = &[
    "export",
    "operator create --email new@example.org --name New --role owner --password-stdin",
    "operator reset-password --email ana@example.org",
    "operator reset-second-factor --email ana@example.org",
    "pool create --slug late --name Late",
    "key create --pool edge --name late --permission read",
];

pub fn run(folder: &Folder, line: &str) -> Outcome {
    let words: Vec<_> = line.split(' ').collect();
    folder.cli(&words, &format!("{PASSWORD}\n"))
}

/// The newest event of an action, which the command line must have done.
#[track_caller]
pub fn told(folder: &Folder, action: &str) -> Value {
    let event = of_action(folder, action).pop();
    let event = event.unwrap_or_else(|| panic!("no {action}"));
    assert_eq!(event["actor"]["type"], "system", "{event}");
    assert_eq!(event["actor"]["label"], "command line", "{event}");
    assert_eq!(event["via"]["kind"], "cli", "{event}");
    event
}

pub fn stopped(app: Appliance) -> Folder {
    let (status, folder) = app.terminate();
    assert!(status.success());
    folder
}

#[test]
fn an_instance_is_provisioned_without_a_browser_and_every_step_is_recorded() {
    let folder = Folder::new();
    let line = |line: &str| run(&folder, line).expect(0).stdout.trim().to_owned();
    let owner = line(
        "operator create --email o@example.org --name Olga --role owner \
                      --password-stdin",
    );
    assert!(owner.starts_with("op_"), "{owner}");
    let created = told(&folder, "operator.create");
    assert_eq!(created["target"]["id"], *owner);
    assert_eq!(created["details"]["method"], "command_line");
    for slug in ["north", "south"] {
        let pool = line(&format!("pool create --slug {slug} --name {slug}"));
        assert_eq!(told(&folder, "pool.create")["target"]["id"], *pool);
    }
    line(
        "operator create --email a@example.org --name Ana --role admin --pool north \
          --pool south --password-stdin",
    );
    assert_eq!(of_action(&folder, "operator.assign").len(), 2);
    told(&folder, "operator.assign");
    let key = line("key create --pool north --name ci --permission write");
    assert!(key.starts_with("anp_") && key.lines().count() == 1, "{key}");
    assert_eq!(told(&folder, "api_key.create")["target"]["label"], "ci");

    let app = Appliance::start_in(folder);
    deliver(&mut app.connect(), &key, &event("first")).expect(200);
    let ana = Browser::new(&app);
    ana.sign_in("a@example.org", PASSWORD).expect(200);
    assert!(ana.page("/pools").contains("south"));
}

#[test]
fn what_is_refused_is_recorded_and_changes_nothing() {
    let (folder, _) = Site::furnished();
    fn case(folder: &Folder, line: &str, says: &str, action: &str, reason: &str) {
        let outcome = run(folder, line).expect(1);
        assert_eq!(outcome.stdout, "", "{line}");
        assert!(outcome.stderr.contains(says), "{line}: {}", outcome.stderr);
        let event = told(folder, action);
        assert_eq!(event["outcome"], "failure", "{line}");
        assert_eq!(event["reason"], reason, "{line}");
    }
    let taken = "Name is already in use";
    let ana = "--email ana@example.org --name Ana --role owner --password-stdin";
    let line = format!("operator create {ana}");
    case(&folder, &line, taken, "operator.create", "name_taken");
    let line = "pool create --slug edge --name Edge";
    case(&folder, line, taken, "pool.create", "name_taken");
    let nobody = "no operator has this e-mail address";
    for (verb, action) in [
        ("reset-password", "operator.password_reset"),
        ("reset-second-factor", "operator.totp_reset"),
    ] {
        let line = format!("operator {verb} --email {TYPED}@example.org");
        case(&folder, &line, nobody, action, "unknown_account");
        assert!(!run(&folder, &line).stderr.contains(TYPED));
    }
    let before = payloads(&folder).len();
    let missing = run(&folder, "key create --pool none --name x --permission read").expect(1);
    assert!(
        missing.stderr.contains("no such Pool"),
        "{}",
        missing.stderr
    );
    let short = "operator create --email s@example.org --name S --role owner --password-stdin";
    let words: Vec<_> = short.split(' ').collect();
    let short = folder.cli(&words, "hunter2\n").expect(1);
    assert!(!short.stderr.contains("hunter2"), "{}", short.stderr);
    assert!(payloads(&folder).len() <= before + 1);
    folder.cli(&["verify"], "").expect(0);
}

#[test]
fn while_a_server_holds_the_directory_commands_exit_four_and_change_nothing() {
    let site = Site::new();
    let folder = &site.app.folder;
    site.record(&event("before"));
    let names = || -> BTreeSet<_> {
        let entries = fs::read_dir(folder.data()).unwrap();
        entries.map(|it| it.unwrap().file_name()).collect()
    };
    let before = (payloads(folder), names());
    for line in LOCKED {
        let refused = run(folder, line).expect(4);
        assert_eq!(refused.stdout, "", "{line}");
        assert!(
            refused.stderr.contains("in use"),
            "{line}: {}",
            refused.stderr
        );
    }
    assert_eq!((payloads(folder), names()), before);
    Browser::signed_in(&site.app, ADMIN);
    folder.cli(&["verify"], "").expect(0);
}

#[test]
fn a_mistyped_directory_stays_what_it_is() {
    let folder = Folder::new();
    let elsewhere = folder.file("copy.db");
    let backup = format!("backup --to {}", elsewhere.display());
    let line = |line: &str| {
        let outcome = run(&folder, line).expect(1);
        assert_eq!(outcome.stdout, "", "{line}");
        outcome.stderr
    };
    let needing = [
        "verify",
        "export",
        &backup,
        "operator reset-password --email ana@example.org",
        "operator reset-second-factor --email ana@example.org",
        "key create --pool edge --name x --permission read",
    ];
    for command in needing {
        let said = line(command);
        assert!(said.contains("there is no database"), "{command}: {said}");
        assert!(!folder.data().exists(), "{command} made a data directory");
    }
    // Nor is a file taken for a directory.
    fs::write(folder.data(), b"x").unwrap();
    for command in needing.iter().chain(LOCKED) {
        line(command);
        assert_eq!(fs::read(folder.data()).unwrap(), b"x", "{command}");
    }
    assert!(!elsewhere.exists());
}

#[test]
fn a_directory_that_is_closed_to_this_user_is_not_taken_for_missing() {
    const NOBODY: u32 = 65534;
    let (folder, _) = Site::furnished();
    let as_nobody = |line: &str| {
        let mut command = Command::new(program());
        let command = command.args(line.split(' ')).env_clear().uid(NOBODY);
        command.arg("--data").arg(folder.data()).output()
    };
    if as_nobody("verify").is_err() {
        data::say("SKIPPED a_directory_that_is_closed: this user cannot become another");
        return;
    }
    let before = payloads(&folder);
    // Nobody types a password here.
    let locked = LOCKED.iter().copied().filter(|it| !it.contains("stdin"));
    for line in locked.chain(["verify", "backup --to /tmp/x.db"]) {
        let refused = as_nobody(line).unwrap();
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(1), "{line}: {said}");
        assert!(said.contains("closed to this user"), "{line}: {said}");
    }
    assert_eq!(payloads(&folder), before);
}

#[test]
fn a_database_of_a_later_release_is_refused_by_every_command_and_not_touched() {
    let (folder, _) = Site::furnished();
    let file = folder.data().join("annals.db");
    let database = Database::open(&file).unwrap();
    let later = "pragma user_version = 9999";
    database.execute_batch(later).unwrap();
    drop(database);
    let before = fs::read(&file).unwrap();
    let copy = folder.file("copy.db");
    let backup = format!("backup --to {}", copy.display());
    for line in LOCKED.iter().copied().chain(["verify", &backup]) {
        let refused = run(&folder, line).expect(78);
        assert!(
            refused.stderr.contains("newer"),
            "{line}: {}",
            refused.stderr
        );
        assert_eq!(fs::read(&file).unwrap(), before, "{line} changed the file");
    }
    assert!(!copy.exists());
}

#[test]
fn what_is_no_database_is_damage_to_verify() {
    let folder = Folder::new();
    let file = folder.file("text.db");
    let noise = "not a database at all\n".repeat(500);
    for content in [noise.as_bytes(), b"", &vec![0; 20_000]] {
        fs::write(&file, content).unwrap();
        let outcome = cli(&["verify", "--database", file.to_str().unwrap()], "").expect(3);
        assert!(outcome.stdout.contains("integrity"), "{}", outcome.stdout);
        assert_eq!(fs::read(&file).unwrap(), content, "it was written to");
    }
}

#[test]
fn an_export_takes_every_filter_of_the_page() {
    let site = Site::new();
    let mut connection = site.app.connect();
    let batch =
        "{\"id\":\"r-1\",\"action\":\"a.b\",\"outcome\":\"success\",\"request_id\":\"req-7\"}";
    post(&mut connection, &site.keys.write, JSON, batch.as_bytes()).expect(200);
    site.record(&event("r-2"));
    let folder = stopped(site.app);
    let ids = |line: &str| -> Vec<_> {
        let exported = run(&folder, &format!("export --format ndjson {line}")).expect(0);
        let rows = exported
            .stdout
            .lines()
            .map(|it| serde_json::from_str(it).unwrap());
        rows.filter_map(|it: Value| Some(it["id"].as_str()?.to_owned()))
            .collect()
    };
    assert_eq!(ids("--request req-7 --range 24h"), ["r-1"]);
    assert_eq!(ids("--via key"), ["r-2", "r-1"]);
    assert!(ids("--via cli").is_empty());
    assert!(ids("--window 0-1000").is_empty());
    let unbounded = run(&folder, "export --request req-7").expect(2);
    assert!(unbounded.stderr.contains("7 days"), "{}", unbounded.stderr);
}
