//! Pool API keys: who holds one, and the changes an operator makes.
use super::api_key_changes::{self as changes, Asked, KeyEdit, Rotated, no_such_pool};
use super::change::{Done, Proposal, Stop};
use super::db::{Credential, Db};
use super::{api_key_rows, pool_rows};
use crate::base::{Error, Hash, Kind, Millis, Result, random};
use crate::model::safe::{Label, SafePrefix};
use crate::model::{
    Action, ApiKey, By, GateMode, KeyAct, KeyState, OwnEvent, Permission, Pool, Reason, RecordId,
    RecordKind, Scope, Token,
};

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

    /// The key that a credential opens now, and its Pool, as of the last commit.
    pub fn by_digest(&self, digest: &Hash, now: Millis) -> Option<(ApiKey, Pool)> {
        let standing = self.0.standing();
        let key = standing.key(digest, now)?;
        let pool = standing.pool(key.pool_no)?;
        Some((key.clone(), pool.clone()))
    }

    /// Whether there is such a key in scope, as of the last commit.
    pub fn is_visible(&self, scope: &Scope, id: RecordId) -> bool {
        let standing = self.0.standing();
        let found = standing.keys().find(|it| it.id == id);
        found.is_some_and(|it| scope.sees(Some(it.pool_no)))
    }

    /// Those of the keys that were deleted in a Pool in scope.
    pub async fn deleted(&self, scope: &Scope, ids: Vec<RecordId>) -> Result<Vec<RecordId>> {
        if ids.is_empty() {
            return Ok(ids);
        }
        let scope = scope.clone();
        self.0
            .read(move |conn| {
                let mut deleted = Vec::new();
                for id in ids {
                    let pool_no = api_key_rows::last_pool(conn, &id)?;
                    deleted.extend(pool_no.filter(|it| scope.sees(Some(*it))).map(|_| id));
                }
                Ok(deleted)
            })
            .await
    }

    /// Whether any key in scope has delivered something.
    pub fn has_delivered(&self, scope: &Scope) -> bool {
        let standing = self.0.standing();
        let mut used = standing
            .keys()
            .filter(|it| it.permission == Permission::Write && it.used_ms.is_some());
        used.any(|it| scope.sees(Some(it.pool_no)))
    }

    /// Whether a service could deliver with a key in scope now.
    pub fn can_deliver(&self, scope: &Scope, now: Millis) -> bool {
        let standing = self.0.standing();
        let mut open = standing.keys().filter(|it| {
            it.permission == Permission::Write && it.state_at(now) == KeyState::Active
        });
        open.any(|it| {
            let pool = standing.pool(it.pool_no);
            scope.sees(Some(it.pool_no)) && pool.is_some_and(Pool::takes_keys)
        })
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
        let work = move |proposal: Proposal<'_, '_>| create(proposal, &scope, new, label);
        self.0.change(by, work).await
    }

    /// Notes that a key was used to read; written down once a minute.
    pub async fn note_use(&self, key: &ApiKey, now: Millis) {
        self.0.note_use(Credential::Key, key.no, now).await;
    }

    /// Writes down which keys' time is over, each in a transaction of its own, and returns how
    /// many. They are refused from that instant on, written down or not.
    pub async fn expire(&self, by: By, now: Millis) -> Result<usize> {
        let due = self
            .0
            .read(move |conn| api_key_rows::due(conn, now))
            .await?;
        let mut expired = 0;
        for id in due {
            let work = move |proposal: Proposal<'_, '_>| changes::expire(proposal, id);
            expired += usize::from(self.0.change(by.clone(), work).await?);
        }
        Ok(expired)
    }

    pub async fn update(&self, by: By, asked: Asked, edit: KeyEdit) -> Result<ApiKey> {
        let work = move |proposal: Proposal<'_, '_>| changes::update(proposal, &asked, edit);
        self.0.change(by, work).await
    }

    /// Pauses, resumes or revokes.
    pub async fn set_state(&self, by: By, asked: Asked, act: KeyAct) -> Result<ApiKey> {
        let to = match act {
            KeyAct::Pause => KeyState::Paused,
            KeyAct::Resume => KeyState::Active,
            KeyAct::Revoke => KeyState::Revoked,
            KeyAct::Update | KeyAct::Rotate | KeyAct::Move | KeyAct::Delete => {
                return Err(Error::new(Kind::Internal, "this act leads to no state"));
            }
        };
        let work = move |proposal: Proposal<'_, '_>| changes::set_state(proposal, &asked, act, to);
        self.0.change(by, work).await
    }

    /// Replaces the secret; the new one is returned once and kept nowhere.
    pub async fn rotate(&self, by: By, asked: Asked, grace_hours: i64) -> Result<Rotated> {
        let work = move |proposal: Proposal<'_, '_>| changes::rotate(proposal, &asked, grace_hours);
        self.0.change(by, work).await
    }

    pub async fn move_to(&self, by: By, asked: Asked, slug: String) -> Result<ApiKey> {
        let work = move |proposal: Proposal<'_, '_>| changes::move_to(proposal, &asked, &slug);
        self.0.change(by, work).await
    }

    pub async fn delete(&self, by: By, asked: Asked) -> Result<()> {
        let work = move |proposal: Proposal<'_, '_>| changes::delete(proposal, &asked);
        self.0.change(by, work).await
    }
}

fn create(
    proposal: Proposal<'_, '_>,
    scope: &Scope,
    new: NewKey,
    label: Label,
) -> Result<Done<(ApiKey, Token)>, Stop> {
    let mut pools = pool_rows::all(proposal.conn())?.into_iter();
    let pool = pools.find(|it| it.slug == new.pool_slug);
    let pool = pool.ok_or_else(no_such_pool)?;
    let event = OwnEvent::new(Action::ApiKeyCreate).in_pool(&pool);
    if !scope.sees(Some(pool.no)) {
        let event = event.failed(Reason::Denied);
        return Err(Stop::Refused(Box::new(event), no_such_pool()));
    }
    if new.expires_ms.is_some_and(|it| it <= proposal.now()) {
        return Err(Stop::refused(event, Reason::OutOfRange, Kind::Invalid));
    }
    if let Some(reason) = changes::takes(&proposal, &pool, label.as_str())? {
        return Err(Stop::refused(event, reason, Kind::InvalidState));
    }
    let token = Token::new(random::bytes(), &random::bytes());
    let key = fresh(&new, &pool, &label, &token, proposal.now());
    let event = event
        .on(&key.id, Some(label))
        .word("permission", key.permission.as_str())
        .word("gate_mode", key.mode.as_str())
        .prefix("key_prefix", SafePrefix::parse(&key.prefix).ok())
        .time("expires_at", key.expires_ms);
    let recorded = proposal.record(event)?;
    let no = api_key_rows::insert(&recorded, &key, &token.digest())?;
    let recorded_seq = recorded.seq();
    let key = ApiKey {
        no,
        recorded_seq,
        ..key
    };
    Ok(recorded.done((key, token)))
}

/// Without a number yet.
fn fresh(new: &NewKey, pool: &Pool, label: &Label, token: &Token, now: Millis) -> ApiKey {
    ApiKey {
        no: 0,
        id: RecordId::new(RecordKind::ApiKey, random::bytes()),
        pool_no: pool.no,
        name: label.as_str().to_owned(),
        permission: new.permission,
        mode: new.mode,
        state: KeyState::Active,
        prefix: token.prefix().to_owned(),
        old: None,
        expires_ms: new.expires_ms,
        created_ms: now,
        used_ms: None,
        recorded_seq: 0,
    }
}
