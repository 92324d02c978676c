//! The time, handed in: the system's, or one that a test or the demo sets.
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970, UTC.
pub type Millis = i64;

pub const SECOND_MS: Millis = 1000;
pub const MINUTE_MS: Millis = 60 * SECOND_MS;
pub const HOUR_MS: Millis = 60 * MINUTE_MS;
pub const DAY_MS: Millis = 24 * HOUR_MS;

const FOLLOWS_THE_SYSTEM: i64 = i64::MIN;

/// A jump of the system's clock beyond this is a step; below it, clocks are kept right.
const STEP_MS: Millis = 5 * SECOND_MS;

#[derive(Clone)]
pub struct Clock(Arc<Hands>);

struct Hands {
    /// The time that was set, or that the system's counts.
    set_ms: AtomicI64,
    /// How far ahead of the system a test pretends to be.
    ahead_ms: AtomicI64,
}

/// Compares the system's clock with one that never jumps.
pub struct Watch {
    clock: Clock,
    wall_ms: Millis,
    steady: Instant,
}

impl Clock {
    pub fn system() -> Self {
        Self(Arc::new(Hands {
            set_ms: AtomicI64::new(FOLLOWS_THE_SYSTEM),
            ahead_ms: AtomicI64::new(0),
        }))
    }

    pub fn now(&self) -> Millis {
        match self.0.set_ms.load(Ordering::Relaxed) {
            FOLLOWS_THE_SYSTEM => system_now() + self.0.ahead_ms.load(Ordering::Relaxed),
            set => set,
        }
    }

    /// Stands still at `now` until it is set again or follows the system.
    pub fn set(&self, now: Millis) {
        self.0.set_ms.store(now, Ordering::Relaxed);
    }

    pub fn follow_the_system(&self) {
        self.set(FOLLOWS_THE_SYSTEM);
    }

    /// Follows the system from afar: for tests, which cannot wait for days.
    #[cfg(debug_assertions)]
    pub fn run_ahead(&self, ahead_ms: Millis) {
        self.0.ahead_ms.store(ahead_ms, Ordering::Relaxed);
    }

    /// From now on.
    pub fn watch(&self) -> Watch {
        Watch {
            wall_ms: self.now(),
            steady: Instant::now(),
            clock: self.clone(),
        }
    }
}

impl Watch {
    /// By how much the clock jumped since it was last looked at: forward, or back below zero.
    pub fn step(&mut self) -> Option<Millis> {
        let now = self.clock.watch();
        let passed = now.steady.duration_since(self.steady);
        let step = jump(now.wall_ms - self.wall_ms, passed);
        *self = now;
        step
    }
}

fn jump(wall_ms: Millis, steady: Duration) -> Option<Millis> {
    let steady_ms = Millis::try_from(steady.as_millis()).unwrap_or(Millis::MAX);
    let jump = wall_ms.saturating_sub(steady_ms);
    (jump.saturating_abs() > STEP_MS).then_some(jump)
}

fn system_now() -> Millis {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_of_more_than_five_seconds_is_a_step_either_way() {
        #[track_caller]
        fn case(wall_ms: Millis, steady_ms: u64, step: Option<Millis>) {
            assert_eq!(jump(wall_ms, Duration::from_millis(steady_ms)), step);
        }
        case(1000, 1000, None);
        case(6000, 1000, None);
        case(6001, 1000, Some(5001));
        case(-5000, 1000, Some(-6000));
        case(90_000, 90_000, None);
        case(Millis::MIN, 0, Some(Millis::MIN));
    }

    // Where a clock can run ahead.
    #[cfg(debug_assertions)]
    #[test]
    fn a_step_is_seen_once() {
        let clock = Clock::system();
        let mut watch = clock.watch();
        assert_eq!(watch.step(), None);
        clock.run_ahead(DAY_MS);
        let step = watch.step().unwrap();
        assert!((DAY_MS - 1000..DAY_MS + 1000).contains(&step), "{step}");
        assert_eq!(watch.step(), None);
    }
}
