//! The one thread that writes. It commits every job that is waiting in a single transaction, so
//! that a hundred callers share one fsync. Nobody waits for a timer: while the disk is busy, the
//! next group gathers by itself.
use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::checkpoints::Checkpoints;
use super::failpoint;
use super::log::Log;
use super::queue::{Load, Queue};
use super::reserve;
use super::sql::stop_if_the_disk_failed;
use super::standing::{self, Published};
use super::tx::Tx;
use crate::base::{Clock, Error, Kind, OrFail, Result};

/// Whoever waited this long is told to come back, although the job may still be done.
const COMMIT_MAX: Duration = Duration::from_secs(10);
/// A group stays far below a segment, so it completes one at most.
const GROUP_EVENTS_MAX: usize = 16_384;

/// Runs inside the transaction, unless that is spoiled already; what it returns answers the
/// caller when the group is on disk, or is not.
type Job = Box<dyn FnOnce(Option<&mut Tx<'_>>) -> Answer + Send>;
type Answer = Box<dyn FnOnce(Option<Kind>) + Send>;

#[derive(Clone)]
pub struct Writer {
    shared: Arc<Shared>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

/// What the thread takes with it.
pub struct Parts {
    pub conn: Connection,
    pub checkpoints: Checkpoints,
    pub log: Log,
    pub clock: Clock,
    pub published: Published,
}

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

#[derive(Default)]
struct Waiting {
    queue: Queue<Job>,
    closing: bool,
    /// Whether the writer waits for a job: only then it has to be woken.
    is_asleep: bool,
}

/// What the thread does next.
enum Next {
    Jobs(VecDeque<Job>),
    /// Nobody came for a while.
    Quiet,
    End,
}

impl Writer {
    /// Callers are answered on the runtime that this is called on.
    pub fn start(parts: Parts) -> Result<Self> {
        let shared = Arc::<Shared>::default();
        let queue = Arc::clone(&shared);
        let callers = Handle::try_current().internal("there is no runtime")?;
        let thread = thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || run(&queue, parts, &callers))
            .internal("cannot start the writer")?;
        Ok(Self {
            shared,
            thread: Arc::new(Mutex::new(Some(thread))),
        })
    }

    /// Runs `work` in the writer; returns once its changes are on disk.
    pub async fn run<T, W>(&self, load: Load, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            let result = tx.map(|tx| {
                let result = work(tx);
                tx.end_of_job(result)
            });
            Box::new(move |failed| {
                let result = match (result, failed) {
                    (Some(result), None) => result,
                    (_, failed) => Err(lost(failed)),
                };
                // The caller may have hung up; its event is recorded all the same.
                let _ = sender.send(result);
            })
        });
        self.push(load, job)?;
        match timeout(COMMIT_MAX, receiver).await {
            Ok(answered) => answered.internal("the writer stopped")?,
            Err(_) => Err(Error::new(
                Kind::Unavailable,
                "The database takes too long. Send the same request again.",
            )),
        }
    }

    /// Finishes what waits, and ends the thread: the last connection to write is then closed.
    pub fn close(&self) {
        self.shared.lock().closing = true;
        self.shared.arrived.notify_all();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }

    /// Bytes of deliveries in the queue.
    pub fn waiting(&self) -> usize {
        self.shared.lock().queue.bytes()
    }

    /// Full is 503: the sender keeps its events and comes back.
    fn push(&self, load: Load, job: Job) -> Result<()> {
        let mut waiting = self.shared.lock();
        if waiting.closing || !waiting.queue.push(load, job) {
            return Err(Error::new(
                Kind::Unavailable,
                "Too much is waiting to be written. Send the same request again.",
            ));
        }
        let is_asleep = mem::take(&mut waiting.is_asleep);
        drop(waiting);
        if is_asleep {
            self.shared.arrived.notify_one();
        }
        Ok(())
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for jobs, or for as long as it may.
    fn take(&self, patience: Option<Duration>) -> Next {
        let mut waiting = self.lock();
        let deadline = patience.map(|it| Instant::now() + it);
        loop {
            let jobs = waiting.queue.take();
            if !jobs.is_empty() {
                return Next::Jobs(jobs);
            }
            if waiting.closing {
                return Next::End;
            }
            let left = deadline.map(|it| it.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                waiting.is_asleep = false;
                return Next::Quiet;
            }
            waiting.is_asleep = true;
            waiting = self.sleep(waiting, left);
        }
    }

    fn sleep<'a>(
        &self,
        waiting: MutexGuard<'a, Waiting>,
        most: Option<Duration>,
    ) -> MutexGuard<'a, Waiting> {
        match most {
            Some(most) => match self.arrived.wait_timeout(waiting, most) {
                Ok((waiting, _)) => waiting,
                Err(poisoned) => poisoned.into_inner().0,
            },
            None => self
                .arrived
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner),
        }
    }
}

