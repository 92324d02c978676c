//! Backups: whole beside a busy server, recorded, and restored with their keys.
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rusqlite::Connection as Database;
use serde_json::{Value, json};

use crate::appliance::{Appliance, Folder, Outcome, cli, refused_start};
use crate::browser::{Browser, OWNER};
use crate::command_line::stopped;
use crate::data;
use crate::durability::walk;
use crate::http::Connection;
use crate::site::{EVENTS, JSON, Site, bearer, copy, deliver, event};
use crate::system_events::{of_action, until};

pub const COPY: &str = "copy.db";

pub fn back_up(folder: &Folder, to: &Path) -> Outcome {
    folder.cli(&["backup", "--to", to.to_str().unwrap()], "")
}

/// Names in a folder, but for the process log.
pub fn names(place: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(place).unwrap().map(Result::unwrap);
    let names = entries.map(|it| it.file_name().into_string().unwrap());
    names.filter(|it| it != "log").collect()
}

fn verified(file: &Path) -> Value {
    let arguments = ["verify", "--json", "--database", file.to_str().unwrap()];
    serde_json::from_str(&cli(&arguments, "").expect(0).stdout).unwrap()
}

/// The senders' ids in a copy.
fn ids(file: &Path) -> BTreeSet<String> {
    let database = Database::open(file).unwrap();
    let mut rows = database.prepare("select payload from event").unwrap();
    let rows = rows.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let payloads = rows.map(|it| serde_json::from_str::<Value>(&it.unwrap()).unwrap());
    payloads
        .filter_map(|it| Some(it["id"].as_str()?.to_owned()))
        .collect()
}

#[test]
fn a_backup_beside_a_busy_server_has_whatever_was_acknowledged_before_it() {
    let site = Site::new();
    let stop = AtomicBool::new(false);
    let acked = Mutex::new(Vec::new());
    let file = site.app.folder.file(COPY);
    let (before, after) = thread::scope(|scope| {
        for client in 0..3 {
            let (site, stop, acked) = (&site, &stop, &acked);
            scope.spawn(move || load(site, client, stop, acked));
        }
        let count = || acked.lock().unwrap().len();
        while count() < 300 {
            thread::sleep(Duration::from_millis(5));
        }
        let before = acked.lock().unwrap().clone();
        let said = back_up(&site.app.folder, &file).expect(0);
        assert!(said.stderr.contains("keys/ is not in"), "{}", said.stderr);
        assert_eq!(said.stderr.lines().count(), 1, "{}", said.stderr);
        let after = count();
        stop.store(true, Ordering::Relaxed);
        (before, after)
    });
    assert!(after > before.len(), "nothing was taken meanwhile");
    let stored = ids(&file);
    for id in &before {
        assert!(
            stored.contains(id),
            "{id} was acknowledged and is not in it"
        );
    }
    let report = verified(&file);
    assert!(report["size"].as_u64().unwrap() >= before.len() as u64);
    let metadata = fs::metadata(&file).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);

    let recorded = until(&site.app.folder, "backup.create", 1).remove(0);
    assert_eq!(recorded["outcome"], "success");
    assert_eq!(recorded["actor"]["label"], "command line");
    assert_eq!(recorded["via"]["kind"], "cli");
    assert_eq!(recorded["details"]["size_bytes"], metadata.len());
    let everything = walk(&site.app, &site.keys.read).len();
    assert_eq!(everything, acked.into_inner().unwrap().len());
    let folder = stopped(site.app);
    assert_eq!(
        names(&folder.data()),
        BTreeSet::from(["annals.db", "annals.lock", "keys"].map(str::to_owned))
    );
    folder.cli(&["verify"], "").expect(0);
}

