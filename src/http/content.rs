//! The body of an answer: whole in memory, or made while it is taken.
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::base::Gzip;

/// Pieces that wait while the peer takes an earlier one: one is enough to keep it busy.
const WAITING_MAX: usize = 1;

pub enum Content {
    Whole(Bytes),
    Made(Made),
}

/// A body of unknown length. It is whole only when its maker said so: one that is dropped early,
/// by an error or a panic, breaks the connection, and nobody takes a part for the whole.
pub struct Made {
    pieces: mpsc::Receiver<Piece>,
    is_over: bool,
}

/// Where the pieces of a body are put. Whoever makes them waits for the peer to take them.
pub struct Pieces(mpsc::Sender<Piece>);

/// Compresses the pieces of one body, for peers that take that.
pub struct Packer(Option<Box<Gzip>>);

/// The peer went away, or took nothing for too long: nobody will take another piece.
pub struct Gone;

/// The place of one piece, or of the end.
pub struct Room<'a>(mpsc::Permit<'a, Piece>);

/// The body ended before its end.
#[derive(Debug)]
pub struct Cut;

enum Piece {
    Some(Bytes),
    End,
}

impl Content {
    pub fn whole(bytes: impl Into<Bytes>) -> Self {
        Self::Whole(bytes.into())
    }

    pub fn made() -> (Self, Pieces) {
        let (sender, pieces) = mpsc::channel(WAITING_MAX);
        let made = Made {
            pieces,
            is_over: false,
        };
        (Self::Made(made), Pieces(sender))
    }
}

impl Pieces {
    /// Waits until a piece can be put. To be asked before the piece is made: then a peer that
    /// takes nothing costs no work and no memory.
    pub async fn room(&self) -> Result<Room<'_>, Gone> {
        self.0.reserve().await.map(Room).or(Err(Gone))
    }
}

impl Packer {
    pub fn new(is_packed: bool) -> Self {
        Self(is_packed.then(|| Box::new(Gzip::new())))
    }

    /// Off the reactor, as the piece was made.
    pub async fn piece(&mut self, text: String) -> Result<Bytes, Gone> {
        let Some(mut gzip) = self.0.take() else {
            return Ok(text.into());
        };
        let pack = move || {
            let packed = gzip.piece(text.as_bytes());
            (gzip, packed)
        };
        let (gzip, packed) = spawn_blocking(pack).await.or(Err(Gone))?;
        self.0 = Some(gzip);
        Ok(packed.into())
    }

    /// What follows the last piece, if anything does.
    pub fn end(&mut self) -> Option<Bytes> {
        self.0.take().map(|it| it.end().into())
    }
}

impl Room<'_> {
    pub fn put(self, bytes: impl Into<Bytes>) {
        self.0.send(Piece::Some(bytes.into()));
    }

    /// Says that the body is whole.
    pub fn end(self) {
        self.0.send(Piece::End);
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        match self.get_mut() {
            Self::Whole(whole) => {
                let whole = std::mem::take(whole);
                let frame = (!whole.is_empty()).then(|| Ok(Frame::data(whole)));
                Poll::Ready(frame)
            }
            Self::Made(made) => made.poll(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(whole) => whole.is_empty(),
            Self::Made(made) => made.is_over,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(whole) => SizeHint::with_exact(whole.len() as u64),
            Self::Made(_) => SizeHint::default(),
        }
    }
}

impl Made {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let piece = ready!(self.pieces.poll_recv(context));
        self.is_over = !matches!(piece, Some(Piece::Some(_)));
        Poll::Ready(match piece {
            Some(Piece::Some(bytes)) => Some(Ok(Frame::data(bytes))),
            Some(Piece::End) => None,
            None => Some(Err(Cut)),
        })
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body ended before its end")
    }
}

impl std::error::Error for Cut {}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use tokio::time::{Duration, timeout};

    use super::*;

    async fn next(body: &mut Content) -> Option<Result<Bytes, Cut>> {
        let frame = body.frame().await?;
        Some(frame.map(|it| it.into_data().ok().unwrap()))
    }

    #[tokio::test]
    async fn a_body_is_whole_when_its_maker_says_so() {
        let (mut body, pieces) = Content::made();
        let maker = tokio::spawn(async move {
            for piece in ["one", "two"] {
                pieces.room().await.ok().unwrap().put(piece);
            }
            pieces.room().await.ok().unwrap().end();
        });
        assert_eq!(next(&mut body).await.unwrap().unwrap(), "one");
        assert_eq!(next(&mut body).await.unwrap().unwrap(), "two");
        assert!(next(&mut body).await.is_none());
        assert!(body.is_end_stream());
        maker.await.unwrap();
    }

    #[tokio::test]
    async fn a_body_that_its_maker_drops_is_broken() {
        let (mut body, pieces) = Content::made();
        pieces.room().await.ok().unwrap().put("one");
        drop(pieces);
        assert!(next(&mut body).await.unwrap().is_ok());
        assert!(next(&mut body).await.unwrap().is_err());
    }

    #[tokio::test]
    async fn a_maker_waits_for_the_peer_and_ends_with_it() {
        const SOON: Duration = Duration::from_millis(20);
        let (mut body, pieces) = Content::made();
        pieces.room().await.ok().unwrap().put("one");
        assert!(timeout(SOON, pieces.room()).await.is_err(), "no room yet");
        assert!(next(&mut body).await.unwrap().is_ok());
        assert!(pieces.room().await.is_ok());
        drop(body);
        assert!(pieces.room().await.is_err());
    }
}
