//! The rows of `invite` and `invite_pool`.
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::change::Recorded;
use super::operator_rows::email_key;
use super::sql::OrSql;
use crate::base::{Hash, Millis, Result};
use crate::model::{Invite, InviteState, PoolNo, RecordId, RecordKind, Role};

/// Every invite, newest first.
pub fn all(conn: &Connection) -> Result<Vec<Invite>> {
    let mut statement = conn
        .prepare_cached("select * from invite order by no desc")
        .sql("cannot read the invites")?;
    let rows = statement
        .query_map([], invite)
        .sql("cannot read the invites")?;
    let invites: Vec<_> = rows
        .collect::<rusqlite::Result<_>>()
        .sql("cannot read an invite")?;
    invites.into_iter().map(|it| with_pools(conn, it)).collect()
}

pub fn find(conn: &Connection, id: &RecordId) -> Result<Option<Invite>> {
    let found = conn
        .prepare_cached("select * from invite where id = :id")
        .and_then(|mut it| {
            it.query_row(named_params! { ":id": id.bytes() }, invite)
                .optional()
        })
        .sql("cannot read an invite")?;
    found.map(|it| with_pools(conn, it)).transpose()
}

pub fn by_digest(conn: &Connection, digest: &Hash) -> Result<Option<Invite>> {
    let found = conn
        .prepare_cached("select * from invite where digest = :digest")
        .and_then(|mut it| {
            it.query_row(named_params! { ":digest": digest }, invite)
                .optional()
        })
        .sql("cannot read an invite")?;
    found.map(|it| with_pools(conn, it)).transpose()
}

/// The open invite for this address, even if its time is over.
pub fn active_for(conn: &Connection, email: &str) -> Result<Option<i64>> {
    conn.prepare_cached("select no from invite where email_key = :email_key and state = 'active'")
        .and_then(|mut it| {
            it.query_row(named_params! { ":email_key": email_key(email) }, |row| {
                row.get(0)
            })
            .optional()
        })
        .sql("cannot read an invite")
}

pub fn count_active(conn: &Connection) -> Result<usize> {
    conn.prepare_cached("select count(*) from invite where state = 'active'")
        .and_then(|mut it| it.query_row([], |row| row.get::<_, u32>(0)))
        .map(|it| it as usize)
        .sql("cannot count the invites")
}

/// Open invites whose time is over.
pub fn due(conn: &Connection, now: Millis) -> Result<Vec<RecordId>> {
    let mut statement = conn
        .prepare_cached(
            "select id from invite where state = 'active' and expires_ms <= :now order by no",
        )
        .sql("cannot read the invites")?;
    let rows = statement
        .query_map(named_params! { ":now": now }, |row| {
            Ok(RecordId::new(RecordKind::Invite, row.get("id")?))
        })
        .sql("cannot read the invites")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read an invite")
}

/// Stores the invite and its Pools.
pub fn insert(recorded: &Recorded<'_, '_>, invite: &Invite, digest: &Hash) -> Result<()> {
    recorded
        .conn()
        .execute(
            "insert into invite (no, id, digest, email, email_key, role, state, expires_ms,
                                 created_ms, created_by, recorded_seq)
             values (:no, :id, :digest, :email, :email_key, :role, :state, :expires_ms,
                     :created_ms, :created_by, :recorded_seq)",
            named_params! {
                ":no": invite.no,
                ":id": invite.id.bytes(),
                ":digest": digest,
                ":email": invite.email,
                ":email_key": email_key(&invite.email),
                ":role": invite.role.as_str(),
                ":state": invite.state.as_str(),
                ":expires_ms": invite.expires_ms,
                ":created_ms": invite.created_ms,
                ":created_by": invite.created_by,
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot store an invite")?;
    for pool_no in &invite.pools {
        recorded
            .conn()
            .execute(
                "insert into invite_pool (invite_no, pool_no, recorded_seq)
                 values (:invite_no, :pool_no, :recorded_seq)",
                named_params! {
                    ":invite_no": invite.no,
                    ":pool_no": pool_no.get(),
                    ":recorded_seq": recorded.seq(),
                },
            )
            .sql("cannot store an invite")?;
    }
    Ok(())
}

/// Replaces the link and opens the invite again.
pub fn renew(
    recorded: &Recorded<'_, '_>,
    invite: &Invite,
    digest: &Hash,
    expires_ms: Millis,
) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update invite set state = 'active', digest = :digest, expires_ms = :expires_ms,
                               recorded_seq = :recorded_seq
             where no = :no",
            named_params! {
                ":no": invite.no,
                ":digest": digest,
                ":expires_ms": expires_ms,
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot change an invite")?;
    Ok(())
}

/// Ends the invite; `accepted_by` is the number of the operator who came of it.
pub fn end(
    recorded: &Recorded<'_, '_>,
    invite: &Invite,
    state: InviteState,
    accepted_by: Option<i64>,
) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update invite set state = :state, accepted_by = :accepted_by,
                               recorded_seq = :recorded_seq
             where no = :no",
            named_params! {
                ":no": invite.no,
                ":state": state.as_str(),
                ":accepted_by": accepted_by,
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot change an invite")?;
    Ok(())
}

pub fn next_no(conn: &Connection) -> Result<i64> {
    conn.query_row("select coalesce(max(no), 0) + 1 from invite", [], |row| {
        row.get(0)
    })
    .sql("cannot number an invite")
}

fn with_pools(conn: &Connection, mut invite: Invite) -> Result<Invite> {
    let mut statement = conn
        .prepare_cached("select pool_no from invite_pool where invite_no = :no order by pool_no")
        .sql("cannot read an invite's Pools")?;
    let rows = statement
        .query_map(named_params! { ":no": invite.no }, |row| {
            PoolNo::new(row.get("pool_no")?).ok_or(rusqlite::Error::InvalidQuery)
        })
        .sql("cannot read an invite's Pools")?;
    invite.pools = rows
        .collect::<rusqlite::Result<_>>()
        .sql("cannot read an invite's Pool")?;
    Ok(invite)
}

fn invite(row: &Row<'_>) -> rusqlite::Result<Invite> {
    let damaged = || rusqlite::Error::InvalidQuery;
    let word = |name| row.get::<_, String>(name);
    Ok(Invite {
        no: row.get("no")?,
        id: RecordId::new(RecordKind::Invite, row.get("id")?),
        email: row.get("email")?,
        role: Role::parse(&word("role")?).ok_or_else(damaged)?,
        pools: Vec::new(),
        state: InviteState::parse(&word("state")?).ok_or_else(damaged)?,
        expires_ms: row.get("expires_ms")?,
        created_ms: row.get("created_ms")?,
        created_by: row.get("created_by")?,
        accepted_by: row.get("accepted_by")?,
        recorded_seq: row.get("recorded_seq")?,
    })
}
