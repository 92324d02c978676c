//! The JSON of the API: receipts, events, pages (`contract.md` §2).
use serde::{Serialize, Serializer};

use crate::base::{Hash, Millis, hex_digits};
use crate::intake::ItemError;
use crate::model::{EventOut, time};

/// The answer to a delivery, its results in the order sent.
#[derive(Default, Serialize)]
pub struct Receipts {
    pub recorded: usize,
    pub duplicate: usize,
    pub rejected: usize,
    pub results: Vec<Receipt>,
}

#[derive(Serialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum Receipt {
    Recorded(Place),
    Duplicate(Place),
    Rejected { errors: Vec<Fault> },
}

#[derive(Serialize)]
pub struct Place {
    pub seq: i64,
    #[serde(rename = "recorded_at", serialize_with = "write_time")]
    pub recorded_ms: Millis,
    #[serde(rename = "leaf_hash", serialize_with = "write_hash")]
    pub leaf: Hash,
    pub redactions: u32,
}

#[derive(Serialize)]
pub struct Fault {
    pub pointer: String,
    pub code: &'static str,
    pub detail: &'static str,
}

#[derive(Serialize)]
pub struct Page {
    pub events: Vec<EventOut>,
    pub next: Option<String>,
    pub warnings: Vec<WarningOut>,
    pub count: Count,
}

/// The feed's page: `next` is the `after_seq` to go on with.
#[derive(Serialize)]
pub struct Feed {
    pub events: Vec<EventOut>,
    pub next: i64,
    pub warnings: Vec<WarningOut>,
}

#[derive(Serialize)]
pub struct Count {
    pub value: u64,
    pub exact: bool,
}

#[derive(Serialize)]
pub struct WarningOut {
    pub filter: String,
    pub detail: String,
}

impl Place {
    pub fn new(seq: i64, recorded_ms: Millis, leaf: Hash, redactions: u32) -> Self {
        Self {
            seq,
            recorded_ms,
            leaf,
            redactions,
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out references"
)]
fn write_time<S: Serializer>(ms: &Millis, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(time::Written::of(*ms).as_str())
}

fn write_hash<S: Serializer>(hash: &Hash, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(str::from_utf8(&hex_digits(hash)).unwrap_or_default())
}

impl From<&ItemError> for Fault {
    fn from(error: &ItemError) -> Self {
        Self {
            pointer: error.pointer.clone(),
            code: error.code.as_str(),
            detail: error.code.detail(),
        }
    }
}
