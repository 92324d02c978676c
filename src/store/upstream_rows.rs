//! The rows of `upstream`.
use rusqlite::{Connection, Row, named_params};

use super::change::Recorded;
use super::sql::OrSql;
use crate::base::Result;
use crate::model::{GateMode, PoolNo, RecordId, RecordKind, SourceFormat, Upstream, UpstreamState};

/// Every upstream, tombstones too, newest first. Secrets stay where they are.
pub fn all(conn: &Connection) -> Result<Vec<Upstream>> {
    let mut statement = conn
        .prepare_cached("select * from upstream order by no desc")
        .sql("cannot read the upstreams")?;
    let rows = statement
        .query_map([], upstream)
        .sql("cannot read the upstreams")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read an upstream")
}

/// As it is kept: sealed.
pub fn secret(conn: &Connection, no: i64) -> Result<Vec<u8>> {
    conn.prepare_cached("select secret from upstream where no = :no")
        .and_then(|mut it| it.query_row(named_params! { ":no": no }, |row| row.get("secret")))
        .sql("cannot read the secret of an upstream")
}

/// Returns the upstream's number.
pub fn insert(recorded: &Recorded<'_, '_>, upstream: &Upstream, secret: &[u8]) -> Result<i64> {
    recorded
        .conn()
        .execute(
            "insert into upstream (id, pool_no, name, format, mode, state, secret, created_ms,
                                   recorded_seq)
             values (:id, :pool_no, :name, :format, :mode, :state, :secret, :created_ms,
                     :recorded_seq)",
            named_params! {
                ":id": upstream.id.bytes(),
                ":pool_no": upstream.pool_no.get(),
                ":name": upstream.name,
                ":format": upstream.format.as_str(),
                ":mode": upstream.mode.as_str(),
                ":state": upstream.state.as_str(),
                ":secret": secret,
                ":created_ms": upstream.created_ms,
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot store an upstream")?;
    Ok(recorded.conn().last_insert_rowid())
}

/// Name, mode and state as they are now.
pub fn update(recorded: &Recorded<'_, '_>, upstream: &Upstream) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update upstream set name = :name, mode = :mode, state = :state,
                                 recorded_seq = :recorded_seq
             where no = :no",
            named_params! {
                ":name": upstream.name,
                ":mode": upstream.mode.as_str(),
                ":state": upstream.state.as_str(),
                ":recorded_seq": recorded.seq(),
                ":no": upstream.no,
            },
        )
        .sql("cannot change an upstream")?;
    Ok(())
}

/// Both secrets as they are kept: sealed.
pub fn refresh(
    recorded: &Recorded<'_, '_>,
    upstream: &Upstream,
    secret: &[u8],
    old_secret: Option<&[u8]>,
) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update upstream set secret = :secret, old_secret = :old_secret,
                                 old_until_ms = :old_until_ms, recorded_seq = :recorded_seq
             where no = :no",
            named_params! {
                ":secret": secret,
                ":old_secret": old_secret,
                ":old_until_ms": upstream.overlap_until_ms,
                ":recorded_seq": recorded.seq(),
                ":no": upstream.no,
            },
        )
        .sql("cannot replace the secret of an upstream")?;
    Ok(())
}

/// A tombstone stays, without secrets.
pub fn delete(recorded: &Recorded<'_, '_>, upstream: &Upstream) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update upstream set state = 'deleted', secret = null, old_secret = null,
                                 old_until_ms = null, recorded_seq = :recorded_seq
             where no = :no",
            named_params! { ":recorded_seq": recorded.seq(), ":no": upstream.no },
        )
        .sql("cannot delete an upstream")?;
    Ok(())
}

fn upstream(row: &Row<'_>) -> rusqlite::Result<Upstream> {
    let damaged = || rusqlite::Error::InvalidQuery;
    let word = |name| row.get::<_, String>(name);
    Ok(Upstream {
        no: row.get("no")?,
        id: RecordId::new(RecordKind::Upstream, row.get("id")?),
        pool_no: PoolNo::new(row.get("pool_no")?).ok_or_else(damaged)?,
        name: row.get("name")?,
        format: SourceFormat::parse(&word("format")?).ok_or_else(damaged)?,
        mode: GateMode::parse(&word("mode")?).ok_or_else(damaged)?,
        state: UpstreamState::parse(&word("state")?).ok_or_else(damaged)?,
        overlap_until_ms: row.get("old_until_ms")?,
        created_ms: row.get("created_ms")?,
        recorded_seq: row.get("recorded_seq")?,
    })
}
