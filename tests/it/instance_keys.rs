//! The keys beside the database: another one, or none, and the server does not start; and what is
//! sealed with one opens at its own place alone.
use std::fs;

use rusqlite::Connection as Database;

use crate::appliance::{Appliance, refused_start};
use crate::browser::{Browser, PASSWORD};
use crate::second_factor::{enroll, finish};
use crate::site::{ADMIN, OTHER_ADMIN, Site, event};

#[test]
fn with_a_wrong_or_missing_key_nothing_starts_and_nothing_is_changed() {
    let (folder, _) = Site::furnished();
    let data = folder.data();
    let database = || fs::read(data.join("annals.db")).unwrap();
    let before = database();
    let mut tried = 0;
    for entry in fs::read_dir(data.join("keys")).unwrap() {
        let file = entry.unwrap().path();
        let key = fs::read(&file).unwrap();
        let other: Vec<u8> = key.iter().map(|it| it ^ 1).collect();
        for wrong in [Some(other.as_slice()), Some(&key[1..]), None] {
            match wrong {
                Some(bytes) => fs::write(&file, bytes).unwrap(),
                None => fs::rename(&file, folder.file("away")).unwrap(),
            }
            let name = file.display();
            assert_eq!(refused_start(&folder).code(), Some(1), "{name}");
            assert!(database() == before, "{name}: the database was changed");
            assert_eq!(file.exists(), wrong.is_some(), "{name} was made anew");
            tried += 1;
        }
        fs::rename(folder.file("away"), &file).unwrap();
        fs::write(&file, &key).unwrap();
    }
    assert!(tried >= 9, "{tried}");
    let app = Appliance::start_in(folder);
    Browser::signed_in(&app, ADMIN);
}

#[test]
fn sealed_secrets_that_changed_places_open_nothing() {
    let site = Site::new();
    let people = [ADMIN, OTHER_ADMIN];
    let phones = people.map(|it| enroll(&Browser::signed_in(&site.app, it)).0);
    site.deliver(&event("newest")).expect(200);
    let Site { app, keys } = site;
    let (_, folder) = app.terminate();
    let database = Database::open(folder.data().join("annals.db")).unwrap();
    let swapped = "update second_factor set recorded_seq = (select max(seq) from event),
        secret = (select secret from old where old.operator_no <> second_factor.operator_no)";
    let swap = format!("create temp table old as select * from second_factor; {swapped};");
    database.execute_batch(&swap).unwrap();
    drop(database);
    let site = Site {
        app: Appliance::start_in(folder),
        keys,
    };
    for email in people {
        for phone in &phones {
            let pending = Browser::new(&site.app);
            pending.sign_in(email, PASSWORD).expect(200);
            let reply = finish(&pending, "/sign-in/code", &phone.code(0));
            assert_ne!(reply.status, 303, "{email} came in");
            assert_ne!(pending.send("GET", "/account", &[], b"").status, 200);
        }
    }
}
