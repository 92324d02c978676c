//! Invites: what owners do to them, and how their time ends. `acceptance` is the other side.
use std::collections::HashSet;

use rusqlite::Connection;

use super::change::Stop;
use super::db::Db;
use super::operator_changes::refused;
use super::operators::pools_named;
use super::{invite_rows, operator_rows, pool_rows};
use crate::base::{Error, Hash, Kind, Millis, Result, random};
use crate::model::safe::{Email, Label};
use crate::model::{
    Action, By, INVITES_MAX, Invite, InviteState, OwnEvent, Reason, RecordId, RecordKind, Role,
};

#[derive(Clone)]
pub struct Invites(pub(super) Db);

pub struct NewInvite {
    pub email: Email,
    pub role: Role,
    /// Slugs of an admin's Pools; an owner needs none.
    pub pools: Vec<String>,
    pub life_ms: Millis,
    /// Of the link.
    pub digest: Hash,
    /// Number of the operator who invites.
    pub by_no: i64,
}

impl Invites {
    pub fn new(db: Db) -> Self {
        Self(db)
    }

    /// Every invite, newest first.
    pub async fn list(&self) -> Result<Vec<Invite>> {
        self.0.read(invite_rows::all).await
    }

    pub async fn find(&self, id: RecordId) -> Result<Option<Invite>> {
        self.0.read(move |conn| invite_rows::find(conn, &id)).await
    }

    /// Those of these invites that there are.
    pub async fn those_there(&self, mut ids: Vec<RecordId>) -> Result<Vec<RecordId>> {
        if ids.is_empty() {
            return Ok(ids);
        }
        self.0
            .read(move |conn| {
                let all: HashSet<_> = invite_rows::all(conn)?.iter().map(|it| it.id).collect();
                ids.retain(|it| all.contains(it));
                Ok(ids)
            })
            .await
    }

    /// The invite behind a link, whatever has become of it.
    pub async fn by_digest(&self, digest: Hash) -> Result<Option<Invite>> {
        self.0
            .read(move |conn| invite_rows::by_digest(conn, &digest))
            .await
    }

    /// One open invite an address, and none for somebody who has an account.
    pub async fn create(&self, by: By, new: NewInvite) -> Result<Invite> {
        self.0
            .change(by, move |proposal| {
                let conn = proposal.conn();
                let slugs: &[String] = match new.role {
                    Role::Owner => &[],
                    Role::Admin => &new.pools,
                };
                let pools = pools_named(pool_rows::all(conn)?, slugs)?;
                let created = OwnEvent::new(Action::InviteCreate)
                    .word("role", new.role.as_str())
                    .count("pool_count", i64::try_from(pools.len()).unwrap_or(i64::MAX));
                if let Some(reason) = refuses(conn, new.email.as_str())? {
                    return Err(refused(created, reason));
                }
                let invite = Invite {
                    no: invite_rows::next_no(conn)?,
                    id: RecordId::new(RecordKind::Invite, random::bytes()),
                    email: new.email.as_str().to_owned(),
                    role: new.role,
                    pools: pools.iter().map(|it| it.no).collect(),
                    state: InviteState::Active,
                    expires_ms: proposal.now() + new.life_ms,
                    created_ms: proposal.now(),
                    created_by: Some(new.by_no),
                    accepted_by: None,
                    recorded_seq: 0,
                };
                let created = created.time("expires_at", Some(invite.expires_ms));
                let recorded = proposal.record(created.on(&invite.id, label(&invite)))?;
                invite_rows::insert(&recorded, &invite, &new.digest)?;
                Ok(recorded.done(invite))
            })
            .await
    }

    /// Replaces the link of an invite that is open, or that expired.
    pub async fn renew(
        &self,
        by: By,
        (id, version): (RecordId, i64),
        life_ms: Millis,
        digest: Hash,
    ) -> Result<Invite> {
        self.0
            .change(by, move |proposal| {
                let conn = proposal.conn();
                let invite = found(conn, &id)?;
                let renewed = OwnEvent::new(Action::InviteRenew).on(&id, label(&invite));
                let reason = match invite.state {
                    _ if version != invite.recorded_seq => Some(Reason::Conflict),
                    InviteState::Revoked => Some(Reason::Revoked),
                    InviteState::Accepted => Some(Reason::InvalidState),
                    InviteState::Expired => refuses(conn, &invite.email)?,
                    InviteState::Active => None,
                };
                if let Some(reason) = reason {
                    return Err(refused(renewed, reason));
                }
                let expires_ms = proposal.now() + life_ms;
                let recorded = proposal.record(renewed.time("expires_at", Some(expires_ms)))?;
                invite_rows::renew(&recorded, &invite, &digest, expires_ms)?;
                Ok(recorded.done(Invite {
                    expires_ms,
                    state: InviteState::Active,
                    ..invite
                }))
            })
            .await
    }

    /// The link opens nothing from now on.
    pub async fn revoke(&self, by: By, (id, version): (RecordId, i64)) -> Result<()> {
        self.0
            .change(by, move |proposal| {
                let invite = found(proposal.conn(), &id)?;
                if invite.state == InviteState::Revoked {
                    return Ok(proposal.unchanged(()));
                }
                let event = OwnEvent::new(Action::InviteRevoke).on(&id, label(&invite));
                let reason = match invite.state_at(proposal.now()) {
                    _ if version != invite.recorded_seq => Some(Reason::Conflict),
                    InviteState::Expired => Some(Reason::Expired),
                    InviteState::Accepted => Some(Reason::InvalidState),
                    InviteState::Active | InviteState::Revoked => None,
                };
                if let Some(reason) = reason {
                    return Err(refused(event, reason));
                }
                let recorded = proposal.record(event)?;
                invite_rows::end(&recorded, &invite, InviteState::Revoked, None)?;
                Ok(recorded.done(()))
            })
            .await
    }

    /// Records what is over since: each invite whose time has come is a change of its own. Returns
    /// how many there were.
    pub async fn expire(&self, now: Millis) -> Result<usize> {
        let due = self.0.read(move |conn| invite_rows::due(conn, now)).await?;
        for id in &due {
            let id = *id;
            self.0
                .change(By::itself("expiry"), move |proposal| {
                    let invite = found(proposal.conn(), &id)?;
                    let is_due = invite.state == InviteState::Active && invite.expires_ms <= now;
                    if !is_due {
                        return Ok(proposal.unchanged(()));
                    }
                    let event = OwnEvent::new(Action::InviteExpire).on(&id, label(&invite));
                    let recorded = proposal.record(event)?;
                    invite_rows::end(&recorded, &invite, InviteState::Expired, None)?;
                    Ok(recorded.done(()))
                })
                .await?;
        }
        Ok(due.len())
    }
}

fn found(conn: &Connection, id: &RecordId) -> Result<Invite, Stop> {
    let invite = invite_rows::find(conn, id)?;
    let nothing = || Error::new(Kind::NotFound, "There is no such invite.");
    invite.ok_or_else(nothing).map_err(Stop::from)
}

fn refuses(conn: &Connection, email: &str) -> Result<Option<Reason>> {
    let has_account = operator_rows::by_email(conn, email)?.is_some();
    if has_account || invite_rows::active_for(conn, email)?.is_some() {
        return Ok(Some(Reason::NameTaken));
    }
    Ok((invite_rows::count_active(conn)? >= INVITES_MAX).then_some(Reason::OutOfRange))
}

/// An invite is called by the address that it is for.
pub fn label(invite: &Invite) -> Option<Label> {
    Label::gate(&invite.email).ok()
}
