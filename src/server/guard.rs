//! A connection's stream, watched: a peer that is silent, slow with its head, or does not read is
//! closed. hyper has one timer for heads, which also runs while nothing is asked, and none for
//! writing; this state machine tells the cases apart.
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::limits::Limits;

/// What of a refused body is taken before the connection is closed under it all the same.
const LEFTOVERS_MAX: usize = 4 * 1024 * 1024;

/// What the answering side tells the guard of its connection.
#[derive(Clone, Default)]
pub struct Activity(Arc<Told>);

#[derive(Default)]
struct Told {
    /// Requests so far; it may wrap around.
    begun: AtomicU32,
    /// Requests that are being answered: while one is, reading has no limit here.
    running: AtomicU32,
    leftovers: AtomicBool,
}

/// A request that is being answered, until this is dropped.
pub struct Busy(Activity);

pub struct Guard {
    stream: TcpStream,
    limits: Arc<Limits>,
    activity: Activity,
    /// The requests that were begun when the state was last looked at.
    begun: u32,
    state: State,
    /// Until when the peer has to send something.
    read_timer: Pin<Box<Sleep>>,
    /// Until when it has to take something, while there is something to take.
    write_timer: Option<Pin<Box<Sleep>>>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum State {
    /// Nothing came yet.
    New,
    /// A head began.
    Head,
    /// A request is being read or answered.
    Busy,
    /// Answered; the next request may come.
    Idle,
    /// No answer will follow; what the peer is still sending is thrown away.
    Lingering(usize),
    Closed,
}

impl Activity {
    pub fn begin(&self) -> Busy {
        self.0.leftovers.store(false, Ordering::Relaxed);
        self.0.running.fetch_add(1, Ordering::Relaxed);
        self.0.begun.fetch_add(1, Ordering::Relaxed);
        Busy(self.clone())
    }
}

impl Busy {
    /// The request was refused, and its body may still be on its way.
    pub fn expect_leftovers(&self) {
        self.0.0.leftovers.store(true, Ordering::Relaxed);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Guard {
    pub fn new(stream: TcpStream, limits: Arc<Limits>) -> (Self, Activity) {
        let activity = Activity::default();
        let guard = Self {
            stream,
            activity: activity.clone(),
            begun: 0,
            state: State::New,
            read_timer: Box::pin(sleep_until(Instant::now() + limits.first_byte)),
            write_timer: None,
            limits,
        };
        (guard, activity)
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        let limit = match state {
            State::New => self.limits.first_byte,
            State::Head => self.limits.head,
            State::Idle => self.limits.idle,
            State::Lingering(_) => self.limits.linger,
            State::Busy | State::Closed => return,
        };
        self.read_timer.as_mut().reset(Instant::now() + limit);
    }

    /// Catches up with the answering side. A request that was answered at once has to be noticed
    /// too, or its head would seem to go on.
    fn catch_up(&mut self) {
        let told = &self.activity.0;
        let begun = told.begun.load(Ordering::Relaxed);
        let is_news = begun != self.begun;
        self.begun = begun;
        if told.running.load(Ordering::Relaxed) > 0 {
            self.enter(State::Busy);
        } else if is_news || self.state == State::Busy {
            self.enter(State::Idle);
        }
    }

    /// A peer that takes nothing for a while holds memory for nobody; one that takes an answer
    /// slowly is not idle.
    fn watch_write(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.write_timer = None;
            if self.state == State::Idle {
                self.enter(State::Idle);
            }
            return written;
        }
        let deadline = Instant::now() + self.limits.write;
        let timer = self
            .write_timer
            .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        ready!(timer.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Closing while something unread arrives resets the connection, and the peer may lose the
    /// answer that tells it what was wrong. So we say that we are done and let it finish.
    fn linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut space = [0; 4096];
        while let State::Lingering(left) = self.state {
            let mut buffer = ReadBuf::new(&mut space);
            let Poll::Ready(read) = Pin::new(&mut self.stream).poll_read(context, &mut buffer)
            else {
                return self.read_timer.as_mut().poll(context);
            };
            let taken = buffer.filled().len();
            let is_over = read.is_err() || taken == 0 || taken > left;
            self.state = if is_over {
                State::Closed
            } else {
                State::Lingering(left - taken)
            };
        }
        Poll::Ready(())
    }
}

impl AsyncRead for Guard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let me = &mut *self;
        me.catch_up();
        let before = buffer.filled().len();
        if let Poll::Ready(result) = Pin::new(&mut me.stream).poll_read(context, buffer) {
            if buffer.filled().len() > before && matches!(me.state, State::New | State::Idle) {
                me.enter(State::Head);
            }
            return Poll::Ready(result);
        }
        // While it has an answer to take, the peer need not ask.
        if me.state == State::Busy || me.write_timer.is_some() {
            return Poll::Pending;
        }
        ready!(me.read_timer.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncWrite for Guard {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let me = &mut *self;
        let written = Pin::new(&mut me.stream).poll_write(context, bytes);
        me.watch_write(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let me = &mut *self;
        if !matches!(me.state, State::Lingering(_) | State::Closed) {
            me.catch_up();
            ready!(Pin::new(&mut me.stream).poll_shutdown(context))?;
            // A head that hyper refused has more to come, too.
            let expects_more =
                me.state == State::Head || me.activity.0.leftovers.load(Ordering::Relaxed);
            me.enter(if expects_more {
                State::Lingering(LEFTOVERS_MAX)
            } else {
                State::Closed
            });
        }
        me.linger(context).map(Ok)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let me = &mut *self;
        let written = Pin::new(&mut me.stream).poll_write_vectored(context, parts);
        me.watch_write(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use tokio::net::TcpListener;

    use super::*;

    const SOON: Duration = Duration::from_millis(50);
    const NEVER: Duration = Duration::from_hours(1);

    fn patient() -> Limits {
        Limits {
            first_byte: NEVER,
            head: NEVER,
            idle: NEVER,
            write: NEVER,
            ..Limits::default()
        }
    }

    async fn guarded(limits: Limits) -> (Guard, Activity, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (peer, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
        let (guard, activity) = Guard::new(accepted.unwrap().0, Arc::new(limits));
        (guard, activity, peer.unwrap())
    }

    async fn read(guard: &mut Guard) -> io::Result<usize> {
        let mut space = [0; 64];
        let mut buffer = ReadBuf::new(&mut space);
        poll_fn(|context| Pin::new(&mut *guard).poll_read(context, &mut buffer)).await?;
        Ok(buffer.filled().len())
    }

    async fn write(guard: &mut Guard) -> io::Result<usize> {
        let piece = vec![0; 1 << 16];
        poll_fn(|context| Pin::new(&mut *guard).poll_write(context, &piece)).await
    }

    #[tokio::test]
    async fn silence_ends_a_connection_by_what_it_is_silent_in() {
        let (mut guard, _, _peer) = guarded(Limits {
            first_byte: SOON,
            ..patient()
        })
        .await;
        let error = read(&mut guard).await.unwrap_err();
        assert_eq!(
            error.kind(),
            io::ErrorKind::TimedOut,
            "before the first byte"
        );

        let (mut guard, _, peer) = guarded(Limits {
            head: SOON,
            ..patient()
        })
        .await;
        peer.try_write(b"GET").unwrap();
        assert_eq!(read(&mut guard).await.unwrap(), 3);
        let error = read(&mut guard).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut, "within a head");

        let (mut guard, activity, peer) = guarded(Limits {
            idle: SOON,
            ..patient()
        })
        .await;
        peer.try_write(b"GET").unwrap();
        assert_eq!(read(&mut guard).await.unwrap(), 3);
        drop(activity.begin());
        let error = read(&mut guard).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut, "after an answer");
    }

    #[tokio::test]
    async fn a_head_has_one_deadline_however_it_drips() {
        let (mut guard, _, peer) = guarded(Limits {
            head: SOON,
            ..patient()
        })
        .await;
        let mut result = Ok(0);
        while result.is_ok() {
            peer.try_write(b"x").unwrap();
            result = read(&mut guard).await;
            tokio::time::sleep(SOON / 10).await;
            if guard.read_timer.is_elapsed() {
                // Between two drips is where it is noticed.
                result = read(&mut guard).await;
            }
        }
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_peer_that_takes_nothing_is_left() {
        let (mut guard, _, _peer) = guarded(Limits {
            write: SOON,
            ..patient()
        })
        .await;
        let mut result = Ok(0);
        while result.is_ok() {
            result = write(&mut guard).await;
        }
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_request_that_is_being_answered_has_no_limit_here() {
        let (mut guard, activity, _peer) = guarded(Limits {
            first_byte: SOON,
            head: SOON,
            idle: SOON,
            ..patient()
        })
        .await;
        let busy = activity.begin();
        let waited = tokio::time::timeout(SOON * 4, read(&mut guard)).await;
        assert!(waited.is_err(), "it was cut");
        drop(busy);
        let error = read(&mut guard).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
