//! hyper answers a head that it cannot read by itself, without a request's id and without what
//! every answer has. Such an answer is known by its bytes and leaves as one of ours.
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::base::Kind;

/// Makes the answer: the lines of its head, each ended, and its body.
pub type Refuse = dyn Fn(Kind) -> (Vec<u8>, Vec<u8>) + Send + Sync;

/// No text of ours begins with one of these: a body never holds a line's end as HTTP writes it,
/// and an answer of ours never has a length of nothing beside them.
const REFUSALS: [(&[u8], Kind); 3] = [
    (b"HTTP/1.1 400 Bad Request\r\n", Kind::Invalid),
    (b"HTTP/1.1 414 URI Too Long\r\n", Kind::TargetTooLong),
    (
        b"HTTP/1.1 431 Request Header Fields Too Large\r\n",
        Kind::HeadTooLarge,
    ),
];
const NOTHING: &[u8] = b"content-length: 0\r\n";

/// A stream below hyper.
pub struct Refusing<S> {
    stream: S,
    refuse: Arc<Refuse>,
    leaving: Option<Leaving>,
}

/// A refusal on its way.
struct Leaving {
    text: Vec<u8>,
    written: usize,
    /// The bytes of hyper's that it stands for.
    replaces: usize,
}

impl<S> Refusing<S> {
    pub fn new(stream: S, refuse: Arc<Refuse>) -> Self {
        Self {
            stream,
            refuse,
            leaving: None,
        }
    }
}

/// hyper's status line and what it says of date and connection stay.
fn replaced(bytes: &[u8], refuse: &Refuse) -> Option<Leaving> {
    let (line, kind) = REFUSALS.iter().find(|(line, _)| bytes.starts_with(line))?;
    let rest = bytes[line.len()..].strip_suffix(b"\r\n")?;
    let length = memchr::memmem::find(rest, NOTHING)?;
    let (head, body) = refuse(*kind);
    let length_line = format!("content-length: {}\r\n\r\n", body.len());
    let text = [
        line,
        &rest[..length],
        &rest[length + NOTHING.len()..],
        &head,
        length_line.as_bytes(),
        &body,
    ]
    .concat();
    Some(Leaving {
        text,
        written: 0,
        replaces: bytes.len(),
    })
}

impl<S: AsyncWrite + Unpin> Refusing<S> {
    fn leave(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let Some(leaving) = &mut self.leaving else {
            return Poll::Ready(Ok(0));
        };
        while leaving.written < leaving.text.len() {
            let rest = &leaving.text[leaving.written..];
            match ready!(Pin::new(&mut self.stream).poll_write(context, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => leaving.written += written,
            }
        }
        let replaces = leaving.replaces;
        self.leaving = None;
        Poll::Ready(Ok(replaces))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Refusing<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Refusing<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[io::IoSlice::new(bytes)])
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
        // hyper writes its refusal when all before it has left, so nothing else is with it.
        if let ([part], None) = (parts, &me.leaving) {
            me.leaving = replaced(part, &*me.refuse);
        }
        if me.leaving.is_some() {
            return me.leave(context);
        }
        Pin::new(&mut me.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    fn refuse(kind: Kind) -> (Vec<u8>, Vec<u8>) {
        let head = format!("x-kind: {kind:?}\r\n");
        (head.into_bytes(), b"no".to_vec())
    }

    /// Takes seven bytes every other time.
    #[derive(Default)]
    struct Narrow {
        taken: Vec<u8>,
        is_full: bool,
    }

    impl AsyncWrite for Narrow {
        fn poll_write(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.is_full = !self.is_full;
            if self.is_full {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            let piece = &bytes[..bytes.len().min(7)];
            self.taken.extend(piece);
            Poll::Ready(Ok(piece.len()))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    /// What leaves, however narrow the way.
    async fn sent(parts: &[&str]) -> String {
        let mut stream = Refusing::new(Narrow::default(), Arc::new(refuse));
        for part in parts {
            let mut rest = part.as_bytes();
            while !rest.is_empty() {
                let write =
                    |context: &mut Context<'_>| Pin::new(&mut stream).poll_write(context, rest);
                let written = poll_fn(write).await.unwrap();
                rest = &rest[written..];
            }
        }
        String::from_utf8(stream.stream.taken).unwrap()
    }

    #[tokio::test]
    async fn a_refusal_of_hypers_leaves_as_one_of_ours_also_in_pieces() {
        for (line, kind) in REFUSALS {
            let line = std::str::from_utf8(line).unwrap();
            let own = format!("{line}connection: close\r\ncontent-length: 0\r\ndate: now\r\n\r\n");
            let expected = format!(
                "{line}connection: close\r\ndate: now\r\nx-kind: {kind:?}\r\n\
                 content-length: 2\r\n\r\nno"
            );
            assert_eq!(sent(&[&own]).await, expected);
        }
    }

    #[tokio::test]
    async fn everything_else_leaves_as_it_is() {
        let ours = "HTTP/1.1 400 Bad Request\r\nx-request-id: 1\r\ncontent-length: 7\r\n\r\n";
        let text = "HTTP/1.1 400 Bad Request, said a text of somebody";
        assert_eq!(sent(&[ours, text]).await, format!("{ours}{text}"));
    }
}
