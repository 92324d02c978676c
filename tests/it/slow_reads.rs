//! A read that does not end is ended: whoever asked is told to come back, and the reader is there
//! for the next one. Debug builds read without end when the file `failpoint` says so.
use std::fs;
use std::thread;

use crate::browser::Browser;
use crate::site::{EVENTS, Site, event, get};

/// More than there are readers.
const ASKERS: usize = 12;

fn is_release() -> bool {
    let is_release = std::env::var_os("ANNALS_TEST_BIN").is_some();
    if is_release {
        println!("SKIPPED slow reads: a release build has no failpoints");
    }
    is_release
}

#[test]
fn a_read_without_an_end_is_answered_503_and_leaves_the_reader() {
    if is_release() {
        return;
    }
    let site = Site::new();
    let seq = site.record(&event("a"));
    let owner = site.owner();
    let failpoint = site.app.folder.data().join("failpoint");
    fs::write(&failpoint, "endless 2").unwrap();
    thread::scope(|threads| {
        let read = || get(&mut site.app.connect(), &site.keys.read, EVENTS).expect(503);
        let askers: Vec<_> = (0..ASKERS).map(|_| threads.spawn(read)).collect();
        for asker in askers {
            let reply = asker.join().unwrap();
            assert_eq!(reply.problem(), "unavailable");
            assert_eq!(reply.header("retry-after"), Some("1"));
        }
    });
    let page = owner.send("GET", "/audit-logs", &[], b"").expect(503);
    assert_eq!(page.header("retry-after"), Some("1"));
    let text = page.text();
    assert!(text.contains("Reading took too long"), "{text}");
    fs::remove_file(&failpoint).unwrap();
    assert_eq!(site.event(seq)["id"], "a");
    owner.page("/audit-logs");
}

#[test]
fn an_export_whose_piece_does_not_end_is_cut_short_and_not_passed_off_as_whole() {
    if is_release() {
        return;
    }
    let site = Site::new();
    site.record(&event("a"));
    let owner = site.owner();
    let failpoint = site.app.folder.data().join("failpoint");
    fs::write(&failpoint, "endless 5").unwrap();
    let export = |owner: &Browser| {
        let cookies = owner.cookie_header();
        let headers = [("Cookie", cookies.as_str())];
        let mut connection = site.app.connect();
        connection.try_send("GET", "/audit-logs.ndjson", &headers, b"")
    };
    let cut = export(&owner);
    assert!(cut.is_err(), "{cut:?}");
    let log = site.app.folder.log();
    assert!(log.contains("an export was cut"), "{log}");
    fs::remove_file(&failpoint).unwrap();
    let whole = export(&owner).unwrap().expect(200).text();
    assert!(whole.contains("checkpoint"), "{whole}");
}
