//! What may be done with an upstream: in which state of it and of its Pool, and by whom.
use super::pool::PoolState;
use super::reason::Reason;
use super::upstream::{Upstream, UpstreamState};

/// In the order in which they are offered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UpstreamAct {
    Edit,
    Refresh,
    Pause,
    Reactivate,
    Delete,
}

impl UpstreamAct {
    pub const ALL: [Self; 5] = [
        Self::Edit,
        Self::Refresh,
        Self::Pause,
        Self::Reactivate,
        Self::Delete,
    ];

    /// The word in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Refresh => "refresh",
            Self::Pause => "pause",
            Self::Reactivate => "reactivate",
            Self::Delete => "delete",
        }
    }
}

impl Upstream {
    /// Whether it can be done now, or why not. Where the Pool is not active only an owner may
    /// still pause or delete.
    pub fn allows(&self, act: UpstreamAct, pool: PoolState, is_owner: bool) -> Result<(), Reason> {
        let closes = matches!(act, UpstreamAct::Pause | UpstreamAct::Delete);
        match pool {
            PoolState::Active => {}
            _ if !is_owner => return Err(Reason::Forbidden),
            PoolState::Disabled | PoolState::Archived if closes => {}
            PoolState::Disabled | PoolState::Archived | PoolState::Deleted => {
                return Err(Reason::InvalidState);
            }
        }
        let is_possible = match self.state {
            UpstreamState::Active | UpstreamState::Failing => act != UpstreamAct::Reactivate,
            UpstreamState::Paused => act != UpstreamAct::Pause,
            UpstreamState::Deleted => false,
        };
        is_possible.then_some(()).ok_or(Reason::InvalidState)
    }
}

#[cfg(test)]
mod tests {
    use super::super::id::{RecordId, RecordKind};
    use super::super::kinds::GateMode;
    use super::super::pool::PoolNo;
    use super::super::upstream::SourceFormat;
    use super::*;

    fn upstream(state: UpstreamState) -> Upstream {
        Upstream {
            no: 1,
            id: RecordId::new(RecordKind::Upstream, [0; 16]),
            pool_no: PoolNo::new(1).unwrap(),
            name: "gitea".to_owned(),
            format: SourceFormat::Gitea,
            mode: GateMode::Gated,
            state,
            overlap_until_ms: None,
            created_ms: 0,
            recorded_seq: 1,
        }
    }

    /// `+` may be done, in the order of the acts.
    fn allowed(state: UpstreamState, pool: PoolState, is_owner: bool) -> String {
        let can = |act| upstream(state).allows(act, pool, is_owner).is_ok();
        UpstreamAct::ALL
            .map(|it| if can(it) { '+' } else { '-' })
            .iter()
            .collect()
    }

    #[test]
    fn what_may_be_done_depends_on_state_pool_and_role() {
        #[track_caller]
        fn case(state: UpstreamState, pool: PoolState, owner: &str, admin: &str) {
            assert_eq!(allowed(state, pool, true), owner);
            assert_eq!(allowed(state, pool, false), admin);
        }
        case(UpstreamState::Active, PoolState::Active, "+++-+", "+++-+");
        case(UpstreamState::Failing, PoolState::Active, "+++-+", "+++-+");
        case(UpstreamState::Paused, PoolState::Active, "++-++", "++-++");
        case(UpstreamState::Deleted, PoolState::Active, "-----", "-----");
        case(UpstreamState::Active, PoolState::Disabled, "--+-+", "-----");
        case(UpstreamState::Paused, PoolState::Archived, "----+", "-----");
        case(UpstreamState::Active, PoolState::Deleted, "-----", "-----");
    }

    #[test]
    fn a_refusal_says_why() {
        let upstream = upstream(UpstreamState::Active);
        let refused = |act, pool, is_owner| upstream.allows(act, pool, is_owner).unwrap_err();
        let (edit, again) = (UpstreamAct::Edit, UpstreamAct::Reactivate);
        assert_eq!(
            refused(again, PoolState::Active, true),
            Reason::InvalidState
        );
        assert_eq!(
            refused(edit, PoolState::Disabled, true),
            Reason::InvalidState
        );
        assert_eq!(refused(edit, PoolState::Disabled, false), Reason::Forbidden);
    }
}
