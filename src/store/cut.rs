//! The log and its tree as of one commit. Readers of the log alone do not come here.
use std::sync::{Arc, PoisonError, RwLock};

use crate::index::{Reader, Snapshot};
use crate::ledger::{Checkpoint, Tree};

/// The tree over everything that readers see.
#[derive(Clone, Default)]
pub struct Edge(Arc<RwLock<Tree>>);

#[derive(Clone)]
pub struct Cuts {
    index: Reader,
    edge: Edge,
}

impl Edge {
    /// The writer shows a commit: its tree, and by `publish_index` its rows. Nobody can cut
    /// between the two.
    pub fn publish(&self, tree: &Tree, publish_index: impl FnOnce()) {
        let mut edge = self.0.write().unwrap_or_else(PoisonError::into_inner);
        edge.clone_from(tree);
        publish_index();
    }
}

impl Cuts {
    pub fn new(index: Reader, edge: Edge) -> Self {
        Self { index, edge }
    }

    /// What is in the log now, and the checkpoint over exactly that.
    pub fn cut(&self) -> (Arc<Snapshot>, Checkpoint) {
        let edge = self.edge.0.read().unwrap_or_else(PoisonError::into_inner);
        (self.index.snapshot(), edge.checkpoint())
    }
}
