//! What a viewer may see. Every query takes one; there is no default.
use std::collections::BTreeSet;

use super::operator::Role;
use super::pool::{Pool, PoolNo};

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Scope(Seen);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Seen {
    Everything,
    Pools(BTreeSet<PoolNo>),
}

impl Scope {
    /// From the operator's present standing: an owner sees global events and every Pool, an admin
    /// those assigned Pools that are active or disabled.
    pub fn of_operator<'a>(role: Role, assigned: impl Iterator<Item = &'a Pool>) -> Self {
        match role {
            Role::Owner => Self(Seen::Everything),
            Role::Admin => Self(Seen::Pools(
                assigned
                    .filter(|it| it.state.is_open_to_admins())
                    .map(|it| it.no)
                    .collect(),
            )),
        }
    }

    /// A read key sees its own Pool, while that is active or disabled.
    pub fn of_key(pool: &Pool) -> Self {
        let open = pool.state.is_open_to_admins();
        Self(Seen::Pools(open.then_some(pool.no).into_iter().collect()))
    }

    /// The host's own command line stands above the roles.
    pub fn of_the_host() -> Self {
        Self(Seen::Everything)
    }

    /// Owners and the host, and nobody else.
    pub fn is_everything(&self) -> bool {
        self.0 == Seen::Everything
    }

    /// Whether an event of this Pool (none: global) may be seen.
    pub fn sees(&self, pool: Option<PoolNo>) -> bool {
        match &self.0 {
            Seen::Everything => true,
            Seen::Pools(pools) => pool.is_some_and(|it| pools.contains(&it)),
        }
    }

    /// The Pools, unless it is everything.
    pub fn pools(&self) -> Option<&BTreeSet<PoolNo>> {
        match &self.0 {
            Seen::Everything => None,
            Seen::Pools(pools) => Some(pools),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::detail_keys::DetailKeys;
    use super::super::id::{RecordId, RecordKind};
    use super::super::kinds::GateMode;
    use super::super::pool::PoolState;
    use super::*;

    fn pool(no: u16, state: PoolState) -> Pool {
        Pool {
            no: PoolNo::new(no).unwrap(),
            id: RecordId::new(RecordKind::Pool, [0; 16]),
            slug: "a".to_owned(),
            name: "A".to_owned(),
            state,
            mode: GateMode::Gated,
            retention_days: None,
            detail_keys: DetailKeys::default(),
            created_ms: 0,
            recorded_seq: 1,
        }
    }

    #[test]
    fn an_admin_sees_assigned_pools_that_are_active_or_disabled_and_nothing_global() {
        let assigned = [
            pool(1, PoolState::Active),
            pool(2, PoolState::Disabled),
            pool(3, PoolState::Archived),
            pool(4, PoolState::Deleted),
        ];
        let scope = Scope::of_operator(Role::Admin, assigned.iter());
        let sees = |no| scope.sees(PoolNo::new(no));
        assert_eq!(
            [0, 1, 2, 3, 4, 5].map(sees),
            [false, true, true, false, false, false]
        );
    }

    #[test]
    fn an_admin_without_pools_sees_nothing_and_an_owner_everything() {
        let admin = Scope::of_operator(Role::Admin, [].iter());
        assert!(!admin.sees(None) && !admin.sees(PoolNo::new(1)));
        let owner = Scope::of_operator(Role::Owner, [].iter());
        assert!(owner.sees(None) && owner.sees(PoolNo::new(1)));
    }
}
