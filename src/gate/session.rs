//! The secret behind a session cookie.
use zeroize::Zeroizing;

use crate::base::{Hash, hex, random, sha256};

pub const SESSION_COOKIE: &str = "annals";

/// 256 random bits. The browser has them, the database their digest.
pub struct SessionToken(Zeroizing<String>);

impl SessionToken {
    pub fn new() -> Self {
        let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(random::bytes());
        Self(Zeroizing::new(hex(&bytes[..])))
    }

    /// The cookie's value as sent; whatever it is, only its digest is looked up.
    pub fn sent(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    pub fn digest(&self) -> Hash {
        sha256(&[b"annals/session/1\0", self.0.as_bytes()])
    }

    /// For the cookie.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}
