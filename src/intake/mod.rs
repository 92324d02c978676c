//! The only reader of foreign JSON: bytes of a delivery in, safe events or errors out. Files in
//! reading order: read, tree and parser, rules, item, entries, digest; and document, of an
//! upstream.
mod digest;
mod document;
mod entries;
mod error;
mod item;
mod parser;
#[cfg(test)]
mod property;
mod read;
mod rules;
mod sightings;
#[cfg(test)]
mod tests;
mod tree;

pub use document::{DocumentFault, read_document};
pub use error::{ItemCode, ItemError};
pub use read::{Format, Intake, PoolAsserted, Submitted};
pub use sightings::Sighting;
