//! The rows of `saved_view`. Not audited: what a person prefers to look at.
use rusqlite::{Connection, Row, named_params};

use super::sql::OrSql;
use crate::base::Result;
use crate::model::SavedView;

/// Every view, by name.
pub fn all(conn: &Connection) -> Result<Vec<SavedView>> {
    let mut statement = conn
        .prepare_cached("select * from saved_view order by name collate nocase, no")
        .sql("cannot read the saved views")?;
    let rows = statement.query_map([], view);
    rows.and_then(Iterator::collect)
        .sql("cannot read a saved view")
}

/// One of the same name and operator is replaced.
pub fn save(conn: &Connection, view: &SavedView) -> Result<()> {
    conn.execute(
        "insert into saved_view (operator_no, name, query, shared)
         values (:operator_no, :name, :query, :shared)
         on conflict (operator_no, name) do update
         set query = excluded.query, shared = excluded.shared",
        named_params! {
            ":operator_no": view.operator_no,
            ":name": view.name,
            ":query": view.query,
            ":shared": view.is_shared,
        },
    )
    .sql("cannot store a saved view")?;
    Ok(())
}

pub fn delete(conn: &Connection, no: i64) -> Result<()> {
    conn.execute("delete from saved_view where no = ?", [no])
        .sql("cannot delete a saved view")?;
    Ok(())
}

fn view(row: &Row<'_>) -> rusqlite::Result<SavedView> {
    Ok(SavedView {
        no: row.get("no")?,
        operator_no: row.get("operator_no")?,
        name: row.get("name")?,
        query: row.get("query")?,
        is_shared: row.get("shared")?,
    })
}
