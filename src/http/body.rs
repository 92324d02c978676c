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
const IN_FLIGHT_KIB: usize = 56 * 1024;
/// KiB of forms. Anybody may send those: they must not take the place of deliveries.
const FORMS_IN_FLIGHT_KIB: usize = 8 * 1024;
/// What takes no more than this is a form.
const FORM_MAX: usize = 64 * 1024;
const TIME_MAX: Duration = Duration::from_secs(30);
/// After this a body has to arrive at `PACE_MIN` bytes a second on average.
const GRACE: Duration = Duration::from_secs(5);
const PACE_MIN: u64 = 1024;
/// What a body that does not say its length is given at first.
const FIRST: usize = 16 * 1024;

/// How much of all bodies may be in memory.
#[derive(Clone)]
pub struct Bodies {
    deliveries: Arc<Semaphore>,
    forms: Arc<Semaphore>,
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

impl Bodies {
    pub fn new() -> Self {
        Self {
            deliveries: Arc::new(Semaphore::new(IN_FLIGHT_KIB)),
            forms: Arc::new(Semaphore::new(FORMS_IN_FLIGHT_KIB)),
        }
    }

    pub async fn read(&self, mut body: Incoming, limit: usize) -> Result<Bytes> {
        let said = body.size_hint().exact();
        let said = said.map(|it| usize::try_from(it).unwrap_or(usize::MAX));
        if said.is_some_and(|it| it > limit) {
            return Err(too_large());
        }
        // Until it is read, a body of unknown length may become as large as the limit.
        let share = u32::try_from(said.unwrap_or(limit).div_ceil(1024)).unwrap_or(u32::MAX);
        let room = if limit <= FORM_MAX {
            &self.forms
        } else {
            &self.deliveries
        };
        let Ok(share) = Arc::clone(room).try_acquire_many_owned(share) else {
            return Err(Error::new(
                Kind::Unavailable,
                "Too many bodies at once. Send the same request again.",
            ));
        };
        let mut bytes = Zeroizing::new(Vec::with_capacity(said.unwrap_or(FIRST).min(limit)));
        let began = Instant::now();
        while let Some(frame) = timeout_at(deadline(began, bytes.len()), body.frame())
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
            bytes.extend_from_slice(data);
        }
        Ok(Bytes {
            bytes,
            _share: share,
        })
    }
}

/// When the next piece has to be there, by pace and by the whole time.
fn deadline(began: Instant, have: usize) -> Instant {
    let paced = Duration::from_secs(u64::try_from(have).unwrap_or(u64::MAX) / PACE_MIN);
    began + (GRACE + paced).min(TIME_MAX)
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
