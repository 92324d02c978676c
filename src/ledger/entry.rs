//! One entry: its commitment, its 83-byte header and its leaf hash.
use crate::base::{Hash, Millis, sha256};

/// The 16 bytes behind a Pool's id; zeros when the event is global.
pub type PoolId = [u8; 16];

pub const GLOBAL: PoolId = [0; 16];
pub const HEADER_LEN: usize = 83;

const PAYLOAD_TAG: &[u8] = b"AL1 payload\n";
const ENTRY_TAG: &[u8; 10] = b"AL1 entry\n";

pub struct Header {
    pub kind: u8,
    /// The event's `seq`.
    pub index: u64,
    pub received_ms: Millis,
    pub pool_id: PoolId,
    pub pool_seq: u64,
    pub commitment: Hash,
}

/// Binds an event's content. The salt keeps a guess from being confirmed after an erasure.
pub fn commitment(salt: &[u8; 32], payload: &[u8]) -> Hash {
    sha256(&[PAYLOAD_TAG, salt, payload])
}

impl Header {
    pub fn bytes(&self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        let mut rest = &mut bytes[..];
        let mut put = |part: &[u8]| {
            let (head, tail) = std::mem::take(&mut rest).split_at_mut(part.len());
            head.copy_from_slice(part);
            rest = tail;
        };
        put(ENTRY_TAG);
        put(&[self.kind]);
        put(&self.index.to_be_bytes());
        put(&self.received_ms.to_be_bytes());
        put(&self.pool_id);
        put(&self.pool_seq.to_be_bytes());
        put(&self.commitment);
        bytes
    }

    pub fn leaf(&self) -> Hash {
        sha256(&[&[0], &self.bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::Frontier;
    use super::*;
    use crate::base::{hex, unhex};

    #[derive(serde::Deserialize)]
    struct Vectors {
        entries: Vec<Vector>,
        roots: std::collections::BTreeMap<u64, String>,
    }

    #[derive(serde::Deserialize)]
    struct Vector {
        index: u64,
        kind: u8,
        received_ms: i64,
        pool_id: String,
        pool_seq: u64,
        salt: String,
        payload: String,
        commitment: String,
        header: String,
        leaf: String,
    }

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        unhex(text).unwrap().try_into().unwrap()
    }

    #[test]
    fn the_published_vectors_are_reproduced() {
        let text = include_str!("../../tests/al1_vectors.json");
        let vectors: Vectors = serde_json::from_str(text).unwrap();
        let mut tree = Frontier::default();
        assert_eq!(hex(&tree.root()), vectors.roots[&0]);
        for vector in &vectors.entries {
            let committed = commitment(&bytes(&vector.salt), vector.payload.as_bytes());
            assert_eq!(hex(&committed), vector.commitment);
            let header = Header {
                kind: vector.kind,
                index: vector.index,
                received_ms: vector.received_ms,
                pool_id: bytes(&vector.pool_id),
                pool_seq: vector.pool_seq,
                commitment: committed,
            };
            assert_eq!(hex(&header.bytes()), vector.header);
            assert_eq!(hex(&header.leaf()), vector.leaf);
            tree.push(header.leaf());
            assert_eq!(hex(&tree.root()), vectors.roots[&tree.size()]);
        }
    }
}