fn run(shared: &Shared, parts: Parts, callers: &Handle) {
    let Parts {
        conn,
        mut checkpoints,
        mut log,
        clock,
        published,
    } = parts;
    let _guard = AbortOnPanic;
    let mut is_stale = false;
    loop {
        let mut waiting = match shared.take(checkpoints.settles_after()) {
            Next::Jobs(jobs) => jobs,
            Next::Quiet => {
                checkpoints.settle(&conn);
                continue;
            }
            Next::End => break,
        };
        failpoint::hold();
        while !waiting.is_empty() {
            let group = commit_some(&conn, &mut log, &clock, &mut waiting);
            is_stale |= group.changed_records;
            if is_stale {
                is_stale = standing::publish(&conn, &published)
                    .inspect_err(|error| tracing::error!(?error, "cannot read the records"))
                    .is_err();
            }
            // Told last: whoever asks again from here on meets what was committed. Told by one
            // task of theirs: to wake each from here would cost more than to commit.
            callers.spawn(async move {
                for answer in group.answers {
                    answer(group.failed);
                }
            });
            checkpoints.keep_up();
        }
    }
    drop(checkpoints);
    drop(log);
    if let Err((_, error)) = conn.close() {
        let code = error.sqlite_error().map_or(0, |it| it.extended_code);
        tracing::error!(code, "cannot close the database");
    }
}

/// A transaction that ended.
struct Group {
    answers: Vec<Answer>,
    failed: Option<Kind>,
    changed_records: bool,
}

/// One transaction over the first jobs of `waiting`.
fn commit_some(
    conn: &Connection,
    log: &mut Log,
    clock: &Clock,
    waiting: &mut VecDeque<Job>,
) -> Group {
    let mark = log.mark();
    let mut answers = Vec::with_capacity(waiting.len());
    let mut tx = Tx::begin(conn, log, clock.now());
    while let Some(job) = waiting.pop_front() {
        let usable = tx.is_usable();
        answers.push(job(usable.then_some(&mut tx)));
        if tx.appended() >= GROUP_EVENTS_MAX {
            break;
        }
    }
    if failpoint::is(failpoint::EARLY) {
        answers.drain(..).for_each(|answer| answer(None));
    }
    match tx.end() {
        Ok(changed_records) => {
            log.publish();
            Group {
                answers,
                failed: None,
                changed_records,
            }
        }
        Err(error) => {
            stop_if_the_disk_failed(&error);
            tracing::error!(?error, "a group was not committed");
            log.rewind(mark);
            Group {
                answers,
                failed: Some(error.kind()),
                changed_records: false,
            }
        }
    }
}

fn lost(failed: Option<Kind>) -> Error {
    match failed {
        Some(Kind::StorageFull) => reserve::full(),
        _ => Error::new(
            Kind::Unavailable,
            "The database cannot commit right now. Send the same request again.",
        ),
    }
}

/// A log that can no longer write must not look alive.
struct AbortOnPanic;

impl Drop for AbortOnPanic {
    fn drop(&mut self) {
        if thread::panicking() {
            std::process::abort();
        }
    }
}
