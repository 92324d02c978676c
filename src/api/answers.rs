//! The JSON of the API: receipts, events, pages (`contract.md` §2).
use serde::Serialize;

use crate::base::{Hash, hex};
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
    pub recorded_at: String,
    pub leaf_hash: String,
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
    pub fn new(seq: i64, recorded_ms: i64, leaf: &Hash, redactions: u32) -> Self {
        Self {
            seq,
            recorded_at: time::rfc3339(recorded_ms),
            leaf_hash: hex(leaf),
            redactions,
        }
    }
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
