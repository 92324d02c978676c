//! Settings of the instance and preferences of operators.
use std::sync::Arc;

use super::db::Db;
use super::setting_rows;
use crate::base::Result;
use crate::model::{Preferences, Settings};

#[derive(Clone)]
pub struct SettingsOf(Db);

impl SettingsOf {
    pub fn new(db: Db) -> Self {
        Self(db)
    }

    /// As of the last commit.
    pub fn current(&self) -> Arc<Settings> {
        self.0.standing().settings()
    }

    pub fn preferences(&self, operator_no: i64) -> Preferences {
        self.0.standing().preferences(operator_no)
    }

    /// Not audited: what a person prefers to look at.
    pub async fn prefer(&self, operator_no: i64, preferences: Preferences) -> Result<()> {
        self.0
            .append(0, move |tx| {
                setting_rows::prefer(tx.conn, operator_no, &preferences)?;
                tx.renew_standing();
                Ok(())
            })
            .await
    }
}
