//! What an operator changes of an upstream, each in the transaction that records it.
use super::change::{Done, Proposal, Stop};
use super::{pool_rows, upstream_rows};
use crate::base::{Error, HOUR_MS, Kind, OrFail, Result, Sealer, random};
use crate::model::safe::{Detail, Label, Word};
use crate::model::{
    Action, Credentials, GateMode, OwnEvent, Pool, PoolState, Reason, RecordId, RecordKind, Scope,
    Upstream, UpstreamAct, UpstreamSecret, UpstreamState,
};

/// Upstreams that one Pool can have; those that were deleted are not counted.
const UPSTREAMS_A_POOL_MAX: usize = 200;
/// How long the secret before may live on.
const OVERLAP_HOURS_MAX: i64 = 24;

/// Which upstream, and what the one who asks may see.
pub struct UpstreamAsked {
    pub scope: Scope,
    pub id: RecordId,
    /// The `recorded_seq` that was looked at.
    pub version: i64,
}

pub struct NewUpstream {
    pub pool_slug: String,
    pub mode: GateMode,
    /// None: the document could not be read.
    pub document: Option<Credentials>,
}

pub struct UpstreamEdit {
    pub name: Label,
    pub mode: GateMode,
}

pub struct Refresh {
    /// None: no secret could be read.
    pub secret: Option<UpstreamSecret>,
    /// How long the secret before is taken as well.
    pub overlap_hours: i64,
}

pub fn import(
    proposal: Proposal<'_, '_>,
    scope: &Scope,
    sealer: &Sealer,
    new: NewUpstream,
) -> Result<Done<Upstream>, Stop> {
    let mut pools = pool_rows::all(proposal.conn())?.into_iter();
    let pool = pools.find(|it| it.slug == new.pool_slug);
    let pool = pool.ok_or_else(no_such_pool)?;
    let event = OwnEvent::new(Action::UpstreamImport).in_pool(&pool);
    if !scope.sees(Some(pool.no)) {
        let event = event.failed(Reason::Denied);
        return Err(Stop::Refused(Box::new(event), no_such_pool()));
    }
    if pool.state != PoolState::Active {
        return Err(refused(event, Reason::InvalidState));
    }
    let Some(document) = new.document else {
        return Err(refused(event, Reason::InvalidDocument));
    };
    let event = event
        .word("format", document.format.as_str())
        .word("gate_mode", new.mode.as_str());
    let living = living(&proposal, &pool)?;
    if living.iter().any(|it| it.name == document.name.as_str()) {
        return Err(refused(event, Reason::NameTaken));
    }
    if living.len() >= UPSTREAMS_A_POOL_MAX {
        return Err(refused(event, Reason::OutOfRange));
    }
    let upstream = Upstream {
        no: 0,
        id: RecordId::new(RecordKind::Upstream, random::bytes()),
        pool_no: pool.no,
        name: document.name.as_str().to_owned(),
        format: document.format,
        mode: new.mode,
        state: UpstreamState::Active,
        overlap_until_ms: None,
        created_ms: proposal.now(),
        recorded_seq: 0,
    };
    let secret = sealer.seal(&place("secret", &upstream), document.secret.as_bytes())?;
    let recorded = proposal.record(event.on(&upstream.id, Some(document.name)))?;
    let no = upstream_rows::insert(&recorded, &upstream, &secret)?;
    Ok(recorded.done(Upstream { no, ..upstream }))
}

pub fn edit(
    proposal: Proposal<'_, '_>,
    asked: &UpstreamAsked,
    edit: UpstreamEdit,
) -> Result<Done<()>, Stop> {
    let action = |it: &Upstream| {
        if it.name == edit.name.as_str() {
            Action::UpstreamUpdate
        } else {
            Action::UpstreamRename
        }
    };
    let (before, pool) = find(&proposal, asked, action)?;
    let after = Upstream {
        name: edit.name.as_str().to_owned(),
        mode: edit.mode,
        ..before.clone()
    };
    let mut events = edited(&before, &after, &pool).into_iter();
    let Some(first) = events.next() else {
        return Ok(proposal.unchanged(()));
    };
    let first = guard(asked, UpstreamAct::Edit, &before, &pool, first)?;
    let is_taken = |it: &Upstream| it.no != before.no && it.name == after.name;
    if living(&proposal, &pool)?.iter().any(is_taken) {
        return Err(refused(first, Reason::NameTaken));
    }
    let mut recorded = proposal.record(first)?;
    for event in events {
        recorded = recorded.and(event)?;
    }
    upstream_rows::update(&recorded, &after)?;
    Ok(recorded.done(()))
}

/// The secret before is taken for so many hours more; with none, it is erased at once.
pub fn refresh(
    proposal: Proposal<'_, '_>,
    asked: &UpstreamAsked,
    sealer: &Sealer,
    refresh: Refresh,
) -> Result<Done<()>, Stop> {
    let (before, pool) = find(&proposal, asked, |_| Action::UpstreamRefresh)?;
    let event = about(Action::UpstreamRefresh, &before, &pool);
    let event = guard(asked, UpstreamAct::Refresh, &before, &pool, event)?;
    let Some(secret) = refresh.secret else {
        return Err(refused(event, Reason::InvalidDocument));
    };
    if !(0..=OVERLAP_HOURS_MAX).contains(&refresh.overlap_hours) {
        return Err(refused(event, Reason::OutOfRange));
    }
    let overlaps = refresh.overlap_hours > 0;
    let until_ms = proposal.now() + refresh.overlap_hours * HOUR_MS;
    let after = Upstream {
        overlap_until_ms: overlaps.then_some(until_ms),
        ..before
    };
    let old = if overlaps {
        let kept = upstream_rows::secret(proposal.conn(), after.no)?;
        let before = sealer.open(&place("secret", &after), &kept)?;
        Some(sealer.seal(&place("old_secret", &after), &before)?)
    } else {
        None
    };
    let new = sealer.seal(&place("secret", &after), secret.as_bytes())?;
    let event = event
        .changed_secret("secret", "replaced")
        .time("overlap_until_at", after.overlap_until_ms);
    let recorded = proposal.record(event)?;
    upstream_rows::refresh(&recorded, &after, &new, old.as_deref())?;
    Ok(recorded.done(()))
}

