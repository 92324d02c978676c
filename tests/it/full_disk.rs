//! A full disk: refused in time, nothing acknowledged lost, on again as soon as there is room.
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::appliance::{Appliance, Folder};
use crate::browser::{Browser, FORM, OWNER, PASSWORD, encode};
use crate::data;
use crate::durability::walk;
use crate::http::Reply;
use crate::site::{ADMIN, EVENTS, Keys, Site, copy, deliver, event, event_with, get};

/// How soon deliveries are taken again once there is room.
const RECOVERED_WITHIN: Duration = Duration::from_secs(5);

#[test]
fn a_full_disk_refuses_deliveries_and_loses_nothing() {
    let Some((small, folder, keys)) = Small::furnished("a_full_disk_refuses_deliveries", "6m")
    else {
        return;
    };
    let app = Appliance::start_in(folder);
    let owner = Browser::signed_in(&app, OWNER);
    let mut acked = fill(&app, &keys);
    assert!(!acked.is_empty(), "nothing fitted: the test proves nothing");
    refused(&app.get("/readyz"));

    // What is kept free is there for people.
    Browser::signed_in(&app, ADMIN);
    owner.create_pool("later", "Later").expect(200);
    // At zero, what is there can still be read by whoever is signed in.
    let ballast = small.fill_up();
    let page = get(&mut app.connect(), &keys.read, EVENTS)
        .expect(200)
        .json();
    assert!(!page["events"].as_array().unwrap().is_empty());
    assert!(owner.page("/audit-logs").contains("Pool created"));
    refused(&send(&app, &keys, &event("at-zero")));
    assert_eq!(app.get("/healthz").status, 200);
    refused(&app.get("/readyz"));

    fs::remove_file(ballast).unwrap();
    small.resize("40m");
    acked.push(recovered(&app, &keys));
    app.get("/readyz").expect(200);
    owner.create_pool("after", "After").expect(200);
    assert_kept(app, &keys, &acked);
}

/// Without warning ahead: the disk is full in the middle of a commit.
#[test]
fn a_commit_that_finds_the_disk_full_is_taken_back_whole() {
    let Some((small, folder, keys)) = Small::furnished("a_commit_that_finds", "12m") else {
        return;
    };
    let app = Appliance::start_in(folder);
    let mut acked = Vec::new();
    for round in 0..4 {
        let id = format!("good-{round}");
        send(&app, &keys, &event(&id)).expect(200);
        acked.push(id);
        let ballast = small.fill_up();
        // People's changes are not stopped ahead.
        let reply = Browser::new(&app).sign_in(OWNER, PASSWORD);
        assert_eq!(reply.status, 503, "{}", reply.text());
        refused(&send(&app, &keys, &event(&format!("bad-{round}"))));
        fs::remove_file(ballast).unwrap();
    }
    assert_kept(app, &keys, &acked);
}

#[test]
fn a_limit_of_file_sizes_is_a_small_disk() {
    let (folder, keys) = Site::furnished();
    let app = Appliance::start_in(folder);
    if !limit(&app, "3000000") {
        data::say("SKIPPED a_limit_of_file_sizes: prlimit does not work here");
        return;
    }
    let mut acked = fill(&app, &keys);
    assert!(!acked.is_empty(), "nothing fitted: the test proves nothing");
    refused(&app.get("/readyz"));
    assert_eq!(app.get("/healthz").status, 200);
    let page = Browser::signed_in(&app, OWNER).page("/audit-logs");
    assert!(page.contains("Operator signed in"), "{page}");
    let page = get(&mut app.connect(), &keys.read, EVENTS);
    assert!(
        !page.expect(200).json()["events"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(limit(&app, "30000000"));
    acked.push(recovered(&app, &keys));
    app.get("/readyz").expect(200);
    assert_kept(app, &keys, &acked);
}

/// A write that finds the limit all the same, which a disk would have refused in another way: the
/// process stops rather than go on.
#[test]
fn a_write_beyond_a_limit_of_file_sizes_stops_the_process_and_loses_nothing() {
    let (folder, keys) = Site::furnished();
    let app = Appliance::start_in(folder);
    let mut acked = Vec::new();
    for number in 0..20 {
        let id = format!("l-{number}");
        send(&app, &keys, &large(&id)).expect(200);
        acked.push(id);
    }
    if !limit(&app, "4096") {
        data::say("SKIPPED a_write_beyond_a_limit: prlimit does not work here");
        return;
    }
    refused(&send(&app, &keys, &event("late")));
    // What people do is not stopped ahead.
    let form = [("email", OWNER), ("password", PASSWORD), ("next", "/")];
    let form = encode(&form);
    let _ = app
        .connect()
        .try_send("POST", "/sign-in", &[FORM], form.as_bytes());
    let (status, folder) = app.ended();
    assert_eq!(status.code(), Some(74), "{status}\n{}", folder.log());
    assert_kept(Appliance::start_in(folder), &keys, &acked);
}

fn limit(app: &Appliance, bytes: &str) -> bool {
    // The soft limit, which can be raised again.
    let (id, bytes) = (app.process().to_string(), format!("--fsize={bytes}:"));
    let mut limited = Command::new("prlimit");
    let limited = limited.args([bytes.as_str(), "--pid", &id]).status();
    limited.is_ok_and(|it| it.success())
}

#[test]
fn nobody_else_on_the_host_can_read_the_files() {
    let site = Site::new();
    site.record(&event("mine"));
    let data = site.app.folder.data();
    let mode = |it: &Path| fs::metadata(it).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for entry in fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&path), expected, "{}", path.display());
    }
}

