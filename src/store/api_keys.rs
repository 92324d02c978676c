//! Pool API keys: who holds one, and the changes an operator makes.
use super::change::{Proposal, Stop};
use super::db::{Credential, Db};
use super::{api_key_rows, pool_rows};
use crate::base::{Error, Hash, Kind, Millis, Result, random};
use crate::model::safe::{Label, SafePrefix};
use crate::model::{
    Action, ApiKey, By, GateMode, KeyState, OwnEvent, Permission, Pool, PoolState, Reason,
    RecordId, RecordKind, Scope, Token,
};

/// Keys that one Pool can have, revoked ones not counted.
const KEYS_A_POOL_MAX: usize = 200;

#[derive(Clone)]
pub struct ApiKeys(Db);

pub struct NewKey {
    pub pool_slug: String,
    pub name: String,
    pub permission: Permission,
    pub mode: GateMode,
    pub expires_ms: Option<Millis>,
}

impl ApiKeys {
    pub fn new(db: Db) -> Self {
        Self(db)
    }

    /// The key behind a credential and its Pool, as of the last commit, in whatever state.
    pub fn by_digest(&self, digest: &Hash) -> Option<(ApiKey, Pool)> {
        let standing = self.0.standing();
        let key = standing.key(digest)?;
        let pool = standing.pool(key.pool_no)?;
        Some((key.clone(), pool.clone()))
    }

    /// Whether there is such a key in scope, as of the last commit.
    pub fn is_visible(&self, scope: &Scope, id: RecordId) -> bool {
        let standing = self.0.standing();
        let found = standing.keys().find(|it| it.id == id);
        found.is_some_and(|it| scope.sees(Some(it.pool_no)))
    }

    /// Whether any key in scope has delivered something.
    pub fn has_delivered(&self, scope: &Scope) -> bool {
        let standing = self.0.standing();
        let mut used = standing
            .keys()
            .filter(|it| it.permission == Permission::Write && it.used_ms.is_some());
        used.any(|it| scope.sees(Some(it.pool_no)))
    }

    /// The keys of the Pools in scope, newest first.
    pub async fn list(&self, scope: &Scope) -> Result<Vec<ApiKey>> {
        let mut keys = self.0.read(api_key_rows::all).await?;
        keys.retain(|it| scope.sees(Some(it.pool_no)));
        Ok(keys)
    }

    /// None for a key that does not exist and for one out of scope alike.
    pub async fn find(&self, scope: &Scope, id: RecordId) -> Result<Option<ApiKey>> {
        let key = self
            .0
            .read(move |conn| api_key_rows::find(conn, &id))
            .await?;
        Ok(key.filter(|it| scope.sees(Some(it.pool_no))))
    }

    /// Makes a key. The token is returned once and kept nowhere.
    pub async fn create(&self, by: By, scope: &Scope, new: NewKey) -> Result<(ApiKey, Token)> {
        let label =
            Label::gate(new.name.trim()).map_err(|it| Error::new(Kind::Invalid, it.sentence()))?;
        let scope = scope.clone();
        self.0
            .change(by, move |proposal| {
                let pool = pool_rows::all(proposal.conn())?
                    .into_iter()
                    .find(|it| it.slug == new.pool_slug && scope.sees(Some(it.no)))
                    .ok_or_else(no_such_pool)?;
                let token = Token::new(random::bytes(), &random::bytes());
                let key = ApiKey {
                    no: 0,
                    id: RecordId::new(RecordKind::ApiKey, random::bytes()),
                    pool_no: pool.no,
                    name: label.as_str().to_owned(),
                    permission: new.permission,
                    mode: new.mode,
                    state: KeyState::Active,
                    prefix: token.prefix().to_owned(),
                    expires_ms: new.expires_ms,
                    created_ms: proposal.now(),
                    used_ms: None,
                    recorded_seq: 0,
                };
                let created = OwnEvent::new(Action::ApiKeyCreate).in_pool(&pool);
                if let Some(reason) = refuses(&proposal, &pool, &label)? {
                    return Err(Stop::refused(created, reason, Kind::InvalidState));
                }
                let created = created
                    .on(&key.id, Some(label))
                    .word("permission", key.permission.as_str())
                    .word("gate_mode", key.mode.as_str())
                    .prefix("key_prefix", SafePrefix::parse(&key.prefix).ok())
                    .time("expires_at", key.expires_ms);
                let recorded = proposal.record(created)?;
                let no = api_key_rows::insert(&recorded, &key, &token.digest())?;
                let recorded_seq = recorded.seq();
                let key = ApiKey {
                    no,
                    recorded_seq,
                    ..key
                };
                Ok(recorded.done((key, token)))
            })
            .await
    }

