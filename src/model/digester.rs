//! What stands in place of a refused id or label: equal texts give equal digests, and only the
//! holder of the key can tell which text it was (`redaction.md` §5).
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::base::{Keyed, hex};

const PURPOSE: &[u8] = b"annals/digest/1";
const DIGEST_BYTES: usize = 8;

#[derive(Clone)]
pub struct Digester(Keyed);

impl Digester {
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Keyed::new(key))
    }

    /// `h:` and 16 hexadecimal digits.
    pub fn digest(&self, text: &str) -> String {
        let hash = if is_nfc(text) {
            self.0.digest(&[PURPOSE, &[0], text.as_bytes()])
        } else {
            let composed: String = text.nfc().collect();
            self.0.digest(&[PURPOSE, &[0], composed.as_bytes()])
        };
        let mut digest = String::with_capacity(2 + 2 * DIGEST_BYTES);
        digest.push_str("h:");
        digest.push_str(&hex(&hash[..DIGEST_BYTES]));
        digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_equal_digests_however_they_are_composed() {
        let digester = Digester::new(&[7; 32]);
        let digest = digester.digest("caf\u{e9}");
        assert_eq!(digest, digester.digest("cafe\u{301}"));
        assert_ne!(digest, digester.digest("cafe"));
        assert_ne!(digest, Digester::new(&[8; 32]).digest("caf\u{e9}"));
        assert_eq!(digest.len(), 18);
        assert!(digest.starts_with("h:"));
    }
}
