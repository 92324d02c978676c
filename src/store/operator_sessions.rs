//! Sessions as owners end them for others.
use super::change::Stop;
use super::operator_changes::{Act, Subject, alive, end, refused};
use super::operators::Operators;
use super::session_rows;
use crate::base::{Error, Kind, Result};
use crate::model::safe::Label;
use crate::model::{Action, OwnEvent, Reason, RecordId, Session};

impl Operators {
    /// The sessions of an operator that were not ended, oldest first.
    pub async fn sessions(&self, operator_no: i64) -> Result<Vec<Session>> {
        self.0
            .read(move |conn| session_rows::open_of(conn, operator_no))
            .await
    }

    /// A session of this operator, ended or not.
    pub async fn session(&self, operator_no: i64, id: RecordId) -> Result<Option<Session>> {
        let found = self.0.read(move |conn| session_rows::find(conn, &id));
        Ok(found.await?.filter(|it| it.operator_no == operator_no))
    }

    /// Whose these sessions are: numbers of operators, for those sessions that there are.
    pub async fn of_sessions(&self, ids: Vec<RecordId>) -> Result<Vec<(RecordId, i64)>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.0
            .read(move |conn| {
                let mut found = Vec::new();
                for id in ids {
                    let session = session_rows::find(conn, &id)?;
                    found.extend(session.map(|it| (id, it.operator_no)));
                }
                Ok(found)
            })
            .await
    }

    /// Ends one session; the version of the act is the session's.
    pub async fn end_session(&self, act: Act, id: RecordId) -> Result<()> {
        self.0
            .change(act.by.clone(), move |proposal| {
                let conn = proposal.conn();
                let subject = Subject::read(conn, &act)?;
                let session = session_rows::find(conn, &id)?
                    .filter(|it| it.operator_no == subject.operator.no)
                    .ok_or_else(|| Error::new(Kind::NotFound, "There is no such session."))?;
                if session.is_ended {
                    return Ok(proposal.unchanged(()));
                }
                let browser = session
                    .client
                    .as_deref()
                    .and_then(|it| Label::gate(it).ok());
                let event = OwnEvent::new(Action::SessionRevoke)
                    .on(&id, browser)
                    .flag("is_current", act.by.session == Some(id));
                if act.version != Some(session.recorded_seq) {
                    return Err(refused(event, Reason::Conflict));
                }
                let recorded = proposal.record(event)?;
                session_rows::end(&recorded, &session)?;
                Ok(recorded.done(()))
            })
            .await
    }

    /// Ends all of them but the one to keep.
    pub async fn end_sessions(&self, act: Act, keep: Option<RecordId>) -> Result<()> {
        self.0
            .change(act.by.clone(), move |proposal| {
                let subject = Subject::read(proposal.conn(), &act)?;
                let mut open = session_rows::open_of(proposal.conn(), subject.operator.no)?;
                open.retain(|it| Some(it.id) != keep);
                if open.is_empty() {
                    return Ok(proposal.unchanged(()));
                }
                let event = subject.event(Action::SessionRevokeAll);
                if let Some(reason) = subject.refusal() {
                    return Err(refused(event, reason));
                }
                let ended = alive(proposal.conn(), &open, proposal.now())?;
                let recorded = proposal.record(event.count("session_count", ended))?;
                end(&recorded, &open)?;
                Ok::<_, Stop>(recorded.done(()))
            })
            .await
    }
}
