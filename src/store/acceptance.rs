//! An invite is accepted: operator, Pools, the invite's end and the first session are one change.
use rusqlite::Connection;

use super::invites::{Invites, label};
use super::{invite_rows, operator_rows, operators, pool_rows, session_rows};
use crate::base::{Hash, Millis, Phc, Result};
use crate::model::safe::Label;
use crate::model::{
    Action, By, Invite, InviteState, Operator, OperatorState, OwnEvent, Pool, Reason, RecordId,
    Role, Session,
};

/// What the invited person sent, checked, and what was made for it.
pub struct Acceptance {
    /// Of the link.
    pub digest: Hash,
    pub operator: RecordId,
    pub name: Label,
    pub password: Phc,
    pub session: RecordId,
    pub session_digest: Hash,
    pub session_life_ms: Millis,
}

/// Why nobody came of a link. Floods are counted by whoever asked, so nothing is recorded yet.
pub struct Closed {
    /// None: there is no such link.
    pub invite: Option<Invite>,
    pub reason: Reason,
}

impl Invites {
    /// Only one acceptance of many at once finds the invite open.
    pub async fn accept(
        &self,
        by: By,
        acceptance: Acceptance,
    ) -> Result<std::result::Result<Operator, Closed>> {
        let browser = by.session_label();
        self.0
            .change(by, move |proposal| {
                let (conn, now) = (proposal.conn(), proposal.now());
                let invite = match open(conn, &acceptance.digest, now)? {
                    Ok(invite) => invite,
                    Err(closed) => return Ok(proposal.unchanged(Err(closed))),
                };
                let pools = pools(conn, &invite)?;
                let operator = operator(conn, &invite, &acceptance, now)?;
                let (id, life) = (acceptance.session, acceptance.session_life_ms);
                let session = Session::opened(id, operator.no, now, life);
                let accepted = OwnEvent::new(Action::InviteAccept)
                    .on(&invite.id, label(&invite))
                    .word("role", invite.role.as_str());
                let recorded = proposal.record(accepted)?;
                invite_rows::end(&recorded, &invite, InviteState::Accepted, Some(operator.no))?;
                let created = OwnEvent::new(Action::OperatorCreate)
                    .on(&operator.id, Some(acceptance.name))
                    .word("role", invite.role.as_str())
                    .word("method", "invite");
                let recorded = recorded.and(created)?;
                let recorded =
                    operators::insert(recorded, &operator, &acceptance.password, &pools)?;
                let recorded = recorded.and(
                    OwnEvent::new(Action::AuthSignIn)
                        .on(&session.id, browser)
                        .word("method", "invite"),
                )?;
                session_rows::insert(&recorded, &session, &acceptance.session_digest)?;
                Ok(recorded.done(Ok(operator)))
            })
            .await
    }
}

fn open(
    conn: &Connection,
    digest: &Hash,
    now: Millis,
) -> Result<std::result::Result<Invite, Closed>> {
    let Some(invite) = invite_rows::by_digest(conn, digest)? else {
        return Ok(Err(Closed {
            invite: None,
            reason: Reason::Denied,
        }));
    };
    let has_account = operator_rows::by_email(conn, &invite.email)?.is_some();
    let reason = invite
        .closed_for(now)
        .or(has_account.then_some(Reason::NameTaken));
    Ok(match reason {
        Some(reason) => Err(Closed {
            invite: Some(invite),
            reason,
        }),
        None => Ok(invite),
    })
}

/// The Pools of the invite that still take admins.
fn pools(conn: &Connection, invite: &Invite) -> Result<Vec<Pool>> {
    let mut pools = pool_rows::all(conn)?;
    pools.retain(|it| {
        invite.role == Role::Admin && invite.pools.contains(&it.no) && it.state.is_open_to_admins()
    });
    Ok(pools)
}

fn operator(
    conn: &Connection,
    invite: &Invite,
    acceptance: &Acceptance,
    now: Millis,
) -> Result<Operator> {
    Ok(Operator {
        no: operator_rows::next_no(conn)?,
        id: acceptance.operator,
        email: invite.email.clone(),
        name: acceptance.name.as_str().to_owned(),
        role: invite.role,
        state: OperatorState::Active,
        temporary_until_ms: None,
        created_ms: now,
    })
}
