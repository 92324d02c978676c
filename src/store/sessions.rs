//! Sessions: signing in and out, and the attempts that failed.
use rusqlite::Connection;

use super::change::{Done, Proposal, Recorded, Stop};
use super::db::{Credential, Db};
use super::second_step::{self, CODES_MAX, Factor, Used, Verdict};
use super::{factor_rows, operator_rows, session_rows};
use crate::base::{Error, Hash, Kind, Millis, Phc, Result, Sealer};
use crate::model::safe::Label;
use crate::model::{
    Action, By, Operator, OperatorState, OwnEvent, Reason, RecordId, SESSIONS_MAX, Session,
};

#[derive(Clone)]
pub struct Sessions(Db, Sealer);

pub struct NewSession {
    pub id: RecordId,
    pub digest: Hash,
    pub operator: Operator,
    pub life_ms: Millis,
    /// Whether the account signed in from this browser before.
    pub is_known_browser: bool,
    /// The hash that the password matched. Whoever has another one by now does not come in.
    pub seen: Phc,
    pub factor: Factor,
}

impl Sessions {
    pub fn new(db: Db, sealer: Sealer) -> Self {
        Self(db, sealer)
    }

    /// The session behind a cookie, unless it was ended; whether it is alive is the caller's
    /// question.
    pub async fn by_digest(&self, digest: Hash) -> Result<Option<Session>> {
        self.0
            .read(move |conn| session_rows::by_digest(conn, &digest))
            .await
    }

    /// Signs in, if the factor is right. One session too many ends the oldest.
    pub async fn open(&self, by: By, new: NewSession) -> Result<Result<(), Reason>> {
        let sealer = self.1.clone();
        self.0
            .change(by, move |proposal| {
                let (conn, now, no) = (proposal.conn(), proposal.now(), new.operator.no);
                refuse_when_stale(conn, &new)?;
                let used = match second_step::check(conn, &sealer, no, &new.factor, now)? {
                    Verdict::Right(used) => used,
                    Verdict::Wrong(reason) => return Ok(proposal.unchanged(Err(reason))),
                    Verdict::Guessed(failures) => return guessed(proposal, &new, failures),
                };
                let session = Session::opened(new.id, no, now, new.life_ms);
                let open = session_rows::open_of(conn, no)?;
                let recorded = opened(proposal, &new, &used)?;
                let too_many = (open.len() + 1).saturating_sub(SESSIONS_MAX);
                for oldest in open.iter().take(too_many) {
                    session_rows::end(&recorded, oldest)?;
                }
                second_step::use_up(&recorded, no, &used)?;
                session_rows::insert(&recorded, &session, &new.digest)?;
                Ok(recorded.done(Ok(())))
            })
            .await
    }

    /// Signs out. The session is named by the browser that ends it, as when it began.
    pub async fn close(&self, by: By, session: Session) -> Result<()> {
        let browser = by.session_label();
        self.0
            .change(by, move |proposal| {
                let signed_out = OwnEvent::new(Action::AuthSignOut).on(&session.id, browser);
                let recorded = proposal.record(signed_out)?;
                session_rows::end(&recorded, &session)?;
                Ok(recorded.done(()))
            })
            .await
    }

    /// Proves a factor again. The session goes on under another cookie.
    pub async fn confirm(
        &self,
        by: By,
        session: Session,
        event: OwnEvent,
        digest: Hash,
        factor: Factor,
    ) -> Result<Result<(), Reason>> {
        let sealer = self.1.clone();
        self.0
            .change(by, move |proposal| {
                let (conn, now, no) = (proposal.conn(), proposal.now(), session.operator_no);
                let open = session_rows::open_of(conn, no)?;
                if !open.iter().any(|it| it.no == session.no) {
                    return Err(Error::new(Kind::NotPermitted, "The session has ended.").into());
                }
                let used = match second_step::check(conn, &sealer, no, &factor, now)? {
                    Verdict::Right(used) => used,
                    Verdict::Wrong(reason) => return Ok(proposal.unchanged(Err(reason))),
                    Verdict::Guessed(_) => {
                        let recorded = proposal.record(event.failed(Reason::WrongCode))?;
                        factor_rows::count_failure(&recorded, no)?;
                        return Ok(recorded.done(Err(Reason::WrongCode)));
                    }
                };
                let recorded = proposal.record(event)?;
                second_step::use_up(&recorded, no, &used)?;
                session_rows::confirm(&recorded, &session, &digest)?;
                Ok(recorded.done(Ok(())))
            })
            .await
    }

    /// Records what changed nothing: an attempt that failed.
    pub async fn record_failure(&self, by: By, event: OwnEvent) -> Result<()> {
        self.0
            .change(by, move |proposal| Ok(proposal.record(event)?.done(())))
            .await
    }

    /// Notes that the session is in use; written down once a minute.
    pub async fn note_use(&self, session: &Session, now: Millis) {
        self.0.note_use(Credential::Session, session.no, now).await;
    }
}

/// Deactivated, or with another password since the one that was proved.
fn refuse_when_stale(conn: &Connection, new: &NewSession) -> Result<()> {
    let operator = operator_rows::find(conn, &new.operator.id)?;
    let is_active = operator.is_some_and(|it| it.state == OperatorState::Active);
    if is_active && operator_rows::password_of(conn, new.operator.no)? == new.seen {
        return Ok(());
    }
    Err(Error::new(Kind::NotPermitted, "Sign in again."))
}

fn opened<'a, 'tx>(
    proposal: Proposal<'a, 'tx>,
    new: &NewSession,
    used: &Used,
) -> Result<Recorded<'a, 'tx>, Stop> {
    let browser = proposal.by().session_label();
    let signed_in = OwnEvent::new(Action::AuthSignIn)
        .on(&new.id, browser)
        .word("method", new.factor.method())
        .flag("is_known_browser", new.is_known_browser);
    if !matches!(used, Used::Recovery(_)) {
        return proposal.record(signed_in);
    }
    let left = factor_rows::codes_left(proposal.conn(), new.operator.no)? - 1;
    let code_used = OwnEvent::new(Action::AuthRecoveryCodeUse)
        .on(&new.operator.id, Label::gate(&new.operator.name).ok())
        .count("remaining_count", left);
    proposal.record(code_used)?.and(signed_in)
}

/// Somebody knows the password and guesses codes: each is told, and enough of them close the step.
fn guessed<T>(
    proposal: Proposal<'_, '_>,
    new: &NewSession,
    failures: i64,
) -> Result<Done<Result<T, Reason>>, Stop> {
    let label = || Label::gate(&new.operator.name).ok();
    let failed = OwnEvent::new(Action::AuthSignIn)
        .on(&new.operator.id, label())
        .failed(Reason::WrongCode)
        .without_session()
        .word("method", new.factor.method())
        .count("attempt_count", failures);
    let mut recorded = proposal.record(failed)?;
    if failures == CODES_MAX {
        let paused = OwnEvent::new(Action::AuthLockout)
            .on(&new.operator.id, label())
            .failed(Reason::Paused)
            .without_session()
            .count("attempt_count", failures);
        recorded = recorded.and(paused)?;
    }
    factor_rows::count_failure(&recorded, new.operator.no)?;
    Ok(recorded.done(Err(Reason::WrongCode)))
}
