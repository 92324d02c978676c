//! Turns at what keeps a processor busy or takes much memory: so many at once, and off the threads
//! that answer.
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use super::error::{OrFail, Result};

#[derive(Clone)]
pub struct Turns(Arc<Semaphore>);

/// Over when its work is done, whether or not anybody still waits for it.
pub struct Turn(OwnedSemaphorePermit);

impl Turns {
    pub fn new(at_once: usize) -> Self {
        Self(Arc::new(Semaphore::new(at_once)))
    }

    pub async fn wait(&self) -> Result<Turn> {
        let turn = Arc::clone(&self.0).acquire_owned().await;
        turn.map(Turn).internal("there are no turns any more")
    }
}

impl Turn {
    pub async fn compute<T, W>(self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce() -> T + Send + 'static,
    {
        let in_turn = move || {
            let _turn = self.0;
            work()
        };
        // A panic's message could hold what the work was given.
        let done = spawn_blocking(in_turn).await.ok();
        done.internal("a computation panicked")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn a_turn_lasts_as_long_as_its_work_although_whoever_asked_is_gone() {
        let turns = Turns::new(1);
        let (end, may_end) = channel::<()>();
        let work = turns.wait().await.unwrap().compute(move || may_end.recv());
        let hung_up = timeout(Duration::ZERO, work).await;
        assert!(hung_up.is_err(), "it was to wait");
        assert_eq!(turns.0.available_permits(), 0, "the work goes on");
        end.send(()).unwrap();
        let next = turns.wait().await.unwrap();
        assert!(next.compute(|| true).await.unwrap());
    }
}
