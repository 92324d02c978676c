//! The session cookie, and who acts when nobody is signed in.
use zeroize::Zeroizing;

use crate::base::{Hash, hex, random, sha256};
use crate::http::Request;
use crate::model::safe::{Client, Ip};
use crate::model::{By, Doer, ViaKind, RecordId, RecordKind};

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

/// An act of somebody who is not, or not yet, signed in.
pub fn stranger(request: &Request, doer: Doer) -> By {
    By {
        doer,
        via: ViaKind::Web,
        ip: Ip::parse(&request.client_ip().to_string()),
        client: request.user_agent().and_then(Client::from_user_agent),
        request: RecordId::parse(RecordKind::Request, request.id()),
        session: None,
    }
}
