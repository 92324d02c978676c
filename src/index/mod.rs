//! The column index: which events match a filter, in which order, and how many. Pure data
//! structures in memory; knows no SQL and nothing of what an event says.
//!
//! To read it: `row` is an event as numbers, `segment` 65,536 of them, `tail` the rest; `query`
//! is what is asked, `scan` answers it for one segment, `plan` for the log, and `matches` counts
//! what was found; `snapshot` is what writer and readers share. `dictionary` finds texts, `seen`
//! finds events sent twice.
mod bitmap;
mod bytetest;
mod column;
mod dictionary;
mod encode;
mod fold;
mod gathered;
mod idcolumn;
mod idset;
mod lanes;
mod log;
mod mask;
mod matches;
mod names;
mod number;
mod plan;
mod postings;
mod query;
mod row;
mod scan;
mod seen;
mod segment;
mod snapshot;
mod survey;
mod tail;
mod tally;
mod terms;
mod texttest;

pub use fold::{fold, fold_onto};
pub use gathered::Gathered;
pub use matches::Matches;
pub use plan::Plan;
pub use query::{Pools, Query};
pub use row::{Flags, Place, Row, SEGMENT_LEN};
pub use seen::Seen;
pub use segment::Segment;
pub use snapshot::{Index, Reader, Snapshot};
pub use survey::{Choices, Survey};
pub use terms::{Mark, Vocabulary};

#[cfg(test)]
mod measure;
#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
