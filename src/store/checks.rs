//! What the store promises about changes, on a real file.
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::change::Stop;
use super::sql::OrSql;
use super::{Act, Appended, Asked, Edit, Events, NewKey, NewOperator, Origin, Question, Store};
use crate::base::{Clock, Error, Kind, Phc, hex, random};
use crate::model::safe::{ActionName, Email, Label, SafeEvent, SourceId};
use crate::model::{
    Action, ApiKey, By, Filter, GateMode, KeyAct, KeyState, Operator, Outcome, OwnEvent,
    Permission, Pool, Reason, RecordId, Role, Scope, Zone, request_id,
};

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let unique: [u8; 8] = random::bytes();
        Self(PathBuf::from(format!("/tmp/annals-store-{}", hex(&unique))))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn actions(store: &Store) -> Vec<String> {
    let question = Question {
        scope: Scope::of_the_host(),
        filter: Filter::default(),
        zone: Zone::utc(),
        now: i64::MAX / 2,
    };
    let events = store.events.feed(&question, -1, 200).await.unwrap();
    let line = |body: crate::model::Body| format!("{} {}", body.action, body.outcome.as_str());
    events.into_iter().map(|it| line(it.body)).collect()
}

async fn pool(store: &Store, slug: &str) -> crate::base::Result<Pool> {
    let by = By::command_line();
    store.pools.create(by, slug.to_owned(), "Edge").await
}

async fn key(store: &Store, slug: &str) -> ApiKey {
    let new = NewKey {
        pool_slug: slug.to_owned(),
        name: "ci".to_owned(),
        permission: Permission::Write,
        mode: GateMode::Gated,
        expires_ms: None,
    };
    let host = Scope::of_the_host();
    let created = store.api_keys.create(By::command_line(), &host, new).await;
    created.unwrap().0
}

fn asked(id: RecordId) -> Asked {
    Asked {
        scope: Scope::of_the_host(),
        id,
        version: None,
    }
}

/// An event with an id, and digests as the intake would make them.
fn event(id: u8, content: u8) -> SafeEvent {
    let mut item = [id; 32];
    item[16..].fill(content);
    SafeEvent {
        id: SourceId::parse("a").ok(),
        item: Some(item),
        occurred: None,
        action: ActionName::fixed("x.do"),
        outcome: Outcome::Success,
        reason: None,
        actor: None,
        target: None,
        request_id: None,
        ip: None,
        client: None,
        changes: Vec::new(),
        details: Vec::new(),
        redactions: 0,
    }
}

async fn deliver(
    store: &Store,
    key: &ApiKey,
    pool: &Pool,
    events: Vec<SafeEvent>,
) -> Vec<Appended> {
    let now = Clock::system().now();
    let delivery = request_id(now, random::bytes());
    let ready = Events::prepare(key, pool, events, delivery, now);
    store.events.deliver(key, ready, now).await.unwrap()
}

#[tokio::test]
async fn a_refused_change_is_undone_and_recorded_as_a_failure() {
    let folder = Folder::new();
    let store = Store::open(&folder.0, Clock::system()).unwrap();
    pool(&store, "edge").await.unwrap();
    let refused = pool(&store, "edge").await.err().unwrap();
    assert_eq!(refused.kind(), Kind::InvalidState);
    assert_eq!(refused.public(), Reason::NameTaken.phrase());
    assert_eq!(store.pools.list(&Scope::of_the_host()).len(), 1);
    let expected = ["pool.create success", "pool.create failure"];
    assert_eq!(actions(&store).await, expected);
}

#[tokio::test]
async fn a_change_that_fails_after_its_event_leaves_neither() {
    let folder = Folder::new();
    let store = Store::open(&folder.0, Clock::system()).unwrap();
    let failed = store
        .db
        .change(By::command_line(), |proposal| {
            let recorded = proposal.record(OwnEvent::new(Action::PoolCreate))?;
            let _ = recorded;
            Err::<super::change::Done<()>, _>(Stop::from(Error::new(Kind::Invalid, "no")))
        })
        .await;
    assert_eq!(failed.err().unwrap().kind(), Kind::Invalid);
    assert!(actions(&store).await.is_empty());
    pool(&store, "edge").await.unwrap();
    assert_eq!(actions(&store).await, ["pool.create success"]);
}

