//! The log as the index reads it: sealed segments and the open end after them.
use std::sync::Arc;

use super::number::seq;
use super::query::Wanted;
use super::row::Row;
use super::segment::Segment;
use super::tail::{BLOCK_LEN, Tail};
use crate::base::Millis;

/// Clones share everything.
#[derive(Clone)]
pub struct Log {
    pub segments: Arc<Vec<Arc<Segment>>>,
    pub tail: Tail,
    pub segment_len: usize,
}

/// A segment or a block of the tail, and what it spans.
#[derive(Clone, Copy)]
pub struct Bounds {
    pub source: Source,
    pub min_ms: Millis,
    pub max_ms: Millis,
    pub first_seq: i64,
    pub end_seq: i64,
}

#[derive(Clone, Copy)]
pub enum Source {
    Segment(usize),
    Block(usize),
}

impl Log {
    pub fn len(&self) -> i64 {
        self.sealed() + seq(self.tail.len())
    }

    pub fn sealed(&self) -> i64 {
        seq(self.segments.len() * self.segment_len)
    }

    pub fn row(&self, seq: i64) -> Option<Row> {
        let at = usize::try_from(seq).ok()?;
        match self.segments.get(at / self.segment_len) {
            Some(segment) => segment.row(u16::try_from(at % self.segment_len).ok()?),
            None => self.tail.row(at - self.segments.len() * self.segment_len),
        }
    }

    /// Every part, segments first.
    pub fn sources(&self) -> impl Iterator<Item = Bounds> {
        let segments = self.segments.iter().enumerate().map(|(at, it)| Bounds {
            source: Source::Segment(at),
            min_ms: it.min_ms(),
            max_ms: it.max_ms(),
            first_seq: it.first_seq(),
            end_seq: it.first_seq() + seq(it.len()),
        });
        let sealed = self.sealed();
        let blocks = self.tail.blocks().enumerate().map(move |(at, it)| {
            let first_seq = sealed + seq(at * BLOCK_LEN);
            Bounds {
                source: Source::Block(at),
                min_ms: it.min_ms(),
                max_ms: it.max_ms(),
                first_seq,
                end_seq: first_seq + seq(it.rows().len()),
            }
        });
        segments.chain(blocks)
    }
}

impl Bounds {
    pub fn may_match(&self, wanted: &Wanted) -> bool {
        let (from, until) = wanted.span;
        let only = wanted.only_within(self.first_seq, self.end_seq);
        self.min_ms < until
            && self.max_ms >= from
            && self.first_seq < wanted.limit_seq
            && only.is_none_or(|it| !it.is_empty())
    }
}
