//! What an event says, as it is stored and hashed. `payload` writes it.
use std::fmt;

use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::json;
use super::kinds::{ActorType, Outcome, ViaKind};
use crate::base::{Millis, OrFail, Result};

/// What an event says, exactly as stored: the JSON of `event.payload`.
#[derive(Clone, Deserialize)]
pub struct Body {
    pub v: u8,
    #[serde(default)]
    pub id: Option<String>,
    #[serde(rename = "occurred_at", with = "json::timestamp")]
    pub occurred_ms: Millis,
    /// Minutes east of UTC that the sender wrote beside the time.
    #[serde(default)]
    pub offset_min: Option<i16>,
    #[serde(default)]
    pub late: bool,
    pub action: String,
    pub outcome: Outcome,
    #[serde(default)]
    pub reason: Option<String>,
    pub actor: ActorSnapshot,
    #[serde(default)]
    pub target: Option<TargetSnapshot>,
    #[serde(default)]
    pub pool: Option<PoolSnapshot>,
    #[serde(default)]
    pub request_id: Option<String>,
    #[serde(default)]
    pub delivery_id: Option<String>,
    #[serde(default)]
    pub ip: Option<String>,
    #[serde(default)]
    pub client: Option<String>,
    #[serde(default)]
    pub changes: Vec<ChangeEntry>,
    #[serde(default, with = "json::details")]
    pub details: Vec<(String, Value)>,
    pub via: Via,
    #[serde(default)]
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
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<String>),
}

/// By hand: serde would try one kind after another, and make an error of each that fails.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        from.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a boolean, a whole number, a text or a list of texts")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> std::result::Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> std::result::Result<Value, E> {
        Ok(Value::Int(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> std::result::Result<Value, E> {
        let value = i64::try_from(value).map_err(E::custom)?;
        Ok(Value::Int(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> std::result::Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(it) = items.next_element()? {
            list.push(it);
        }
        Ok(Value::List(list))
    }
}

impl Body {
    pub const VERSION: u8 = 1;

    pub fn read(text: &str) -> Result<Self> {
        // serde's message could quote the text, so it goes no further.
        serde_json::from_str(text)
            .ok()
            .internal("a stored event cannot be read")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_value_is_of_one_of_four_kinds() {
        #[track_caller]
        fn case(json: &str, value: Option<Value>) {
            assert_eq!(serde_json::from_str(json).ok(), value, "{json}");
        }
        let text = |it: &str| it.to_owned();
        case("true", Some(Value::Bool(true)));
        case("-7", Some(Value::Int(-7)));
        case("9223372036854775807", Some(Value::Int(i64::MAX)));
        case("9223372036854775808", None);
        case("1.5", None);
        case("null", None);
        case("{}", None);
        case(r#""a\n\u00e9""#, Some(Value::Text(text("a\né"))));
        case(
            r#"["a", "b"]"#,
            Some(Value::List(vec![text("a"), text("b")])),
        );
        case(r#"["a", 1]"#, None);
        case("[]", Some(Value::List(Vec::new())));
    }
}
