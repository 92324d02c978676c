//! The rows of `second_factor` and `recovery_code`.
use rusqlite::{Connection, named_params};

use super::change::Recorded;
use super::sql::OrSql;
use crate::base::Result;

/// Whether signing in needs a second factor.
pub fn is_active(conn: &Connection, operator_no: i64) -> Result<bool> {
    conn.prepare_cached(
        "select exists (select 1 from second_factor where operator_no = :no
                        and secret is not null)",
    )
    .and_then(|mut it| it.query_row(named_params! { ":no": operator_no }, |row| row.get(0)))
    .sql("cannot read a second factor")
}

/// Whether the operator has a second factor, or is setting one up.
pub fn has_any(conn: &Connection, operator_no: i64) -> Result<bool> {
    conn.prepare_cached(
        "select exists (select 1 from second_factor where operator_no = :no
                        and (secret is not null or pending is not null))",
    )
    .and_then(|mut it| it.query_row(named_params! { ":no": operator_no }, |row| row.get(0)))
    .sql("cannot read a second factor")
}

/// Takes the second factor away, and every recovery code that was left.
pub fn clear(recorded: &Recorded<'_, '_>, operator_no: i64) -> Result<()> {
    let named = named_params! { ":no": operator_no, ":recorded_seq": recorded.seq() };
    let conn = recorded.conn();
    conn.execute(
        "update second_factor set secret = null, pending = null, recorded_seq = :recorded_seq
         where operator_no = :no and (secret is not null or pending is not null)",
        named,
    )
    .sql("cannot clear a second factor")?;
    conn.execute(
        "update recovery_code set state = 'void', recorded_seq = :recorded_seq
         where operator_no = :no and state = 'unused'",
        named,
    )
    .sql("cannot void recovery codes")?;
    Ok(())
}
