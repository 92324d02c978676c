//! Reads on this thread and works on what was read on another, a few pieces ahead.
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::base::{OrFail, Result};

/// Large ones, so few: they are in memory twice.
const PIECES: usize = 2;

/// `read` gives pieces, another thread does `work` on them, and `take` gets what became of each,
/// in order and on this thread again.
pub fn ahead<T: Send, U: Send>(
    read: impl FnOnce(&mut dyn FnMut(T) -> Result<()>) -> Result<()>,
    mut work: impl FnMut(T) -> U + Send,
    mut take: impl FnMut(U) -> Result<()>,
) -> Result<()> {
    thread::scope(|scope| {
        let (to, given) = sync_channel(PIECES);
        let (done, from) = sync_channel(PIECES);
        thread::Builder::new()
            .name("start".to_owned())
            .spawn_scoped(scope, move || {
                for piece in given {
                    if done.send(work(piece)).is_err() {
                        return;
                    }
                }
            })
            .internal("cannot start a thread")?;
        let mut under_way = 0;
        read(&mut |piece| {
            to.send(piece).ok().internal("a thread has ended early")?;
            under_way += 1;
            if under_way <= PIECES {
                return Ok(());
            }
            under_way -= 1;
            take(from.recv().internal("a thread has ended early")?)
        })?;
        drop(to);
        from.iter().try_for_each(take)
    })
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
