//! A recorded event, and the one way from a `SafeEvent` to the bytes that are stored and hashed.
use super::body::{ActorSnapshot, Body, ChangeEntry, PoolSnapshot, TargetSnapshot, Value, Via};
use super::kinds::{ActorType, EventKind};
use super::safe::{
    Actor, Client, Detail, Email, Ip, Key, Label, OpaqueId, SafeEvent, SourceId, Target, Word,
};
use super::{payload, time};
use crate::base::{Hash, MINUTE_MS, Millis};

/// More than this between occurrence and receipt marks an event as late.
pub const LATE_AFTER_MS: Millis = 10 * MINUTE_MS;

/// One recorded event: its place in the log, and what it says.
#[derive(Clone)]
pub struct Event {
    pub seq: i64,
    pub kind: EventKind,
    pub recorded_ms: Millis,
    pub leaf: Hash,
    pub body: Body,
}

/// What the receiver knows about an event, besides what the event says.
pub struct Frame {
    pub kind: EventKind,
    pub pool: Option<PoolSnapshot>,
    pub via: Via,
    pub delivery_id: Option<String>,
    pub received_ms: Millis,
}

/// An event on its way into the log: only a `SafeEvent` becomes one.
pub struct Entry {
    pub kind: EventKind,
    pub body: Body,
    /// Keyed digests of the sender's id and of the item as sent; none without an id.
    pub item: Option<Hash>,
    pub payload: String,
    pub received_ms: Millis,
}

impl Entry {
    /// `scratch` is where the payload grows, so that what is kept of it is no larger than it.
    pub fn new(event: SafeEvent, frame: Frame, scratch: &mut String) -> Self {
        let item = event.item;
        let (kind, received_ms) = (frame.kind, frame.received_ms);
        let body = body(event, frame);
        payload::write(&body, scratch);
        Self {
            kind,
            body,
            item,
            payload: scratch.as_str().to_owned(),
            received_ms,
        }
    }
}

fn body(event: SafeEvent, frame: Frame) -> Body {
    let (occurred_ms, offset_min) = match &event.occurred {
        Some(time) => (time.ms(), time.offset_min()),
        None => (frame.received_ms, None),
    };
    let actor = match event.actor {
        Some(actor) => actor_snapshot(actor),
        None => ActorSnapshot {
            kind: ActorType::System,
            id: frame.via.id.clone(),
            email: None,
            label: frame.via.label.clone(),
        },
    };
    Body {
        v: Body::VERSION,
        id: event.id.map(SourceId::into_text),
        occurred_ms,
        offset_min,
        late: frame.received_ms - occurred_ms > LATE_AFTER_MS,
        action: event.action.into_text(),
        outcome: event.outcome,
        reason: event.reason.map(Word::into_text),
        actor,
        target: event.target.map(target_snapshot),
        pool: frame.pool,
        request_id: event.request_id.map(OpaqueId::into_text),
        delivery_id: frame.delivery_id,
        ip: event.ip.map(Ip::into_text),
        client: event.client.map(Client::into_text),
        changes: event
            .changes
            .into_iter()
            .map(|it| ChangeEntry {
                field: it.field.into_text(),
                from: it.from.map(value),
                to: it.to.map(value),
            })
            .collect(),
        details: event
            .details
            .into_iter()
            .map(|(key, detail)| (key.into_text(), value(detail)))
            .collect(),
        via: frame.via,
        redactions: event.redactions,
    }
}

fn actor_snapshot(actor: Actor) -> ActorSnapshot {
    ActorSnapshot {
        kind: actor.kind,
        id: actor.id.map(OpaqueId::into_text),
        email: actor.email.map(Email::into_text),
        label: actor.label.map(Label::into_text),
    }
}

fn target_snapshot(target: Target) -> TargetSnapshot {
    TargetSnapshot {
        kind: target.kind.into_text(),
        id: target.id.map(OpaqueId::into_text),
        label: target.label.map(Label::into_text),
    }
}

fn value(detail: Detail) -> Value {
    match detail {
        Detail::Bool(it) => Value::Bool(it),
        Detail::Int(it) => Value::Int(it),
        Detail::Timestamp(it) => Value::Text(time::rfc3339(it)),
        Detail::Word(it) => Value::Text(it.into_text()),
        Detail::Id(it) => Value::Text(it.into_text()),
        Detail::Label(it) => Value::Text(it.into_text()),
        Detail::Prefix(it) => Value::Text(it.into_text()),
        Detail::FieldNames(list) => Value::List(list.into_iter().map(Key::into_text).collect()),
        Detail::Words(list) => Value::List(list.into_iter().map(Word::into_text).collect()),
        Detail::Ids(list) => Value::List(list.into_iter().map(OpaqueId::into_text).collect()),
        Detail::Labels(list) => Value::List(list.into_iter().map(Label::into_text).collect()),
    }
}
