//! The keyed digests by which a repeated item is recognized: of the sender's id, and of the item as
//! sent but for white space, escapes and the order of keys (`domain.md` §2, idempotency).
use super::tree::{Map, Node};
use crate::base::{Hash, Keyed, checked};

const ID_PURPOSE: &[u8] = b"annals/id/1";
const ITEM_PURPOSE: &[u8] = b"annals/item/1";
const HALF: usize = 16;

/// Tells the id within its Pool.
pub fn of_id(keyed: &Keyed, pool: &[u8; HALF], id: &str) -> [u8; HALF] {
    half(keyed.digest(&[ID_PURPOSE, &[0], pool, id.as_bytes()]))
}

/// Tells the item. Sorts its keys in place.
pub fn of_item(keyed: &Keyed, map: &mut Map<'_>, scratch: &mut Vec<u8>) -> [u8; HALF] {
    scratch.clear();
    write_map(map, scratch);
    half(keyed.digest(&[ITEM_PURPOSE, &[0], scratch]))
}

/// As the store keeps them: the id's half first, and its end a checksum.
pub fn joined(id: [u8; HALF], item: [u8; HALF]) -> Hash {
    let mut both = Hash::default();
    both[..HALF].copy_from_slice(&id);
    both[HALF..].copy_from_slice(&item);
    checked(both)
}

fn half(hash: Hash) -> [u8; HALF] {
    let mut half = [0; HALF];
    half.copy_from_slice(&hash[..HALF]);
    half
}

/// A mark for the type, then a length or count where needed: two values never read the same.
fn write(node: &mut Node<'_>, to: &mut Vec<u8>) {
    match node {
        Node::Null => to.push(b'n'),
        Node::Bool(false) => to.push(b'f'),
        Node::Bool(true) => to.push(b't'),
        Node::Number(text) => {
            to.push(b'#');
            write_text(text, to);
        }
        Node::Text(text) => {
            to.push(b's');
            write_text(text.as_str(), to);
        }
        Node::List(list) => {
            to.push(b'[');
            write_len(list.len(), to);
            for node in list {
                write(node, to);
            }
        }
        Node::Map(map) => write_map(map, to),
    }
}

fn write_map(map: &mut Map<'_>, to: &mut Vec<u8>) {
    to.push(b'{');
    write_len(map.len(), to);
    map.sort_unstable_by(|a, b| a.0.as_str().cmp(b.0.as_str()));
    for (key, node) in map {
        write_text(key.as_str(), to);
        write(node, to);
    }
}

fn write_text(text: &str, to: &mut Vec<u8>) {
    write_len(text.len(), to);
    to.extend_from_slice(text.as_bytes());
}

fn write_len(len: usize, to: &mut Vec<u8>) {
    // An item is at most 32 KiB.
    let len = u32::try_from(len).unwrap_or(u32::MAX);
    to.extend_from_slice(&len.to_le_bytes());
}
