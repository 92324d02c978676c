//! What operators change of their own account: each ends what was opened with what is replaced.
use super::change::Stop;
use super::operator_changes::{alive, end};
use super::operators::Operators;
use super::{factor_rows, operator_rows, session_rows};
use crate::base::{Hash, Kind, Phc, Result};
use crate::model::{By, OwnEvent, Reason};

/// A new password, and what was proved for it.
pub struct PasswordChange {
    pub event: OwnEvent,
    pub operator_no: i64,
    /// The hash of the password that it replaces.
    pub seen: Phc,
    pub password: Phc,
    /// The session that it comes from, which goes on under another cookie.
    pub session_no: i64,
    /// Of that cookie.
    pub digest: Hash,
}

impl Operators {
    /// The hash of somebody's password, for comparing.
    pub async fn password_of(&self, operator_no: i64) -> Result<Phc> {
        self.0
            .read(move |conn| operator_rows::password_of(conn, operator_no))
            .await
    }

    /// Replaces the own password, and ends every other session.
    pub async fn change_password(&self, by: By, change: PasswordChange) -> Result<()> {
        self.0
            .change(by, move |proposal| {
                let (conn, now) = (proposal.conn(), proposal.now());
                let no = change.operator_no;
                let open = session_rows::open_of(conn, no)?;
                let (own, others): (Vec<_>, Vec<_>) =
                    open.into_iter().partition(|it| it.no == change.session_no);
                // Reset by an owner, or changed in another window: what was proved counts no more.
                let is_stale = operator_rows::password_of(conn, no)? != change.seen;
                let Some(own) = own.first().filter(|_| !is_stale) else {
                    let kind = Kind::ChangedMeanwhile;
                    return Err(Stop::refused(change.event, Reason::Conflict, kind));
                };
                let ended = alive(conn, &others, now)?;
                let recorded = proposal.record(change.event.count("session_count", ended))?;
                operator_rows::set_password(&recorded, no, &change.password)?;
                factor_rows::reopen(&recorded, no)?;
                session_rows::confirm(&recorded, own, &change.digest)?;
                end(&recorded, &others)?;
                Ok(recorded.done(()))
            })
            .await
    }
}
