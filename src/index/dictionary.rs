//! Interned texts of actors and targets: each distinct text once, searched by any part of it.
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use memchr::memmem;

use super::idset;
use super::number::{short, word};

/// A chunk is closed at so many bytes: small, since publishing copies the open one.
const CHUNK_BYTES: usize = 32 * 1024;

/// The writer's side: texts get ids from 1 in the order in which they come.
///
/// A text is its folded fields joined by line feeds. A needle never holds a line feed, so no
/// match spans two fields or two texts.
pub struct Dictionary {
    texts: Texts,
    /// Open addressing: 32 bits of a text's hash and its id; zero is free. A power of two.
    slots: Vec<u64>,
    hasher: RandomState,
}

/// The texts as of one moment. Clones share everything.
#[derive(Clone, Default)]
pub struct Texts {
    closed: Arc<Vec<Arc<Chunk>>>,
    open: Arc<Chunk>,
    len: u32,
}

#[derive(Clone, Default)]
struct Chunk {
    /// The id of its first text, less one.
    first: u32,
    /// Every text, each ended by a line feed.
    haystack: String,
    starts: Vec<u16>,
}

impl Dictionary {
    pub fn new() -> Self {
        Self {
            texts: Texts::default(),
            slots: Vec::new(),
            hasher: RandomState::new(),
        }
    }

    /// The id of a text, given now if it is new.
    pub fn intern(&mut self, text: &str) -> u32 {
        if let Some(id) = self.id(text) {
            return id;
        }
        if self.slots.len() * 3 / 4 <= self.texts.len as usize {
            self.rebuild_slots((self.slots.len() * 2).max(64));
        }
        let id = self.texts.push(text);
        self.enter(self.hash(text) >> 32 << 32 | u64::from(id));
        id
    }

    pub fn id(&self, text: &str) -> Option<u32> {
        let hash = self.hash(text);
        let mut at = self.home(hash)?;
        while self.slots[at] != 0 {
            let (high, id) = (self.slots[at] >> 32, low(self.slots[at]));
            if high == hash >> 32 && self.texts.text(id) == Some(text) {
                return Some(id);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        None
    }

    pub fn len(&self) -> u32 {
        self.texts.len
    }

    /// Forgets every text after the first `len`: their commit failed.
    pub fn truncate(&mut self, len: u32) {
        if len < self.texts.len {
            self.texts.truncate(len);
            self.rebuild_slots(self.slots.len());
        }
    }

    pub fn texts(&self) -> Texts {
        self.texts.clone()
    }

    fn hash(&self, text: &str) -> u64 {
        self.hasher.hash_one(text)
    }

    /// The slot where a search begins; none while there are no slots.
    fn home(&self, hash: u64) -> Option<usize> {
        let last = self.slots.len().checked_sub(1)?;
        Some(usize::try_from(hash >> 32).ok()? & last)
    }

    fn enter(&mut self, slot: u64) {
        let Some(mut at) = self.home(slot) else {
            return;
        };
        while self.slots[at] != 0 {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = slot;
    }

    /// A slot holds as much of the hash as its place follows from.
    fn rebuild_slots(&mut self, slots: usize) {
        let known = self.texts.len;
        let old = std::mem::replace(&mut self.slots, vec![0; slots]);
        let kept = |it: &u64| (1..=known).contains(&low(*it));
        old.into_iter().filter(kept).for_each(|it| self.enter(it));
    }
}

impl Texts {
    pub fn len(&self) -> u32 {
        self.len
    }

    pub fn text(&self, id: u32) -> Option<&str> {
        let at = id.checked_sub(1)?;
        let closed = self.closed.partition_point(|it| it.first <= at);
        let chunk = if self.open.first <= at {
            &self.open
        } else {
            &self.closed[closed.checked_sub(1)?]
        };
        chunk.text((at - chunk.first) as usize)
    }

    /// Adds to `found` the id of every text with `needle`, which is folded, in it.
    pub fn search(&self, needle: &str, found: &mut Vec<u64>) {
        if needle.contains('\n') {
            return;
        }
        if let [letter] = needle.as_bytes() {
            let next = |rest: &[u8]| memchr::memchr(*letter, rest);
            self.chunks().for_each(|it| it.search(next, found));
            return;
        }
        let finder = memmem::Finder::new(needle);
        for chunk in self.chunks() {
            chunk.search(|rest| finder.find(rest), found);
        }
    }

    /// Memory, without what the allocator adds.
    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        self.chunks()
            .map(|it| it.haystack.len() + it.starts.len() * 2)
            .sum()
    }

    fn chunks(&self) -> impl Iterator<Item = &Chunk> {
        self.closed.iter().chain([&self.open]).map(Arc::as_ref)
    }

    fn push(&mut self, text: &str) -> u32 {
        let open = Arc::make_mut(&mut self.open);
        open.starts.push(short(open.haystack.len()));
        open.haystack.push_str(text);
        open.haystack.push('\n');
        self.len += 1;
        if open.haystack.len() >= CHUNK_BYTES {
            open.haystack.shrink_to_fit();
            open.starts.shrink_to_fit();
            let next = Chunk {
                first: self.len,
                ..Chunk::default()
            };
            let closed = std::mem::replace(&mut self.open, Arc::new(next));
            Arc::make_mut(&mut self.closed).push(closed);
        }
        self.len
    }

    fn truncate(&mut self, len: u32) {
        while self.open.first > len {
            let Some(last) = Arc::make_mut(&mut self.closed).pop() else {
                return;
            };
            self.open = last;
        }
        let open = Arc::make_mut(&mut self.open);
        let keep = (len - open.first) as usize;
        if let Some(end) = open.starts.get(keep) {
            open.haystack.truncate(usize::from(*end));
            open.starts.truncate(keep);
        }
        self.len = len;
    }
}

impl Chunk {
    /// Goes on behind each text that matches: a letter occurs in most texts, and more than once.
    fn search(&self, next: impl Fn(&[u8]) -> Option<usize>, found: &mut Vec<u64>) {
        let haystack = self.haystack.as_bytes();
        let (mut from, mut at) = (0, 0);
        while let Some(place) = next(&haystack[from..]).map(|it| from + it) {
            let behind = |it: &u16| usize::from(*it) > place;
            while self.starts.get(at + 1).is_some_and(|it| !behind(it)) {
                at += 1;
            }
            idset::insert(found, self.first + 1 + word(at));
            at += 1;
            let Some(next) = self.starts.get(at) else {
                break;
            };
            from = usize::from(*next);
        }
    }

    fn text(&self, at: usize) -> Option<&str> {
        let start = usize::from(*self.starts.get(at)?);
        let end = self.starts.get(at + 1);
        let end = end.map_or(self.haystack.len(), |it| usize::from(*it));
        self.haystack.get(start..end - 1)
    }
}

fn low(slot: u64) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
    let low = slot as u32;
    low
}
