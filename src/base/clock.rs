//! The time, handed in: the system's, or one that a test or the demo sets.
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970, UTC.
pub type Millis = i64;

pub const SECOND_MS: Millis = 1000;
pub const MINUTE_MS: Millis = 60 * SECOND_MS;
pub const HOUR_MS: Millis = 60 * MINUTE_MS;
pub const DAY_MS: Millis = 24 * HOUR_MS;

const FOLLOWS_THE_SYSTEM: i64 = i64::MIN;

#[derive(Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    pub fn system() -> Self {
        Self(Arc::new(AtomicI64::new(FOLLOWS_THE_SYSTEM)))
    }

    pub fn now(&self) -> Millis {
        match self.0.load(Ordering::Relaxed) {
            FOLLOWS_THE_SYSTEM => system_now(),
            set => set,
        }
    }

    /// Stands still at `now` until it is set again or follows the system.
    pub fn set(&self, now: Millis) {
        self.0.store(now, Ordering::Relaxed);
    }

    pub fn follow_the_system(&self) {
        self.0.store(FOLLOWS_THE_SYSTEM, Ordering::Relaxed);
    }
}

fn system_now() -> Millis {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}
