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
use crate::site::{JSON, NDJSON, Site, event, post};

/// What one key's deliveries may take in the queue, and what all may.
const HALF: u64 = 16 * 1024 * 1024;
/// Each is counted with more than half a KiB, so that this many fill the queue of one key.
const BATCHES: usize = 40;
const BATCH: usize = 1000;

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

/// Bytes in the queue, as the metrics say.
fn waiting(app: &Appliance) -> u64 {
    let text = app.get("/metrics").expect(200).text();
    let mut lines = text.lines();
    let line = lines.find_map(|it| it.strip_prefix("annals_queue_bytes "));
    line.unwrap().parse().unwrap()
}
