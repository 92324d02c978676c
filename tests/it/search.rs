//! Looks for many byte strings at once, ignoring ASCII case.
use std::collections::{BTreeSet, HashMap};

const HEAD: usize = 6;
const PIECE: usize = 24;

/// What is looked for: each pattern belongs to somebody, by number.
pub struct Search {
    heads: HashMap<[u8; HEAD], Vec<(Vec<u8>, usize)>>,
    /// A quick "no" for most places: one bit for each pair of first bytes.
    first: Vec<bool>,
}

impl Search {
    pub fn new() -> Self {
        Self {
            heads: HashMap::new(),
            first: vec![false; 1 << 16],
        }
    }

    /// Adds a text, and every piece of a long one, since a part of a secret is one too.
    pub fn add(&mut self, text: &str, owner: usize) {
        self.add_bytes(text.as_bytes(), owner);
    }

    pub fn add_bytes(&mut self, bytes: &[u8], owner: usize) {
        let bytes = bytes.to_ascii_lowercase();
        if bytes.len() > PIECE {
            for start in (0..bytes.len() - PIECE).step_by(PIECE) {
                self.add_piece(&bytes[start..start + PIECE], owner);
            }
            self.add_piece(&bytes[bytes.len() - PIECE..], owner);
        } else {
            self.add_piece(&bytes, owner);
        }
    }

    /// Whose patterns occur.
    pub fn found(&self, haystack: &[u8]) -> BTreeSet<usize> {
        let haystack = haystack.to_ascii_lowercase();
        let mut found = BTreeSet::new();
        for at in 0..haystack.len().saturating_sub(HEAD - 1) {
            let pair = usize::from(haystack[at]) << 8 | usize::from(haystack[at + 1]);
            if !self.first[pair] {
                continue;
            }
            let rest = &haystack[at..];
            let head: [u8; HEAD] = rest[..HEAD].try_into().unwrap();
            for (pattern, owner) in self.heads.get(&head).into_iter().flatten() {
                if rest.starts_with(pattern) {
                    found.insert(*owner);
                }
            }
        }
        found
    }

    fn add_piece(&mut self, piece: &[u8], owner: usize) {
        // Too short to tell from chance.
        let Some(head) = piece.first_chunk::<HEAD>() else {
            return;
        };
        self.first[usize::from(head[0]) << 8 | usize::from(head[1])] = true;
        let patterns = self.heads.entry(*head).or_default();
        patterns.push((piece.to_vec(), owner));
    }
}

#[test]
fn a_search_finds_whole_texts_and_pieces() {
    let mut search = Search::new();
    search.add("Secret-One", 1);
    search.add("0123456789abcdefghijklmnopqrstuvwxyz", 2);
    search.add("short", 3);
    assert_eq!(search.found(b"xx sECRET-oNE"), BTreeSet::from([1]));
    assert_eq!(
        search.found(b"..cdefghijklmnopqrstuvwxyz"),
        BTreeSet::from([2])
    );
    assert_eq!(search.found(b"012345678 secret-on short"), BTreeSet::new());
}
