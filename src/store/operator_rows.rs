//! The rows of `operator` and `assignment`.
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::change::Recorded;
use super::sql::OrSql;
use crate::base::{Millis, Phc, Result};
use crate::model::{Operator, OperatorState, PoolNo, RecordId, RecordKind, Role};

/// Every operator, tombstones too, in the order in which they joined.
pub fn all(conn: &Connection) -> Result<Vec<Operator>> {
    let mut statement = conn
        .prepare_cached("select * from operator order by no")
        .sql("cannot read the operators")?;
    let rows = statement
        .query_map([], operator)
        .sql("cannot read the operators")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read an operator")
}

/// Who is assigned to which Pool at present.
pub fn assignments(conn: &Connection) -> Result<Vec<(i64, PoolNo)>> {
    let mut statement = conn
        .prepare_cached("select operator_no, pool_no from assignment where active = 1")
        .sql("cannot read the assignments")?;
    let rows = statement
        .query_map([], |row| {
            let pool_no = PoolNo::new(row.get("pool_no")?);
            let pool_no = pool_no.ok_or(rusqlite::Error::InvalidQuery)?;
            Ok((row.get("operator_no")?, pool_no))
        })
        .sql("cannot read the assignments")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read an assignment")
}

pub fn find(conn: &Connection, id: &RecordId) -> Result<Option<Operator>> {
    conn.prepare_cached("select * from operator where id = :id")
        .and_then(|mut it| {
            it.query_row(named_params! { ":id": id.bytes() }, operator)
                .optional()
        })
        .sql("cannot read an operator")
}

/// What an edit of the operator or of the assignments must name: their latest change.
pub fn version(conn: &Connection, operator_no: i64) -> Result<i64> {
    conn.prepare_cached(
        "select max(recorded_seq) from (
           select recorded_seq from operator where no = :no
           union all
           select recorded_seq from assignment where operator_no = :no)",
    )
    .and_then(|mut it| it.query_row(named_params! { ":no": operator_no }, |row| row.get(0)))
    .sql("cannot read an operator")
}

/// Tokens with which programs act for the operator.
pub fn live_tokens(conn: &Connection, operator_no: i64) -> Result<i64> {
    conn.prepare_cached(
        "select count(*) from mcp_token where operator_no = :no and state = 'active'",
    )
    .and_then(|mut it| it.query_row(named_params! { ":no": operator_no }, |row| row.get(0)))
    .sql("cannot count tokens")
}

/// The account with this address and its password hash; deleted ones have none.
pub fn by_email(conn: &Connection, email: &str) -> Result<Option<(Operator, Phc)>> {
    conn.prepare_cached(
        "select * from operator where email_key = :email_key and state <> 'deleted'",
    )
    .and_then(|mut it| {
        it.query_row(named_params! { ":email_key": email_key(email) }, |row| {
            Ok((operator(row)?, Phc::from_stored(row.get("password")?)))
        })
        .optional()
    })
    .sql("cannot read an operator")
}

pub fn password_of(conn: &Connection, operator_no: i64) -> Result<Phc> {
    conn.prepare_cached("select password from operator where no = :no")
        .and_then(|mut it| {
            it.query_row(named_params! { ":no": operator_no }, |row| {
                Ok(Phc::from_stored(row.get("password")?))
            })
        })
        .sql("cannot read a password")
}

