//! A connection's stream, watched: a peer that is silent, slow with its head, or does not read is
//! closed. hyper has one timer for heads, which also runs while nothing is asked, and none for
//! writing; this state machine tells the cases apart.
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

const FIRST_BYTE_MAX: Duration = Duration::from_secs(10);
const HEAD_MAX: Duration = Duration::from_secs(10);
/// Longer than common proxies keep their connections, so that they close first.
const IDLE_MAX: Duration = Duration::from_secs(130);
const WRITE_MAX: Duration = Duration::from_secs(30);

/// Requests of a connection that are being answered: while one is, reading has no limit here.
#[derive(Clone)]
pub struct Activity(Arc<AtomicU32>);

pub struct Guard {
    stream: TcpStream,
    activity: Activity,
    read: State,
    /// Until when the peer has to send, or take, something.
    read_timer: Pin<Box<Sleep>>,
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
}

impl Activity {
    /// Counts a request until the returned value is dropped.
    pub fn begin(&self) -> Busy {
        self.0.fetch_add(1, Ordering::Relaxed);
        Busy(self.clone())
    }

    fn is_busy(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

pub struct Busy(Activity);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Guard {
    pub fn new(stream: TcpStream) -> (Self, Activity) {
        let activity = Activity(Arc::default());
        let guard = Self {
            stream,
            activity: activity.clone(),
            read: State::New,
            read_timer: Box::pin(sleep_until(Instant::now() + FIRST_BYTE_MAX)),
            write_timer: None,
        };
        (guard, activity)
    }

    fn enter(&mut self, state: State) {
        self.read = state;
        let limit = match state {
            State::New => FIRST_BYTE_MAX,
            State::Head => HEAD_MAX,
            State::Idle => IDLE_MAX,
            State::Busy => return,
        };
        self.read_timer.as_mut().reset(Instant::now() + limit);
    }
}

impl AsyncRead for Guard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let me = &mut *self;
        match (me.read, me.activity.is_busy()) {
            (State::New | State::Head | State::Idle, true) => me.enter(State::Busy),
            (State::Busy, false) => me.enter(State::Idle),
            _ => {}
        }
        let before = buffer.filled().len();
        if let Poll::Ready(result) = Pin::new(&mut me.stream).poll_read(context, buffer) {
            if buffer.filled().len() > before && matches!(me.read, State::New | State::Idle) {
                me.enter(State::Head);
            }
            return Poll::Ready(result);
        }
        if me.read != State::Busy {
            ready!(me.read_timer.as_mut().poll(context));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
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
        Pin::new(&mut self.stream).poll_shutdown(context)
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

impl Guard {
    /// A peer that takes nothing for a while holds memory for nobody.
    fn watch_write(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.write_timer = None;
            return written;
        }
        let timer = self
            .write_timer
            .get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + WRITE_MAX)));
        ready!(timer.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}
