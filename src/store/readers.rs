//! A fixed set of read-only connections, lent to one query at a time.
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Semaphore;
use tokio::task::{block_in_place, spawn_blocking};
use tokio::time::timeout;

use super::sql::{OrSql, stop_if_the_disk_failed};
use super::{failpoint, schema};
use crate::base::{Error, Kind, OrFail, Result};

const READERS: usize = 4;
const WAITING_MAX: usize = 256;
/// A read that lasts keeps the write-ahead log from shrinking, and others from reading.
pub const READ_MAX: Duration = Duration::from_secs(2);
/// The same for a piece of an export, which has a thousand rows.
pub const PIECE_MAX: Duration = Duration::from_secs(5);
/// A stop waits so long for reads that still go on.
const CLOSE_MAX: Duration = Duration::from_secs(1);
/// Steps of SQLite after which it is asked whether the time is over.
const STEPS: i32 = 1000;

/// Boxed, so that all questions share one copy of what they wait for.
type Question = Box<dyn FnOnce(&Connection) -> Result<Answer> + Send>;
type Answer = Box<dyn Any + Send>;

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

    /// What is not answered within `limit` of its turn, and whoever waits as long for a turn, is
    /// told to come back.
    pub async fn run<T, W>(&self, limit: Duration, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let question = move |conn: &Connection| Ok(Box::new(work(conn)?) as Answer);
        let answer = self.ask(limit, Box::new(question)).await?.downcast();
        answer
            .map(|it| *it)
            .ok()
            .internal("an answer of another kind")
    }

    async fn ask(&self, limit: Duration, question: Question) -> Result<Answer> {
        let busy = || Error::new(Kind::Unavailable, "Too many questions at once. Try again.");
        let _place = self.waiting.try_acquire().map_err(|_full| busy())?;
        let turn = timeout(limit, Arc::clone(&self.free).acquire_owned()).await;
        let permit = turn
            .map_err(|_elapsed| busy())?
            .internal("the readers are closed")?;
        let idle = Arc::clone(&self.idle);
        in_place(move || {
            let lock = || idle.lock().unwrap_or_else(PoisonError::into_inner);
            let mut conn = lock().pop().internal("no idle reader")?;
            let until = Instant::now() + limit;
            let is_over = move || Instant::now() >= until;
            let limited = conn.progress_handler(STEPS, Some(is_over));
            // Kept back by a guard, so that a panic in a query does not cost a connection.
            let result = catch_unwind(AssertUnwindSafe(|| {
                limited.sql("cannot limit a read")?;
                failpoint::endless(&conn, limit).sql("a test read")?;
                question(&conn)
            }));
            lock().push(conn);
            // Not before: whoever asked may be gone, and whoever closes waits for the connection.
            drop(permit);
            let result = result.ok().internal("a query panicked")?;
            result.inspect_err(stop_if_the_disk_failed)
        })
        .await
    }

    /// Closes every connection, so that the last writer can remove the write-ahead log. A read
    /// that lasts keeps that from happening, and not the process from ending.
    pub async fn close(&self) {
        let all = u32::try_from(READERS).unwrap_or(u32::MAX);
        if let Ok(Ok(permits)) = timeout(CLOSE_MAX, self.free.acquire_many(all)).await {
            permits.forget();
        }
        self.free.close();
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

/// On the thread that asks: to hand a question over and to hand its answer back are two turns of
/// the scheduler, which is what a page waits for while deliveries use every processor. Whatever
/// else that thread had to do goes on in another.
async fn in_place(work: impl FnOnce() -> Result<Answer> + Send + 'static) -> Result<Answer> {
    if Handle::current().runtime_flavor() == RuntimeFlavor::MultiThread {
        return block_in_place(work);
    }
    let done = spawn_blocking(work).await;
    done.ok().internal("a query panicked")?
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::{env, fs, process};

    use super::*;

    #[tokio::test]
    async fn closing_waits_for_a_read_that_nobody_waits_for_any_more() {
        let folder = env::temp_dir().join(format!("annals-readers-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("a.db");
        let writer = schema::open_writer(&file).unwrap();
        writer.execute_batch("create table t (x)").unwrap();
        let readers = Readers::open(&file).unwrap();
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (go_on, may_go_on) = mpsc::channel();
        let asking = readers.clone();
        let asked = tokio::spawn(async move {
            let read = move |_: &Connection| {
                begun.send(()).unwrap();
                may_go_on.recv().unwrap();
                Ok(())
            };
            asking.run(READ_MAX, read).await
        });
        has_begun.await.unwrap();
        asked.abort();
        let _ = asked.await;
        let closing = tokio::spawn(async move { readers.close().await });
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert!(!closing.is_finished(), "it did not wait");
        go_on.send(()).unwrap();
        closing.await.unwrap();
        writer.close().unwrap();
        assert!(!folder.join("a.db-wal").exists(), "a -wal is left");
        fs::remove_dir_all(&folder).unwrap();
    }
}
