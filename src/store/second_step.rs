//! What has to be proved beside a password, compared in the transaction that then opens something.
use rusqlite::Connection;
use zeroize::Zeroizing;

use super::change::Recorded;
use super::factor_rows;
use crate::base::{Error, Hash, Kind, Millis, OrFail, Result, Sealer};
use crate::model::{Reason, Seed};

/// What was sent beside the password, or instead of it.
pub enum Factor {
    Password,
    Code(Zeroizing<String>),
    /// The digest of a recovery code.
    Recovery(Hash),
}

pub enum Verdict {
    Right(Used),
    /// Wrong codes are counted; so many there were in a row, with this one.
    Guessed(i64),
    Wrong(Reason),
}

/// What is used up once it opened something.
pub enum Used {
    Nothing,
    Step(i64),
    Recovery(Hash),
}

/// Wrong codes in a row that close the step until the password is replaced: since somebody else
/// knows the password.
pub const CODES_MAX: i64 = 20;

impl Factor {
    /// The word for events.
    pub fn method(&self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code(_) => "totp",
            Self::Recovery(_) => "recovery_code",
        }
    }
}

/// Where the seed of an operator is sealed for.
pub fn place(operator_no: i64) -> String {
    format!("second_factor|secret|{operator_no}")
}

pub fn check(
    conn: &Connection,
    sealer: &Sealer,
    operator_no: i64,
    factor: &Factor,
    now: Millis,
) -> Result<Verdict> {
    let row = factor_rows::find(conn, operator_no)?;
    match (factor, row) {
        (Factor::Password, None) => Ok(Verdict::Right(Used::Nothing)),
        (Factor::Code(code), Some(row)) => {
            if row.failures >= CODES_MAX {
                return Ok(Verdict::Wrong(Reason::Paused));
            }
            let opened = sealer.open(&place(operator_no), &row.secret)?;
            let seed = Seed::from_opened(&opened).internal("a seed is damaged")?;
            Ok(match seed.step_of(code, now) {
                None => Verdict::Guessed(row.failures + 1),
                Some(step) if step <= row.step => Verdict::Wrong(Reason::CodeReused),
                Some(step) => Verdict::Right(Used::Step(step)),
            })
        }
        (Factor::Recovery(digest), Some(_)) => {
            let state = factor_rows::code_state(conn, operator_no, digest)?;
            Ok(match state.as_deref() {
                Some("unused") => Verdict::Right(Used::Recovery(*digest)),
                Some(_) => Verdict::Wrong(Reason::CodeReused),
                None => Verdict::Wrong(Reason::WrongCode),
            })
        }
        // Set up or taken away while somebody was signing in.
        (Factor::Password, Some(_)) | (Factor::Code(_) | Factor::Recovery(_), None) => {
            Err(Error::new(Kind::NotPermitted, "Sign in again."))
        }
    }
}

/// A code works once: each is used up by a conditional update.
pub fn use_up(recorded: &Recorded<'_, '_>, operator_no: i64, used: &Used) -> Result<()> {
    match used {
        Used::Nothing => Ok(()),
        Used::Step(step) => factor_rows::accept(recorded, operator_no, *step),
        Used::Recovery(digest) => factor_rows::use_code(recorded, operator_no, digest),
    }
}
