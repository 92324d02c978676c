//! What a 2xx says is stored stays stored: crashes, stops, locks, damage.
use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection as Database, OpenFlags};
use serde_json::{Value, json};

use crate::appliance::{Appliance, Folder, exists, refused_start};
use crate::http::Connection;
use crate::site::{EVENTS, JSON, Site, bearer, deliver, event, event_with, ids, seq};

/// `tests/accept/kill9` does it two hundred times.
const KILLS: u64 = 5;
const CLIENTS: usize = 4;

/// What the clients know: every id sent, and the number acknowledged for it.
#[derive(Default)]
struct Journal {
    sent: Vec<String>,
    acked: BTreeMap<String, i64>,
}

#[test]
fn kill_nine_loses_nothing_acknowledged_and_stores_nothing_twice() {
    let (folder, keys) = Site::furnished();
    let mut app = Appliance::start_in(folder);
    let (mut sent, mut acked, mut late) = (0, 0, 0);
    for round in 0..KILLS {
        let journal = Mutex::new(Journal::default());
        let after = Duration::from_millis(40 + round * 37 % 211);
        app = kill_under_load(app, &keys.write, round, &journal, after);
        let journal = journal.into_inner().unwrap();
        late += repeat(&app, &keys.write, &journal);
        sent += journal.sent.len();
        acked += journal.acked.len();
    }
    let stored = walk(&app, &keys.read);
    assert_eq!(stored.len(), sent, "each id once, and all of them");
    let (status, folder) = app.terminate();
    assert!(status.success());
    dense(&folder);
    folder.cli(&["verify"], "").expect(0);
    println!("{KILLS} kills: {sent} events sent, {acked} acknowledged, 0 lost, 0 twice;");
    println!("{late} were stored although the answer never came");
    assert!(
        acked > 0,
        "the load never got an answer: the test proves nothing"
    );
}

