//! Interning: the number of every text that the column index refers to.
use std::collections::HashMap;

use rusqlite::{Connection, named_params};

use super::sql::OrSql;
use crate::base::{Error, Kind, Result, sha256};

/// 128 bits of SHA-256: two texts never share it.
pub type Digest = [u8; 16];

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Vocabulary {
    Action,
    TargetKind,
    Actor,
    Target,
}

/// Distinct texts that a vocabulary can hold; names are the columns' 16 bits.
const NAMES_MAX: u32 = 60_000;
const SNAPSHOTS_MAX: u32 = u32::MAX - 1;

/// One vocabulary's numbers. Knows every text by digest, keeps none.
pub struct Terms {
    vocabulary: Vocabulary,
    numbers: HashMap<Digest, u32>,
    /// Added since the last commit, in the order of their numbers.
    fresh: Vec<(Digest, String)>,
}

impl Vocabulary {
    pub const ALL: [Self; 4] = [Self::Action, Self::TargetKind, Self::Actor, Self::Target];

    /// Its place in `ALL`.
    pub fn place(self) -> usize {
        usize::from(self.code()) - 1
    }

    /// Its number in the database.
    pub fn code(self) -> u8 {
        match self {
            Self::Action => 1,
            Self::TargetKind => 2,
            Self::Actor => 3,
            Self::Target => 4,
        }
    }
}

impl Terms {
    pub fn new(vocabulary: Vocabulary) -> Self {
        Self {
            vocabulary,
            numbers: HashMap::new(),
            fresh: Vec::new(),
        }
    }

    /// Takes a stored text; they come in the order of their numbers.
    pub fn load(&mut self, text: &str) {
        let no = self.next();
        self.numbers.insert(digest(text), no);
    }

    /// The text's number, given and stored now if it is new.
    pub fn intern(&mut self, conn: &Connection, text: &str, digest: Digest) -> Result<u32> {
        if let Some(no) = self.numbers.get(&digest) {
            return Ok(*no);
        }
        let no = self.next();
        if no > self.most() {
            return Err(Error::new(Kind::InvalidEvent, "too many distinct names"));
        }
        conn.prepare_cached(
            "insert into term (vocabulary, no, text) values (:vocabulary, :no, :text)",
        )
        .and_then(|mut it| {
            it.execute(named_params! {
                ":vocabulary": self.vocabulary.code(), ":no": no, ":text": text,
            })
        })
        .sql("cannot store a term")?;
        self.numbers.insert(digest, no);
        self.fresh.push((digest, text.to_owned()));
        Ok(no)
    }

    pub fn number(&self, digest: Digest) -> Option<u32> {
        self.numbers.get(&digest).copied()
    }

    pub fn fresh(&self) -> usize {
        self.fresh.len()
    }

    /// Forgets what was added beyond the first `kept` since the last commit.
    pub fn rewind(&mut self, kept: usize) {
        for (digest, _) in self.fresh.drain(kept..) {
            self.numbers.remove(&digest);
        }
    }

    /// What the last commit added.
    pub fn take_fresh(&mut self) -> impl Iterator<Item = String> + '_ {
        self.fresh.drain(..).map(|(_, text)| text)
    }

    fn next(&self) -> u32 {
        u32::try_from(self.numbers.len()).map_or(u32::MAX, |it| it.saturating_add(1))
    }

    fn most(&self) -> u32 {
        match self.vocabulary {
            Vocabulary::Action | Vocabulary::TargetKind => NAMES_MAX,
            Vocabulary::Actor | Vocabulary::Target => SNAPSHOTS_MAX,
        }
    }
}

pub fn digest(text: &str) -> Digest {
    let hash = sha256(&[text.as_bytes()]);
    let mut digest = [0; 16];
    digest.copy_from_slice(&hash[..16]);
    digest
}
