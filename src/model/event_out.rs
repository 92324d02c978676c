//! An event as programs get it: from the API, in exports, in the drawer (`contract.md` §2).
use serde::Serialize;

use super::body::{ActorSnapshot, Body, ChangeEntry, PoolSnapshot, TargetSnapshot, Value, Via};
use super::catalogue;
use super::event::Event;
use super::kinds::Outcome;
use super::time;
use crate::base::hex;

/// What is not known is null, so that every event has the same fields.
#[derive(Serialize)]
pub struct EventOut {
    seq: i64,
    id: Option<String>,
    occurred_at: String,
    recorded_at: String,
    pool: Option<PoolSnapshot>,
    action: String,
    title: String,
    outcome: Outcome,
    reason: Option<String>,
    actor: ActorSnapshot,
    target: Option<TargetSnapshot>,
    request_id: Option<String>,
    delivery_id: Option<String>,
    ip: Option<String>,
    client: Option<String>,
    changes: Vec<ChangeEntry>,
    #[serde(serialize_with = "details")]
    details: Vec<(String, Value)>,
    via: Via,
    late: bool,
    redactions: u32,
    leaf_hash: String,
}

impl From<Event> for EventOut {
    fn from(event: Event) -> Self {
        let Body {
            id,
            occurred_ms,
            late,
            action,
            outcome,
            reason,
            actor,
            target,
            pool,
            request_id,
            delivery_id,
            ip,
            client,
            changes,
            details,
            via,
            redactions,
            ..
        } = event.body;
        Self {
            seq: event.seq,
            id,
            occurred_at: time::rfc3339(occurred_ms),
            recorded_at: time::rfc3339(event.recorded_ms),
            pool,
            title: catalogue::title(&action, outcome).into_owned(),
            action,
            outcome,
            reason,
            actor,
            target,
            request_id,
            delivery_id,
            ip,
            client,
            changes,
            details,
            via,
            late,
            redactions,
            leaf_hash: hex(&event.leaf),
        }
    }
}

fn details<S: serde::Serializer>(details: &[(String, Value)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(details.iter().map(|(key, value)| (key, value)))
}
