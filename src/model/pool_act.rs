//! What an owner may do with a Pool, in which state.
use super::actions::Action;
use super::pool::PoolState;
use super::reason::Reason;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PoolAct {
    Update,
    Disable,
    Enable,
    Archive,
    Restore,
    Delete,
}

impl PoolAct {
    /// In the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Update,
        Self::Disable,
        Self::Enable,
        Self::Archive,
        Self::Restore,
        Self::Delete,
    ];

    /// The word in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Update => "edit",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Archive => "archive",
            Self::Restore => "restore",
            Self::Delete => "delete",
        }
    }

    pub fn action(self) -> Action {
        match self {
            Self::Update => Action::PoolUpdate,
            Self::Disable => Action::PoolDisable,
            Self::Enable => Action::PoolEnable,
            Self::Archive => Action::PoolArchive,
            Self::Restore => Action::PoolRestore,
            Self::Delete => Action::PoolDelete,
        }
    }

    /// The state that it leads to. None: it changes none.
    pub fn leads_to(self) -> Option<PoolState> {
        match self {
            Self::Update => None,
            Self::Disable | Self::Restore => Some(PoolState::Disabled),
            Self::Enable => Some(PoolState::Active),
            Self::Archive => Some(PoolState::Archived),
            Self::Delete => Some(PoolState::Deleted),
        }
    }
}

impl PoolState {
    /// Whether it can be done in this state, or why not. A Pool that is deleted is nobody's any
    /// more.
    pub fn allows(self, act: PoolAct) -> Result<(), Reason> {
        let is_possible = match act {
            PoolAct::Update => self != Self::Deleted,
            PoolAct::Disable => self == Self::Active,
            PoolAct::Enable => self == Self::Disabled,
            PoolAct::Archive => matches!(self, Self::Active | Self::Disabled),
            PoolAct::Restore | PoolAct::Delete => self == Self::Archived,
        };
        match act {
            _ if is_possible => Ok(()),
            PoolAct::Delete => Err(Reason::NotArchived),
            _ => Err(Reason::InvalidState),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_goes_from_active_to_deleted_by_way_of_the_archive_only() {
        #[track_caller]
        fn case(act: PoolAct, expected: [bool; 4]) {
            assert_eq!(PoolState::ALL.map(|it| it.allows(act).is_ok()), expected);
        }
        case(PoolAct::Update, [true, true, true, false]);
        case(PoolAct::Disable, [true, false, false, false]);
        case(PoolAct::Enable, [false, true, false, false]);
        case(PoolAct::Archive, [true, true, false, false]);
        case(PoolAct::Restore, [false, false, true, false]);
        case(PoolAct::Delete, [false, false, true, false]);
        let refused = PoolState::Active.allows(PoolAct::Delete);
        assert_eq!(refused, Err(Reason::NotArchived));
    }
}
