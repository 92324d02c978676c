//! The RFC 6962 tree, as far as writing needs it: its right edge.
use super::checkpoint::Checkpoint;
use crate::base::{Hash, sha256};

/// A sealed segment's 65,536 leaves are one complete subtree of this height.
pub const SEGMENT_HEIGHT: u8 = 16;

/// The roots of the complete subtrees along the right edge, highest first.
#[derive(Clone, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<(u8, Hash)>,
}

/// The whole log's tree, in two parts so that each segment's own root is known when it is full.
#[derive(Clone, Default)]
pub struct Tree {
    sealed: Frontier,
    open: Frontier,
}

impl Frontier {
    pub fn size(&self) -> u64 {
        self.size
    }

    pub fn push(&mut self, leaf: Hash) {
        self.push_subtree(0, leaf);
    }

    /// Adds a complete subtree of `2^height` leaves; the size must be a multiple of that.
    pub fn push_subtree(&mut self, height: u8, root: Hash) {
        assert!(
            self.size.is_multiple_of(1 << height),
            "a subtree starts at a multiple of its size"
        );
        let (mut at, mut hash) = (height, root);
        while let Some((_, left)) = self.peaks.pop_if(|(it, _)| *it == at) {
            hash = node(&left, &hash);
            at += 1;
        }
        self.peaks.push((at, hash));
        self.size += 1 << height;
    }

    /// The root over all leaves so far; over none, the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some((_, last)) = peaks.next() else {
            return sha256(&[]);
        };
        peaks.fold(*last, |right, (_, left)| node(left, &right))
    }
}

impl Tree {
    /// Takes the root of a segment sealed earlier, in order, before any leaf.
    pub fn push_segment(&mut self, root: Hash) {
        assert!(self.open.size == 0, "segments come before open leaves");
        self.sealed.push_subtree(SEGMENT_HEIGHT, root);
    }

    /// Returns the segment's root when this leaf completes one.
    pub fn push(&mut self, leaf: Hash) -> Option<Hash> {
        self.open.push(leaf);
        if self.open.size < 1 << SEGMENT_HEIGHT {
            return None;
        }
        let root = self.open.root();
        self.open = Frontier::default();
        self.sealed.push_subtree(SEGMENT_HEIGHT, root);
        Some(root)
    }

    /// Size and root over all leaves so far.
    pub fn checkpoint(&self) -> Checkpoint {
        let mut whole = self.sealed.clone();
        for (height, hash) in &self.open.peaks {
            whole.push_subtree(*height, *hash);
        }
        Checkpoint {
            size: whole.size,
            root: whole.root(),
        }
    }
}

fn node(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(number: u64) -> Hash {
        sha256(&[&[0], &number.to_be_bytes()])
    }

    /// RFC 6962 §2.1 as it is written: split at the largest power of two below the size.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => sha256(&[]),
            [one] => *one,
            many => {
                let half = many.len().next_power_of_two() / 2;
                node(&by_definition(&many[..half]), &by_definition(&many[half..]))
            }
        }
    }

    #[test]
    fn the_edge_gives_the_root_of_the_definition_at_every_size() {
        let leaves: Vec<_> = (0..300).map(leaf).collect();
        let mut edge = Frontier::default();
        for size in 0..leaves.len() {
            assert_eq!(edge.root(), by_definition(&leaves[..size]));
            edge.push(leaves[size]);
        }
    }

    #[test]
    fn a_tree_resumed_from_segment_roots_equals_one_that_never_stopped() {
        let count = (2 << SEGMENT_HEIGHT) + 77;
        let (mut whole, mut parts, mut roots) = (Frontier::default(), Tree::default(), Vec::new());
        for number in 0..count {
            whole.push(leaf(number));
            roots.extend(parts.push(leaf(number)));
        }
        assert_eq!(roots.len(), 2);
        let checkpoint = Checkpoint {
            size: count,
            root: whole.root(),
        };
        assert_eq!(parts.checkpoint(), checkpoint);
        let mut resumed = Tree::default();
        for root in roots {
            resumed.push_segment(root);
        }
        for number in (2 << SEGMENT_HEIGHT)..count {
            resumed.push(leaf(number));
        }
        assert_eq!(resumed.checkpoint(), checkpoint);
    }
}
