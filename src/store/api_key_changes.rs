//! What an operator changes of an API key, each in the transaction that records it.
use super::change::{Done, Proposal, Stop};
use super::{api_key_rows, pool_rows};
use crate::base::{Error, HOUR_MS, Kind, Millis, OrFail, Result, random};
use crate::model::safe::{Detail, Label, SafePrefix, Word};
use crate::model::{
    Action, ApiKey, GateMode, KeyAct, KeyState, OldSecret, OwnEvent, Pool, Reason, RecordId, Scope,
    Token,
};

/// Keys that one Pool can have; those that are over are not counted.
const KEYS_A_POOL_MAX: usize = 200;
/// How long the secret before may live on.
const GRACE_HOURS_MAX: i64 = 24;

/// Which key, and what the one who asks may see.
pub struct Asked {
    pub scope: Scope,
    pub id: RecordId,
    /// The `recorded_seq` that was looked at. None: the caller looked at nothing.
    pub version: Option<i64>,
}

/// A key as it shall be. Its texts are checked already.
pub struct KeyEdit {
    pub name: Label,
    pub mode: GateMode,
    pub expires: Expires,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Expires {
    /// As it is.
    Unchanged,
    Never,
    At(Millis),
}

/// The public beginning of the secret that was replaced, the key as it is now, and its secret.
pub type Rotated = (String, ApiKey, Token);

pub fn update(
    proposal: Proposal<'_, '_>,
    asked: &Asked,
    edit: KeyEdit,
) -> Result<Done<ApiKey>, Stop> {
    let (before, pool) = find(&proposal, asked, KeyAct::Update)?;
    let after = ApiKey {
        name: edit.name.as_str().to_owned(),
        mode: edit.mode,
        expires_ms: match edit.expires {
            Expires::Unchanged => before.expires_ms,
            Expires::Never => None,
            Expires::At(ms) => Some(ms),
        },
        ..before.clone()
    };
    let Some(event) = edited(&before, &after, &pool) else {
        return Ok(proposal.unchanged(before));
    };
    guard(&proposal, asked, KeyAct::Update, &before, &pool)?;
    let refused = |reason, kind| {
        let event = about(Action::ApiKeyUpdate, &before, &pool);
        Err(Stop::refused(event, reason, kind))
    };
    let now = proposal.now();
    let moves_its_end = after.expires_ms != before.expires_ms;
    if moves_its_end && after.expires_ms.is_some_and(|it| it <= now) {
        return refused(Reason::OutOfRange, Kind::Invalid);
    }
    if after.name != before.name && is_taken(&proposal, &pool, &after.name)? {
        return refused(Reason::NameTaken, Kind::InvalidState);
    }
    let recorded = proposal.record(event)?;
    api_key_rows::update(&recorded, &after)?;
    let recorded_seq = recorded.seq();
    Ok(recorded.done(ApiKey {
        recorded_seq,
        ..after
    }))
}

/// Pauses, resumes or revokes.
pub fn set_state(
    proposal: Proposal<'_, '_>,
    asked: &Asked,
    act: KeyAct,
    to: KeyState,
) -> Result<Done<ApiKey>, Stop> {
    let (key, pool) = find(&proposal, asked, act)?;
    if key.state == to {
        return Ok(proposal.unchanged(key));
    }
    guard(&proposal, asked, act, &key, &pool)?;
    let recorded = proposal.record(with_prefix(act.action(), &key, &pool))?;
    let recorded_seq = recorded.seq();
    let key = ApiKey {
        state: to,
        recorded_seq,
        ..key
    };
    api_key_rows::update(&recorded, &key)?;
    Ok(recorded.done(key))
}

/// Replaces the secret. The one before opens for so many hours more; with none, it ends at once.
pub fn rotate(
    proposal: Proposal<'_, '_>,
    asked: &Asked,
    grace_hours: i64,
) -> Result<Done<Rotated>, Stop> {
    let (before, pool) = find(&proposal, asked, KeyAct::Rotate)?;
    guard(&proposal, asked, KeyAct::Rotate, &before, &pool)?;
    if !(0..=GRACE_HOURS_MAX).contains(&grace_hours) {
        let event = with_prefix(Action::ApiKeyRotate, &before, &pool);
        return Err(Stop::refused(event, Reason::OutOfRange, Kind::Invalid));
    }
    let token = Token::new(random::bytes(), &random::bytes());
    let old = (grace_hours > 0).then(|| OldSecret {
        prefix: before.prefix.clone(),
        until_ms: proposal.now() + grace_hours * HOUR_MS,
    });
    let after = ApiKey {
        prefix: token.prefix().to_owned(),
        old,
        ..before.clone()
    };
    let event = with_prefix(Action::ApiKeyRotate, &after, &pool)
        .prefix(
            "previous_key_prefix",
            SafePrefix::parse(&before.prefix).ok(),
        )
        .time("overlap_until_at", after.old.as_ref().map(|it| it.until_ms));
    let recorded = proposal.record(event)?;
    api_key_rows::rotate(&recorded, &after, &token.digest())?;
    let recorded_seq = recorded.seq();
    let after = ApiKey {
        recorded_seq,
        ..after
    };
    Ok(recorded.done((before.prefix, after, token)))
}

/// Moves a key to another Pool: each of the two gets its half of the story and no word about the
/// other.
pub fn move_to(
    proposal: Proposal<'_, '_>,
    asked: &Asked,
    slug: &str,
) -> Result<Done<ApiKey>, Stop> {
    let (key, from) = find(&proposal, asked, KeyAct::Move)?;
    let pools = pool_rows::all(proposal.conn())?.into_iter();
    let mut visible = pools.filter(|it| asked.scope.sees(Some(it.no)));
    let to = visible.find(|it| it.slug == slug);
    if to.as_ref().is_some_and(|it| it.no == from.no) {
        return Ok(proposal.unchanged(key));
    }
    guard(&proposal, asked, KeyAct::Move, &key, &from)?;
    let out = with_prefix(Action::ApiKeyMoveOut, &key, &from);
    let Some(to) = to else {
        let event = out.failed(Reason::Denied);
        return Err(Stop::Refused(Box::new(event), no_such_pool()));
    };
    if let Some(reason) = takes(&proposal, &to, &key.name)? {
        return Err(Stop::refused(out, reason, Kind::InvalidState));
    }
    let recorded = proposal
        .record(out)?
        .and(with_prefix(Action::ApiKeyMoveIn, &key, &to))?;
    let recorded_seq = recorded.seq();
    let key = ApiKey {
        pool_no: to.no,
        recorded_seq,
        ..key
    };
    api_key_rows::update(&recorded, &key)?;
    Ok(recorded.done(key))
}

/// Nothing shows the key from here on but its past events.
pub fn delete(proposal: Proposal<'_, '_>, asked: &Asked) -> Result<Done<()>, Stop> {
    let (key, pool) = find(&proposal, asked, KeyAct::Delete)?;
    guard(&proposal, asked, KeyAct::Delete, &key, &pool)?;
    let recorded = proposal.record(with_prefix(Action::ApiKeyDelete, &key, &pool))?;
    api_key_rows::delete(&recorded, &key)?;
    Ok(recorded.done(()))
}

/// Writes down that a key's time is over, if it is.
pub fn expire(proposal: Proposal<'_, '_>, id: RecordId) -> Result<Done<bool>, Stop> {
    let key = api_key_rows::find(proposal.conn(), &id)?;
    let now = proposal.now();
    let is_due = |it: &ApiKey| it.state.is_living() && it.state_at(now) == KeyState::Expired;
    let Some(key) = key.filter(is_due) else {
        return Ok(proposal.unchanged(false));
    };
    let pool = pool_of(&proposal, &key)?;
    let recorded = proposal.record(with_prefix(Action::ApiKeyExpire, &key, &pool))?;
    let key = ApiKey {
        state: KeyState::Expired,
        ..key
    };
    api_key_rows::update(&recorded, &key)?;
    Ok(recorded.done(true))
}

/// Why the Pool takes no key of this name now.
pub fn takes(proposal: &Proposal<'_, '_>, pool: &Pool, name: &str) -> Result<Option<Reason>> {
    if !pool.takes_keys() {
        return Ok(Some(Reason::InvalidState));
    }
    if is_taken(proposal, pool, name)? {
        return Ok(Some(Reason::NameTaken));
    }
    let is_full = living(proposal, pool)?.len() >= KEYS_A_POOL_MAX;
    Ok(is_full.then_some(Reason::OutOfRange))
}

/// An event about a key, with the public part of its secret.
pub fn with_prefix(action: Action, key: &ApiKey, pool: &Pool) -> OwnEvent {
    about(action, key, pool).prefix("key_prefix", SafePrefix::parse(&key.prefix).ok())
}

pub fn no_such_pool() -> Error {
    Error::new(Kind::NotFound, "There is no such Pool.")
}

fn about(action: Action, key: &ApiKey, pool: &Pool) -> OwnEvent {
    let label = Label::gate(&key.name).ok();
    OwnEvent::new(action).in_pool(pool).on(&key.id, label)
}

/// The key and its Pool. One out of scope answers like one that is not there, and those who watch
/// its Pool see that somebody tried.
fn find(proposal: &Proposal<'_, '_>, asked: &Asked, act: KeyAct) -> Result<(ApiKey, Pool), Stop> {
    let nothing = || Error::new(Kind::NotFound, "There is no such API key.");
    let key = api_key_rows::find(proposal.conn(), &asked.id)?.ok_or_else(nothing)?;
    let pool = pool_of(proposal, &key)?;
    if asked.scope.sees(Some(pool.no)) {
        return Ok((key, pool));
    }
    let event = attempt(act, &key, &pool).failed(Reason::Denied);
    Err(Stop::Refused(Box::new(event), nothing()))
}

fn pool_of(proposal: &Proposal<'_, '_>, key: &ApiKey) -> Result<Pool> {
    let mut pools = pool_rows::all(proposal.conn())?.into_iter();
    pools
        .find(|it| it.no == key.pool_no)
        .internal("a key has no Pool")
}

fn guard(
    proposal: &Proposal<'_, '_>,
    asked: &Asked,
    act: KeyAct,
    key: &ApiKey,
    pool: &Pool,
) -> Result<(), Stop> {
    let event = || attempt(act, key, pool);
    if asked.version.is_some_and(|it| it != key.recorded_seq) {
        let (reason, kind) = (Reason::Conflict, Kind::ChangedMeanwhile);
        return Err(Stop::refused(event(), reason, kind));
    }
    let is_owner = asked.scope.is_everything();
    let allowed = key.allows(act, pool.state, is_owner, proposal.now());
    allowed.map_err(|reason| Stop::refused(event(), reason, Kind::InvalidState))
}

fn attempt(act: KeyAct, key: &ApiKey, pool: &Pool) -> OwnEvent {
    match act {
        KeyAct::Update => about(act.action(), key, pool),
        _ => with_prefix(act.action(), key, pool),
    }
}

fn is_taken(proposal: &Proposal<'_, '_>, pool: &Pool, name: &str) -> Result<bool> {
    Ok(living(proposal, pool)?.iter().any(|it| it.name == name))
}

fn living(proposal: &Proposal<'_, '_>, pool: &Pool) -> Result<Vec<ApiKey>> {
    let mut keys = api_key_rows::all(proposal.conn())?;
    keys.retain(|it| it.pool_no == pool.no && it.state_at(proposal.now()).is_living());
    Ok(keys)
}

/// None: nothing differs.
fn edited(before: &ApiKey, after: &ApiKey, pool: &Pool) -> Option<OwnEvent> {
    let mut event = about(Action::ApiKeyUpdate, before, pool);
    let mut is_edited = false;
    let name = |it: &ApiKey| Label::gate(&it.name).ok().map(Detail::Label);
    let expires = |it: &ApiKey| it.expires_ms.map(Detail::Timestamp);
    let mode = |it: &ApiKey| Some(Detail::Word(Word::fixed(it.mode.as_str())));
    if before.name != after.name {
        event = event.changed("name", name(before), name(after));
        is_edited = true;
    }
    if before.expires_ms != after.expires_ms {
        event = event.changed("expires_at", expires(before), expires(after));
        is_edited = true;
    }
    if before.mode != after.mode {
        event = event.changed("gate_mode", mode(before), mode(after));
        is_edited = true;
    }
    is_edited.then_some(event)
}
