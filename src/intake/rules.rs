//! What the items of a delivery are judged by.
use crate::base::Millis;
use crate::model::{DetailKeys, Digester, GateMode};

pub struct Rules<'r> {
    pub digester: &'r Digester,
    pub mode: GateMode,
    pub pool_slug: &'r str,
    /// Details that the Pool keeps beyond the documented ones.
    pub own_keys: &'r DetailKeys,
    pub now: Millis,
}
