//! Bodies are read within limits of size, time and pace, and of all that is read at once.
use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

use crate::base::{Error, Kind, Result};

/// KiB of bodies in flight, over all connections.
const DELIVERIES_KIB: usize = 56 * 1024;
/// KiB of forms. Anybody may send those: they must not take the place of deliveries.
const FORMS_KIB: usize = 8 * 1024;
/// What takes no more than this is a form.
const FORM_MAX: usize = 64 * 1024;
/// What a body has to bring each second on average, after its grace.
const PACE_MIN: u64 = 1024;
/// What a body that does not say its length is given at first.
const FIRST: usize = 16 * 1024;

/// How much of all bodies may be in memory, and how slowly one may come.
#[derive(Clone)]
pub struct Bodies {
    deliveries_kib: Arc<Semaphore>,
    forms_kib: Arc<Semaphore>,
    pace: Pace,
}

/// How long one body may take.
#[derive(Clone, Copy)]
pub struct Pace {
    pub whole: Duration,
    /// After this it has to keep up 1 KiB a second on average.
    pub grace: Duration,
}

/// A body in memory, wiped when it is dropped.
pub struct Bytes {
    bytes: Zeroizing<Vec<u8>>,
    _share: OwnedSemaphorePermit,
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            whole: Duration::from_secs(30),
            grace: Duration::from_secs(5),
        }
    }
}

impl Pace {
    /// When the next piece has to be there, after `have` bytes of the body.
    fn deadline(self, began: Instant, have: usize) -> Instant {
        let paced = Duration::from_secs(u64::try_from(have).unwrap_or(u64::MAX) / PACE_MIN);
        began + self.grace.saturating_add(paced).min(self.whole)
    }
}

impl Bodies {
    pub fn new(pace: Pace) -> Self {
        Self {
            deliveries_kib: Arc::new(Semaphore::new(DELIVERIES_KIB)),
            forms_kib: Arc::new(Semaphore::new(FORMS_KIB)),
            pace,
        }
    }

    /// At most `limit` bytes; a body that is longer, or too slow, is not read to its end.
    pub async fn read(&self, mut body: Incoming, limit: usize) -> Result<Bytes> {
        let said = body.size_hint().exact();
        let said = said.map(|it| usize::try_from(it).unwrap_or(usize::MAX));
        if said.is_some_and(|it| it > limit) {
            return Err(too_large());
        }
        // Until it is read, a body of unknown length may become as large as the limit.
        let room = if limit <= FORM_MAX {
            &self.forms_kib
        } else {
            &self.deliveries_kib
        };
        let share = share(room, said.unwrap_or(limit))?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(said.unwrap_or(FIRST).min(limit)));
        let began = Instant::now();
        while let Some(frame) = timeout_at(self.pace.deadline(began, bytes.len()), body.frame())
            .await
            .map_err(|_elapsed| too_slow())?
        {
            let frame = frame
                .map_err(|_cut| Error::new(Kind::Invalid, "The body ended before its length."))?;
            let Some(data) = frame.data_ref() else {
                continue;
            };
            if bytes.len() + data.len() > limit {
                return Err(too_large());
            }
            make_room(&mut bytes, data.len());
            bytes.extend_from_slice(data);
        }
        Ok(Bytes {
            bytes,
            _share: share,
        })
    }
}

fn share(room: &Arc<Semaphore>, bytes: usize) -> Result<OwnedSemaphorePermit> {
    let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
    let Ok(share) = Arc::clone(room).try_acquire_many_owned(kib) else {
        return Err(Error::new(
            Kind::Unavailable,
            "Too many bodies at once. Send the same request again.",
        ));
    };
    Ok(share)
}

/// A vector that grows by itself leaves what it held in freed memory; here the old place is wiped.
fn make_room(bytes: &mut Zeroizing<Vec<u8>>, more: usize) {
    let wanted = bytes.len() + more;
    if wanted > bytes.capacity() {
        let mut larger = Zeroizing::new(Vec::with_capacity(wanted.max(bytes.capacity() * 2)));
        larger.extend_from_slice(bytes);
        *bytes = larger;
    }
}

fn too_large() -> Error {
    Error::new(
        Kind::TooLarge,
        "The body is larger than this address takes.",
    )
}

fn too_slow() -> Error {
    Error::new(Kind::TimedOut, "The body came too slowly.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_its_grace_then_its_pace_then_an_end() {
        #[track_caller]
        fn case(have: usize, seconds: u64) {
            let began = Instant::now();
            let deadline = Pace::default().deadline(began, have);
            assert_eq!(deadline - began, Duration::from_secs(seconds));
        }
        case(0, 5);
        case(10 * 1024, 15);
        case(25 * 1024, 30);
        case(usize::MAX, 30);
    }

    #[test]
    fn a_growing_body_keeps_its_bytes() {
        let mut bytes = Zeroizing::new(Vec::with_capacity(4));
        for piece in [&b"abc"[..], b"defgh", b"i"] {
            make_room(&mut bytes, piece.len());
            let before = bytes.capacity();
            bytes.extend_from_slice(piece);
            assert_eq!(bytes.capacity(), before, "it must not grow by itself");
        }
        assert_eq!(*bytes, b"abcdefghi");
    }

    #[test]
    fn bodies_share_one_budget_and_forms_another() {
        let bodies = Bodies::new(Pace::default());
        let (deliveries, forms) = (&bodies.deliveries_kib, &bodies.forms_kib);
        let all = share(forms, FORMS_KIB * 1024).unwrap();
        assert_eq!(share(forms, 1).unwrap_err().kind(), Kind::Unavailable);
        assert!(share(deliveries, DELIVERIES_KIB * 1024).is_ok());
        drop(all);
        assert!(share(forms, 1).is_ok());
    }
}
