//! A handler's work, done within its connection's task. A panic in it ends this request alone, and
//! when the caller hangs up it goes on by itself: what it began to record is recorded whole.
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

use crate::base::{Error, Kind, Result};
use crate::http::{Reply, Response};

/// None: it is over.
pub struct Finish(Option<Reply>);

impl Finish {
    pub fn new(work: Reply) -> Self {
        Self(Some(work))
    }
}

impl Future for Finish {
    type Output = Result<Response>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let panicked = Err(Error::new(Kind::Internal, "a handler panicked"));
        let Some(work) = &mut self.0 else {
            return Poll::Ready(panicked);
        };
        // Whatever was half done is dropped with the work, before anybody sees it.
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        let answer = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(answer)) => answer,
            Err(_) => panicked,
        };
        self.0 = None;
        Poll::Ready(answer)
    }
}

impl Drop for Finish {
    fn drop(&mut self) {
        if let Some(work) = self.0.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(work);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::oneshot;
    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn work_that_nobody_waits_for_any_more_is_done_all_the_same() {
        let (go_on, may_go_on) = oneshot::channel::<()>();
        let (tell, told) = oneshot::channel();
        let work = Finish::new(Box::pin(async move {
            let _ = may_go_on.await;
            let _ = tell.send("done");
            Ok(Response::text(""))
        }));
        let hung_up = timeout(Duration::ZERO, work).await;
        assert!(hung_up.is_err(), "it was to wait");
        go_on.send(()).unwrap();
        assert_eq!(told.await, Ok("done"));
    }
}
