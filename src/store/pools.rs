//! Pools: listing them, and the changes an owner makes.
use std::sync::Arc;

use super::db::Db;
use super::standing::Standing;
use super::{change::Stop, pool_rows};
use crate::base::{Error, Kind, Result, random};
use crate::model::safe::Label;
use crate::model::{
    Action, By, OwnEvent, Pool, PoolNo, PoolState, Reason, RecordId, RecordKind, Scope, is_slug,
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
        pools.sort_by(|one, other| one.name.cmp(&other.name).then(one.no.cmp(&other.no)));
        pools
    }

    /// None for a Pool that does not exist and for one out of scope alike.
    pub fn find(&self, scope: &Scope, id: &RecordId) -> Option<Pool> {
        let standing = self.0.standing();
        visible(&standing, scope).find(|it| it.id == *id).cloned()
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
                    created_ms: proposal.now(),
                };
                let created = created.in_pool(&pool).on(&pool.id, Some(label));
                let recorded = proposal.record(created)?;
                pool_rows::insert(&recorded, &pool)?;
                Ok(recorded.done(pool))
            })
            .await
    }
}

fn visible<'a>(standing: &'a Arc<Standing>, scope: &Scope) -> impl Iterator<Item = &'a Pool> {
    let scope = scope.clone();
    standing
        .pools()
        .iter()
        .filter(move |it| scope.sees(Some(it.no)))
}
