//! Everything that is kept, in one SQLite file. Outsiders see nouns, never SQL.
//!
//! Read in this order: `events` and the other nouns (what handlers call), `change` (a change and
//! its event), `writer` (who commits), `log` (what is appended), `segments` (the start).
mod acceptance;
mod ahead;
mod api_key_changes;
mod api_key_rows;
mod api_keys;
mod backup;
mod backup_notes;
mod backups;
mod change;
mod checkpoints;
mod cut;
mod db;
mod event_rows;
mod events;
mod export_places;
mod exports;
mod factor_rows;
mod factors;
mod failpoint;
mod file_header;
mod instance;
mod invite_rows;
mod invites;
mod log;
mod looks;
mod mcp_token_rows;
mod mcp_tokens;
mod migrate;
mod numbers;
mod operator_changes;
mod operator_edit;
mod operator_rows;
mod operator_sessions;
mod operators;
mod own_account;
mod pace;
mod page;
mod pool_changes;
mod pool_rows;
mod pools;
mod prepared;
mod questions;
mod queue;
mod readers;
mod requests;
mod reserve;
mod saved_view_rows;
mod saved_views;
mod schema;
mod second_step;
mod segment_rows;
mod segments;
mod session_rows;
mod sessions;
mod setting_rows;
mod settings;
mod sql;
mod standing;
mod sums;
mod terms;
mod tx;
mod underway;
mod upgrade;
mod upstream_changes;
mod upstream_rows;
mod upstreams;
mod used;
mod verify;
mod writer;

#[cfg(test)]
mod checks;
#[cfg(test)]
mod key_checks;
#[cfg(test)]
pub mod measure;

use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

pub use self::acceptance::{Acceptance, Closed};
pub use self::api_key_changes::{Asked, Expires, KeyEdit};
pub use self::api_keys::{ApiKeys, NewKey};
pub use self::backup::{NoCopy, Source};
pub use self::backup_notes::{Note as BackupNote, leave as leave_backup_note};
pub use self::backups::Backups;
pub use self::events::{Events, Ready};
pub use self::exports::{Export, Exports};
pub use self::factors::{Enrolment, Factors, OwnFactor};
pub use self::instance::{create_data_directory, database, require, write_private};
pub use self::invites::{Invites, NewInvite};
pub use self::log::Appended;
pub use self::mcp_tokens::{McpTokenAsked, McpTokens, NewMcpToken};
pub use self::numbers::Options;
pub use self::operator_changes::Act;
pub use self::operator_edit::Edit;
pub use self::operators::{FirstOwner, NewOperator, Operators, Origin};
pub use self::own_account::PasswordChange;
pub use self::page::{Listed, Newer, Open, PAGE, Page};
pub use self::pool_changes::PoolEdit;
pub use self::pools::Pools;
pub use self::questions::Question;
use self::reserve::Reserve;
pub use self::saved_views::SavedViews;
pub use self::second_step::Factor;
pub use self::sessions::{NewSession, Sessions};
pub use self::settings::SettingsOf;
use self::standing::Published;
pub use self::upstream_changes::{NewUpstream, Refresh, UpstreamAsked, UpstreamEdit};
pub use self::upstreams::Upstreams;
pub use self::verify::{Expected, Report, verify};
use crate::base::{Clock, Hash, Keyed, Result, Sealer};
use crate::model::{By, Digester, OwnEvent};

/// The version of the SQLite inside this program.
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

#[derive(Clone)]
pub struct Store {
    pub api_keys: ApiKeys,
    pub backups: Backups,
    pub events: Events,
    pub factors: Factors,
    pub invites: Invites,
    pub exports: Exports,
    pub operators: Operators,
    pub pools: Pools,
    pub saved_views: SavedViews,
    pub sessions: Sessions,
    pub settings: SettingsOf,
    pub upstreams: Upstreams,
    pub mcp_tokens: McpTokens,
    db: db::Db,
    keys: Arc<instance::Keys>,
    /// Given back when the last clone is dropped, after the connections are closed.
    #[expect(dead_code, reason = "held, not used")]
    lock: Arc<instance::Lock>,
}

impl Store {
    /// Opens the data directory, or makes a new one. One process at a time: `Kind::InUse`.
    pub fn open(folder: &Path, clock: Clock) -> Result<Self> {
        let lock = instance::lock(folder)?;
        failpoint::watch(folder);
        let file = database(folder);
        instance::create_private(&file)?;
        let mut conn = schema::open_writer(&file)?;
        upgrade::to_todays(&mut conn, clock.now())?;
        sums::keep(&conn)?;
        let keys = instance::keys(folder, &conn)?;
        // With the name of the write-ahead log, which SQLite syncs later, deaf to failure.
        instance::sync_names(folder)?;
        let mut log = log::Log::new();
        segments::load(&conn, &mut log)?;
        schema::keep_pages(&conn, schema::WRITER_CACHE_KIB)?;
        let index = log.index.reader();
        let cuts = log.cuts();
        let published = Published::default();
        standing::publish(&conn, &published)?;
        let checkpoints = checkpoints::Checkpoints::start(&file, &mut conn)?;
        let reserve = Reserve::new(folder.to_owned(), checkpoints.backlog());
        let parts = writer::Parts {
            conn,
            log,
            clock: clock.clone(),
            published: Arc::clone(&published),
            checkpoints,
        };
        let writer = writer::Writer::start(parts)?;
        let readers = readers::Readers::open(&file)?;
        let digester = Arc::new(Digester::new(&keys.digest));
        let db = db::Db::new(writer, readers, published, clock);
        Ok(Self {
            api_keys: ApiKeys::new(db.clone()),
            backups: Backups::new(db.clone(), folder.to_owned()),
            exports: Exports::new(db.clone(), cuts, Arc::clone(&digester)),
            events: Events::new(db.clone(), index, digester, reserve),
            factors: Factors::new(db.clone(), Sealer::new(&keys.secrets)),
            invites: Invites::new(db.clone()),
            operators: Operators::new(db.clone()),
            pools: Pools::new(db.clone()),
            saved_views: SavedViews::new(db.clone()),
            sessions: Sessions::new(db.clone(), Sealer::new(&keys.secrets)),
            settings: SettingsOf::new(db.clone()),
            mcp_tokens: McpTokens::new(db.clone()),
            upstreams: Upstreams::new(db.clone(), Sealer::new(&keys.secrets)),
            db,
            keys: Arc::new(keys),
            lock: Arc::new(lock),
        })
    }

    /// The key that digests texts which the label gate refused.
    pub fn digest_key(&self) -> &Zeroizing<Hash> {
        &self.keys.digest
    }

    /// A key for one purpose, derived from the instance's.
    pub fn derived_key(&self, purpose: &str) -> Hash {
        Keyed::new(&self.keys.instance).digest(&[purpose.as_bytes()])
    }

    /// Seals secrets that must be readable again.
    pub fn sealer(&self) -> Sealer {
        Sealer::new(&self.keys.secrets)
    }

    /// Records what changes nothing that is kept.
    pub async fn record(&self, by: By, event: OwnEvent) -> Result<()> {
        self.db
            .change(by, move |proposal| Ok(proposal.record(event)?.done(())))
            .await
    }

    /// Records an attempt that was refused. Of a flood of the same only some are.
    pub async fn refuse(&self, by: By, event: OwnEvent) -> Result<()> {
        self.db.refuse(by, event).await
    }

    /// Finishes what waits and closes the database: no write-ahead log stays behind.
    pub async fn close(&self) {
        self.db.close().await;
    }
}
