//! The rows of `mcp_token`.
use std::collections::HashMap;

use rusqlite::{Connection, Row, named_params};

use super::change::Recorded;
use super::sql::OrSql;
use crate::base::{Hash, Result};
use crate::model::{McpToken, McpTokenState, RecordId, RecordKind};

const SELECT: &str = "select mcp_token.*, last_use.used_ms from mcp_token
    left join last_use on last_use.credential = 'mcp_token' and last_use.no = mcp_token.no";

/// Every token by its digest.
pub fn by_digest(conn: &Connection) -> Result<HashMap<Hash, McpToken>> {
    let mut statement = conn.prepare_cached(SELECT).sql("cannot read the tokens")?;
    let rows = statement
        .query_map([], |row| Ok((row.get("digest")?, token(row)?)))
        .sql("cannot read the tokens")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read a token")
}

/// Every token, deleted ones too, newest first.
pub fn all(conn: &Connection) -> Result<Vec<McpToken>> {
    let mut statement = conn
        .prepare_cached(&format!("{SELECT} order by mcp_token.no desc"))
        .sql("cannot read the tokens")?;
    let rows = statement
        .query_map([], token)
        .sql("cannot read the tokens")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read a token")
}

pub fn insert(recorded: &Recorded<'_, '_>, token: &McpToken, digest: &Hash) -> Result<()> {
    recorded
        .conn()
        .execute(
            "insert into mcp_token (id, operator_no, name, state, prefix, digest, expires_ms,
                                    created_ms, recorded_seq)
             values (:id, :operator_no, :name, :state, :prefix, :digest, :expires_ms,
                     :created_ms, :recorded_seq)",
            named_params! {
                ":id": token.id.bytes(),
                ":operator_no": token.operator_no,
                ":name": token.name,
                ":state": token.state.as_str(),
                ":prefix": token.prefix,
                ":digest": digest,
                ":expires_ms": token.expires_ms,
                ":created_ms": token.created_ms,
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot store a token")?;
    Ok(())
}

/// Name and state as they are now.
pub fn update(recorded: &Recorded<'_, '_>, token: &McpToken) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update mcp_token set name = :name, state = :state, recorded_seq = :recorded_seq
             where no = :no",
            named_params! {
                ":name": token.name,
                ":state": token.state.as_str(),
                ":recorded_seq": recorded.seq(),
                ":no": token.no,
            },
        )
        .sql("cannot change a token")?;
    Ok(())
}

fn token(row: &Row<'_>) -> rusqlite::Result<McpToken> {
    let state: String = row.get("state")?;
    Ok(McpToken {
        no: row.get("no")?,
        id: RecordId::new(RecordKind::McpToken, row.get("id")?),
        operator_no: row.get("operator_no")?,
        name: row.get("name")?,
        state: McpTokenState::parse(&state).ok_or(rusqlite::Error::InvalidQuery)?,
        prefix: row.get("prefix")?,
        expires_ms: row.get("expires_ms")?,
        created_ms: row.get("created_ms")?,
        used_ms: row.get("used_ms")?,
        recorded_seq: row.get("recorded_seq")?,
    })
}
