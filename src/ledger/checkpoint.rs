//! A size of the log and the root over so many entries: what somebody can write down to find out
//! later whether anything before it was changed.
use std::fmt;

use crate::base::{Hash, hex};

/// As text `SIZE:ROOT`, the root in hexadecimal digits, as `annals verify --expect` takes it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Checkpoint {
    pub size: u64,
    pub root: Hash,
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.size, hex(&self.root))
    }
}
