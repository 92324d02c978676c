//! The rows of `session`, and when each was last used.
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::change::Recorded;
use super::sql::OrSql;
use crate::base::{Hash, Millis, Result};
use crate::model::safe::{Client, Ip};
use crate::model::{RecordId, RecordKind, Session};

const SELECT: &str = "select session.*, last_use.used_ms from session
    left join last_use on last_use.credential = 'session' and last_use.no = session.no";

/// The session behind a cookie, unless it was ended.
pub fn by_digest(conn: &Connection, digest: &Hash) -> Result<Option<Session>> {
    conn.prepare_cached(&format!(
        "{SELECT} where digest = :digest and ended_ms is null"
    ))
    .and_then(|mut it| {
        it.query_row(named_params! { ":digest": digest }, session)
            .optional()
    })
    .sql("cannot read a session")
}

/// A session, ended or not.
pub fn find(conn: &Connection, id: &RecordId) -> Result<Option<Session>> {
    conn.prepare_cached(&format!("{SELECT} where session.id = :id"))
        .and_then(|mut it| {
            it.query_row(named_params! { ":id": id.bytes() }, session)
                .optional()
        })
        .sql("cannot read a session")
}

/// An operator's sessions that were not ended, oldest first.
pub fn open_of(conn: &Connection, operator_no: i64) -> Result<Vec<Session>> {
    let mut statement = conn
        .prepare_cached(&format!(
            "{SELECT} where operator_no = :operator_no and ended_ms is null order by session.no"
        ))
        .sql("cannot read the sessions")?;
    let rows = statement
        .query_map(named_params! { ":operator_no": operator_no }, session)
        .sql("cannot read the sessions")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read a session")
}

/// When the operator's latest session began, ended or not.
pub fn last_started(conn: &Connection, operator_no: i64) -> Result<Option<Millis>> {
    conn.prepare_cached(
        "select max(started_ms) as started_ms from session where operator_no = :operator_no",
    )
    .and_then(|mut it| {
        it.query_row(named_params! { ":operator_no": operator_no }, |row| {
            row.get("started_ms")
        })
    })
    .sql("cannot read the sessions")
}

/// A session is opened by what `by` says of the browser and its address.
pub fn insert(recorded: &Recorded<'_, '_>, session: &Session, digest: &Hash) -> Result<()> {
    let by = recorded.by();
    recorded
        .conn()
        .execute(
            "insert into session (id, digest, operator_no, started_ms, expires_ms, confirmed_ms,
                                  client, ip, recorded_seq)
             values (:id, :digest, :operator_no, :started_ms, :expires_ms, :confirmed_ms,
                     :client, :ip, :recorded_seq)",
            named_params! {
                ":id": session.id.bytes(),
                ":digest": digest,
                ":operator_no": session.operator_no,
                ":started_ms": session.started_ms,
                ":expires_ms": session.expires_ms,
                ":confirmed_ms": session.confirmed_ms,
                ":client": by.client.as_ref().map(Client::as_str),
                ":ip": by.ip.as_ref().map(Ip::as_str),
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot store a session")?;
    Ok(())
}

/// A factor was proved. The cookie that was there before opens nothing from now on.
pub fn confirm(recorded: &Recorded<'_, '_>, session: &Session, digest: &Hash) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update session set digest = :digest, confirmed_ms = :confirmed_ms,
                                recorded_seq = :recorded_seq
             where no = :no",
            named_params! {
                ":digest": digest,
                ":confirmed_ms": recorded.now(),
                ":recorded_seq": recorded.seq(),
                ":no": session.no,
            },
        )
        .sql("cannot confirm a session")?;
    Ok(())
}

pub fn end(recorded: &Recorded<'_, '_>, session: &Session) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update session set ended_ms = :ended_ms, recorded_seq = :recorded_seq
             where no = :no",
            named_params! {
                ":ended_ms": recorded.now(), ":recorded_seq": recorded.seq(), ":no": session.no,
            },
        )
        .sql("cannot end a session")?;
    Ok(())
}

/// Not audited: notes that a credential was used. Called at most once a minute for each.
pub fn note_use(conn: &Connection, credential: &str, no: i64, now: Millis) -> Result<()> {
    conn.prepare_cached(
        "insert into last_use (credential, no, used_ms) values (:credential, :no, :used_ms)
         on conflict (credential, no) do update set used_ms = excluded.used_ms",
    )
    .and_then(|mut it| {
        it.execute(named_params! { ":credential": credential, ":no": no, ":used_ms": now })
    })
    .sql("cannot note the use of a credential")?;
    Ok(())
}

fn session(row: &Row<'_>) -> rusqlite::Result<Session> {
    let started_ms = row.get("started_ms")?;
    Ok(Session {
        no: row.get("no")?,
        id: RecordId::new(RecordKind::Session, row.get("id")?),
        operator_no: row.get("operator_no")?,
        started_ms,
        expires_ms: row.get("expires_ms")?,
        used_ms: row.get::<_, Option<_>>("used_ms")?.unwrap_or(started_ms),
        confirmed_ms: row.get("confirmed_ms")?,
        client: row.get("client")?,
        ip: row.get("ip")?,
        is_ended: row.get::<_, Option<Millis>>("ended_ms")?.is_some(),
        recorded_seq: row.get("recorded_seq")?,
    })
}
