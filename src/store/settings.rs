//! Settings of the instance and preferences of operators.
use super::db::Db;
use super::setting_rows;
use crate::base::Result;
use crate::model::Settings;

#[derive(Clone)]
pub struct SettingsOf(Db);

impl SettingsOf {
    pub fn new(db: Db) -> Self {
        Self(db)
    }

    pub fn current(&self) -> Settings {
        self.0.standing().settings().clone()
    }

    /// The zone an operator chose; none: the instance's.
    pub async fn time_zone_of(&self, operator_no: i64) -> Result<Option<String>> {
        self.0
            .read(move |conn| setting_rows::time_zone_of(conn, operator_no))
            .await
    }

    /// Not audited: what a person prefers to look at.
    pub async fn set_time_zone_of(&self, operator_no: i64, zone: Option<String>) -> Result<()> {
        self.0
            .append(0, move |tx| {
                setting_rows::set_time_zone_of(tx.conn, operator_no, zone.as_deref())
            })
            .await
    }
}
