//! The rows of `pool` and `pool_detail_key`.
use std::collections::HashMap;

use rusqlite::{Connection, Row, named_params};

use super::change::Recorded;
use super::sql::OrSql;
use crate::base::{Error, Kind, Result};
use crate::model::vocabulary::DetailKind;
use crate::model::{
    DetailKeys, GateMode, Pool, PoolNo, PoolState, RecordId, RecordKind, kind_named, kind_word,
};

/// Every Pool, tombstones too, by number.
pub fn all(conn: &Connection) -> Result<Vec<Pool>> {
    let mut own_keys = detail_keys(conn)?;
    let mut statement = conn
        .prepare_cached("select * from pool order by no")
        .sql("cannot read the Pools")?;
    let rows = statement.query_map([], pool).sql("cannot read the Pools")?;
    let mut pools: Vec<Pool> = rows
        .collect::<rusqlite::Result<_>>()
        .sql("cannot read a Pool")?;
    for pool in &mut pools {
        if let Some(keys) = own_keys.remove(&pool.no) {
            pool.detail_keys = DetailKeys::stored(keys);
        }
    }
    Ok(pools)
}

/// A number for the next Pool. Numbers are never used again.
pub fn next_no(conn: &Connection) -> Result<PoolNo> {
    let next: u32 = conn
        .query_row("select coalesce(max(no), 0) + 1 from pool", [], |row| {
            row.get(0)
        })
        .sql("cannot number a Pool")?;
    u16::try_from(next)
        .ok()
        .and_then(PoolNo::new)
        .ok_or_else(|| Error::new(Kind::InvalidState, "There are too many Pools."))
}

pub fn insert(recorded: &Recorded<'_, '_>, pool: &Pool) -> Result<()> {
    recorded
        .conn()
        .execute(
            "insert into pool (no, id, slug, name, state, mode, retention_days, created_ms,
                               recorded_seq)
             values (:no, :id, :slug, :name, :state, :mode, :retention_days, :created_ms,
                     :recorded_seq)",
            named_params! {
                ":no": pool.no.get(),
                ":id": pool.id.bytes(),
                ":slug": pool.slug,
                ":name": pool.name,
                ":state": pool.state.as_str(),
                ":mode": pool.mode.as_str(),
                ":retention_days": pool.retention_days,
                ":created_ms": pool.created_ms,
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot store a Pool")?;
    Ok(())
}

/// Everything of it that can change, but for its detail keys.
pub fn update(recorded: &Recorded<'_, '_>, pool: &Pool) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update pool set name = :name, state = :state, mode = :mode,
                             retention_days = :retention_days, recorded_seq = :recorded_seq
             where no = :no",
            named_params! {
                ":name": pool.name,
                ":state": pool.state.as_str(),
                ":mode": pool.mode.as_str(),
                ":retention_days": pool.retention_days,
                ":recorded_seq": recorded.seq(),
                ":no": pool.no.get(),
            },
        )
        .sql("cannot change a Pool")?;
    Ok(())
}

/// Adds a detail key, takes it up again, or ends it.
pub fn set_detail_key(
    recorded: &Recorded<'_, '_>,
    pool_no: PoolNo,
    (key, kind): &(String, DetailKind),
    is_kept: bool,
) -> Result<()> {
    recorded
        .conn()
        .execute(
            "insert into pool_detail_key (pool_no, key, kind, active, recorded_seq)
             values (:pool_no, :key, :kind, :active, :recorded_seq)
             on conflict (pool_no, key) do update
             set kind = excluded.kind, active = excluded.active,
                 recorded_seq = excluded.recorded_seq",
            named_params! {
                ":pool_no": pool_no.get(),
                ":key": key,
                ":kind": kind_word(*kind),
                ":active": is_kept,
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot change a detail key")?;
    Ok(())
}

fn detail_keys(conn: &Connection) -> Result<HashMap<PoolNo, Vec<(String, DetailKind)>>> {
    let mut statement = conn
        .prepare_cached("select pool_no, key, kind from pool_detail_key where active = 1")
        .sql("cannot read the detail keys")?;
    let rows = statement
        .query_map([], |row| {
            let damaged = || rusqlite::Error::InvalidQuery;
            let pool_no = PoolNo::new(row.get("pool_no")?).ok_or_else(damaged)?;
            let kind: String = row.get("kind")?;
            let kind = kind_named(&kind).ok_or_else(damaged)?;
            Ok((pool_no, (row.get("key")?, kind)))
        })
        .sql("cannot read the detail keys")?;
    let mut keys: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        let (pool_no, key) = row.sql("cannot read a detail key")?;
        keys.entry(pool_no).or_default().push(key);
    }
    Ok(keys)
}

fn pool(row: &Row<'_>) -> rusqlite::Result<Pool> {
    let damaged = || rusqlite::Error::InvalidQuery;
    let word = |name| row.get::<_, String>(name);
    Ok(Pool {
        no: PoolNo::new(row.get("no")?).ok_or_else(damaged)?,
        id: RecordId::new(RecordKind::Pool, row.get("id")?),
        slug: row.get("slug")?,
        name: row.get("name")?,
        state: PoolState::parse(&word("state")?).ok_or_else(damaged)?,
        mode: GateMode::parse(&word("mode")?).ok_or_else(damaged)?,
        retention_days: row.get("retention_days")?,
        detail_keys: DetailKeys::default(),
        created_ms: row.get("created_ms")?,
        recorded_seq: row.get("recorded_seq")?,
    })
}
