//! The store for one command: opened, used, closed. Its lock keeps a server out meanwhile.
use std::path::Path;

use crate::base::{Clock, OrFail, Result};
use crate::store::Store;

pub fn with_store<T>(folder: &Path, work: impl AsyncFnOnce(&Store) -> Result<T>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .internal("cannot start the runtime")?
        .block_on(async {
            let store = Store::open(folder, Clock::system())?;
            let done = work(&store).await;
            store.close().await;
            done
        })
}
