//! The rows of `pool_key`.
use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::change::Recorded;
use super::sql::OrSql;
use crate::base::{Hash, Result};
use crate::model::{ApiKey, GateMode, KeyState, Permission, PoolNo, RecordId, RecordKind};

const SELECT: &str = "select pool_key.*, last_use.used_ms from pool_key
    left join last_use on last_use.credential = 'key' and last_use.no = pool_key.no";

/// Every key by the digest of its token.
pub fn by_digest(conn: &Connection) -> Result<HashMap<Hash, ApiKey>> {
    let mut statement = conn.prepare_cached(SELECT).sql("cannot read the keys")?;
    let rows = statement
        .query_map([], |row| Ok((row.get("digest")?, key(row)?)))
        .sql("cannot read the keys")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read a key")
}

/// Every key, newest first.
pub fn all(conn: &Connection) -> Result<Vec<ApiKey>> {
    let mut statement = conn
        .prepare_cached(&format!("{SELECT} order by pool_key.no desc"))
        .sql("cannot read the keys")?;
    let rows = statement.query_map([], key).sql("cannot read the keys")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read a key")
}

pub fn find(conn: &Connection, id: &RecordId) -> Result<Option<ApiKey>> {
    conn.prepare_cached(&format!("{SELECT} where pool_key.id = :id"))
        .and_then(|mut it| {
            it.query_row(named_params! { ":id": id.bytes() }, key)
                .optional()
        })
        .sql("cannot read a key")
}

/// Returns the key's number.
pub fn insert(recorded: &Recorded<'_, '_>, key: &ApiKey, digest: &Hash) -> Result<i64> {
    recorded
        .conn()
        .execute(
            "insert into pool_key (id, pool_no, name, permission, mode, state, prefix, digest,
                                   expires_ms, created_ms, recorded_seq)
             values (:id, :pool_no, :name, :permission, :mode, :state, :prefix, :digest,
                     :expires_ms, :created_ms, :recorded_seq)",
            named_params! {
                ":id": key.id.bytes(),
                ":pool_no": key.pool_no.get(),
                ":name": key.name,
                ":permission": key.permission.as_str(),
                ":mode": key.mode.as_str(),
                ":state": key.state.as_str(),
                ":prefix": key.prefix,
                ":digest": digest,
                ":expires_ms": key.expires_ms,
                ":created_ms": key.created_ms,
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot store a key")?;
    Ok(recorded.conn().last_insert_rowid())
}

pub fn set_state(recorded: &Recorded<'_, '_>, key: &ApiKey, state: KeyState) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update pool_key set state = :state, recorded_seq = :recorded_seq where no = :no",
            named_params! {
                ":state": state.as_str(), ":recorded_seq": recorded.seq(), ":no": key.no,
            },
        )
        .sql("cannot change a key")?;
    Ok(())
}

fn key(row: &Row<'_>) -> rusqlite::Result<ApiKey> {
    let damaged = || rusqlite::Error::InvalidQuery;
    let word = |name| row.get::<_, String>(name);
    Ok(ApiKey {
        no: row.get("no")?,
        id: RecordId::new(RecordKind::ApiKey, row.get("id")?),
        pool_no: PoolNo::new(row.get("pool_no")?).ok_or_else(damaged)?,
        name: row.get("name")?,
        permission: Permission::parse(&word("permission")?).ok_or_else(damaged)?,
        mode: GateMode::parse(&word("mode")?).ok_or_else(damaged)?,
        state: KeyState::parse(&word("state")?).ok_or_else(damaged)?,
        prefix: row.get("prefix")?,
        expires_ms: row.get("expires_ms")?,
        created_ms: row.get("created_ms")?,
        used_ms: row.get("used_ms")?,
        recorded_seq: row.get("recorded_seq")?,
    })
}
