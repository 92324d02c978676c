//! The only reader of foreign JSON: bytes of a delivery in, safe events or errors out. Files in
//! reading order: read, tree and parser, item, entries, digest.
mod digest;
mod entries;
mod error;
mod item;
mod parser;
#[cfg(test)]
mod property;
mod read;
#[cfg(test)]
mod tests;
mod tree;

pub use error::{ItemCode, ItemError};
pub use read::{Format, Intake, PoolAsserted, Submitted};
