//! The second factor of one's own account: set up, replaced, removed, and its recovery codes.
use rusqlite::Connection;

use super::change::{Proposal, Stop};
use super::db::Db;
use super::operator_changes::{alive, end};
use super::second_step::place;
use super::{factor_rows, operator_rows, session_rows};
use crate::base::{Error, Hash, Kind, OrFail, Result, Sealer};
use crate::model::safe::Label;
use crate::model::{Action, By, OwnEvent, Seed, Session};

#[derive(Clone)]
pub struct Factors(Db, Sealer);

/// Who changes the own second factor, from which session.
pub struct OwnFactor {
    pub by: By,
    pub event: OwnEvent,
    pub operator_no: i64,
    /// It goes on under another cookie; every other session ends.
    pub session_no: i64,
    /// Of that cookie.
    pub digest: Hash,
}

/// A seed that a code has proved, and the recovery codes that come with it.
pub struct Enrolment {
    pub seed: Seed,
    pub step: i64,
    pub codes: Vec<Hash>,
}

impl Factors {
    pub fn new(db: Db, sealer: Sealer) -> Self {
        Self(db, sealer)
    }

    pub fn has(&self, operator_no: i64) -> bool {
        self.0.standing().has_second_factor(operator_no)
    }

    /// Recovery codes that were not used yet.
    pub async fn codes_left(&self, operator_no: i64) -> Result<i64> {
        self.0
            .read(move |conn| factor_rows::codes_left(conn, operator_no))
            .await
    }

    pub async fn enroll(&self, own: OwnFactor, new: Enrolment) -> Result<()> {
        let secret = self.1.seal(&place(own.operator_no), new.seed.bytes())?;
        self.0
            .change(own.by, move |proposal| {
                let no = own.operator_no;
                let (session, others) = sessions(&proposal, no, own.session_no)?;
                let ended = alive(proposal.conn(), &others, proposal.now())?;
                let created = codes_created(proposal.conn(), no, &new.codes)?;
                let recorded = proposal
                    .record(own.event.count("session_count", ended))?
                    .and(created)?;
                factor_rows::put(&recorded, no, &secret, new.step)?;
                factor_rows::put_codes(&recorded, no, &new.codes)?;
                end(&recorded, &others)?;
                session_rows::confirm(&recorded, &session, &own.digest)?;
                Ok(recorded.done(()))
            })
            .await
    }

    pub async fn remove(&self, own: OwnFactor) -> Result<()> {
        self.0
            .change(own.by, move |proposal| {
                let no = own.operator_no;
                let (session, others) = sessions(&proposal, no, own.session_no)?;
                if factor_rows::find(proposal.conn(), no)?.is_none() {
                    return Ok(proposal.unchanged(()));
                }
                let ended = alive(proposal.conn(), &others, proposal.now())?;
                let recorded = proposal.record(own.event.count("session_count", ended))?;
                factor_rows::clear(&recorded, no)?;
                end(&recorded, &others)?;
                session_rows::confirm(&recorded, &session, &own.digest)?;
                Ok(recorded.done(()))
            })
            .await
    }

    /// A new set; the old one is void.
    pub async fn renew_codes(&self, by: By, operator_no: i64, codes: Vec<Hash>) -> Result<()> {
        self.0
            .change(by, move |proposal| {
                let created = codes_created(proposal.conn(), operator_no, &codes)?;
                let recorded = proposal.record(created)?;
                factor_rows::put_codes(&recorded, operator_no, &codes)?;
                Ok(recorded.done(()))
            })
            .await
    }
}

fn codes_created(conn: &Connection, operator_no: i64, codes: &[Hash]) -> Result<OwnEvent> {
    let operator = operator_rows::all(conn)?
        .into_iter()
        .find(|it| it.no == operator_no)
        .internal("the operator is gone")?;
    let count = i64::try_from(codes.len()).unwrap_or(i64::MAX);
    Ok(OwnEvent::new(Action::AuthRecoveryCodesCreate)
        .on(&operator.id, Label::gate(&operator.name).ok())
        .count("code_count", count))
}

/// The session that it comes from, and the others.
fn sessions(
    proposal: &Proposal<'_, '_>,
    operator_no: i64,
    session_no: i64,
) -> Result<(Session, Vec<Session>), Stop> {
    let open = session_rows::open_of(proposal.conn(), operator_no)?;
    let (own, others): (Vec<_>, Vec<_>) = open.into_iter().partition(|it| it.no == session_no);
    let own = own.into_iter().next();
    let over = || Error::new(Kind::NotPermitted, "The session has ended.");
    Ok((own.ok_or_else(over)?, others))
}
