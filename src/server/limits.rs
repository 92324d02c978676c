//! How long a peer may take, and how many there may be.
use std::time::Duration;

#[derive(Clone)]
pub struct Limits {
    /// From accepting to the first byte.
    pub first_byte: Duration,
    /// From a head's first byte to its end.
    pub head: Duration,
    /// From the end of an answer to the next head. Longer than common proxies keep their
    /// connections, so that they close first.
    pub idle: Duration,
    /// Without taking anything of an answer.
    pub write: Duration,
    /// From the end of an answer to closing, for a peer that is still sending what was refused.
    pub linger: Duration,
    /// For what was begun when it is time to stop. Of the ten seconds that stopping may take, the
    /// rest is the database's.
    pub drain: Duration,
    pub connections: usize,
    /// From one address. Not for this host and trusted proxies, which stand for many.
    pub connections_from_one: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(10),
            head: Duration::from_secs(10),
            idle: Duration::from_secs(130),
            write: Duration::from_secs(30),
            linger: Duration::from_secs(2),
            drain: Duration::from_secs(8),
            connections: 12_000,
            connections_from_one: 512,
        }
    }
}
