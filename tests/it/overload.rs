//! More is sent than can be written: senders are told to come back, and neither other senders nor
//! people are kept out. The writer is held by a failpoint, so what comes back did not wait for it.
use std::fs;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::appliance::Appliance;
use crate::http::Reply;
use crate::people::press;
use crate::pools::at;
use crate::site::{EVENTS, JSON, NDJSON, Site, bearer, event, ids, post};

/// What one key's deliveries may take in the queue, and what all may.
const HALF: u64 = 16 * 1024 * 1024;
/// Each is counted with more than half a KiB, so that this many fill the queue of one key.
const BATCHES: usize = 40;
const BATCH: usize = 1000;
/// Deliveries of one key that may be under way where they are larger than this.
const UNDER_WAY: usize = 16;
const LARGE: usize = 100 * 1024;

#[test]
fn a_full_queue_answers_at_once_and_other_keys_and_people_come_through() {
    if std::env::var_os("ANNALS_TEST_BIN").is_some() {
        println!("SKIPPED overload: a release build has no failpoints");
        return;
    }
    let site = Site::new();
    let owner = site.owner();
    owner.page("/pools");
    let failpoint = site.app.folder.data().join("failpoint");
    fs::write(&failpoint, "hold").unwrap();
    let batch = format!("{}\n", json!({ "action": "a.b", "outcome": "success" })).repeat(BATCH);
    thread::scope(|threads| {
        let (sender, answers) = mpsc::channel::<Reply>();
        for _ in 0..BATCHES {
            let (sender, batch, site) = (sender.clone(), &batch, &site);
            threads.spawn(move || {
                let mut connection = site.app.connect();
                let key = &site.keys.write;
                let reply = post(&mut connection, key, NDJSON, batch.as_bytes());
                sender.send(reply).unwrap();
            });
        }
        // Nobody else is answered while the writer is held.
        let refused = answers.recv().unwrap();
        assert_eq!(refused.status, 503, "{}", refused.text());
        assert_eq!(refused.problem(), "unavailable");
        assert!(
            refused.text().contains("Too much is waiting"),
            "{}",
            refused.text()
        );
        assert_eq!(refused.header("retry-after"), Some("1"));
        let queued = waiting(&site.app);
        assert!(queued <= HALF, "one key has {queued} bytes");
        let other = threads.spawn(|| {
            let body = event("other").to_string();
            post(
                &mut site.app.connect(),
                &site.keys.core_write,
                JSON,
                body.as_bytes(),
            )
        });
        let disable = format!("{}/disable", at(&site, "/pools/{pool/core}"));
        let done = threads.spawn(move || press(&owner, &disable));
        while waiting(&site.app) <= queued {
            thread::sleep(Duration::from_millis(5));
        }
        fs::remove_file(&failpoint).unwrap();
        other.join().unwrap().expect(200);
        done.join().unwrap().expect(303);
        drop(sender);
        let recorded = answers.iter().filter(|it| it.status == 200).count();
        assert!(recorded > 0 && recorded < BATCHES, "{recorded}");
    });
}

#[test]
fn what_is_too_much_of_a_key_is_refused_before_its_body_and_is_nowhere() {
    if std::env::var_os("ANNALS_TEST_BIN").is_some() {
        println!("SKIPPED overload: a release build has no failpoints");
        return;
    }
    let site = Site::new();
    let failpoint = site.app.folder.data().join("failpoint");
    fs::write(&failpoint, "hold").unwrap();
    thread::scope(|threads| {
        let (sender, answers) = mpsc::channel::<Reply>();
        for number in 0..=UNDER_WAY {
            let (sender, site) = (sender.clone(), &site);
            threads.spawn(move || {
                let body = format!("{}{}", " ".repeat(LARGE), event(&format!("large-{number}")));
                let key = &site.keys.write;
                let reply = post(&mut site.app.connect(), key, JSON, body.as_bytes());
                sender.send(reply).unwrap();
            });
        }
        let refused = answers.recv().unwrap().expect(503);
        assert_eq!(refused.header("retry-after"), Some("1"));
        // Of the next one no body comes at all: its head is answered.
        let head = format!(
            "POST {EVENTS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {}\r\n\
             Content-Type: application/json\r\nContent-Length: {LARGE}\r\n\r\n",
            bearer(&site.keys.write)
        );
        let refused = site.app.connect().send_raw(head.as_bytes()).unwrap();
        assert_eq!(refused.status, 503, "{}", refused.text());
        fs::remove_file(&failpoint).unwrap();
        drop(sender);
        assert!(answers.iter().all(|it| it.status == 200));
    });
    let stored = ids(&site.read("limit=100"));
    let large = stored.iter().filter(|it| it.starts_with("large-"));
    assert_eq!(large.count(), UNDER_WAY, "{stored:?}");
    site.deliver(&event("afterwards")).expect(200);
}

/// Bytes in the queue, as the metrics say.
fn waiting(app: &Appliance) -> u64 {
    let text = app.get("/metrics").expect(200).text();
    let mut lines = text.lines();
    let line = lines.find_map(|it| it.strip_prefix("annals_queue_bytes "));
    line.unwrap().parse().unwrap()
}
