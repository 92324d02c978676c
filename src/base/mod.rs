//! The ground: errors, clock, randomness, digests, passwords, sealed secrets. Knows nothing of
//! Annals.
mod clock;
mod confine;
mod digest;
pub mod disk;
mod error;
mod gzip;
mod network;
mod password;
pub mod random;
mod sealer;
mod turns;

pub use clock::{Clock, DAY_MS, HOUR_MS, MINUTE_MS, Millis, SECOND_MS, Watch};
pub use confine::confine;
pub use digest::{Hash, Keyed, checked, hex, hex_digits, hmac_sha1, is_checked, sha256, unhex};
pub use error::{Error, Kind, OrFail, Result};
pub use gzip::{Effort, Gzip, gzip};
pub use network::Network;
pub use password::{Passwords, Phc};
pub use sealer::Sealer;
pub use turns::Turns;
