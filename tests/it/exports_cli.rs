//! `annals export`: the same events as the page's export, for scripts on the host.
use std::io::Read;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::appliance::{Folder, Outcome, cli, program};
use crate::csv;
use crate::exports::{many, ndjson};
use crate::site::{Site, event, furnish_log};

#[test]
fn the_command_line_exports_the_same_and_is_recorded() {
    let site = Site::new();
    many(&site);
    let seqs = furnish_log(&site);
    let refused = site.app.folder.cli(&["export"], "");
    assert_eq!(refused.code, Some(4), "a server holds the directory");
    assert_eq!(refused.stdout, "");
    let expected = ndjson(&site.owner(), "via=key&outcome=failure").text();
    let (status, folder) = site.app.terminate();
    assert!(status.success());
    let rows =
        |outcome: &Outcome| -> Vec<String> { outcome.stdout.lines().map(str::to_owned).collect() };
    let filters = ["export", "--outcome", "failure", "--action", "service.*"];
    let exported = rows(&folder.cli(&filters, "").expect(0));
    let expected: Vec<_> = expected.lines().collect();
    let last = expected.len() - 1;
    assert_eq!(exported[..exported.len() - 1], expected[..last]);
    let table = folder
        .cli(&["export", "--format", "csv", "--pool", "core"], "")
        .expect(0);
    assert!(
        table.stderr.contains(" events, cut at "),
        "{}",
        table.stderr
    );
    let table = csv::rows(&table.stdout);
    assert!(table.iter().any(|it| it["seq"] == seqs[4].to_string()));
    assert!(table.iter().all(|it| it["pool_slug"] == "core"));

    let wrong = folder.cli(&["export", "--pool", "zq9w"], "").expect(2);
    assert_eq!(wrong.stdout, "");
    assert!(
        wrong
            .stderr
            .contains("Pool: no available Pool has this slug"),
        "{}",
        wrong.stderr
    );
    assert!(!wrong.stderr.contains("zq9w"), "{}", wrong.stderr);

    let own = rows(
        &folder
            .cli(&["export", "--action", "audit.export"], "")
            .expect(0),
    );
    let own: Vec<Value> = own
        .iter()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    let outcomes: Vec<_> = own[..3]
        .iter()
        .map(|it| it["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["failure", "success", "success"]);
    assert_eq!(own[0]["reason"], "invalid_items");
    assert_eq!(own[1]["pool"]["slug"], "core");
    for event in &own[..3] {
        assert_eq!(event["actor"]["label"], "command line");
        assert_eq!(event["via"]["kind"], "cli");
    }
}

#[test]
fn the_command_line_makes_no_instance_by_mistake() {
    let folder = Folder::new();
    folder.cli(&["export"], "").expect(1);
    assert!(!folder.data().exists());
    cli(&["export"], "").expect(2);
}

#[test]
fn a_reader_that_has_enough_ends_the_command_quietly() {
    let site = Site::new();
    many(&site);
    let (status, folder) = site.app.terminate();
    assert!(status.success());
    let mut child = Command::new(program())
        .args(["export", "--data"])
        .arg(folder.data())
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 100]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "not everything was exported");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !said.contains("annals:") && !said.contains("cut at"),
        "{said}"
    );
}

#[test]
fn an_event_that_cannot_be_read_has_its_row() {
    let site = Site::new();
    let seqs: Vec<_> = (0..3)
        .map(|it| site.record(&event(&format!("u-{it}"))))
        .collect();
    let (status, folder) = site.app.terminate();
    assert!(status.success());
    let database = rusqlite::Connection::open(folder.data().join("annals.db")).unwrap();
    database
        .execute_batch("drop trigger event_is_only_ever_erased")
        .unwrap();
    let damage = "update event set payload = '{\"damaged' where seq = ?1";
    database.execute(damage, [seqs[1]]).unwrap();
    drop(database);
    let exported = folder.cli(&["export"], "").expect(0).stdout;
    assert!(!exported.contains("damaged"), "{exported}");
    let row = exported
        .lines()
        .find(|it| it.contains("\"unreadable\":true"));
    let row: Value = serde_json::from_str(row.expect("no row")).unwrap();
    assert_eq!(row["seq"], seqs[1]);
    let table = csv::rows(
        &folder
            .cli(&["export", "--format", "csv"], "")
            .expect(0)
            .stdout,
    );
    let row = table
        .iter()
        .find(|it| it["seq"] == seqs[1].to_string())
        .expect("no row");
    assert_eq!(row["title"], "This event cannot be read");
}
