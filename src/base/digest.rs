//! SHA-256, HMAC-SHA-256, the HMAC-SHA-1 of authenticator apps, and a hexadecimal form.
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

pub type Hash = [u8; 32];

pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// A digest that only the holder of a key can compute. The key never leaves it.
#[derive(Clone)]
pub struct Keyed(Hmac<Sha256>);

impl Keyed {
    pub fn new(key: &[u8; 32]) -> Self {
        // HMAC pads a key to the block with zeros; doing it here needs no error path.
        let mut block = [0; 64];
        block[..32].copy_from_slice(key);
        Self(Hmac::<Sha256>::new(&block.into()))
    }

    pub fn digest(&self, parts: &[&[u8]]) -> Hash {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// What authenticator apps compute.
pub fn hmac_sha1(key: &[u8; 20], message: &[u8]) -> [u8; 20] {
    let mut block = [0; 64];
    block[..20].copy_from_slice(key);
    let mut mac = Hmac::<Sha1>::new(&block.into());
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// Its last four bytes become a checksum of the others: where no hash covers it, it shows damage.
pub fn checked(mut hash: Hash) -> Hash {
    let checksum = crc32fast::hash(&hash[..28]);
    hash[28..].copy_from_slice(&checksum.to_be_bytes());
    hash
}

pub fn is_checked(hash: &Hash) -> bool {
    checked(*hash) == *hash
}

pub fn hex(bytes: &[u8]) -> String {
    let digits: Vec<u8> = bytes.iter().flat_map(|it| pair(*it)).collect();
    String::from_utf8(digits).unwrap_or_default()
}

/// A hash in hexadecimal digits, in no memory of its own.
pub fn hex_digits(hash: &Hash) -> [u8; 64] {
    let mut digits = [0; 64];
    for (to, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(hash) {
        *to = pair(*byte);
    }
    digits
}

fn pair(byte: u8) -> [u8; 2] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    [byte >> 4, byte & 15].map(|it| DIGITS[usize::from(it)])
}

pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |it: u8| char::from(it).to_digit(16);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|[high, low]| u8::try_from(digit(*high)? * 16 + digit(*low)?).ok())
        .collect()
}
