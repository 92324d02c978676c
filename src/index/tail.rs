//! The open end of the log: what is not in a segment yet, in small blocks.
use std::sync::Arc;

use super::row::Row;
use crate::base::Millis;

/// Small, since publishing copies the open block; a segment is a multiple of it.
pub const BLOCK_LEN: usize = 256;

/// Clones share everything; the writer copies the open block when it next writes to it.
#[derive(Clone)]
pub struct Tail {
    full: Arc<Vec<Arc<Block>>>,
    open: Arc<Block>,
}

/// Up to 256 events in the order of their arrival.
#[derive(Clone)]
pub struct Block {
    rows: Vec<Row>,
    min_ms: Millis,
    max_ms: Millis,
}

impl Tail {
    pub fn new() -> Self {
        Self {
            full: Arc::default(),
            open: Arc::new(Block::new()),
        }
    }

    pub fn len(&self) -> usize {
        self.full.len() * BLOCK_LEN + self.open.rows.len()
    }

    pub fn push(&mut self, row: Row) {
        let open = Arc::make_mut(&mut self.open);
        open.push(row);
        if open.rows.len() == BLOCK_LEN {
            let full = std::mem::replace(&mut self.open, Arc::new(Block::new()));
            Arc::make_mut(&mut self.full).push(full);
        }
    }

    pub fn rows(&self) -> impl Iterator<Item = Row> {
        self.blocks().flat_map(|it| it.rows.iter().copied())
    }

    pub fn row(&self, at: usize) -> Option<Row> {
        let block = self.full.get(at / BLOCK_LEN).unwrap_or(&self.open);
        let first = self.full.len().min(at / BLOCK_LEN) * BLOCK_LEN;
        block.rows.get(at - first).copied()
    }

    /// Every block that has rows; each but the last has `BLOCK_LEN`.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        let open = (!self.open.rows.is_empty()).then_some(&self.open);
        self.full.iter().chain(open).map(Arc::as_ref)
    }

    pub fn block(&self, at: usize) -> &Block {
        self.full.get(at).unwrap_or(&self.open)
    }

    /// Forgets the first `rows`, a multiple of the block: they are in a segment now.
    pub fn drop_first(&mut self, rows: usize) {
        assert!(rows.is_multiple_of(BLOCK_LEN) && rows <= self.full.len() * BLOCK_LEN);
        Arc::make_mut(&mut self.full).drain(..rows / BLOCK_LEN);
    }
}

impl Block {
    fn new() -> Self {
        Self {
            rows: Vec::new(),
            min_ms: Millis::MAX,
            max_ms: Millis::MIN,
        }
    }

    fn push(&mut self, row: Row) {
        if self.rows.is_empty() {
            self.rows.reserve_exact(BLOCK_LEN);
        }
        self.min_ms = self.min_ms.min(row.occurred_ms);
        self.max_ms = self.max_ms.max(row.occurred_ms);
        self.rows.push(row);
    }

    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub fn min_ms(&self) -> Millis {
        self.min_ms
    }

    pub fn max_ms(&self) -> Millis {
        self.max_ms
    }
}
