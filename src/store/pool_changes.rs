//! What an owner changes of a Pool, each in the transaction that records it.
use super::api_key_changes;
use super::change::{Done, Proposal, Recorded, Stop};
use super::operator_changes::unassigned;
use super::{api_key_rows, operator_rows, pool_rows, upstream_rows};
use crate::base::{Error, Kind, OrFail, Result};
use crate::model::safe::{Detail, Label, Word};
use crate::model::{
    Action, ApiKey, DetailKeys, GateMode, Operator, OwnEvent, Pool, PoolAct, PoolState,
    RETENTION_DAYS_MAX, Reason, RecordId, Upstream, UpstreamState,
};

/// A Pool as it shall be. Its texts are checked already.
pub struct PoolEdit {
    pub name: Label,
    /// None: the instance's.
    pub retention_days: Option<i64>,
    pub mode: GateMode,
    pub detail_keys: DetailKeys,
}

/// `version` is the `recorded_seq` that was looked at.
pub fn update(
    proposal: Proposal<'_, '_>,
    id: &RecordId,
    version: i64,
    edit: PoolEdit,
) -> Result<Done<Pool>, Stop> {
    let before = find(&proposal, id)?;
    let after = Pool {
        name: edit.name.as_str().to_owned(),
        retention_days: edit.retention_days,
        mode: edit.mode,
        detail_keys: edit.detail_keys,
        ..before.clone()
    };
    let Some(event) = edited(&before, &after) else {
        return Ok(proposal.unchanged(before));
    };
    guard(PoolAct::Update, &before, version)?;
    let days = 1..=RETENTION_DAYS_MAX;
    if after.retention_days.is_some_and(|it| !days.contains(&it)) {
        let event = about(PoolAct::Update, &before);
        return Err(Stop::refused(event, Reason::OutOfRange, Kind::Invalid));
    }
    let recorded = proposal.record(event)?;
    pool_rows::update(&recorded, &after)?;
    let gone = before.detail_keys.iter();
    // One that stays in another kind is one row, changed once.
    for key in gone.filter(|it| after.detail_keys.kind_of(&it.0).is_none()) {
        pool_rows::set_detail_key(&recorded, before.no, key, false)?;
    }
    for key in after.detail_keys.without(&before.detail_keys) {
        pool_rows::set_detail_key(&recorded, before.no, key, true)?;
    }
    let recorded_seq = recorded.seq();
    Ok(recorded.done(Pool {
        recorded_seq,
        ..after
    }))
}

/// Disables, enables, archives or restores. The archive ends all assignments, one event each.
pub fn set_state(
    proposal: Proposal<'_, '_>,
    id: &RecordId,
    version: i64,
    act: PoolAct,
) -> Result<Done<Pool>, Stop> {
    let pool = find(&proposal, id)?;
    let to = act.leads_to().internal("this act leads to no state")?;
    if pool.state == to {
        return Ok(proposal.unchanged(pool));
    }
    guard(act, &pool, version)?;
    let mut event = about(act, &pool);
    let mut assigned = Vec::new();
    if act == PoolAct::Archive {
        assigned = assigned_to(&proposal, &pool)?;
        event = event.count("assignment_count", counted(assigned.len()));
    }
    let mut recorded = proposal.record(event)?;
    let recorded_seq = recorded.seq();
    let pool = Pool {
        state: to,
        recorded_seq,
        ..pool
    };
    pool_rows::update(&recorded, &pool)?;
    for operator in assigned {
        recorded = recorded.and(unassigned(&operator, &pool, "pool_archived"))?;
        operator_rows::set_assigned(&recorded, operator.no, pool.no, false)?;
    }
    Ok(recorded.done(pool))
}

/// `slug` is what the owner typed. Keys and upstreams go first, one event each.
pub fn delete(
    proposal: Proposal<'_, '_>,
    id: &RecordId,
    version: i64,
    slug: &str,
) -> Result<Done<()>, Stop> {
    let pool = find(&proposal, id)?;
    guard(PoolAct::Delete, &pool, version)?;
    if pool.slug != slug {
        let event = about(PoolAct::Delete, &pool);
        let reason = Reason::ConfirmationMismatch;
        return Err(Stop::refused(event, reason, Kind::Invalid));
    }
    let parts = parts(&proposal, &pool)?;
    let (first, rest) = parts.split_first().internal("a Pool has no parts")?;
    let mut recorded = proposal.record(first.ends(&pool))?;
    first.end(&recorded)?;
    for part in rest {
        recorded = recorded.and(part.ends(&pool))?;
        part.end(&recorded)?;
    }
    Ok(recorded.done(()))
}