/// Pauses, reactivates or deletes.
pub fn set_state(
    proposal: Proposal<'_, '_>,
    asked: &UpstreamAsked,
    act: UpstreamAct,
) -> Result<Done<()>, Stop> {
    let (action, to) = match act {
        UpstreamAct::Pause => (Action::UpstreamPause, UpstreamState::Paused),
        UpstreamAct::Reactivate => (Action::UpstreamReactivate, UpstreamState::Active),
        UpstreamAct::Delete => (Action::UpstreamDelete, UpstreamState::Deleted),
        UpstreamAct::Edit | UpstreamAct::Refresh => {
            return Err(Error::new(Kind::Internal, "this act leads to no state").into());
        }
    };
    let (upstream, pool) = find(&proposal, asked, |_| action)?;
    if upstream.state == to {
        return Ok(proposal.unchanged(()));
    }
    let event = about(action, &upstream, &pool);
    let event = guard(asked, act, &upstream, &pool, event)?;
    let recorded = proposal.record(event)?;
    if to == UpstreamState::Deleted {
        upstream_rows::delete(&recorded, &upstream)?;
    } else {
        let state = to;
        upstream_rows::update(&recorded, &Upstream { state, ..upstream })?;
    }
    Ok(recorded.done(()))
}

/// The upstream and its Pool. One out of scope answers like one that is not there, and those who
/// watch its Pool see that somebody tried.
fn find(
    proposal: &Proposal<'_, '_>,
    asked: &UpstreamAsked,
    action: impl Fn(&Upstream) -> Action,
) -> Result<(Upstream, Pool), Stop> {
    let nothing = || Error::new(Kind::NotFound, "There is no such upstream.");
    let mut all = upstream_rows::all(proposal.conn())?.into_iter();
    let there = |it: &Upstream| it.id == asked.id && it.state != UpstreamState::Deleted;
    let upstream = all.find(there).ok_or_else(nothing)?;
    let mut pools = pool_rows::all(proposal.conn())?.into_iter();
    let pool = pools.find(|it| it.no == upstream.pool_no);
    let pool = pool.internal("an upstream has no Pool")?;
    if asked.scope.sees(Some(pool.no)) {
        return Ok((upstream, pool));
    }
    let event = about(action(&upstream), &upstream, &pool).failed(Reason::Denied);
    Err(Stop::Refused(Box::new(event), nothing()))
}

/// Gives the event back unless the act is refused; then it is the refusal's.
fn guard(
    asked: &UpstreamAsked,
    act: UpstreamAct,
    upstream: &Upstream,
    pool: &Pool,
    event: OwnEvent,
) -> Result<OwnEvent, Stop> {
    if asked.version != upstream.recorded_seq {
        return Err(refused(event, Reason::Conflict));
    }
    let is_owner = asked.scope.is_everything();
    match upstream.allows(act, pool.state, is_owner) {
        Ok(()) => Ok(event),
        Err(reason) => Err(refused(event, reason)),
    }
}

fn refused(event: OwnEvent, reason: Reason) -> Stop {
    let kind = match reason {
        Reason::Conflict => Kind::ChangedMeanwhile,
        Reason::InvalidDocument | Reason::OutOfRange => Kind::Invalid,
        _ => Kind::InvalidState,
    };
    Stop::refused(event, reason, kind)
}

fn about(action: Action, upstream: &Upstream, pool: &Pool) -> OwnEvent {
    let label = Label::gate(&upstream.name).ok();
    OwnEvent::new(action).in_pool(pool).on(&upstream.id, label)
}

/// An event for each field that differs, the name first.
fn edited(before: &Upstream, after: &Upstream, pool: &Pool) -> Vec<OwnEvent> {
    let mut events = Vec::new();
    if before.name != after.name {
        let name = |it: &Upstream| Label::gate(&it.name).ok().map(Detail::Label);
        let event = about(Action::UpstreamRename, before, pool);
        events.push(event.changed("name", name(before), name(after)));
    }
    if before.mode != after.mode {
        let mode = |it: &Upstream| Some(Detail::Word(Word::fixed(it.mode.as_str())));
        let event = about(Action::UpstreamUpdate, after, pool);
        events.push(event.changed("gate_mode", mode(before), mode(after)));
    }
    events
}

fn living(proposal: &Proposal<'_, '_>, pool: &Pool) -> Result<Vec<Upstream>> {
    let mut upstreams = upstream_rows::all(proposal.conn())?;
    upstreams.retain(|it| it.pool_no == pool.no && it.state != UpstreamState::Deleted);
    Ok(upstreams)
}

/// Where a secret is kept: sealed for one place, it opens at no other.
fn place(column: &str, upstream: &Upstream) -> String {
    format!("upstream|{column}|{}", upstream.id)
}

fn no_such_pool() -> Error {
    Error::new(Kind::NotFound, "There is no such Pool.")
}