#[tokio::test]
async fn asking_for_the_present_state_writes_nothing() {
    let folder = Folder::new();
    let store = Store::open(&folder.0, Clock::system()).unwrap();
    pool(&store, "edge").await.unwrap();
    let key = key(&store, "edge").await;
    let set = async |act| {
        let by = By::command_line();
        store.api_keys.set_state(by, asked(key.id), act).await
    };
    set(KeyAct::Pause).await.unwrap();
    set(KeyAct::Pause).await.unwrap();
    let paused = |it: &&String| it.starts_with("api_key.pause");
    assert_eq!(actions(&store).await.iter().filter(paused).count(), 1);
    set(KeyAct::Revoke).await.unwrap();
    let refused = set(KeyAct::Resume).await.err().unwrap();
    assert_eq!(refused.kind(), Kind::InvalidState);
}

async fn operator(store: &Store, email: &str, role: Role) -> Operator {
    let new = NewOperator {
        email: Email::parse(email).unwrap(),
        name: Label::gate("Olga Ortiz").unwrap(),
        role,
        password: Phc::from_stored("no hash".to_owned()),
        origin: Origin::CommandLine,
    };
    let created = store.operators.create(By::command_line(), new, Vec::new());
    created.await.unwrap()
}

/// Nobody can ask for it in the console, where owners act on others alone; two at once can.
#[tokio::test]
async fn the_last_active_owner_stays_whoever_asks() {
    let folder = Folder::new();
    let store = Store::open(&folder.0, Clock::system()).unwrap();
    let olga = operator(&store, "olga@example.org", Role::Owner).await;
    let nils = operator(&store, "nils@example.org", Role::Owner).await;
    let act = |of: &Operator| Act {
        by: By::command_line(),
        by_no: None,
        id: of.id,
        version: None,
    };
    let demoted = |of: &Operator| Edit {
        email: Email::parse(&of.email).unwrap(),
        name: Label::gate(&of.name).unwrap(),
        role: Role::Admin,
        pools: Vec::new(),
    };
    let operators = &store.operators;
    operators.deactivate(act(&nils)).await.unwrap();
    let refused = operators.deactivate(act(&olga)).await.err().unwrap();
    assert_eq!(refused.public(), Reason::LastOwner.phrase());
    let refused = operators.edit(act(&olga), demoted(&olga)).await;
    let refused = refused.err().unwrap();
    assert_eq!(refused.public(), Reason::LastOwner.phrase());
    let hash = Phc::from_stored("no hash".to_owned());
    assert!(operators.reactivate(act(&nils), hash).await.unwrap());
    let (one, other) = tokio::join!(
        operators.edit(act(&olga), demoted(&olga)),
        operators.edit(act(&nils), demoted(&nils)),
    );
    assert!(one.is_ok() != other.is_ok());
    let owners = operators.list().into_iter();
    assert_eq!(owners.filter(|it| it.role == Role::Owner).count(), 1);
}

#[tokio::test]
async fn an_id_is_known_in_the_batch_in_the_log_and_after_a_restart() {
    let folder = Folder::new();
    let store = Store::open(&folder.0, Clock::system()).unwrap();
    let edge = pool(&store, "edge").await.unwrap();
    let writer = key(&store, "edge").await;
    let thrice = || vec![event(1, 1), event(1, 1), event(1, 2)];
    let first = deliver(&store, &writer, &edge, thrice()).await;
    let Appended::Recorded(receipt) = &first[0] else {
        panic!("not recorded");
    };
    assert!(matches!(&first[1], Appended::Duplicate(it) if it.seq == receipt.seq));
    assert!(matches!(&first[2], Appended::Conflict));
    store.close().await;
    drop(store);
    assert!(!folder.0.join("annals.db-wal").exists(), "one clean file");
    let store = Store::open(&folder.0, Clock::system()).unwrap();
    let again = deliver(&store, &writer, &edge, thrice()).await;
    assert!(matches!(&again[0], Appended::Duplicate(it) if it.leaf == receipt.leaf));
    assert!(matches!(&again[2], Appended::Conflict));
}

