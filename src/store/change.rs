//! A change of records and its event, one commit. The order is a type: a `Proposal` can only
//! read; recording what happens gives `Recorded`, the only thing that record functions write
//! with; and only `Recorded` (or "nothing to do") makes the `Done` that the closure must return.
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use super::failpoint;
use super::log::Appended;
use super::prepared::{frame, prepare};
use super::tx::Tx;
use crate::base::{Error, Kind, Millis, OrFail, Result};
use crate::model::{By, EventKind, Flood, OwnEvent, Reason};

/// What a change returns: the value, once everything it wrote is recorded.
pub struct Done<T>(T);

/// Why a change does not happen.
pub enum Stop {
    /// Undone, and the attempt recorded with its reason in the same commit.
    Refused(Box<OwnEvent>, Error),
    Failed(Error),
}

/// Reads the present state, inside the transaction that would change it.
pub struct Proposal<'a, 'tx> {
    tx: &'a mut Tx<'tx>,
    by: &'a By,
}

/// Proof that the change is in the log. Record functions write with it and with nothing else.
pub struct Recorded<'a, 'tx> {
    tx: &'a mut Tx<'tx>,
    by: &'a By,
    seq: i64,
}

/// Runs `work` in a transaction. Whatever stops it is undone; a refusal is then recorded with the
/// reason, in the same commit. Of a flood of the same refusals only some are.
pub fn change<T>(
    tx: &mut Tx<'_>,
    by: &By,
    refused: &Mutex<Flood>,
    work: impl FnOnce(Proposal<'_, '_>) -> Result<Done<T>, Stop>,
) -> Result<Result<T>> {
    let stopped = match tx.attempt(|tx| work(Proposal { tx, by })) {
        Ok(Done(value)) => return Ok(Ok(value)),
        Err(stopped) => stopped,
    };
    match stopped {
        Stop::Failed(error) => Err(error),
        Stop::Refused(event, error) => {
            let mut flood = refused.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(count) = flood.note(&event.sameness(by), tx.now) {
                write(tx, by, event.attempts(count))?;
            }
            Ok(Err(error))
        }
    }
}

impl<'a, 'tx> Proposal<'a, 'tx> {
    pub fn conn(&self) -> &Connection {
        self.tx.conn
    }

    pub fn now(&self) -> Millis {
        self.tx.now
    }

    pub fn by(&self) -> &By {
        self.by
    }

    /// Writes the event first: its number is what the changed rows name.
    pub fn record(self, event: OwnEvent) -> Result<Recorded<'a, 'tx>, Stop> {
        let seq = write(self.tx, self.by, event)?;
        failpoint::apart(self.tx.conn);
        failpoint::at(failpoint::RECORDED);
        Ok(Recorded {
            tx: self.tx,
            by: self.by,
            seq,
        })
    }

    /// The present state was asked for again: nothing is written.
    #[expect(clippy::unused_self, reason = "only who may propose can say so")]
    pub fn unchanged<T>(self, value: T) -> Done<T> {
        Done(value)
    }
}

impl Recorded<'_, '_> {
    /// A further event of the same change. Rows written after it name this one.
    pub fn and(mut self, event: OwnEvent) -> Result<Self, Stop> {
        self.seq = write(self.tx, self.by, event)?;
        Ok(self)
    }

    pub fn conn(&self) -> &Connection {
        self.tx.conn
    }

    pub fn now(&self) -> Millis {
        self.tx.now
    }

    pub fn by(&self) -> &By {
        self.by
    }

    /// What `recorded_seq` of every row written now must be.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    #[expect(clippy::unused_self, reason = "the proof is used up")]
    pub fn done<T>(self, value: T) -> Done<T> {
        Done(value)
    }
}

impl Stop {
    /// The attempt is recorded as `event`, failed for `reason`; the caller gets `error`.
    pub fn refused(event: OwnEvent, reason: Reason, kind: Kind) -> Self {
        let error = Error::new(kind, reason.phrase());
        Self::Refused(Box::new(event.failed(reason)), error)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Appends an own event. Returns its number.
pub fn write(tx: &mut Tx<'_>, by: &By, event: OwnEvent) -> Result<i64> {
    let pool = event.pool().cloned();
    let frame = frame(EventKind::Own, pool.as_ref(), by.via(), by.request, tx.now);
    let prepared = prepare(vec![event.into_safe(by)], frame, pool.as_ref());
    let event = prepared.first().internal("an event was lost")?;
    match tx.append(event)? {
        Appended::Recorded(receipt) => Ok(receipt.seq),
        Appended::Duplicate(_)
        | Appended::Conflict
        | Appended::TooManyNames
        | Appended::TooLong => Err(Error::new(Kind::Internal, "an own event was not taken")),
    }
}
