//! Events as rows of a table (RFC 4180). Spreadsheets take some texts for formulas; those get an
//! apostrophe in front, so whoever needs every text as it is takes NDJSON.
use serde_json::Serializer;

use super::body::{ChangeEntry, Value};
use super::catalogue;
use super::event::Event;
use super::{json, time};
use crate::base::{Millis, hex};

/// In the order of the API's event; its parts are columns, its lists JSON in one cell.
const COLUMNS: [&str; 29] = [
    "seq",
    "id",
    "occurred_at",
    "recorded_at",
    "pool_slug",
    "pool_name",
    "action",
    "title",
    "outcome",
    "reason",
    "actor_type",
    "actor_id",
    "actor_email",
    "actor_label",
    "target_kind",
    "target_id",
    "target_label",
    "request_id",
    "delivery_id",
    "ip",
    "client",
    "changes",
    "details",
    "via_kind",
    "via_id",
    "via_label",
    "late",
    "redactions",
    "leaf_hash",
];

const UNREADABLE: &str = "This event cannot be read";

pub fn header() -> String {
    format!("{}\r\n", COLUMNS.join(","))
}

/// What is not known, and a list without entries, is a blank cell.
pub fn row(event: &Event, to: &mut String) {
    let body = &event.body;
    let (pool, target) = (body.pool.as_ref(), body.target.as_ref());
    let cells: [&str; COLUMNS.len()] = [
        &event.seq.to_string(),
        text(body.id.as_ref()),
        &time::rfc3339(body.occurred_ms),
        &time::rfc3339(event.recorded_ms),
        pool.map_or("", |it| &it.slug),
        pool.map_or("", |it| &it.name),
        &body.action,
        &catalogue::title(&body.action, body.outcome),
        body.outcome.as_str(),
        text(body.reason.as_ref()),
        body.actor.kind.as_str(),
        text(body.actor.id.as_ref()),
        text(body.actor.email.as_ref()),
        text(body.actor.label.as_ref()),
        target.map_or("", |it| &it.kind),
        target.map_or("", |it| text(it.id.as_ref())),
        target.map_or("", |it| text(it.label.as_ref())),
        text(body.request_id.as_ref()),
        text(body.delivery_id.as_ref()),
        text(body.ip.as_ref()),
        text(body.client.as_ref()),
        &changes(&body.changes),
        &details(&body.details),
        body.via.kind.as_str(),
        text(body.via.id.as_ref()),
        text(body.via.label.as_ref()),
        if body.late { "true" } else { "false" },
        &body.redactions.to_string(),
        &hex(&event.leaf),
    ];
    write(&cells, to);
}

/// A row that is there and says that it cannot be read.
pub fn unreadable(seq: i64, occurred_ms: Millis, to: &mut String) {
    let (seq, occurred) = (seq.to_string(), time::rfc3339(occurred_ms));
    let cells = COLUMNS.map(|it| match it {
        "seq" => seq.as_str(),
        "occurred_at" => &occurred,
        "title" => UNREADABLE,
        _ => "",
    });
    write(&cells, to);
}

fn text(value: Option<&String>) -> &str {
    value.map_or("", String::as_str)
}

fn changes(changes: &[ChangeEntry]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    serde_json::to_string(changes).unwrap_or_default()
}

fn details(details: &[(String, Value)]) -> String {
    if details.is_empty() {
        return String::new();
    }
    let mut bytes = Vec::new();
    let written = json::details::serialize(details, &mut Serializer::new(&mut bytes));
    written
        .ok()
        .and_then(|()| String::from_utf8(bytes).ok())
        .unwrap_or_default()
}

fn write(cells: &[&str], to: &mut String) {
    for (place, text) in cells.iter().enumerate() {
        if place > 0 {
            to.push(',');
        }
        cell(text, to);
    }
    to.push_str("\r\n");
}

fn cell(text: &str, to: &mut String) {
    let mark = if is_formula(text) { "'" } else { "" };
    if !text.contains(['"', ',', '\r', '\n']) {
        to.push_str(mark);
        to.push_str(text);
        return;
    }
    to.push('"');
    to.push_str(mark);
    for piece in text.split_inclusive('"') {
        to.push_str(piece);
        if piece.ends_with('"') {
            to.push('"');
        }
    }
    to.push('"');
}

/// Whether a spreadsheet could take it for a formula, or for the end of a cell: by its first
/// character, also in full width, and also behind what looks like nothing.
fn is_formula(text: &str) -> bool {
    let begins_cell = |it: char| matches!(it, '\t' | '\r' | '\n');
    let is_nothing = |it: char| {
        let is_invisible = matches!(
            it,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        );
        !begins_cell(it) && (it.is_whitespace() || it.is_control() || is_invisible)
    };
    let first = text.chars().find(|it| !is_nothing(*it));
    first.is_some_and(|it| {
        let is_sign = matches!(it, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
        is_sign || begins_cell(it)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_could_be_a_formula_is_text() {
        #[track_caller]
        fn case(text: &str, expected: &str) {
            let mut written = String::new();
            cell(text, &mut written);
            assert_eq!(written, expected);
        }
        case("=1+1", "'=1+1");
        case("+1", "'+1");
        case("-1", "'-1");
        case("@SUM(A1)", "'@SUM(A1)");
        case("\t=1", "'\t=1");
        case("\r=1", "\"'\r=1\"");
        case("\n", "\"'\n\"");
        case("   =1", "'   =1");
        case("\u{a0}\u{3000}=1", "'\u{a0}\u{3000}=1");
        case("\u{feff}=1", "'\u{feff}=1");
        case("\0=1", "'\0=1");
        case("＝1", "'＝1");
        case(" ＠SUM", "' ＠SUM");
        case("－1", "'－1");
        case("＋1", "'＋1");
        case(
            "=HYPERLINK(\"x\",\"y\")",
            "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"",
        );
        case("", "");
        case("  ", "  ");
        case("a=1", "a=1");
        case("2026-11-25T00:00:00.000Z", "2026-11-25T00:00:00.000Z");
        case("'=1", "'=1");
    }

    #[test]
    fn what_would_end_a_cell_is_quoted() {
        #[track_caller]
        fn case(text: &str, expected: &str) {
            let mut written = String::new();
            cell(text, &mut written);
            assert_eq!(written, expected);
        }
        case("a b", "a b");
        case("a,b", "\"a,b\"");
        case("\"", "\"\"\"\"");
        case("a\"b\"", "\"a\"\"b\"\"\"");
        case("a\nb", "\"a\nb\"");
        case("ä;b", "ä;b");
    }

    #[test]
    fn a_row_that_cannot_be_read_has_every_column() {
        let mut written = String::new();
        unreadable(7, 0, &mut written);
        let row = written.strip_suffix("\r\n").unwrap();
        assert_eq!(row.matches(',').count(), COLUMNS.len() - 1);
        assert!(row.starts_with("7,,1970-01-01T00:00:00.000Z,"));
        assert!(row.contains(UNREADABLE));
        assert_eq!(header().matches(',').count(), COLUMNS.len() - 1);
    }
}
