//! Sessions: signing in and out, and the attempts that failed.
use super::db::{Credential, Db};
use super::session_rows;
use crate::base::{Error, Hash, Kind, Millis, Result};
use crate::model::{Action, By, OwnEvent, RecordId, SESSIONS_MAX, Session};

#[derive(Clone)]
pub struct Sessions(Db);

pub struct NewSession {
    pub id: RecordId,
    pub digest: Hash,
    pub operator_no: i64,
    pub life_ms: Millis,
    /// Whether the account signed in from this browser before.
    pub is_known_browser: bool,
}

impl Sessions {
    pub fn new(db: Db) -> Self {
        Self(db)
    }

    /// The session behind a cookie, unless it was ended; whether it is alive is the caller's
    /// question.
    pub async fn by_digest(&self, digest: Hash) -> Result<Option<Session>> {
        self.0
            .read(move |conn| session_rows::by_digest(conn, &digest))
            .await
    }

    /// Signs in. One session too many ends the oldest.
    pub async fn open(&self, by: By, new: NewSession) -> Result<()> {
        let browser = by.session_label();
        self.0
            .change(by, move |proposal| {
                let now = proposal.now();
                let session = Session::opened(new.id, new.operator_no, now, new.life_ms);
                let open = session_rows::open_of(proposal.conn(), new.operator_no)?;
                let recorded = proposal.record(
                    OwnEvent::new(Action::AuthSignIn)
                        .on(&session.id, browser)
                        .word("method", "password")
                        .flag("is_known_browser", new.is_known_browser),
                )?;
                let too_many = (open.len() + 1).saturating_sub(SESSIONS_MAX);
                for oldest in open.iter().take(too_many) {
                    session_rows::end(&recorded, oldest)?;
                }
                session_rows::insert(&recorded, &session, &new.digest)?;
                Ok(recorded.done(()))
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

    /// A factor was proved again. The session goes on under another cookie.
    pub async fn confirm(
        &self,
        by: By,
        session: Session,
        event: OwnEvent,
        digest: Hash,
    ) -> Result<()> {
        self.0
            .change(by, move |proposal| {
                let open = session_rows::open_of(proposal.conn(), session.operator_no)?;
                if !open.iter().any(|it| it.no == session.no) {
                    return Err(Error::new(Kind::NotPermitted, "The session has ended.").into());
                }
                let recorded = proposal.record(event)?;
                session_rows::confirm(&recorded, &session, &digest)?;
                Ok(recorded.done(()))
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