#[test]
fn a_stop_leaves_one_clean_file() {
    let (folder, keys) = Site::furnished();
    let app = Appliance::start_in(folder);
    let stop = AtomicBool::new(false);
    let acked = AtomicUsize::new(0);
    let address = app.address.clone();
    let folder = thread::scope(|scope| {
        scope.spawn(|| {
            let mut connection = Connection::open(&address);
            for number in 0.. {
                let body = event(&format!("s-{number}")).to_string();
                let bearer = bearer(&keys.write);
                let headers = [("Authorization", bearer.as_str()), JSON];
                let reply = connection.try_send("POST", EVENTS, &headers, body.as_bytes());
                match reply {
                    Ok(reply) if reply.status == 200 => acked.fetch_add(1, Ordering::Relaxed),
                    _ => break,
                };
                if stop.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        thread::sleep(Duration::from_millis(300));
        let (status, folder) = app.terminate();
        stop.store(true, Ordering::Relaxed);
        assert_eq!(status.code(), Some(0));
        folder
    });
    assert!(!exists(&folder.data(), "annals.db-wal"), "a -wal is left");
    assert!(!exists(&folder.data(), "setup-code"));
    let app = Appliance::start_in(folder);
    let stored = walk(&app, &keys.read).len();
    assert!(stored >= acked.load(Ordering::Relaxed), "{stored} stored");
    assert!(stored > 0);
}

#[test]
fn a_second_server_on_the_same_directory_exits_four() {
    let site = Site::new();
    assert_eq!(refused_start(&site.app.folder).code(), Some(4));
    let refused = site
        .app
        .folder
        .cli(&["pool", "create", "--slug", "x", "--name", "X"], "");
    assert!(refused.expect(4).stderr.contains("in use"));
    site.deliver(&event("still-alive")).expect(200);
}

#[test]
fn a_newer_database_is_refused_and_not_touched() {
    let (folder, _) = Site::furnished();
    let file = folder.data().join("annals.db");
    let database = Database::open(&file).unwrap();
    database
        .execute_batch("pragma user_version = 9999")
        .unwrap();
    drop(database);
    let before = fs::read(&file).unwrap();
    assert_eq!(refused_start(&folder).code(), Some(78));
    assert_eq!(fs::read(&file).unwrap(), before, "the file was changed");
    assert!(folder.log().lines().count() >= 1, "it says nothing");
}

#[test]
fn a_locked_database_gives_503_and_loses_nothing() {
    let site = Site::new();
    site.deliver(&event("before")).expect(200);
    let lock = Database::open(site.app.folder.data().join("annals.db")).unwrap();
    lock.execute_batch("begin immediate").unwrap();
    let refused = site.deliver(&event("during")).expect(503);
    assert_eq!(refused.problem(), "unavailable");
    assert!(refused.header("retry-after").is_some());
    let page = site.owner_without_writing();
    assert!(
        page.contains("before") || page.contains("503"),
        "an empty page: {page}"
    );
    lock.execute_batch("rollback").unwrap();
    site.deliver(&event("during")).expect(200);
    assert_eq!(ids(&site.read("")), ["during", "before"]);
}

impl Site {
    fn owner_without_writing(&self) -> String {
        let reply = crate::site::get(&mut self.app.connect(), &self.keys.read, EVENTS);
        format!("{} {}", reply.status, reply.text())
    }
}

#[test]
fn the_database_itself_refuses_a_change_without_its_event() {
    let (folder, _) = Site::furnished();
    let database = Database::open(folder.data().join("annals.db")).unwrap();
    for table in ["pool", "operator", "pool_key"] {
        let newest = "(select max(seq) from event)";
        let stale = format!("update {table} set recorded_seq = recorded_seq");
        let wrong = format!("update {table} set recorded_seq = {newest} + 1");
        let gone = format!("delete from {table}");
        for statement in [stale, wrong, gone] {
            assert!(database.execute(&statement, []).is_err(), "{statement}");
        }
    }
    for statement in ["delete from event", "update event set payload = '{}'"] {
        assert!(database.execute(statement, []).is_err(), "{statement}");
    }
}

#[test]
fn a_refused_change_changes_nothing_and_is_one_failure_event() {
    let site = Site::new();
    let owner = site.owner();
    let before = owner.page("/pools");
    let reply = owner.submit("/pools", &[("slug", "edge"), ("name", "Edge again")]);
    assert!(matches!(reply.status, 409 | 422), "{}", reply.status);
    let after = owner.page("/pools");
    assert!(!after.contains("Edge again"));
    assert_eq!(before.matches("<tr").count(), after.matches("<tr").count());
    let page = owner.page("/audit-logs?action=pool.create&outcome=failure");
    assert_eq!(crate::browser::rows(&page).len(), 1, "{page}");
    assert!(page.contains("Pool creation failed"), "{page}");
}

#[test]
fn asking_for_the_present_state_writes_nothing() {
    let site = Site::new();
    let owner = site.owner();
    let count = || crate::browser::rows(&owner.page("/audit-logs?action=api_key.*")).len();
    let page = owner.page("/api-keys");
    let links = crate::html::elements(&page, "a").into_iter();
    let mut links = links.map(|it| it.attribute("href").to_owned());
    let pause = links.find(|it| it.ends_with("/pause")).unwrap();
    owner.press(&pause, "/pause").expect(200);
    let once = count();
    owner.press(&pause, "/pause");
    assert_eq!(count(), once, "pausing twice is one event");
}

#[test]
fn later_changes_touch_no_stored_byte() {
    let site = Site::new();
    let owner = site.owner();
    let seq = site.record(&event("kept"));
    let stored = |app: &Appliance| -> Vec<(i64, String, Vec<u8>)> {
        let rows = read_only(&app.folder);
        let mut rows = rows
            .prepare("select seq, payload, leaf from event where seq <= ?1")
            .unwrap();
        let rows = rows.query_map([seq], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        rows.unwrap().map(Result::unwrap).collect()
    };
    let before = stored(&site.app);
    owner.act("/api-keys", "edge writer", "revoke");
    owner.create_pool("later", "Later");
    assert_eq!(stored(&site.app), before);
    let payload = &before.last().unwrap().1;
    for kept in ["Ana Ruiz", "Edge EU", "edge writer"] {
        assert!(payload.contains(kept), "{kept} is not kept in {payload}");
    }
    assert!(owner.page("/audit-logs").contains("Ana Ruiz"));
}

#[test]
fn one_unreadable_row_says_so_and_the_rest_is_shown() {
    let site = Site::new();
    let seqs: Vec<_> = (0..3)
        .map(|it| site.record(&event(&format!("u-{it}"))))
        .collect();
    let Site { app, keys: _ } = site;
    let (status, folder) = app.terminate();
    assert!(status.success());
    let database = Database::open(folder.data().join("annals.db")).unwrap();
    database
        .execute_batch("drop trigger event_is_only_ever_erased")
        .unwrap();
    let damage = "update event set payload = '{\"damaged' where seq = ?1";
    database.execute(damage, [seqs[1]]).unwrap();
    drop(database);
    assert_eq!(
        folder.cli(&["verify"], "").code,
        Some(3),
        "verify saw nothing"
    );
    let app = Appliance::start_in(folder);
    let page = crate::browser::Browser::signed_in(&app, crate::browser::OWNER).page("/audit-logs");
    let shown: Vec<_> = crate::browser::rows(&page)
        .into_iter()
        .map(|(seq, _)| seq)
        .collect();
    assert!(
        shown.contains(&seqs[0]) && shown.contains(&seqs[2]),
        "{shown:?}"
    );
    assert!(!page.contains("damaged"), "{page}");
}

#[test]
fn the_index_is_rebuilt_to_the_same_answers() {
    let site = Site::new();
    let batch: Vec<_> = (0..300)
        .map(|it| {
            let hour = it * 7 % 24;
            let at = format!("2026-03-{:02}T{hour:02}:00:00Z", 1 + it % 28);
            event_with(&format!("r-{it}"), json!({ "occurred_at": at }))
        })
        .collect();
    site.deliver(&json!(batch)).expect(200);
    let before = site.read("via=key&limit=200");
    let Site { app, keys } = site;
    let site = Site {
        app: app.crash_and_restart(),
        keys,
    };
    assert_eq!(site.read("via=key&limit=200"), before);
    let Site { app, keys } = site;
    let site = Site {
        app: app.restart(),
        keys,
    };
    assert_eq!(site.read("via=key&limit=200"), before);
}

/// Loads the server from several clients, kills it in the middle, and starts it again.
fn kill_under_load(
    app: Appliance,
    key: &str,
    round: u64,
    journal: &Mutex<Journal>,
    after: Duration,
) -> Appliance {
    let address = app.address.clone();
    let folder = thread::scope(|scope| {
        for client in 0..CLIENTS {
            let address = &address;
            scope.spawn(move || load(address, key, &format!("{round}-{client}"), journal));
        }
        thread::sleep(after);
        app.crash()
    });
    Appliance::start_in(folder)
}

/// Single events and small batches in turn, until the server is gone.
fn load(address: &str, key: &str, name: &str, journal: &Mutex<Journal>) {
    let bearer = bearer(key);
    let headers = [("Authorization", bearer.as_str()), JSON];
    let Ok(mut connection) = Connection::try_open(address) else {
        return;
    };
    for number in 0.. {
        let size = if number % 3 == 0 { 7 } else { 1 };
        let ids: Vec<_> = (0..size)
            .map(|it| format!("k-{name}-{number}-{it}"))
            .collect();
        let body = json!(ids.iter().map(|it| event(it)).collect::<Vec<_>>()).to_string();
        journal.lock().unwrap().sent.extend(ids.iter().cloned());
        let Ok(reply) = connection.try_send("POST", EVENTS, &headers, body.as_bytes()) else {
            return;
        };
        if reply.status == 200 {
            let receipt = reply.json();
            let seqs = ids
                .iter()
                .enumerate()
                .map(|(at, id)| (id.clone(), seq(&receipt, at)));
            journal.lock().unwrap().acked.extend(seqs);
        }
    }
}

/// Sends every id again, as a client must, and compares what was acknowledged before the crash.
/// Returns how many had been stored without an answer.
fn repeat(app: &Appliance, key: &str, journal: &Journal) -> usize {
    let mut connection = app.connect();
    let mut late = 0;
    for ids in journal.sent.chunks(500) {
        let batch: Vec<_> = ids.iter().map(|it| event(it)).collect();
        let receipt = deliver(&mut connection, key, &json!(batch))
            .expect(200)
            .json();
        for (at, id) in ids.iter().enumerate() {
            let duplicate = receipt["results"][at]["status"] == "duplicate";
            match journal.acked.get(id) {
                Some(acked) => {
                    assert!(duplicate, "{id} was acknowledged and is lost");
                    assert_eq!(seq(&receipt, at), *acked, "{id} has another receipt");
                }
                None => late += usize::from(duplicate),
            }
        }
    }
    late
}

/// Every sender's id in the feed, in order of arrival; fails when one comes twice.
pub fn walk(app: &Appliance, key: &str) -> Vec<String> {
    let mut connection = app.connect();
    let mut found = Vec::new();
    let mut after = -1;
    loop {
        let path = format!("{EVENTS}?after_seq={after}&limit=200");
        let page: Value = crate::site::get(&mut connection, key, &path)
            .expect(200)
            .json();
        let Some(last) = page["events"].as_array().unwrap().last() else {
            break;
        };
        after = last["seq"].as_i64().unwrap();
        found.extend(ids(&page));
    }
    let mut once = found.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), found.len(), "an id twice");
    found
}

fn dense(folder: &Folder) {
    let database = read_only(folder);
    let count = "select count(*), min(seq), max(seq) + 1 from event";
    let found = database.query_row(count, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let (count, first, next): (i64, i64, i64) = found.unwrap();
    assert_eq!((first, next), (0, count), "seq has holes");
    let holes = "select count(*) from (select pool_no, count(*) n, max(pool_seq) + 1 m from event \
        group by pool_no) where n <> m";
    let holes: i64 = database.query_row(holes, [], |row| row.get(0)).unwrap();
    assert_eq!(holes, 0, "a Pool's sequence has holes");
}

fn read_only(folder: &Folder) -> Database {
    let file = folder.data().join("annals.db");
    Database::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}
