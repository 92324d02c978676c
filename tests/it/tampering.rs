//! What `annals verify` finds: the mutations of the log that careless or hostile hands could make.
use std::fs;

use rusqlite::{Connection as Database, OptionalExtension};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::appliance::{Appliance, Folder, cli};
use crate::site::{Site, deliver, event};

/// A stopped instance with a few events in two Pools.
fn log() -> Folder {
    let (folder, keys) = Site::furnished();
    let app = Appliance::start_in(folder);
    let mut connection = app.connect();
    for number in 0..20 {
        let id = format!("t-{number}");
        let key = if number % 3 == 0 {
            &keys.core_write
        } else {
            &keys.write
        };
        deliver(&mut connection, key, &event(&id)).expect(200);
    }
    drop(connection);
    let (status, folder) = app.terminate();
    assert!(status.success());
    folder
}

/// Runs `change` on a copy and says what `verify` finds in it: class and event of each finding.
fn found(log: &Folder, change: impl Fn(&Database)) -> Vec<(String, Option<i64>)> {
    let copy = Folder::new();
    let file = copy.file("copy.db");
    fs::copy(log.data().join("annals.db"), &file).unwrap();
    let database = Database::open(&file).unwrap();
    let triggers = triggers(&database);
    for (name, _) in &triggers {
        database
            .execute_batch(&format!("drop trigger {name}"))
            .unwrap();
    }
    change(&database);
    for (_, sql) in &triggers {
        database.execute_batch(sql).unwrap();
    }
    drop(database);
    let report = verify(&file.to_string_lossy(), &[]);
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|it| (it["class"].as_str().unwrap().to_owned(), it["seq"].as_i64()))
        .collect()
}

fn verify(file: &str, more: &[&str]) -> Value {
    let arguments = [&["verify", "--database", file, "--json"], more].concat();
    let outcome = cli(&arguments, "");
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let clean = report["verdict"] == "clean";
    assert_eq!(outcome.code, Some(if clean { 0 } else { 3 }));
    report
}