pub fn insert(recorded: &Recorded<'_, '_>, operator: &Operator, password: &Phc) -> Result<()> {
    recorded
        .conn()
        .execute(
            "insert into operator (no, id, email, email_key, name, role, state, password,
                                   temporary_until_ms, created_ms, recorded_seq)
             values (:no, :id, :email, :email_key, :name, :role, :state, :password,
                     :temporary_until_ms, :created_ms, :recorded_seq)",
            named_params! {
                ":no": operator.no,
                ":id": operator.id.bytes(),
                ":email": operator.email,
                ":email_key": email_key(&operator.email),
                ":name": operator.name,
                ":role": operator.role.as_str(),
                ":state": operator.state.as_str(),
                ":password": password.as_str(),
                ":temporary_until_ms": operator.temporary_until_ms,
                ":created_ms": operator.created_ms,
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot store an operator")?;
    Ok(())
}

/// Stores what can be edited, and the state.
pub fn update(recorded: &Recorded<'_, '_>, operator: &Operator) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update operator
             set email = :email, email_key = :email_key, name = :name, role = :role,
                 state = :state, recorded_seq = :recorded_seq
             where no = :no",
            named_params! {
                ":no": operator.no,
                ":email": operator.email,
                ":email_key": email_key(&operator.email),
                ":name": operator.name,
                ":role": operator.role.as_str(),
                ":state": operator.state.as_str(),
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot change an operator")?;
    Ok(())
}

/// A password that somebody else knows: it only opens the page to change it, until then.
pub fn set_temporary(
    recorded: &Recorded<'_, '_>,
    operator_no: i64,
    password: &Phc,
    until_ms: Millis,
) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update operator
             set state = 'active', password = :password, temporary_until_ms = :until_ms,
                 recorded_seq = :recorded_seq
             where no = :no",
            named_params! {
                ":no": operator_no,
                ":password": password.as_str(),
                ":until_ms": until_ms,
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot change a password")?;
    Ok(())
}

/// The operator's own password, which nobody else knows.
pub fn set_password(recorded: &Recorded<'_, '_>, operator_no: i64, password: &Phc) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update operator
             set password = :password, temporary_until_ms = null, recorded_seq = :recorded_seq
             where no = :no",
            named_params! {
                ":no": operator_no,
                ":password": password.as_str(),
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot change a password")?;
    Ok(())
}

/// Leaves a tombstone: name and address stay readable, the address can be used again, and nothing
/// is left that could be signed in with.
pub fn bury(recorded: &Recorded<'_, '_>, operator_no: i64) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update operator
             set state = 'deleted', email_key = 'deleted ' || no, password = '',
                 temporary_until_ms = null, recorded_seq = :recorded_seq
             where no = :no",
            named_params! { ":no": operator_no, ":recorded_seq": recorded.seq() },
        )
        .sql("cannot delete an operator")?;
    Ok(())
}

/// Begins an assignment, or ends it.
pub fn set_assigned(
    recorded: &Recorded<'_, '_>,
    operator_no: i64,
    pool_no: PoolNo,
    is_active: bool,
) -> Result<()> {
    recorded
        .conn()
        .execute(
            "insert into assignment (operator_no, pool_no, active, recorded_seq)
             values (:operator_no, :pool_no, :active, :recorded_seq)
             on conflict (operator_no, pool_no)
             do update set active = excluded.active, recorded_seq = excluded.recorded_seq",
            named_params! {
                ":operator_no": operator_no,
                ":pool_no": pool_no.get(),
                ":active": is_active,
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot assign an operator")?;
    Ok(())
}

pub fn next_no(conn: &Connection) -> Result<i64> {
    conn.query_row("select coalesce(max(no), 0) + 1 from operator", [], |row| {
        row.get(0)
    })
    .sql("cannot number an operator")
}

/// One account an address, however it is written.
pub fn email_key(email: &str) -> String {
    email.to_lowercase()
}

fn operator(row: &Row<'_>) -> rusqlite::Result<Operator> {
    let damaged = || rusqlite::Error::InvalidQuery;
    let word = |name| row.get::<_, String>(name);
    Ok(Operator {
        no: row.get("no")?,
        id: RecordId::new(RecordKind::Operator, row.get("id")?),
        email: row.get("email")?,
        name: row.get("name")?,
        role: Role::parse(&word("role")?).ok_or_else(damaged)?,
        state: OperatorState::parse(&word("state")?).ok_or_else(damaged)?,
        temporary_until_ms: row.get("temporary_until_ms")?,
        created_ms: row.get("created_ms")?,
    })
}
