//! A signed-in browser.
use super::id::RecordId;
use crate::base::{HOUR_MS, MINUTE_MS, Millis};

/// Without a request for this long a session ends.
pub const IDLE_MAX_MS: Millis = 30 * MINUTE_MS;
/// However busy, a session ends after this.
pub const LIFE_MAX_MS: Millis = 12 * HOUR_MS;
/// One more ends the oldest.
pub const SESSIONS_MAX: usize = 5;

#[derive(Clone)]
pub struct Session {
    pub no: i64,
    pub id: RecordId,
    pub operator_no: i64,
    pub started_ms: Millis,
    pub expires_ms: Millis,
    pub used_ms: Millis,
}

impl Session {
    pub fn is_alive(&self, now: Millis) -> bool {
        now < self.expires_ms && now - self.used_ms < IDLE_MAX_MS
    }
}
