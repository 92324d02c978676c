//! Secrets that must be readable again: sealed with a key that is not in the database, each bound
//! to its own place.
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::error::{OrFail, Result};
use super::{digest::Hash, random};

/// The first byte of everything sealed: which key it was.
const KEY_VERSION: u8 = 1;
const NONCE_BYTES: usize = 24;

#[derive(Clone)]
pub struct Sealer(XChaCha20Poly1305);

impl Sealer {
    pub fn new(key: &Hash) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// `place` is table, column and row, as `second_factor|secret|17`: what was sealed for one
    /// place opens at no other.
    pub fn seal(&self, place: &str, secret: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE_BYTES] = random::bytes();
        let payload = Payload {
            msg: secret,
            aad: place.as_bytes(),
        };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.ok().internal("cannot seal a secret")?;
        Ok([&[KEY_VERSION], &nonce[..], &sealed].concat())
    }

    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let damaged = "a sealed secret is damaged, or of another place or key";
        let parts = sealed
            .strip_prefix(&[KEY_VERSION])
            .and_then(<[u8]>::split_first_chunk::<NONCE_BYTES>);
        let (nonce, msg) = parts.internal(damaged)?;
        let aad = place.as_bytes();
        let opened = self.0.decrypt(&XNonce::from(*nonce), Payload { msg, aad });
        opened.map(Zeroizing::new).ok().internal(damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_at_its_own_place_with_its_own_key_and_not_otherwise() {
        let ours = Sealer::new(&[7; 32]);
        let sealed = ours.seal("a|b|1", b"correct horse").unwrap();
        assert_eq!(*ours.open("a|b|1", &sealed).unwrap(), b"correct horse");
        assert!(ours.open("a|b|2", &sealed).is_err(), "swapped");
        assert!(Sealer::new(&[8; 32]).open("a|b|1", &sealed).is_err());
        for place in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[place] ^= 1;
            assert!(ours.open("a|b|1", &flipped).is_err(), "byte {place}");
        }
        assert!(ours.open("a|b|1", &sealed[..20]).is_err());
    }

    #[test]
    fn the_same_secret_never_looks_the_same() {
        let sealer = Sealer::new(&[7; 32]);
        let seal = || sealer.seal("a", b"x").unwrap();
        assert_ne!(seal(), seal());
        assert!(!seal().windows(1).all(|it| it == b"x"));
    }
}
