//! The store for one command: opened, used, closed. Its lock keeps a server out meanwhile.
use std::path::Path;

use crate::base::{Clock, OrFail, Result};
use crate::store::{Store, database, require};

/// Starts an instance where there is none.
pub fn with_store<T>(folder: &Path, work: impl AsyncFnOnce(&Store) -> Result<T>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .internal("cannot start the runtime")?
        .block_on(async {
            let clock = Clock::system();
            let store = Store::open(folder, clock.clone())?;
            if let Err(error) = store.backups.record_noted(clock.now()).await {
                tracing::warn!(?error, "a backup was not recorded");
            }
            let done = work(&store).await;
            store.close().await;
            done
        })
}

/// For what makes no sense on an empty instance: a mistyped directory stays what it is.
pub fn with_existing_store<T>(
    folder: &Path,
    work: impl AsyncFnOnce(&Store) -> Result<T>,
) -> Result<T> {
    require(&database(folder))?;
    with_store(folder, work)
}
