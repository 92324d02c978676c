//! Saved views: each operator's own, and those that owners share.
use super::db::Db;
use super::saved_view_rows;
use super::standing::Standing;
use crate::base::{Error, Kind, Result};
use crate::model::{Operator, OperatorState, Role, SavedView, VIEWS_MAX};

#[derive(Clone)]
pub struct SavedViews(Db);

impl SavedViews {
    pub fn new(db: Db) -> Self {
        Self(db)
    }

    /// The operator's own views.
    pub fn own(&self, operator: &Operator) -> Vec<SavedView> {
        self.filtered(|it, _| it.operator_no == operator.no)
    }

    /// What other owners share, as long as they are owners. What of it the operator may see is
    /// up to whoever knows what they see.
    pub fn shared_by_others(&self, operator: &Operator) -> Vec<SavedView> {
        self.filtered(|it, standing| {
            let by = standing.operator(it.operator_no);
            let is_owners =
                by.is_some_and(|by| by.role == Role::Owner && by.state == OperatorState::Active);
            it.is_shared && is_owners && it.operator_no != operator.no
        })
    }

    /// Not audited: what a person prefers to look at. A view of the same name is replaced.
    pub async fn save(&self, view: SavedView) -> Result<()> {
        self.0
            .write(move |tx| {
                let views = saved_view_rows::all(tx.conn)?;
                let mut own = views.iter().filter(|it| it.operator_no == view.operator_no);
                let is_new = own.clone().all(|it| it.name != view.name);
                if is_new && own.by_ref().count() >= VIEWS_MAX {
                    let full = "You have 20 views. Delete one of them first.";
                    return Err(Error::new(Kind::InvalidState, full));
                }
                saved_view_rows::save(tx.conn, &view)?;
                tx.renew_standing();
                Ok(())
            })
            .await
    }

    pub async fn delete(&self, no: i64) -> Result<()> {
        self.0
            .write(move |tx| {
                saved_view_rows::delete(tx.conn, no)?;
                tx.renew_standing();
                Ok(())
            })
            .await
    }

    fn filtered(&self, wants: impl Fn(&SavedView, &Standing) -> bool) -> Vec<SavedView> {
        let standing = self.0.standing();
        let views = standing.saved_views().iter();
        views.filter(|it| wants(it, &standing)).cloned().collect()
    }
}
