//! The rows of `operator` and `assignment`.
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::change::Recorded;
use super::sql::OrSql;
use crate::base::{Phc, Result};
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

/// The account with this address, in any state, and its password hash.
pub fn by_email(conn: &Connection, email: &str) -> Result<Option<(Operator, Phc)>> {
    conn.prepare_cached("select * from operator where email_key = :email_key")
        .and_then(|mut it| {
            it.query_row(named_params! { ":email_key": email_key(email) }, |row| {
                Ok((operator(row)?, Phc::from_stored(row.get("password")?)))
            })
            .optional()
        })
        .sql("cannot read an operator")
}

pub fn insert(recorded: &Recorded<'_, '_>, operator: &Operator, password: &Phc) -> Result<()> {
    recorded
        .conn()
        .execute(
            "insert into operator (no, id, email, email_key, name, role, state, password,
                                   created_ms, recorded_seq)
             values (:no, :id, :email, :email_key, :name, :role, :state, :password,
                     :created_ms, :recorded_seq)",
            named_params! {
                ":no": operator.no,
                ":id": operator.id.bytes(),
                ":email": operator.email,
                ":email_key": email_key(&operator.email),
                ":name": operator.name,
                ":role": operator.role.as_str(),
                ":state": operator.state.as_str(),
                ":password": password.as_str(),
                ":created_ms": operator.created_ms,
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot store an operator")?;
    Ok(())
}

pub fn assign(recorded: &Recorded<'_, '_>, operator_no: i64, pool_no: PoolNo) -> Result<()> {
    recorded
        .conn()
        .execute(
            "insert into assignment (operator_no, pool_no, active, recorded_seq)
             values (:operator_no, :pool_no, 1, :recorded_seq)",
            named_params! {
                ":operator_no": operator_no,
                ":pool_no": pool_no.get(),
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
fn email_key(email: &str) -> String {
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
        created_ms: row.get("created_ms")?,
    })
}