/// What ends with a Pool, itself last.
enum Part {
    Key(ApiKey),
    Upstream(Upstream),
    Pool {
        now_deleted: Pool,
        keys: i64,
        upstreams: i64,
    },
}

impl Part {
    fn ends(&self, pool: &Pool) -> OwnEvent {
        match self {
            Self::Key(key) => api_key_changes::with_prefix(Action::ApiKeyDelete, key, pool),
            Self::Upstream(it) => OwnEvent::new(Action::UpstreamDelete)
                .in_pool(pool)
                .on(&it.id, Label::gate(&it.name).ok()),
            Self::Pool {
                keys, upstreams, ..
            } => about(PoolAct::Delete, pool)
                .count("key_count", *keys)
                .count("upstream_count", *upstreams),
        }
    }

    fn end(&self, recorded: &Recorded<'_, '_>) -> Result<()> {
        match self {
            Self::Key(key) => api_key_rows::delete(recorded, key),
            Self::Upstream(upstream) => upstream_rows::delete(recorded, upstream),
            Self::Pool { now_deleted, .. } => pool_rows::update(recorded, now_deleted),
        }
    }
}

fn parts(proposal: &Proposal<'_, '_>, pool: &Pool) -> Result<Vec<Part>> {
    let mut keys = api_key_rows::all(proposal.conn())?;
    keys.retain(|it| it.pool_no == pool.no);
    let mut upstreams = upstream_rows::all(proposal.conn())?;
    upstreams.retain(|it| it.pool_no == pool.no && it.state != UpstreamState::Deleted);
    let itself = Part::Pool {
        now_deleted: Pool {
            state: PoolState::Deleted,
            ..pool.clone()
        },
        keys: counted(keys.len()),
        upstreams: counted(upstreams.len()),
    };
    let keys = keys.into_iter().rev().map(Part::Key);
    let upstreams = upstreams.into_iter().rev().map(Part::Upstream);
    Ok(keys.chain(upstreams).chain([itself]).collect())
}

fn assigned_to(proposal: &Proposal<'_, '_>, pool: &Pool) -> Result<Vec<Operator>> {
    let assigned = operator_rows::assignments(proposal.conn())?;
    let mut operators = operator_rows::all(proposal.conn())?;
    operators.retain(|it| assigned.contains(&(it.no, pool.no)));
    Ok(operators)
}

fn find(proposal: &Proposal<'_, '_>, id: &RecordId) -> Result<Pool> {
    let pools = pool_rows::all(proposal.conn())?.into_iter();
    let mut pools = pools.filter(|it| it.state != PoolState::Deleted);
    let nothing = || Error::new(Kind::NotFound, "There is no such Pool.");
    pools.find(|it| it.id == *id).ok_or_else(nothing)
}

fn guard(act: PoolAct, pool: &Pool, version: i64) -> Result<(), Stop> {
    let event = || about(act, pool);
    if version != pool.recorded_seq {
        let (reason, kind) = (Reason::Conflict, Kind::ChangedMeanwhile);
        return Err(Stop::refused(event(), reason, kind));
    }
    let allowed = pool.state.allows(act);
    allowed.map_err(|reason| Stop::refused(event(), reason, Kind::InvalidState))
}

fn about(act: PoolAct, pool: &Pool) -> OwnEvent {
    let label = Label::gate(&pool.name).ok();
    OwnEvent::new(act.action())
        .in_pool(pool)
        .on(&pool.id, label)
}

/// None: nothing differs.
fn edited(before: &Pool, after: &Pool) -> Option<OwnEvent> {
    let mut event = about(PoolAct::Update, before);
    let mut is_edited = false;
    let name = |it: &Pool| Label::gate(&it.name).ok().map(Detail::Label);
    let days = |it: &Pool| it.retention_days.map(Detail::Int);
    let mode = |it: &Pool| Some(Detail::Word(Word::fixed(it.mode.as_str())));
    if before.name != after.name {
        event = event.changed("name", name(before), name(after));
        is_edited = true;
    }
    if before.retention_days != after.retention_days {
        event = event.changed("retention_days", days(before), days(after));
        is_edited = true;
    }
    if before.mode != after.mode {
        event = event.changed("gate_mode", mode(before), mode(after));
        is_edited = true;
    }
    for (name, more, less) in [
        ("added_key_count", after, before),
        ("removed_key_count", before, after),
    ] {
        let count = more.detail_keys.without(&less.detail_keys).count();
        if count > 0 {
            event = event.count(name, counted(count));
            is_edited = true;
        }
    }
    is_edited.then_some(event)
}

fn counted(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