    /// Notes that a key was used to read; written down once a minute.
    pub async fn note_use(&self, key: &ApiKey, now: Millis) {
        self.0.note_use(Credential::Key, key.no, now).await;
    }

    /// Pause, resume or revoke. `version` is the `recorded_seq` that was looked at, if any was: a
    /// stale one is a conflict.
    pub async fn set_state(
        &self,
        by: By,
        scope: &Scope,
        id: RecordId,
        to: KeyState,
        version: Option<i64>,
    ) -> Result<ApiKey> {
        let scope = scope.clone();
        self.0
            .change(by, move |proposal| {
                let key = api_key_rows::find(proposal.conn(), &id)?
                    .filter(|it| scope.sees(Some(it.pool_no)))
                    .ok_or_else(no_such_key)?;
                let pool = pool_rows::all(proposal.conn())?
                    .into_iter()
                    .find(|it| it.no == key.pool_no)
                    .ok_or_else(no_such_key)?;
                if key.state == to {
                    return Ok(proposal.unchanged(key));
                }
                let event = OwnEvent::new(action(to))
                    .in_pool(&pool)
                    .on(&key.id, Label::gate(&key.name).ok())
                    .prefix("key_prefix", SafePrefix::parse(&key.prefix).ok());
                if version.is_some_and(|it| it != key.recorded_seq) {
                    return Err(Stop::refused(
                        event,
                        Reason::Conflict,
                        Kind::ChangedMeanwhile,
                    ));
                }
                let resumes_elsewhere = to == KeyState::Active && pool.state != PoolState::Active;
                if key.state == KeyState::Revoked || resumes_elsewhere {
                    return Err(Stop::refused(
                        event,
                        Reason::InvalidState,
                        Kind::InvalidState,
                    ));
                }
                let recorded = proposal.record(event)?;
                api_key_rows::set_state(&recorded, &key, to)?;
                Ok(recorded.done(ApiKey { state: to, ..key }))
            })
            .await
    }
}

fn refuses(proposal: &Proposal<'_, '_>, pool: &Pool, label: &Label) -> Result<Option<Reason>> {
    if pool.state != PoolState::Active {
        return Ok(Some(Reason::InvalidState));
    }
    let keys = api_key_rows::all(proposal.conn())?;
    let mut living = keys
        .iter()
        .filter(|it| it.pool_no == pool.no && it.state != KeyState::Revoked);
    if living.clone().any(|it| it.name == label.as_str()) {
        return Ok(Some(Reason::NameTaken));
    }
    Ok(living.nth(KEYS_A_POOL_MAX - 1).map(|_| Reason::OutOfRange))
}

fn action(to: KeyState) -> Action {
    match to {
        KeyState::Active => Action::ApiKeyResume,
        KeyState::Paused => Action::ApiKeyPause,
        KeyState::Revoked => Action::ApiKeyRevoke,
    }
}

fn no_such_pool() -> Error {
    Error::new(Kind::NotFound, "There is no such Pool.")
}

fn no_such_key() -> Error {
    Error::new(Kind::NotFound, "There is no such API key.")
}
