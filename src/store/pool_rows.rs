//! The rows of `pool`.
use rusqlite::{Connection, Row, named_params};

use super::change::Recorded;
use super::sql::OrSql;
use crate::base::{Error, Kind, Result};
use crate::model::{Pool, PoolNo, PoolState, RecordId, RecordKind};

/// Every Pool, tombstones too, by number.
pub fn all(conn: &Connection) -> Result<Vec<Pool>> {
    let mut statement = conn
        .prepare_cached("select * from pool order by no")
        .sql("cannot read the Pools")?;
    let rows = statement.query_map([], pool).sql("cannot read the Pools")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read a Pool")
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
            "insert into pool (no, id, slug, name, state, created_ms, recorded_seq)
             values (:no, :id, :slug, :name, :state, :created_ms, :recorded_seq)",
            named_params! {
                ":no": pool.no.get(),
                ":id": pool.id.bytes(),
                ":slug": pool.slug,
                ":name": pool.name,
                ":state": pool.state.as_str(),
                ":created_ms": pool.created_ms,
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot store a Pool")?;
    Ok(())
}

fn pool(row: &Row<'_>) -> rusqlite::Result<Pool> {
    let state: String = row.get("state")?;
    Ok(Pool {
        no: PoolNo::new(row.get("no")?).ok_or(rusqlite::Error::InvalidQuery)?,
        id: RecordId::new(RecordKind::Pool, row.get("id")?),
        slug: row.get("slug")?,
        name: row.get("name")?,
        state: PoolState::parse(&state).ok_or(rusqlite::Error::InvalidQuery)?,
        created_ms: row.get("created_ms")?,
    })
}
