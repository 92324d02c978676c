//! A signed-in browser.
use super::id::RecordId;
use crate::base::Millis;

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

/// How long sessions last, as it is set now.
#[derive(Clone, Copy)]
pub struct SessionLimits {
    /// Without a request for this long a session ends.
    pub idle_ms: Millis,
    /// However busy, a session ends after this.
    pub life_ms: Millis,
}

impl Session {
    /// A limit that was lowered counts at once; one that was raised, for later sessions.
    pub fn is_alive(&self, now: Millis, limits: SessionLimits) -> bool {
        now < self.expires_ms
            && now - self.started_ms < limits.life_ms
            && now - self.used_ms < limits.idle_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::RecordKind;

    #[test]
    fn a_session_ends_at_the_first_of_its_limits() {
        let session = Session {
            no: 1,
            id: RecordId::new(RecordKind::Session, [0; 16]),
            operator_no: 1,
            started_ms: 0,
            expires_ms: 1000,
            used_ms: 400,
        };
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
}
