//! A fixed set of read-only connections, lent to one query at a time.
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::schema;
use super::sql::stop_if_the_disk_failed;
use crate::base::{Error, Kind, OrFail, Result};

const READERS: usize = 4;
const WAITING_MAX: usize = 256;

type Question<T> = Box<dyn FnOnce(&Connection) -> Result<T> + Send>;

#[derive(Clone)]
pub struct Readers {
    free: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    pub fn open(file: &Path) -> Result<Self> {
        let idle = (0..READERS)
            .map(|_| schema::open_reader(file))
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            free: Arc::new(Semaphore::new(READERS)),
            waiting: Arc::new(Semaphore::new(WAITING_MAX)),
            idle: Arc::new(Mutex::new(idle)),
        })
    }

    pub async fn run<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.ask(Box::new(work)).await
    }

    /// Boxed, so that questions with the same answer share one copy of all this.
    async fn ask<T>(&self, question: Question<T>) -> Result<T>
    where
        T: Send + 'static,
    {
        let Ok(_place) = self.waiting.try_acquire() else {
            return Err(Error::new(
                Kind::Unavailable,
                "Too many questions at once. Try again.",
            ));
        };
        let _permit = self
            .free
            .acquire()
            .await
            .internal("the readers are closed")?;
        let idle = Arc::clone(&self.idle);
        spawn_blocking(move || {
            let lock = || idle.lock().unwrap_or_else(PoisonError::into_inner);
            let conn = lock().pop().internal("no idle reader")?;
            // Kept back by a guard, so that a panic in a query does not cost a connection.
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| question(&conn)));
            lock().push(conn);
            let result = result.ok().internal("a query panicked")?;
            result.inspect_err(stop_if_the_disk_failed)
        })
        .await
        .ok()
        .internal("a query panicked")?
    }

    /// Closes every connection, so that the last writer can remove the write-ahead log.
    pub async fn close(&self) {
        let all = u32::try_from(READERS).unwrap_or(u32::MAX);
        if let Ok(permits) = self.free.acquire_many(all).await {
            permits.forget();
        }
        self.free.close();
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}