fn triggers(database: &Database) -> Vec<(String, String)> {
    let mut statement = database
        .prepare("select name, sql from sqlite_schema where type = 'trigger'")
        .unwrap();
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn an_untouched_log_is_clean_and_its_root_is_an_anchor() {
    let log = log();
    let file = log.data().join("annals.db");
    let report = verify(&file.to_string_lossy(), &[]);
    assert_eq!(report["verdict"], "clean", "{report}");
    let (size, root) = (
        report["size"].as_u64().unwrap(),
        report["root"].as_str().unwrap(),
    );
    let expect = format!("{size}:{root}");
    let again = verify(&file.to_string_lossy(), &["--expect", &expect]);
    assert_eq!(again["verdict"], "clean");
    let wrong = format!("{}:{root}", size - 1);
    let again = verify(&file.to_string_lossy(), &["--expect", &wrong]);
    assert_eq!(
        again["findings"],
        json!([{ "class": "expect", "seq": null }])
    );
}

#[test]
fn each_mutation_is_found_and_named() {
    let log = log();
    let case = |change: &str, class: &str, seq: Option<i64>| {
        let findings = found(&log, |it| it.execute_batch(change).unwrap());
        assert!(
            findings.contains(&(class.to_owned(), seq)),
            "{change}: {findings:?}"
        );
    };
    let at = |set: &str| format!("update event set {set} where seq = 20");
    assert_eq!(found(&log, |_| {}), [], "the copy itself");
    case(
        &at("payload = replace(payload, 'success', 'failure')"),
        "payload",
        Some(20),
    );
    case(&at("salt = randomblob(32)"), "payload", Some(20));
    case(&at("kind = 2"), "leaf", Some(20));
    case(&at("received_ms = received_ms + 1"), "leaf", Some(20));
    case(&at("pool_no = 3 - pool_no"), "leaf", Some(20));
    case(&at("leaf = randomblob(32)"), "leaf", Some(20));
    case("delete from event where seq = 20", "gap", Some(21));
    case("delete from event where seq = 0", "gap", Some(1));
    case(
        "update event set seq = 1000 where seq = 20; update event set seq = 20 where seq = 21;
         update event set seq = 21 where seq = 1000",
        "leaf",
        Some(20),
    );
    case(
        "update term set text = 'somebody else' where vocabulary = 3 and no = 1",
        "derived",
        Some(0),
    );
    let unused = "select 1, max(no) + 1, 'never.used' from term where vocabulary = 1";
    case(&format!("insert into term {unused}"), "derived", None);
    case(
        "drop trigger if exists none; create table extra (x)",
        "schema",
        None,
    );
    case(&at("item = zeroblob(32)"), "item", Some(20));
    case(
        "update pool_key set digest = randomblob(32)",
        "record",
        None,
    );
    case("update last_use set used_ms = 1", "record", None);
}

/// Somebody who recomputes hashes still has to keep the numbers dense and the times in order.
#[test]
fn a_rewritten_row_with_new_hashes_is_found_by_its_place() {
    let log = log();
    let rewritten = |set: &str| {
        found(&log, |database| {
            database
                .execute_batch(&format!("update event set {set} where seq = 20"))
                .unwrap();
            rehash(database, 20);
        })
    };
    let skipped = rewritten("pool_seq = pool_seq + 1");
    assert!(
        skipped.contains(&("pool_gap".to_owned(), Some(20))),
        "{skipped:?}"
    );
    let earlier = rewritten("received_ms = 1");
    assert!(
        earlier.contains(&("time".to_owned(), Some(20))),
        "{earlier:?}"
    );
    let text = rewritten("payload = replace(payload, 'success', 'failure')");
    let only_derived = text.iter().all(|(class, _)| class == "derived");
    assert!(only_derived, "content alone needs an anchor: {text:?}");
}

/// What no row can show, a root that was written down does: a consistent rewrite, a cut tail.
#[test]
fn an_anchor_finds_a_consistent_rewrite_and_a_cut_tail() {
    let log = log();
    let file = log.data().join("annals.db");
    let report = verify(&file.to_string_lossy(), &[]);
    let size = report["size"].as_u64().unwrap();
    let anchor = format!("{size}:{}", report["root"].as_str().unwrap());
    for change in [
        "update event set payload = replace(payload, '\"t-', '\"u-') where seq = 20",
        "delete from event where seq = (select max(seq) from event)",
    ] {
        let copy = Folder::new();
        let file = copy.file("copy.db");
        fs::copy(log.data().join("annals.db"), &file).unwrap();
        let database = Database::open(&file).unwrap();
        let triggers = triggers(&database);
        for (name, _) in &triggers {
            database
                .execute_batch(&format!("drop trigger {name}"))
                .unwrap();
        }
        database.execute_batch(change).unwrap();
        rehash(&database, 20);
        for (_, sql) in &triggers {
            database.execute_batch(sql).unwrap();
        }
        drop(database);
        let report = verify(&file.to_string_lossy(), &["--expect", &anchor]);
        let findings = report["findings"].to_string();
        assert!(findings.contains("\"expect\""), "{change}: {findings}");
    }
}

/// A flipped bit anywhere in the file is found, or it is in nothing that the ledger covers.
#[test]
fn a_flipped_bit_is_found_or_changes_no_event() {
    let log = log();
    let original = fs::read(log.data().join("annals.db")).unwrap();
    let clean = |bytes: &[u8]| {
        let copy = Folder::new();
        let file = copy.file("copy.db");
        fs::write(&file, bytes).unwrap();
        let outcome = cli(&["verify", "--database", &file.to_string_lossy()], "");
        outcome.code == Some(0)
    };
    assert!(clean(&original));
    let mut place = 0x9e37_79b9_usize;
    let mut unnoticed = 0;
    for _ in 0..20 {
        place = place
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mut bytes = original.clone();
        let at = place % bytes.len();
        bytes[at] ^= 1 << (place >> 32 & 7);
        if clean(&bytes) {
            let same = covered(&bytes) == covered(&original);
            assert!(same, "the flip at byte {at} changed an event unseen");
            unnoticed += 1;
        }
    }
    println!(
        "20 flipped bits: {} found, {unnoticed} in no event",
        20 - unnoticed
    );
}

/// What the ledger covers of every event, as a digest.
fn covered(bytes: &[u8]) -> Vec<u8> {
    let folder = Folder::new();
    let file = folder.file("covered.db");
    fs::write(&file, bytes).unwrap();
    let database = Database::open(&file).unwrap();
    let mut statement = database
        .prepare(
            "select seq, kind, received_ms, pool_no, pool_seq, salt, payload, commitment, leaf
             from event order by seq",
        )
        .unwrap();
    let mut digest = Sha256::new();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        for column in 0..9 {
            digest.update(format!("{:?} ", row.get_ref(column).unwrap()));
        }
    }
    digest.finalize().to_vec()
}

/// Recomputes commitment and leaf of one row, as AL1 says (`tamper-evidence.md` §2).
fn rehash(database: &Database, seq: i64) {
    let row = database
        .query_row(
            "select kind, received_ms, coalesce(id, zeroblob(16)), pool_seq, salt, payload
             from event left join pool on no = pool_no where seq = ?1",
            [seq],
            |row| {
                let kind: u8 = row.get(0)?;
                let received: i64 = row.get(1)?;
                let pool: Vec<u8> = row.get(2)?;
                let pool_seq: i64 = row.get(3)?;
                let salt: Vec<u8> = row.get(4)?;
                let payload: String = row.get(5)?;
                Ok((kind, received, pool, pool_seq, salt, payload))
            },
        )
        .optional()
        .unwrap();
    let Some((kind, received, pool, pool_seq, salt, payload)) = row else {
        return;
    };
    let commitment = Sha256::new()
        .chain_update(b"AL1 payload\n")
        .chain_update(salt)
        .chain_update(payload)
        .finalize();
    let leaf = Sha256::new()
        .chain_update([0])
        .chain_update(b"AL1 entry\n")
        .chain_update([kind])
        .chain_update(seq.to_be_bytes())
        .chain_update(received.to_be_bytes())
        .chain_update(pool)
        .chain_update(pool_seq.to_be_bytes())
        .chain_update(commitment)
        .finalize();
    database
        .execute(
            "update event set commitment = ?2, leaf = ?3 where seq = ?1",
            (seq, commitment.as_slice(), leaf.as_slice()),
        )
        .unwrap();
}
