//! What every request asks first: Pools, keys, upstreams, operators and settings as of the
//! last commit, in memory.
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use rusqlite::Connection;

use super::api_key_rows::Opened;
use super::{
    api_key_rows, factor_rows, mcp_token_rows, operator_rows, pool_rows, saved_view_rows,
    setting_rows, upstream_rows,
};
use crate::base::{Hash, Millis, Result};
use crate::model::{
    ApiKey, McpToken, Operator, Pool, PoolNo, Preferences, SavedView, Settings, Upstream,
};

/// Replaced as a whole after each commit that changed records: a revoked key is refused from the
/// next request on.
#[derive(Default)]
pub struct Standing {
    pools: Vec<Pool>,
    keys: Vec<ApiKey>,
    /// What opens a key: its place above, and whether it is the secret before the present one.
    digests: HashMap<Hash, (usize, bool)>,
    upstreams: Vec<Upstream>,
    mcp_tokens: HashMap<Hash, McpToken>,
    operators: Vec<Operator>,
    assignments: Vec<(i64, PoolNo)>,
    second_factors: Vec<i64>,
    settings: Arc<Settings>,
    preferences: HashMap<i64, Preferences>,
    saved_views: Vec<SavedView>,
}

pub type Published = Arc<RwLock<Arc<Standing>>>;

impl Standing {
    pub fn read(conn: &Connection) -> Result<Self> {
        let (keys, digests) = keys(api_key_rows::opened(conn)?);
        Ok(Self {
            pools: pool_rows::all(conn)?,
            keys,
            digests,
            upstreams: upstream_rows::all(conn)?,
            mcp_tokens: mcp_token_rows::by_digest(conn)?,
            operators: operator_rows::all(conn)?,
            assignments: operator_rows::assignments(conn)?,
            second_factors: factor_rows::holders(conn)?,
            settings: Arc::new(setting_rows::all(conn)?),
            preferences: setting_rows::preferences(conn)?,
            saved_views: saved_view_rows::all(conn)?,
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

    /// Whether signing in needs a second factor.
    pub fn has_second_factor(&self, operator_no: i64) -> bool {
        self.second_factors.contains(&operator_no)
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

    pub fn mcp_token(&self, digest: &Hash) -> Option<&McpToken> {
        self.mcp_tokens.get(digest)
    }

    /// Every token, in no order, deleted ones too.
    pub fn mcp_tokens(&self) -> impl Iterator<Item = &McpToken> {
        self.mcp_tokens.values()
    }

    pub fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings)
    }

    /// What an operator prefers to look at; without a choice, the default.
    pub fn preferences(&self, operator_no: i64) -> Preferences {
        let chosen = self.preferences.get(&operator_no);
        chosen.cloned().unwrap_or_default()
    }

    /// Everybody's, by name.
    pub fn saved_views(&self) -> &[SavedView] {
        &self.saved_views
    }

    /// The Pool's operators, in no order.
    pub fn assigned_to(&self, pool_no: PoolNo) -> impl Iterator<Item = &Operator> {
        self.assignments
            .iter()
            .filter(move |(_, it)| *it == pool_no)
            .filter_map(|(no, _)| self.operator(*no))
    }

    /// The key that a secret opens. One that was replaced opens it until its time is over.
    pub fn key(&self, digest: &Hash, now: Millis) -> Option<&ApiKey> {
        let (place, is_old) = *self.digests.get(digest)?;
        let key = self.keys.get(place)?;
        (!is_old || key.overlap(now).is_some()).then_some(key)
    }

    /// Every key, in no order. The time of its last use is that of the last change of records;
    /// whether it was ever used to deliver is as of the last commit.
    pub fn keys(&self) -> impl Iterator<Item = &ApiKey> {
        self.keys.iter()
    }
}

fn keys(opened: Vec<Opened>) -> (Vec<ApiKey>, HashMap<Hash, (usize, bool)>) {
    let mut keys = Vec::with_capacity(opened.len());
    let mut digests = HashMap::with_capacity(opened.len());
    for one in opened {
        let place = keys.len();
        keys.push(one.key);
        digests.insert(one.digest, (place, false));
        if let Some(old) = one.old_digest {
            digests.insert(old, (place, true));
        }
    }
    (keys, digests)
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