fn load(site: &Site, client: usize, stop: &AtomicBool, acked: &Mutex<Vec<String>>) {
    let mut connection = Connection::open(&site.app.address);
    let bearer = bearer(&site.keys.write);
    let headers = [("Authorization", bearer.as_str()), JSON];
    for number in 0.. {
        let sent: Vec<_> = (0..5)
            .map(|it| format!("b-{client}-{number}-{it}"))
            .collect();
        let body = json!(sent.iter().map(|it| event(it)).collect::<Vec<_>>()).to_string();
        let reply = connection.send("POST", EVENTS, &headers, body.as_bytes());
        assert_eq!(reply.status, 200, "{}", reply.text());
        acked.lock().unwrap().extend(sent);
        if stop.load(Ordering::Relaxed) {
            break;
        }
    }
}

#[test]
fn a_restored_backup_serves_with_its_keys_and_not_without() {
    let site = Site::new();
    let receipt = site.deliver(&event("kept")).expect(200).json();
    let file = site.app.folder.file(COPY);
    back_up(&site.app.folder, &file).expect(0);
    let keys = site.keys.clone();
    let lost = stopped(site.app);

    let restored = Folder::new();
    fs::create_dir_all(restored.data()).unwrap();
    fs::copy(&file, restored.data().join("annals.db")).unwrap();
    assert_eq!(refused_start(&restored).code(), Some(1));
    let said = restored.log();
    assert!(said.contains("key file is missing"), "{said}");
    fs::remove_dir_all(restored.data().join("keys")).unwrap();

    copy(&lost.data().join("keys"), &restored.data().join("keys"));
    let app = Appliance::start_in(restored);
    let page = Browser::signed_in(&app, OWNER).page("/audit-logs");
    assert!(page.contains("Ana Ruiz"), "{page}");
    let again = deliver(&mut app.connect(), &keys.write, &event("kept"));
    let again = again.expect(200).json();
    assert_eq!(again["results"][0]["status"], "duplicate");
    assert_eq!(again["results"][0]["seq"], receipt["results"][0]["seq"]);
    deliver(&mut app.connect(), &keys.write, &event("new")).expect(200);
    stopped(app).cli(&["verify"], "").expect(0);
}

#[test]
fn without_a_server_whoever_opens_the_log_next_records_the_backup() {
    let (folder, _) = Site::furnished();
    back_up(&folder, &folder.file(COPY)).expect(0);
    back_up(&folder, &folder.file(COPY)).expect(1);
    assert!(of_action(&folder, "backup.create").is_empty());
    let before = verified(&folder.file(COPY));
    let exported = folder.cli(&["export", "--action", "backup.create"], "");
    let exported = exported.expect(0).stdout;
    let outcomes: Vec<_> = exported
        .lines()
        .filter_map(|it| {
            Some(
                serde_json::from_str::<Value>(it).unwrap()["title"]
                    .as_str()?
                    .to_owned(),
            )
        })
        .collect();
    assert_eq!(outcomes, ["Backup failed", "Backup written"], "{exported}");
    assert_eq!(
        verified(&folder.file(COPY)),
        before,
        "the copy was written to"
    );
    drop(Appliance::start_in(folder));
}

#[test]
fn root_leaves_everything_in_the_data_directory_to_its_owner() {
    const NOBODY: u32 = 65534;
    let (folder, _) = Site::furnished();
    let own = |place: &Path| chown(place, Some(NOBODY), Some(NOBODY));
    if own(&folder.data()).is_err() {
        data::say("SKIPPED root_leaves_everything: only root can give a file away");
        return;
    }
    let entries = || walk_files(&folder.data());
    for entry in entries() {
        own(&entry).unwrap();
    }
    let reset = ["operator", "reset-password", "--email", OWNER];
    folder.cli(&reset, "").expect(0);
    back_up(&folder, &folder.file(COPY)).expect(0);
    assert!(
        entries().len() > 6,
        "neither note nor write-ahead log: {:?}",
        entries()
    );
    for entry in entries() {
        let owner = fs::metadata(&entry).unwrap().uid();
        assert_eq!(owner, NOBODY, "{}", entry.display());
    }
}

/// Files and folders below a folder.
pub fn walk_files(place: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(place).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk_files(&path));
        }
        found.push(path);
    }
    found
}