#[tokio::test]
async fn a_source_that_used_up_its_names_cannot_keep_its_key_from_being_revoked() {
    let folder = Folder::new();
    let store = Store::open(&folder.0, Clock::system()).unwrap();
    let edge = pool(&store, "edge").await.unwrap();
    let writer = key(&store, "edge").await;
    let named = |it: u32| SafeEvent {
        action: ActionName::parse(&format!("x.do{it}")).unwrap(),
        item: None,
        ..event(0, 0)
    };
    let taken = deliver(&store, &writer, &edge, (0..1001).map(named).collect()).await;
    assert!(matches!(taken.last(), Some(Appended::TooManyNames)));
    let by = By::command_line();
    let revoked = store
        .api_keys
        .set_state(by, asked(writer.id), KeyAct::Revoke)
        .await;
    assert_eq!(revoked.unwrap().state, KeyState::Revoked);
}

/// As SQLite does by itself on some failures.
#[tokio::test]
async fn a_transaction_that_ended_early_records_nothing_and_the_next_one_is_whole() {
    let folder = Folder::new();
    let store = Store::open(&folder.0, Clock::system()).unwrap();
    let edge = pool(&store, "edge").await.unwrap();
    let writer = key(&store, "edge").await;
    let lost = store
        .db
        .write(|tx| tx.conn.execute_batch("rollback").sql("no"))
        .await;
    assert_eq!(lost.err().unwrap().kind(), Kind::Unavailable);
    deliver(&store, &writer, &edge, vec![event(1, 1)]).await;
    let expected = [
        "pool.create success",
        "api_key.create success",
        "x.do success",
    ];
    assert_eq!(actions(&store).await, expected);
}

#[tokio::test]
async fn a_disk_that_is_full_under_a_change_spoils_its_whole_group() {
    let folder = Folder::new();
    let store = Store::open(&folder.0, Clock::system()).unwrap();
    let full = store
        .db
        .change(By::command_line(), |proposal| {
            let _recorded = proposal.record(OwnEvent::new(Action::PoolCreate))?;
            Err::<super::change::Done<()>, _>(Stop::from(Error::new(Kind::StorageFull, "no")))
        })
        .await;
    assert_eq!(full.err().unwrap().kind(), Kind::StorageFull);
    pool(&store, "edge").await.unwrap();
    assert_eq!(actions(&store).await, ["pool.create success"]);
}

#[tokio::test]
async fn a_change_is_written_before_deliveries_that_waited_longer() {
    let folder = Folder::new();
    let store = Store::open(&folder.0, Clock::system()).unwrap();
    let edge = pool(&store, "edge").await.unwrap();
    let writer = key(&store, "edge").await;
    let (release, held) = std::sync::mpsc::channel();
    let busy = store.db.write(move |_| {
        held.recv().unwrap();
        Ok(())
    });
    // Asked in this order, while the writer is busy with the first.
    let (busy, _, made, ()) = tokio::join!(
        busy,
        deliver(&store, &writer, &edge, vec![event(1, 1)]),
        pool(&store, "core"),
        async { release.send(()).unwrap() },
    );
    assert!(busy.is_ok() && made.is_ok());
    let expected = [
        "pool.create success",
        "api_key.create success",
        "pool.create success",
        "x.do success",
    ];
    assert_eq!(actions(&store).await, expected);
}

#[tokio::test]
async fn only_one_process_uses_a_directory_and_a_wrong_key_is_refused() {
    let folder = Folder::new();
    let store = Store::open(&folder.0, Clock::system()).unwrap();
    let second = Store::open(&folder.0, Clock::system()).err().unwrap();
    assert_eq!(second.kind(), Kind::InUse);
    store.close().await;
    drop(store);
    fs::write(folder.0.join("keys/digest-1.key"), [7; 32]).unwrap();
    let wrong = Store::open(&folder.0, Clock::system()).err().unwrap();
    assert_eq!(wrong.kind(), Kind::Internal);
    assert!(wrong.message().contains("does not belong"));
}

#[tokio::test]
async fn a_crash_while_the_keys_are_made_costs_nothing() {
    let folder = Folder::new();
    fs::create_dir_all(folder.0.join("keys")).unwrap();
    fs::set_permissions(folder.0.join("keys"), Permissions::from_mode(0o700)).unwrap();
    fs::write(folder.0.join("keys/digest-1.key"), []).unwrap();
    let store = Store::open(&folder.0, Clock::system()).unwrap();
    store.close().await;
    assert_eq!(
        fs::read(folder.0.join("keys/digest-1.key")).unwrap().len(),
        32
    );
}
