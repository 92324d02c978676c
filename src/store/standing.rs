//! What every request asks first: Pools, keys, upstreams, operators and settings as of the
//! last commit, in memory.
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use rusqlite::Connection;

use super::{api_key_rows, operator_rows, pool_rows, setting_rows, upstream_rows};
use crate::base::{Hash, Result};
use crate::model::{ApiKey, Operator, Pool, PoolNo, Preferences, Settings, Upstream};

/// Replaced as a whole after each commit that changed records: a revoked key is refused from the
/// next request on.
#[derive(Default)]
pub struct Standing {
    pools: Vec<Pool>,
    keys: HashMap<Hash, ApiKey>,
    upstreams: Vec<Upstream>,
    operators: Vec<Operator>,
    assignments: Vec<(i64, PoolNo)>,
    settings: Arc<Settings>,
    preferences: HashMap<i64, Preferences>,
}

pub type Published = Arc<RwLock<Arc<Standing>>>;

impl Standing {
    pub fn read(conn: &Connection) -> Result<Self> {
        Ok(Self {
            pools: pool_rows::all(conn)?,
            keys: api_key_rows::by_digest(conn)?,
            upstreams: upstream_rows::all(conn)?,
            operators: operator_rows::all(conn)?,
            assignments: operator_rows::assignments(conn)?,
            settings: Arc::new(setting_rows::all(conn)?),
            preferences: setting_rows::preferences(conn)?,
        })
    }

    /// Every Pool, by number.
    pub fn pools(&self) -> &[Pool] {
        &self.pools
    }

    pub fn pool(&self, no: PoolNo) -> Option<&Pool> {
        self.pools.iter().find(|it| it.no == no)
    }

    pub fn operators(&self) -> &[Operator] {
        &self.operators
    }

    pub fn operator(&self, no: i64) -> Option<&Operator> {
        self.operators.iter().find(|it| it.no == no)
    }

    /// The Pools that an operator is assigned to at present.
    pub fn assigned(&self, operator_no: i64) -> impl Iterator<Item = &Pool> {
        self.assignments
            .iter()
            .filter(move |(no, _)| *no == operator_no)
            .filter_map(|(_, pool_no)| self.pool(*pool_no))
    }

    /// Every upstream, tombstones too, newest first.
    pub fn upstreams(&self) -> &[Upstream] {
        &self.upstreams
    }

    pub fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings)
    }

    /// What an operator prefers to look at; without a choice, the default.
    pub fn preferences(&self, operator_no: i64) -> Preferences {
        let chosen = self.preferences.get(&operator_no);
        chosen.cloned().unwrap_or_default()
    }

    pub fn key(&self, digest: &Hash) -> Option<&ApiKey> {
        self.keys.get(digest)
    }

    /// Every key, in no order. The time of its last use is that of the last change of records;
    /// whether it was ever used to deliver is as of the last commit.
    pub fn keys(&self) -> impl Iterator<Item = &ApiKey> {
        self.keys.values()
    }
}

pub fn current(published: &Published) -> Arc<Standing> {
    Arc::clone(&published.read().unwrap_or_else(PoisonError::into_inner))
}

/// Shows what stands now. A standing that cannot be read must not outlive the change that made it
/// stale: until a later try succeeds, nobody is known.
pub fn publish(conn: &Connection, published: &Published) -> Result<()> {
    let read = Standing::read(conn);
    let (standing, outcome) = match read {
        Ok(standing) => (standing, Ok(())),
        Err(error) => (Standing::default(), Err(error)),
    };
    *published.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(standing);
    outcome
}
