//! The rows of `pool_key`. Those of deleted keys stay in the table and open nothing.
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::change::Recorded;
use super::sql::OrSql;
use crate::base::{Hash, Millis, Result};
use crate::model::{
    ApiKey, GateMode, KeyState, OldSecret, Permission, PoolNo, RecordId, RecordKind,
};

/// A key, and the digests of the secrets that open it.
pub struct Opened {
    pub key: ApiKey,
    pub digest: Hash,
    /// Of the one before; it ends with `key.old`.
    pub old_digest: Option<Hash>,
}

const SELECT: &str = "select pool_key.*, last_use.used_ms from pool_key
    left join last_use on last_use.credential = 'key' and last_use.no = pool_key.no
    where pool_key.state <> 'deleted'";

/// Every key with what opens it.
pub fn opened(conn: &Connection) -> Result<Vec<Opened>> {
    let mut statement = conn.prepare_cached(SELECT).sql("cannot read the keys")?;
    let rows = statement
        .query_map([], |row| {
            Ok(Opened {
                key: key(row)?,
                digest: row.get("digest")?,
                old_digest: row.get("old_digest")?,
            })
        })
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

/// Keys whose time is over and who are not marked so.
pub fn due(conn: &Connection, now: Millis) -> Result<Vec<RecordId>> {
    let mut statement = conn
        .prepare_cached(
            "select id from pool_key
             where state in ('active', 'paused') and expires_ms <= :now order by expires_ms, no",
        )
        .sql("cannot read the keys")?;
    let rows = statement
        .query_map(named_params! { ":now": now }, |row| {
            Ok(RecordId::new(RecordKind::ApiKey, row.get("id")?))
        })
        .sql("cannot read the keys")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read a key")
}

pub fn find(conn: &Connection, id: &RecordId) -> Result<Option<ApiKey>> {
    conn.prepare_cached(&format!("{SELECT} and pool_key.id = :id"))
        .and_then(|mut it| {
            it.query_row(named_params! { ":id": id.bytes() }, key)
                .optional()
        })
        .sql("cannot read a key")
}

/// The Pool that a deleted key was in.
pub fn last_pool(conn: &Connection, id: &RecordId) -> Result<Option<PoolNo>> {
    let no = conn
        .prepare_cached("select pool_no from pool_key where state = 'deleted' and id = :id")
        .and_then(|mut it| {
            let named = named_params! { ":id": id.bytes() };
            it.query_row(named, |row| row.get("pool_no")).optional()
        })
        .sql("cannot read a key")?;
    Ok(no.and_then(PoolNo::new))
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

/// Everything of it that can change, but for its secrets.
pub fn update(recorded: &Recorded<'_, '_>, key: &ApiKey) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update pool_key set pool_no = :pool_no, name = :name, mode = :mode, state = :state,
                                 expires_ms = :expires_ms, recorded_seq = :recorded_seq
             where no = :no",
            named_params! {
                ":pool_no": key.pool_no.get(),
                ":name": key.name,
                ":mode": key.mode.as_str(),
                ":state": key.state.as_str(),
                ":expires_ms": key.expires_ms,
                ":recorded_seq": recorded.seq(),
                ":no": key.no,
            },
        )
        .sql("cannot change a key")?;
    Ok(())
}

/// Replaces the secret. What it was before is kept while `key.old` says so.
pub fn rotate(recorded: &Recorded<'_, '_>, key: &ApiKey, digest: &Hash) -> Result<()> {
    let until_ms = key.old.as_ref().map(|it| it.until_ms);
    recorded
        .conn()
        .execute(
            "update pool_key set old_prefix = iif(:until_ms is null, null, prefix),
                                 old_digest = iif(:until_ms is null, null, digest),
                                 old_until_ms = :until_ms, prefix = :prefix, digest = :digest,
                                 recorded_seq = :recorded_seq
             where no = :no",
            named_params! {
                ":until_ms": until_ms,
                ":prefix": key.prefix,
                ":digest": digest,
                ":recorded_seq": recorded.seq(),
                ":no": key.no,
            },
        )
        .sql("cannot rotate a key")?;
    Ok(())
}

pub fn delete(recorded: &Recorded<'_, '_>, key: &ApiKey) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update pool_key set state = 'deleted', old_prefix = null, old_digest = null,
                                 old_until_ms = null, recorded_seq = :recorded_seq
             where no = :no",
            named_params! { ":recorded_seq": recorded.seq(), ":no": key.no },
        )
        .sql("cannot delete a key")?;
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
        old: old(row)?,
        expires_ms: row.get("expires_ms")?,
        created_ms: row.get("created_ms")?,
        used_ms: row.get("used_ms")?,
        recorded_seq: row.get("recorded_seq")?,
    })
}

fn old(row: &Row<'_>) -> rusqlite::Result<Option<OldSecret>> {
    let prefix: Option<String> = row.get("old_prefix")?;
    let until_ms: Option<Millis> = row.get("old_until_ms")?;
    Ok(prefix
        .zip(until_ms)
        .map(|(prefix, until_ms)| OldSecret { prefix, until_ms }))
}
