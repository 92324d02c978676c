//! Reads on this thread and works on what was read on another, a few pieces ahead.
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::base::{OrFail, Result};

/// Large ones, so few: they are in memory twice.
const PIECES: usize = 2;

/// What one thread hands to another. The channels of std do the same with ten times the code, for
/// each kind of piece.
struct Belt<T> {
    load: Mutex<Load<T>>,
    changed: Condvar,
}

struct Load<T> {
    pieces: VecDeque<T>,
    is_whole: bool,
}

/// Dropped, also by a panic, it tells the other side that nothing more will come.
struct Giver<'a, T>(&'a Belt<T>);

/// `read` gives pieces, another thread does `work` on them, and `take` gets what became of each,
/// in order and on this thread again.
pub fn ahead<T: Send, U: Send>(
    read: impl FnOnce(&mut dyn FnMut(T) -> Result<()>) -> Result<()>,
    mut work: impl FnMut(T) -> U + Send,
    mut take: impl FnMut(U) -> Result<()>,
) -> Result<()> {
    let (given, done) = (Belt::new(), Belt::new());
    thread::scope(|scope| {
        let (to, from) = (Giver(&given), &done);
        thread::Builder::new()
            .name("start".to_owned())
            .spawn_scoped(scope, || {
                let back = Giver(&done);
                while let Some(piece) = given.next() {
                    back.give(work(piece));
                }
            })
            .internal("cannot start a thread")?;
        let mut under_way = 0;
        read(&mut |piece| {
            to.give(piece);
            under_way += 1;
            if under_way <= PIECES {
                return Ok(());
            }
            under_way -= 1;
            take(from.next().internal("a thread has ended early")?)
        })?;
        drop(to);
        while let Some(piece) = from.next() {
            take(piece)?;
        }
        Ok(())
    })
}

impl<T> Belt<T> {
    fn new() -> Self {
        Self {
            load: Mutex::new(Load {
                pieces: VecDeque::new(),
                is_whole: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// Waits; none once the other side has ended and everything was taken.
    fn next(&self) -> Option<T> {
        let mut load = self.lock();
        while load.pieces.is_empty() && !load.is_whole {
            let woken = self.changed.wait(load);
            load = woken.unwrap_or_else(PoisonError::into_inner);
        }
        load.pieces.pop_front()
    }

    fn lock(&self) -> MutexGuard<'_, Load<T>> {
        self.load.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Giver<'_, T> {
    fn give(&self, piece: T) {
        self.0.lock().pieces.push_back(piece);
        self.0.changed.notify_one();
    }
}

impl<T> Drop for Giver<'_, T> {
    fn drop(&mut self) {
        self.0.lock().is_whole = true;
        self.0.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Error, Kind};

    #[test]
    fn every_piece_comes_back_in_order() {
        for pieces in [0, 1, PIECES, 100] {
            let mut taken = Vec::new();
            let read = |give: &mut dyn FnMut(usize) -> Result<()>| (0..pieces).try_for_each(give);
            let take = |it| {
                taken.push(it);
                Ok(())
            };
            ahead(read, |it| it * 2, take).unwrap();
            assert_eq!(taken, (0..pieces).map(|it| it * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_failure_on_either_side_ends_it() {
        let no = || Err(Error::new(Kind::Internal, "no"));
        let mut given = 0;
        let read = |give: &mut dyn FnMut(usize) -> Result<()>| {
            (0..100).try_for_each(|it| {
                given += 1;
                give(it)
            })
        };
        assert!(ahead(read, |it| it, |it| if it == 7 { no() } else { Ok(()) }).is_err());
        assert!(given < 100);
        assert!(ahead(|_| no(), |it: usize| it, |_| Ok(())).is_err());
    }
}