/// Delivers until a single small event is refused; returns the ids of what was taken.
fn fill(app: &Appliance, keys: &Keys) -> Vec<String> {
    let mut acked = Vec::new();
    let mut size = 20;
    for number in 0..5000 {
        let ids: Vec<_> = (0..size).map(|it| format!("f-{number}-{it}")).collect();
        let batch: Vec<_> = ids.iter().map(|it| large(it)).collect();
        let reply = send(app, keys, &json!(batch));
        match (reply.status, size) {
            (200, _) => acked.extend(ids),
            (_, 1) => {
                refused(&reply);
                return acked;
            }
            _ => {
                refused(&reply);
                size = 1;
            }
        }
    }
    panic!("never full");
}

fn recovered(app: &Appliance, keys: &Keys) -> String {
    let began = Instant::now();
    while send(app, keys, &event("recovered")).status != 200 {
        assert!(began.elapsed() < RECOVERED_WITHIN, "{}", app.folder.log());
        std::thread::sleep(Duration::from_millis(50));
    }
    "recovered".to_owned()
}

/// Everything acknowledged is there once, nothing refused is, and the log is whole.
#[track_caller]
fn assert_kept(app: Appliance, keys: &Keys, acked: &[String]) {
    let mut expected = acked.to_vec();
    let mut stored = walk(&app, &keys.read);
    expected.sort_unstable();
    stored.sort_unstable();
    assert_eq!(stored, expected);
    let (status, folder) = app.terminate();
    assert!(status.success(), "{status}\n{}", folder.log());
    folder.cli(&["verify"], "").expect(0);
}

#[track_caller]
fn refused(reply: &Reply) {
    assert_eq!(reply.status, 503, "{}", reply.text());
    assert_eq!(reply.problem(), "storage-full");
    assert!(reply.header("retry-after").is_some());
}

fn send(app: &Appliance, keys: &Keys, body: &Value) -> Reply {
    deliver(&mut app.connect(), &keys.write, body)
}

fn large(id: &str) -> Value {
    let label = "of a name ".repeat(18);
    event_with(
        id,
        json!({ "target": { "kind": "service", "id": id, "label": label } }),
    )
}

/// A small file system of its own in place of a data directory.
struct Small {
    data: PathBuf,
}

impl Small {
    /// Declared before the appliance, so that it goes after it. None where nothing can be mounted.
    fn furnished(test: &str, size: &str) -> Option<(Self, Folder, Keys)> {
        let (folder, keys) = Site::furnished();
        let data = folder.data();
        let furnished = folder.file("furnished");
        fs::rename(&data, &furnished).unwrap();
        fs::create_dir(&data).unwrap();
        let options = format!("size={size},mode=700");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(&data)
            .stderr(Stdio::null())
            .status();
        if !mounted.is_ok_and(|it| it.success()) {
            data::say(&format!(
                "SKIPPED {test}: no file system can be mounted here"
            ));
            return None;
        }
        let small = Self { data };
        copy(&furnished, &small.data);
        Some((small, folder, keys))
    }

    fn resize(&self, size: &str) {
        let options = format!("remount,size={size}");
        let mut command = Command::new("mount");
        let status = command.args(["-o", &options]).arg(&self.data).status();
        assert!(status.unwrap().success());
    }

    /// Takes every byte that is left; removing the file gives them back.
    fn fill_up(&self) -> PathBuf {
        let file = self.data.join("ballast");
        let mut command = Command::new("dd");
        command
            .arg("if=/dev/zero")
            .arg(format!("of={}", file.display()));
        let _ = command.arg("bs=4096").stderr(Stdio::null()).status();
        file
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.data).status();
        let _ = self.data.parent().map(fs::remove_dir_all);
    }
}
