//! The rows of `segment`.
use rusqlite::{Connection, named_params};

use super::sql::OrSql;
use crate::base::{Hash, Result};
use crate::index::Segment;

pub fn insert(conn: &Connection, segment: &Segment, digests: &[u64], root: &Hash) -> Result<()> {
    let seen: Vec<u8> = digests.iter().flat_map(|it| it.to_le_bytes()).collect();
    conn.execute(
        "insert into segment (no, columns, seen, root) values (:no, :columns, :seen, :root)",
        named_params! {
            ":no": segment.no(), ":columns": segment.encode(), ":seen": seen, ":root": root,
        },
    )
    .sql("cannot seal a segment")?;
    Ok(())
}
