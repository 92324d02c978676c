//! Backups that fail: nothing is left of them, the log says so, and the server does not notice.
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection as Database;

use crate::appliance::{Appliance, cli, program, signal};
use crate::backups::{COPY, back_up, names};
use crate::command_line::stopped;
use crate::data;
use crate::site::{Site, event};
use crate::system_events::{of_action, until};

#[test]
fn a_backup_that_cannot_be_written_leaves_nothing_and_the_server_alone() {
    let site = Site::new();
    let folder = &site.app.folder;
    let elsewhere = folder.file("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let kept = elsewhere.join("kept.db");
    fs::write(&kept, b"of yesterday").unwrap();
    let dangling = elsewhere.join("dangling.db");
    std::os::unix::fs::symlink("/nonexistent", &dangling).unwrap();
    let data = folder.data();
    let before = names(&elsewhere);
    for (to, says, reason) in [
        (kept.clone(), "is there already", "name_taken"),
        (dangling, "is there already", "name_taken"),
        (elsewhere.clone(), "is there already", "name_taken"),
        (elsewhere.join("none/x.db"), "is not there", "invalid_state"),
        (kept.join("x.db"), "is not there", "invalid_state"),
        (data.join("x.db"), "inside the data", "invalid_state"),
        (data.join("keys/x.db"), "inside the data", "invalid_state"),
        (PathBuf::from("/proc/x.db"), "", ""),
    ] {
        let known = of_action(folder, "backup.create").len();
        let refused = back_up(folder, &to).expect(1);
        let at = to.display();
        assert_eq!(refused.stdout, "", "{at}");
        assert!(refused.stderr.contains(says), "{at}: {}", refused.stderr);
        assert_eq!(refused.stderr.lines().count(), 1, "{}", refused.stderr);
        let recorded = until(folder, "backup.create", known + 1).pop().unwrap();
        assert_eq!(recorded["outcome"], "failure", "{at}");
        assert!(
            recorded["reason"].as_str().unwrap().starts_with(reason),
            "{recorded}"
        );
        assert!(!recorded.to_string().contains("x.db"), "{recorded}");
    }
    assert_eq!(names(&elsewhere), before);
    assert_eq!(fs::read(&kept).unwrap(), b"of yesterday");
    site.deliver(&event("after")).expect(200);
    stopped(site.app).cli(&["verify"], "").expect(0);
}

#[test]
fn a_limit_of_file_sizes_ends_a_backup_in_order() {
    let site = Site::new();
    let folder = &site.app.folder;
    let place = folder.file("place");
    fs::create_dir(&place).unwrap();
    let script = "ulimit -f 160 && exec \"$0\" backup --data \"$1\" --to \"$2\"";
    let mut limited = Command::new("bash");
    let limited = limited.args(["-c", script]).arg(program());
    let limited = limited.arg(folder.data()).arg(place.join(COPY));
    let ended = limited.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{} {said}", ended.status);
    assert!(said.contains("too large for a limit"), "{said}");
    assert!(names(&place).is_empty(), "{:?}", names(&place));
    let recorded = until(folder, "backup.create", 1).remove(0);
    assert_eq!(recorded["reason"], "io_error");
    site.deliver(&event("after")).expect(200);
}

#[test]
fn a_backup_looks_for_room_first() {
    let site = Site::new();
    let folder = &site.app.folder;
    let place = folder.file("small");
    fs::create_dir(&place).unwrap();
    let mut mount = Command::new("mount");
    let mount = mount.args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]);
    let mounted = mount.arg(&place).stderr(Stdio::null()).status();
    if !mounted.is_ok_and(|it| it.success()) {
        data::say("SKIPPED a_backup_looks_for_room_first: no file system can be mounted here");
        return;
    }
    let refused = back_up(folder, &place.join(COPY));
    let left = names(&place);
    let _ = Command::new("umount").arg("-l").arg(&place).status();
    assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("not enough room"),
        "{}",
        refused.stderr
    );
    assert!(left.is_empty(), "{left:?}");
    let recorded = until(folder, "backup.create", 1).remove(0);
    assert_eq!(recorded["reason"], "disk_full");
    site.deliver(&event("after")).expect(200);
}

