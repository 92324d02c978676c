//! What an event says, as it is stored and hashed. Read and written with the same types, so that
//! both always agree.
use serde::{Deserialize, Serialize};

use super::json;
use super::kinds::{ActorType, Outcome, ViaKind};
use crate::base::{Millis, OrFail, Result};

/// Room for nearly every stored text, so that it is not moved while it grows.
const LIKELY_BYTES: usize = 1024;

/// What an event says, exactly as stored: the JSON of `event.payload`.
#[derive(Clone, Deserialize, Serialize)]
pub struct Body {
    pub v: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(rename = "occurred_at", with = "json::timestamp")]
    pub occurred_ms: Millis,
    /// Minutes east of UTC that the sender wrote beside the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset_min: Option<i16>,
    #[serde(default, skip_serializing_if = "json::is_false")]
    pub late: bool,
    pub action: String,
    pub outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub actor: ActorSnapshot,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetSnapshot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolSnapshot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "json::details")]
    pub details: Vec<(String, Value)>,
    pub via: Via,
    #[serde(default, skip_serializing_if = "json::is_zero")]
    pub redactions: u32,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ActorSnapshot {
    #[serde(rename = "type")]
    pub kind: ActorType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TargetSnapshot {
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// The Pool's names on the day of the event.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PoolSnapshot {
    pub slug: String,
    pub name: String,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Via {
    pub kind: ViaKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// One changed field. Without `from` and `to` it changed, and its values are not recorded.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct ChangeEntry {
    pub field: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
}

/// A detail as stored: every closed kind of `redaction.md` §2 is one of these.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<String>),
}

impl Body {
    pub const VERSION: u8 = 1;

    /// The stored text. Serializing our own closed types cannot fail.
    pub fn write(&self) -> String {
        let mut text = Vec::with_capacity(LIKELY_BYTES);
        let written = serde_json::to_writer(&mut text, self);
        written
            .ok()
            .and_then(|()| String::from_utf8(text).ok())
            .unwrap_or_default()
    }

    pub fn read(text: &str) -> Result<Self> {
        // serde's message could quote the text, so it goes no further.
        serde_json::from_str(text)
            .ok()
            .internal("a stored event cannot be read")
    }
}
