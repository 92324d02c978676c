//! The rows of `segment`.
use rusqlite::{Connection, named_params};

use super::sql::OrSql;
use crate::base::{Hash, Result};
use crate::index::Segment;

pub fn insert(conn: &Connection, segment: &Segment, digests: &[u64], root: &Hash) -> Result<()> {
    conn.execute(
        "insert into segment (no, columns, seen, root) values (:no, :columns, :seen, :root)",
        named_params! {
            ":no": segment.no(),
            ":columns": segment.encode(),
            ":seen": seen(digests),
            ":root": root,
        },
    )
    .sql("cannot seal a segment")?;
    Ok(())
}

pub fn count(conn: &Connection) -> Result<usize> {
    conn.query_row("select count(*) as segments from segment", [], |row| {
        row.get::<_, u32>("segments")
    })
    .map(|it| it as usize)
    .sql("cannot count the segments")
}

/// The digests of the senders' ids as they are kept.
pub fn seen(digests: &[u64]) -> Vec<u8> {
    digests.iter().flat_map(|it| it.to_le_bytes()).collect()
}
