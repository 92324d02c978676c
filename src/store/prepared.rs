//! An entry made ready for the log before it reaches the writer: whatever needs no number yet is
//! computed on the caller's core.
use std::mem;

use crate::base::{Hash, Millis, random};
use crate::index::{Flags, fold_onto};
use crate::ledger::{GLOBAL, PoolId, commitment};
use crate::model::safe::SafeEvent;
use crate::model::{
    ActorType, Body, Entry, EventKind, Frame, Outcome, Pool, PoolSnapshot, RecordId, Via, ViaKind,
};

/// Room for nearly every payload, so that it is not moved while it grows.
const LIKELY_BYTES: usize = 1024;

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

/// What the column index needs of an event, its texts folded but not yet numbered.
pub struct Columns {
    pub occurred_ms: Millis,
    pub flags: Flags,
    pub action: String,
    pub target_kind: Option<String>,
    /// The actor's fields one a line; empty: none.
    pub actor: String,
    pub target: String,
}

/// Prepares a request's events together: one call to the random source serves them all, and what
/// the receiver adds is handed on from one to the next.
pub fn prepare(events: Vec<SafeEvent>, mut frame: Frame, pool: Option<&Pool>) -> Vec<Prepared> {
    let mut salts = vec![0; events.len() * 32];
    random::fill_from_stock(&mut salts);
    let (salts, _) = salts.as_chunks::<32>();
    let pool_no = pool.map_or(0, |it| it.no.get());
    let pool_id = pool.map_or(GLOBAL, |it| *it.id.bytes());
    let mut scratch = String::with_capacity(LIKELY_BYTES);
    let mut prepared = Vec::with_capacity(events.len());
    for (event, salt) in events.into_iter().zip(salts) {
        let mut entry = Entry::new(event, frame, &mut scratch);
        prepared.push(Prepared {
            kind: entry.kind,
            pool_no,
            pool_id,
            item: entry.item,
            salt: *salt,
            commitment: commitment(salt, entry.payload.as_bytes()),
            columns: columns(&mut entry.body, entry.kind),
            redactions: entry.body.redactions,
            payload: entry.payload,
        });
        frame = Frame {
            kind: entry.kind,
            pool: entry.body.pool,
            via: entry.body.via,
            delivery_id: entry.body.delivery_id,
            received_ms: entry.received_ms,
        };
    }
    prepared
}

/// What the receiver adds to an event.
pub fn frame(
    kind: EventKind,
    pool: Option<&Pool>,
    via: Via,
    request: Option<RecordId>,
    received_ms: Millis,
) -> Frame {
    Frame {
        kind,
        pool: pool.map(|it| PoolSnapshot {
            slug: it.slug.clone(),
            name: it.name.clone(),
        }),
        via,
        delivery_id: request
            .filter(|_| kind == EventKind::Delivered)
            .map(|it| it.to_string()),
        received_ms,
    }
}

/// The columns follow from the payload alone, so the index can be rebuilt at any time. Takes the
/// action and the target's kind out of the body.
pub fn columns(body: &mut Body, kind: EventKind) -> Columns {
    let target = body.target.as_mut();
    Columns {
        occurred_ms: body.occurred_ms,
        flags: Flags::FAILURE.when(body.outcome == Outcome::Failure)
            | Flags::SYSTEM.when(body.actor.kind == ActorType::System)
            | Flags::LATE.when(body.late)
            | Flags::OWN.when(kind != EventKind::Delivered)
            | Flags::way(way(body.via.kind)),
        action: mem::take(&mut body.action),
        actor: lines(&[&body.actor.id, &body.actor.email, &body.actor.label]),
        target: (target.as_ref()).map_or_else(String::new, |it| lines(&[&it.id, &it.label])),
        target_kind: target.map(|it| mem::take(&mut it.kind)),
    }
}

/// The number of a way in, as the index knows it; zero is that of no event.
pub fn way(kind: ViaKind) -> u8 {
    match kind {
        ViaKind::Web => 1,
        ViaKind::Cli => 2,
        ViaKind::Job => 3,
        ViaKind::Api => 4,
        ViaKind::Mcp => 5,
        ViaKind::Key => 6,
        ViaKind::Upstream => 7,
    }
}

/// Stands in for a row whose payload is gone or damaged.
pub fn unreadable(received_ms: Millis) -> Columns {
    Columns {
        occurred_ms: received_ms,
        flags: Flags::ERASED,
        action: "unreadable".to_owned(),
        target_kind: None,
        actor: String::new(),
        target: String::new(),
    }
}

/// Folded fields one a line: no field contains a line break, so a search never spans two.
fn lines(fields: &[&Option<String>]) -> String {
    let fields = fields.iter().copied().flatten();
    let mut text = String::with_capacity(fields.clone().map(|it| it.len() + 1).sum());
    for field in fields {
        if !text.is_empty() {
            text.push('\n');
        }
        fold_onto(&mut text, field);
    }
    text
}
