//! What may be done with an API key: in which state of the key and of its Pool, and by whom.
use super::actions::Action;
use super::key::{ApiKey, KeyState};
use super::pool::PoolState;
use super::reason::Reason;
use crate::base::Millis;

/// In the order in which they are offered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyAct {
    Update,
    Rotate,
    Pause,
    Resume,
    Move,
    Revoke,
    Delete,
}

impl KeyAct {
    pub const ALL: [Self; 7] = [
        Self::Update,
        Self::Rotate,
        Self::Pause,
        Self::Resume,
        Self::Move,
        Self::Revoke,
        Self::Delete,
    ];

    /// The word in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Update => "edit",
            Self::Rotate => "rotate",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Move => "move",
            Self::Revoke => "revoke",
            Self::Delete => "delete",
        }
    }

    pub fn action(self) -> Action {
        match self {
            Self::Update => Action::ApiKeyUpdate,
            Self::Rotate => Action::ApiKeyRotate,
            Self::Pause => Action::ApiKeyPause,
            Self::Resume => Action::ApiKeyResume,
            Self::Move => Action::ApiKeyMoveOut,
            Self::Revoke => Action::ApiKeyRevoke,
            Self::Delete => Action::ApiKeyDelete,
        }
    }
}

impl ApiKey {
    /// Whether it can be done now, or why not. Where the Pool is not active only an owner may
    /// still close a key, and nobody may open one.
    pub fn allows(
        &self,
        act: KeyAct,
        pool: PoolState,
        is_owner: bool,
        now: Millis,
    ) -> Result<(), Reason> {
        let closes = matches!(act, KeyAct::Pause | KeyAct::Revoke | KeyAct::Delete);
        match pool {
            PoolState::Active => {}
            _ if !is_owner => return Err(Reason::Forbidden),
            PoolState::Disabled | PoolState::Archived if closes => {}
            PoolState::Disabled | PoolState::Archived | PoolState::Deleted => {
                return Err(Reason::InvalidState);
            }
        }
        let state = self.state_at(now);
        let is_possible = match act {
            KeyAct::Update | KeyAct::Rotate | KeyAct::Move | KeyAct::Revoke => state.is_living(),
            KeyAct::Pause => state == KeyState::Active,
            KeyAct::Resume => state == KeyState::Paused,
            KeyAct::Delete => !state.is_living(),
        };
        match state {
            _ if is_possible => Ok(()),
            KeyState::Revoked => Err(Reason::Revoked),
            KeyState::Expired => Err(Reason::Expired),
            KeyState::Active | KeyState::Paused => Err(Reason::InvalidState),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::id::{RecordId, RecordKind};
    use super::super::key::Permission;
    use super::super::kinds::GateMode;
    use super::super::pool::PoolNo;
    use super::*;

    fn key(state: KeyState) -> ApiKey {
        ApiKey {
            no: 1,
            id: RecordId::new(RecordKind::ApiKey, [0; 16]),
            pool_no: PoolNo::new(1).unwrap(),
            name: "ci".to_owned(),
            permission: Permission::Write,
            mode: GateMode::Gated,
            state,
            prefix: "anp_00000001".to_owned(),
            old: None,
            expires_ms: Some(1000),
            created_ms: 0,
            used_ms: None,
            recorded_seq: 1,
        }
    }

    /// `+` may be done, in the order of the acts.
    fn allowed(state: KeyState, pool: PoolState, is_owner: bool, now: Millis) -> String {
        let can = |act| key(state).allows(act, pool, is_owner, now).is_ok();
        KeyAct::ALL
            .map(|it| if can(it) { '+' } else { '-' })
            .iter()
            .collect()
    }

    #[test]
    fn what_a_key_allows_depends_on_its_state() {
        #[track_caller]
        fn case(state: KeyState, now: Millis, expected: &str) {
            for is_owner in [true, false] {
                assert_eq!(allowed(state, PoolState::Active, is_owner, now), expected);
            }
        }
        case(KeyState::Active, 999, "+++-++-");
        case(KeyState::Paused, 999, "++-+++-");
        case(KeyState::Revoked, 999, "------+");
        case(KeyState::Expired, 999, "------+");
        case(KeyState::Active, 1000, "------+");
        case(KeyState::Paused, 1000, "------+");
    }

    #[test]
    fn in_a_pool_that_is_not_active_only_an_owner_closes_keys() {
        #[track_caller]
        fn case(pool: PoolState, is_owner: bool, expected: [&str; 3]) {
            let states = [KeyState::Active, KeyState::Paused, KeyState::Revoked];
            let found = states.map(|it| allowed(it, pool, is_owner, 0));
            assert_eq!(found, expected);
        }
        case(PoolState::Disabled, true, ["--+--+-", "-----+-", "------+"]);
        case(PoolState::Archived, true, ["--+--+-", "-----+-", "------+"]);
        case(PoolState::Deleted, true, ["-------"; 3]);
        case(PoolState::Disabled, false, ["-------"; 3]);
    }

    #[test]
    fn a_refusal_says_why() {
        #[track_caller]
        fn case(state: KeyState, now: Millis, act: KeyAct, expected: Reason) {
            let refused = key(state).allows(act, PoolState::Active, true, now);
            assert_eq!(refused, Err(expected));
        }
        case(KeyState::Revoked, 0, KeyAct::Resume, Reason::Revoked);
        case(KeyState::Active, 1000, KeyAct::Rotate, Reason::Expired);
        case(KeyState::Active, 0, KeyAct::Delete, Reason::InvalidState);
        let by_admin = key(KeyState::Active).allows(KeyAct::Pause, PoolState::Disabled, false, 0);
        assert_eq!(by_admin, Err(Reason::Forbidden));
    }
}