/// As a kernel makes it that met an error: that is when somebody wants a copy.
#[test]
fn a_data_directory_that_became_read_only_is_copied_and_the_missing_note_is_told() {
    let (folder, _) = Site::furnished();
    let data = folder.data();
    let mount = |words: &[&str]| {
        let mut mount = Command::new("mount");
        let mount = mount.args(words).arg(&data).stderr(Stdio::null());
        mount.status().is_ok_and(|it| it.success())
    };
    let own = data.to_str().unwrap();
    if !mount(&["--bind", own]) || !mount(&["-o", "remount,bind,ro"]) {
        data::say("SKIPPED a_data_directory_that_became_read_only: nothing can be mounted here");
        return;
    }
    let copied = back_up(&folder, &folder.file(COPY));
    let _ = Command::new("umount").arg("-l").arg(&data).status();
    assert_eq!(copied.code, Some(1), "{}", copied.stderr);
    assert!(
        copied.stderr.contains("could not be noted"),
        "{}",
        copied.stderr
    );
    let file = folder.file(COPY);
    cli(&["verify", "--database", file.to_str().unwrap()], "").expect(0);
}

#[test]
fn a_signal_ends_a_backup_and_nothing_is_left_of_it() {
    const ENOUGH: &str = "create table padding (x blob);
        with recursive it(n) as (select 1 union all select n + 1 from it where n < 400)
        insert into padding select zeroblob(500000) from it;";
    let (folder, _) = Site::furnished();
    let database = Database::open(folder.data().join("annals.db")).unwrap();
    database.execute_batch(ENOUGH).unwrap();
    drop(database);
    let place = folder.file("place");
    fs::create_dir(&place).unwrap();
    for (name, number) in [("TERM", 1), ("INT", 2), ("HUP", 3)] {
        let mut backup = Command::new(program());
        backup.args(["backup", "--data"]).arg(folder.data());
        backup.arg("--to").arg(place.join(COPY)).env_clear();
        let mut backup = backup.stderr(Stdio::null()).spawn().unwrap();
        let began = Instant::now();
        while names(&place).is_empty() {
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "it does not begin"
            );
            thread::sleep(Duration::from_millis(1));
        }
        signal(backup.id(), name);
        assert_eq!(backup.wait().unwrap().code(), Some(1), "{name}");
        assert!(names(&place).is_empty(), "{name}: {:?}", names(&place));
        folder
            .cli(&["export", "--action", "backup.create"], "")
            .expect(0);
        let recorded = of_action(&folder, "backup.create");
        assert_eq!(recorded.len(), number);
        assert_eq!(recorded[number - 1]["reason"], "interrupted");
    }
}

#[test]
fn what_only_looks_like_a_note_of_a_backup_is_removed_and_not_recorded() {
    let site = Site::new();
    let folder = &site.app.folder;
    let data = folder.data();
    let note = |id: &str| data.join(format!("backup-{id}.note"));
    fs::write(note("0000000000000001"), "1 5 done zq9w\n").unwrap();
    fs::write(note("0000000000000002"), "1 5 done 7\n".repeat(100_000)).unwrap();
    fs::write(note("0000000000000003"), b"\xff\xfe").unwrap();
    fs::write(data.join("backup-of-mine.note"), "1 5 done 7\n").unwrap();
    let began = Instant::now();
    while names(&data).iter().any(|it| it.starts_with("backup-0")) {
        assert!(began.elapsed() < Duration::from_secs(20), "they stay");
        thread::sleep(Duration::from_millis(20));
    }
    assert!(
        data.join("backup-of-mine.note").exists(),
        "not ours to remove"
    );
    assert!(of_action(folder, "backup.create").is_empty());
    let log = folder.log();
    assert_eq!(
        log.matches("a note of a backup is none").count(),
        3,
        "{log}"
    );
    assert!(!log.contains("zq9w"), "{log}");
}

/// What cannot be taken away would be recorded anew with every look.
#[test]
fn a_note_that_cannot_be_removed_is_recorded_once() {
    let (folder, _) = Site::furnished();
    let note = folder.data().join("backup-00000000000000aa.note");
    let said = folder.file("said");
    fs::write(&said, "1 1700000000000 done 7\n").unwrap();
    fs::write(&note, "").unwrap();
    let mut mount = Command::new("mount");
    let mount = mount.arg("--bind").args([&said, &note]);
    if !mount
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|it| it.success())
    {
        data::say("SKIPPED a_note_that_cannot_be_removed: nothing can be mounted here");
        return;
    }
    let app = Appliance::start_in(folder);
    let recorded = until(&app.folder, "backup.create", 1).remove(0);
    thread::sleep(Duration::from_millis(2500));
    let count = of_action(&app.folder, "backup.create").len();
    let log = app.folder.log();
    let _ = Command::new("umount").arg("-l").arg(&note).status();
    assert_eq!(count, 1, "{log}");
    assert_eq!(recorded["occurred_at"], "2023-11-14T22:13:20.000Z");
    assert_eq!(recorded["late"], true);
    assert_eq!(log.matches("cannot remove a note").count(), 1, "{log}");
}
