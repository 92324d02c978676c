//! Upstreams: which there are, and the changes an operator makes.
use super::change::Proposal;
use super::db::Db;
use super::upstream_changes::{self as changes, NewUpstream, Refresh, UpstreamAsked, UpstreamEdit};
use crate::base::{Result, Sealer};
use crate::model::{By, RecordId, Scope, Upstream, UpstreamAct, UpstreamState};

#[derive(Clone)]
pub struct Upstreams {
    db: Db,
    sealer: Sealer,
}

impl Upstreams {
    pub fn new(db: Db, sealer: Sealer) -> Self {
        Self { db, sealer }
    }

    /// The upstreams of the Pools in scope, newest first.
    pub fn list(&self, scope: &Scope) -> Vec<Upstream> {
        let standing = self.db.standing();
        let there = standing.upstreams().iter().filter(|it| is_there(it, scope));
        there.cloned().collect()
    }

    /// None for one that does not exist, for a deleted one and for one out of scope alike.
    pub fn find(&self, scope: &Scope, id: RecordId) -> Option<Upstream> {
        let standing = self.db.standing();
        let mut there = standing.upstreams().iter();
        there.find(|it| it.id == id && is_there(it, scope)).cloned()
    }

    /// Whether there was such an upstream in scope.
    pub fn is_deleted(&self, scope: &Scope, id: RecordId) -> bool {
        let standing = self.db.standing();
        let mut all = standing.upstreams().iter();
        all.any(|it| {
            it.id == id && it.state == UpstreamState::Deleted && scope.sees(Some(it.pool_no))
        })
    }

    pub async fn import(&self, by: By, scope: &Scope, new: NewUpstream) -> Result<Upstream> {
        let (scope, sealer) = (scope.clone(), self.sealer.clone());
        let work =
            move |proposal: Proposal<'_, '_>| changes::import(proposal, &scope, &sealer, new);
        self.db.change(by, work).await
    }

    /// Name and mode: an event for each that differs.
    pub async fn edit(&self, by: By, asked: UpstreamAsked, edit: UpstreamEdit) -> Result<()> {
        let work = move |proposal: Proposal<'_, '_>| changes::edit(proposal, &asked, edit);
        self.db.change(by, work).await
    }

    /// Replaces the secret.
    pub async fn refresh(&self, by: By, asked: UpstreamAsked, refresh: Refresh) -> Result<()> {
        let sealer = self.sealer.clone();
        let work =
            move |proposal: Proposal<'_, '_>| changes::refresh(proposal, &asked, &sealer, refresh);
        self.db.change(by, work).await
    }

    /// Pauses, reactivates or deletes.
    pub async fn act(&self, by: By, asked: UpstreamAsked, act: UpstreamAct) -> Result<()> {
        let work = move |proposal: Proposal<'_, '_>| changes::set_state(proposal, &asked, act);
        self.db.change(by, work).await
    }
}

fn is_there(upstream: &Upstream, scope: &Scope) -> bool {
    upstream.state != UpstreamState::Deleted && scope.sees(Some(upstream.pool_no))
}
