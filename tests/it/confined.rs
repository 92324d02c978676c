//! The serving process is shut in by the kernel: its own directory, accepted connections, no more.
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::appliance::{Appliance, refused_start};

#[test]
fn every_thread_of_the_server_is_behind_both_walls_and_leaves_no_core() {
    let app = Appliance::start();
    assert_eq!(app.get("/healthz").status, 200);
    let process = format!("/proc/{}", app.process());
    let mut threads = 0;
    for task in fs::read_dir(format!("{process}/task")).unwrap() {
        let status = fs::read_to_string(task.unwrap().path().join("status")).unwrap();
        let says = |field: &str| {
            let line = status.lines().find(|line| line.starts_with(field));
            line.and_then(|it| it.split_whitespace().nth(1))
                .map(str::to_owned)
        };
        assert_eq!(says("NoNewPrivs:").as_deref(), Some("1"), "{status}");
        assert_eq!(says("Seccomp:").as_deref(), Some("2"), "{status}");
        threads += 1;
    }
    assert!(threads > 3, "{threads} threads");
    let limits = fs::read_to_string(format!("{process}/limits")).unwrap();
    let core = limits
        .lines()
        .find(|it| it.starts_with("Max core file size"));
    let core: Vec<_> = core.unwrap().split_whitespace().skip(4).take(2).collect();
    assert_eq!(core, ["0", "0"]);
    assert!(
        app.folder
            .log()
            .contains("confined files=true calls=true cores=true")
    );
}

#[test]
fn a_key_that_is_a_link_to_a_file_outside_the_directory_is_out_of_reach() {
    let (status, folder) = Appliance::start().terminate();
    assert!(status.success());
    let (key, outside) = (
        folder.data().join("keys/instance.key"),
        folder.file("outside.key"),
    );
    fs::rename(&key, &outside).unwrap();
    symlink(&outside, &key).unwrap();
    assert_eq!(refused_start(&folder).code(), Some(1));
    let log = folder.log();
    assert!(
        log.contains("a key file is missing or cannot be read"),
        "{log}"
    );

    // The same link inside the directory is read: it was the wall that refused.
    let inside = folder.data().join("moved.key");
    fs::rename(&outside, &inside).unwrap();
    fs::remove_file(&key).unwrap();
    symlink(&inside, &key).unwrap();
    assert_eq!(
        fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(Appliance::start_in(folder).get("/readyz").status, 200);
}
