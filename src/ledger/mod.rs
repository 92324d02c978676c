//! AL1: the bytes that are hashed, and the tree over them (`tamper-evidence.md` §2).
mod checkpoint;
mod entry;
mod tree;

pub use checkpoint::Checkpoint;
pub use entry::{GLOBAL, Header, PoolId, commitment};
pub use tree::{Frontier, Tree};
