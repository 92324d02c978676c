//! Pools: listing them, and the changes an owner makes.
use std::sync::Arc;

use super::change::{Proposal, Stop};
use super::db::Db;
use super::pool_changes::PoolEdit;
use super::standing::Standing;
use super::{pool_changes, pool_rows};
use crate::base::{Error, Kind, Result, random};
use crate::model::safe::Label;
use crate::model::{
    Action, By, DetailKeys, GateMode, Operator, OwnEvent, Pool, PoolAct, PoolNo, PoolState, Reason,
    RecordId, RecordKind, Scope, is_slug,
};

#[derive(Clone)]
pub struct Pools(Db);

impl Pools {
    pub fn new(db: Db) -> Self {
        Self(db)
    }

    /// The Pools in scope, by name.
    pub fn list(&self, scope: &Scope) -> Vec<Pool> {
        let standing = self.0.standing();
        let mut pools: Vec<_> = visible(&standing, scope).cloned().collect();
        pools.sort_unstable_by(|one, other| one.name.cmp(&other.name).then(one.no.cmp(&other.no)));
        pools
    }

    /// None for a Pool that does not exist and for one out of scope alike.
    pub fn find(&self, scope: &Scope, id: &RecordId) -> Option<Pool> {
        let standing = self.0.standing();
        visible(&standing, scope).find(|it| it.id == *id).cloned()
    }

    /// Who is assigned to it, by name.
    pub fn operators(&self, no: PoolNo) -> Vec<Operator> {
        let standing = self.0.standing();
        let mut operators: Vec<_> = standing.assigned_to(no).cloned().collect();
        operators.sort_unstable_by(|it, other| it.name.cmp(&other.name).then(it.no.cmp(&other.no)));
        operators
    }

    pub fn by_no(&self, no: PoolNo) -> Option<Pool> {
        self.0.standing().pool(no).cloned()
    }

    /// Owners only. The slug is for ever: it is never changed and never used again.
    pub async fn create(&self, by: By, slug: String, name: &str) -> Result<Pool> {
        if !is_slug(&slug) {
            return Err(Error::new(
                Kind::Invalid,
                "A slug has 1 to 40 lower-case letters, digits and single hyphens between them.",
            ));
        }
        let label =
            Label::gate(name.trim()).map_err(|it| Error::new(Kind::Invalid, it.sentence()))?;
        self.0
            .change(by, move |proposal| {
                let created = OwnEvent::new(Action::PoolCreate);
                let pools = pool_rows::all(proposal.conn())?;
                if pools.iter().any(|it| it.slug == slug) {
                    return Err(Stop::refused(
                        created,
                        Reason::NameTaken,
                        Kind::InvalidState,
                    ));
                }
                let pool = Pool {
                    no: pool_rows::next_no(proposal.conn())?,
                    id: RecordId::new(RecordKind::Pool, random::bytes()),
                    slug,
                    name: label.as_str().to_owned(),
                    state: PoolState::Active,
                    mode: GateMode::Gated,
                    retention_days: None,
                    detail_keys: DetailKeys::default(),
                    created_ms: proposal.now(),
                    recorded_seq: 0,
                };
                let created = created.in_pool(&pool).on(&pool.id, Some(label));
                let recorded = proposal.record(created)?;
                pool_rows::insert(&recorded, &pool)?;
                Ok(recorded.done(pool))
            })
            .await
    }

    pub async fn update(&self, by: By, id: RecordId, version: i64, edit: PoolEdit) -> Result<Pool> {
        let work = move |it: Proposal<'_, '_>| pool_changes::update(it, &id, version, edit);
        self.0.change(by, work).await
    }

    /// Disables, enables, archives or restores.
    pub async fn set_state(
        &self,
        by: By,
        id: RecordId,
        version: i64,
        act: PoolAct,
    ) -> Result<Pool> {
        let work = move |it: Proposal<'_, '_>| pool_changes::set_state(it, &id, version, act);
        self.0.change(by, work).await
    }

    /// `slug` is what the owner typed to confirm.
    pub async fn delete(&self, by: By, id: RecordId, version: i64, slug: String) -> Result<()> {
        let work = move |it: Proposal<'_, '_>| pool_changes::delete(it, &id, version, &slug);
        self.0.change(by, work).await
    }
}

fn visible<'a>(standing: &'a Arc<Standing>, scope: &Scope) -> impl Iterator<Item = &'a Pool> {
    let scope = scope.clone();
    standing
        .pools()
        .iter()
        .filter(move |it| scope.sees(Some(it.no)))
}
