//! The rows of `second_factor` and `recovery_code`.
use rusqlite::{Connection, OptionalExtension, named_params};

use super::change::Recorded;
use super::sql::OrSql;
use crate::base::{Error, Hash, Kind, Result};

/// A second factor that is set up.
pub struct SecondFactor {
    /// The app's seed, sealed.
    pub secret: Vec<u8>,
    /// The latest time step that was accepted.
    pub step: i64,
    /// Wrong codes in a row.
    pub failures: i64,
}

/// Numbers of the operators who have a second factor.
pub fn holders(conn: &Connection) -> Result<Vec<i64>> {
    let mut statement = conn
        .prepare_cached("select operator_no from second_factor where secret is not null")
        .sql("cannot read the second factors")?;
    let rows = statement
        .query_map([], |row| row.get("operator_no"))
        .sql("cannot read the second factors")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read a second factor")
}

pub fn find(conn: &Connection, operator_no: i64) -> Result<Option<SecondFactor>> {
    conn.prepare_cached(
        "select * from second_factor where operator_no = :no and secret is not null",
    )
    .and_then(|mut it| {
        it.query_row(named_params! { ":no": operator_no }, |row| {
            Ok(SecondFactor {
                secret: row.get("secret")?,
                step: row.get("step")?,
                failures: row.get("failures")?,
            })
        })
        .optional()
    })
    .sql("cannot read a second factor")
}

/// Sets one up, or replaces it. `step` is that of the code that proved it.
pub fn put(recorded: &Recorded<'_, '_>, operator_no: i64, secret: &[u8], step: i64) -> Result<()> {
    recorded
        .conn()
        .execute(
            "insert into second_factor (operator_no, secret, step, failures, recorded_seq)
             values (:no, :secret, :step, 0, :recorded_seq)
             on conflict (operator_no) do update
             set secret = excluded.secret, step = excluded.step, failures = 0,
                 recorded_seq = excluded.recorded_seq",
            named_params! {
                ":no": operator_no,
                ":secret": secret,
                ":step": step,
                ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot store a second factor")?;
    Ok(())
}

/// Notes the step whose code was accepted: neither it nor an earlier one is accepted again.
pub fn accept(recorded: &Recorded<'_, '_>, operator_no: i64, step: i64) -> Result<()> {
    let accepted = recorded
        .conn()
        .execute(
            "update second_factor set step = :step, failures = 0, recorded_seq = :recorded_seq
             where operator_no = :no and step < :step and secret is not null",
            named_params! {
                ":no": operator_no, ":step": step, ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot note a code")?;
    once(accepted)
}

pub fn count_failure(recorded: &Recorded<'_, '_>, operator_no: i64) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update second_factor set failures = failures + 1, recorded_seq = :recorded_seq
             where operator_no = :no",
            named_params! { ":no": operator_no, ":recorded_seq": recorded.seq() },
        )
        .sql("cannot count a wrong code")?;
    Ok(())
}

/// The password was replaced: whoever guessed codes does not know the new one.
pub fn reopen(recorded: &Recorded<'_, '_>, operator_no: i64) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update second_factor set failures = 0, recorded_seq = :recorded_seq
             where operator_no = :no and failures > 0",
            named_params! { ":no": operator_no, ":recorded_seq": recorded.seq() },
        )
        .sql("cannot forget wrong codes")?;
    Ok(())
}

/// Takes the second factor away, and every recovery code that was left.
pub fn clear(recorded: &Recorded<'_, '_>, operator_no: i64) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update second_factor set secret = null, failures = 0, recorded_seq = :recorded_seq
             where operator_no = :no and secret is not null",
            named_params! { ":no": operator_no, ":recorded_seq": recorded.seq() },
        )
        .sql("cannot clear a second factor")?;
    void_codes(recorded, operator_no)
}

/// A new set of recovery codes; what was left of the old one is void.
pub fn put_codes(recorded: &Recorded<'_, '_>, operator_no: i64, codes: &[Hash]) -> Result<()> {
    void_codes(recorded, operator_no)?;
    for digest in codes {
        recorded
            .conn()
            .execute(
                "insert into recovery_code (digest, operator_no, state, recorded_seq)
                 values (:digest, :no, 'unused', :recorded_seq)",
                named_params! {
                    ":digest": digest, ":no": operator_no, ":recorded_seq": recorded.seq(),
                },
            )
            .sql("cannot store a recovery code")?;
    }
    Ok(())
}

/// `unused`, `used` or `void`; none: there is no such code.
pub fn code_state(conn: &Connection, operator_no: i64, digest: &Hash) -> Result<Option<String>> {
    conn.prepare_cached(
        "select state from recovery_code where digest = :digest and operator_no = :no",
    )
    .and_then(|mut it| {
        let named = named_params! { ":digest": digest, ":no": operator_no };
        it.query_row(named, |row| row.get("state")).optional()
    })
    .sql("cannot read a recovery code")
}

pub fn use_code(recorded: &Recorded<'_, '_>, operator_no: i64, digest: &Hash) -> Result<()> {
    let used = recorded
        .conn()
        .execute(
            "update recovery_code set state = 'used', recorded_seq = :recorded_seq
             where digest = :digest and operator_no = :no and state = 'unused'",
            named_params! {
                ":digest": digest, ":no": operator_no, ":recorded_seq": recorded.seq(),
            },
        )
        .sql("cannot use a recovery code")?;
    once(used)
}

pub fn codes_left(conn: &Connection, operator_no: i64) -> Result<i64> {
    conn.prepare_cached(
        "select count(*) from recovery_code where operator_no = :no and state = 'unused'",
    )
    .and_then(|mut it| it.query_row(named_params! { ":no": operator_no }, |row| row.get(0)))
    .sql("cannot count the recovery codes")
}

fn void_codes(recorded: &Recorded<'_, '_>, operator_no: i64) -> Result<()> {
    recorded
        .conn()
        .execute(
            "update recovery_code set state = 'void', recorded_seq = :recorded_seq
             where operator_no = :no and state = 'unused'",
            named_params! { ":no": operator_no, ":recorded_seq": recorded.seq() },
        )
        .sql("cannot void recovery codes")?;
    Ok(())
}

fn once(changed: usize) -> Result<()> {
    if changed == 1 {
        return Ok(());
    }
    Err(Error::new(
        Kind::Internal,
        "a code was used by somebody else meanwhile",
    ))
}
