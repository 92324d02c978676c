//! An entry made ready for the log before it reaches the writer: whatever needs no number yet is
//! computed on the caller's core.
use super::terms::{Digest, digest};
use crate::base::{Hash, Millis, random};
use crate::index::{Flags, fold};
use crate::ledger::{GLOBAL, PoolId, commitment};
use crate::model::{ActorType, Body, Entry, EventKind, Outcome, Pool};

pub struct Prepared {
    pub kind: EventKind,
    /// The Pool's number (zero: global) and the bytes that the ledger knows it by.
    pub pool_no: u16,
    pub pool_id: PoolId,
    pub item: Option<Hash>,
    pub salt: [u8; 32],
    pub payload: String,
    pub commitment: Hash,
    pub columns: Columns,
    pub redactions: u32,
}

/// What the column index needs of an event, its texts not yet numbered.
pub struct Columns {
    pub occurred_ms: Millis,
    pub flags: Flags,
    pub action: Term,
    pub target_kind: Option<Term>,
    pub actor: Term,
    pub target: Option<Term>,
}

/// A text that the index refers to by number.
pub struct Term {
    pub text: String,
    pub digest: Digest,
}

impl Term {
    pub fn new(text: String) -> Self {
        let digest = digest(&text);
        Self { text, digest }
    }

    /// The form in which it is searched.
    pub fn folded(&self) -> String {
        fold(&self.text)
    }
}

/// Prepares a request's entries together: one call to the random source serves them all.
pub fn prepare(entries: Vec<Entry>, pool: Option<&Pool>) -> Vec<Prepared> {
    let mut salts = vec![0; entries.len() * 32];
    random::fill(&mut salts);
    let (salts, _) = salts.as_chunks::<32>();
    let pool_no = pool.map_or(0, |it| it.no.get());
    let pool_id = pool.map_or(GLOBAL, |it| *it.id.bytes());
    entries
        .into_iter()
        .zip(salts)
        .map(|(entry, salt)| Prepared {
            kind: entry.kind,
            pool_no,
            pool_id,
            item: entry.item,
            salt: *salt,
            commitment: commitment(salt, entry.payload.as_bytes()),
            columns: columns(&entry.body, entry.kind),
            redactions: entry.body.redactions,
            payload: entry.payload,
        })
        .collect()
}

/// The columns follow from the payload alone, so the index can be rebuilt at any time.
pub fn columns(body: &Body, kind: EventKind) -> Columns {
    let target = body.target.as_ref();
    let mut flags = Flags::NONE;
    flags = flags.with(Flags::FAILURE, body.outcome == Outcome::Failure);
    flags = flags.with(Flags::SYSTEM, body.actor.kind == ActorType::System);
    flags = flags.with(Flags::LATE, body.late);
    flags = flags.with(Flags::OWN, kind != EventKind::Delivered);
    Columns {
        occurred_ms: body.occurred_ms,
        flags,
        action: Term::new(body.action.clone()),
        target_kind: target.map(|it| Term::new(it.kind.clone())),
        actor: Term::new(lines([
            body.actor.id.as_deref(),
            body.actor.email.as_deref(),
            body.actor.label.as_deref(),
        ])),
        target: target.map(|it| Term::new(lines([it.id.as_deref(), it.label.as_deref(), None]))),
    }
}

/// Stands in for a row whose payload is gone or damaged.
pub fn unreadable(received_ms: Millis) -> Columns {
    Columns {
        occurred_ms: received_ms,
        flags: Flags::NONE.with(Flags::ERASED, true),
        action: Term::new("unreadable".to_owned()),
        target_kind: None,
        actor: Term::new(String::new()),
        target: None,
    }
}

/// Fields one a line: no field contains a line break, so a search never spans two.
fn lines(fields: [Option<&str>; 3]) -> String {
    let mut text = String::new();
    for field in fields.into_iter().flatten() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(field);
    }
    text
}
