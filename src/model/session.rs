//! A signed-in browser.
use super::id::RecordId;
use crate::base::{MINUTE_MS, Millis};

/// One more ends the oldest.
pub const SESSIONS_MAX: usize = 5;
/// How long a proof of a factor counts for changes that need a fresh one.
const CONFIRMED_FOR_MS: Millis = 5 * MINUTE_MS;

#[derive(Clone)]
pub struct Session {
    pub no: i64,
    pub id: RecordId,
    pub operator_no: i64,
    pub started_ms: Millis,
    pub expires_ms: Millis,
    pub used_ms: Millis,
    /// When a factor was last proved in it.
    pub confirmed_ms: Millis,
    /// The browser that opened it, as far as it said.
    pub client: Option<String>,
    /// From where it was opened.
    pub ip: Option<String>,
    pub is_ended: bool,
    pub recorded_seq: i64,
}

/// How long sessions last, as it is set now.
#[derive(Clone, Copy)]
pub struct SessionLimits {
    /// Without a request for this long a session ends.
    pub idle_ms: Millis,
    /// However busy, a session ends after this.
    pub life_ms: Millis,
}

impl Session {
    /// One that begins now, with a factor just proved.
    pub fn opened(id: RecordId, operator_no: i64, now: Millis, life_ms: Millis) -> Self {
        Self {
            no: 0,
            id,
            operator_no,
            started_ms: now,
            expires_ms: now + life_ms,
            used_ms: now,
            confirmed_ms: now,
            client: None,
            ip: None,
            is_ended: false,
            recorded_seq: 0,
        }
    }

    /// A limit that was lowered counts at once; one that was raised, for later sessions.
    pub fn is_alive(&self, now: Millis, limits: SessionLimits) -> bool {
        now < self.expires_ms
            && now - self.started_ms < limits.life_ms
            && now - self.used_ms < limits.idle_ms
    }

    /// Whether a factor was proved lately enough for a change of people, secrets or retention.
    pub fn is_confirmed(&self, now: Millis) -> bool {
        (0..CONFIRMED_FOR_MS).contains(&(now - self.confirmed_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::RecordKind;

    #[test]
    fn a_session_ends_at_the_first_of_its_limits() {
        let session = session();
        #[track_caller]
        fn case(session: &Session, now: Millis, idle_ms: Millis, life_ms: Millis, lives: bool) {
            assert_eq!(
                session.is_alive(now, SessionLimits { idle_ms, life_ms }),
                lives
            );
        }
        case(&session, 999, 600, 5000, true);
        case(&session, 1000, 5000, 5000, false);
        case(&session, 699, 300, 5000, true);
        case(&session, 700, 300, 5000, false);
        case(&session, 500, 300, 500, false);
    }

    #[test]
    fn a_factor_counts_as_fresh_for_five_minutes() {
        let session = session();
        let fresh = [1000, 1000 + CONFIRMED_FOR_MS - 1];
        assert!(fresh.into_iter().all(|it| session.is_confirmed(it)));
        let stale = [999, 1000 + CONFIRMED_FOR_MS, 1 << 40];
        assert!(!stale.into_iter().any(|it| session.is_confirmed(it)));
    }

    fn session() -> Session {
        let id = RecordId::new(RecordKind::Session, [0; 16]);
        Session {
            used_ms: 400,
            confirmed_ms: 1000,
            ..Session::opened(id, 1, 0, 1000)
        }
    }
}
