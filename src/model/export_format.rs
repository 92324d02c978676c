//! The two forms of an export (`contract.md` §4). Both hold what the API's events hold.
use serde::Serialize;

use super::csv;
use super::event::Event;
use super::event_out::EventOut;
use super::time;
use crate::base::Millis;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ExportFormat {
    Csv,
    Ndjson,
}

/// The last line: what the export was cut at. An export without it is not whole.
#[derive(Serialize)]
struct Trailer<'a> {
    checkpoint: &'a str,
}

/// Stands for an event that is stored and cannot be read, so that no row goes missing.
#[derive(Serialize)]
struct Lost {
    seq: i64,
    occurred_at: String,
    unreadable: bool,
}

impl ExportFormat {
    /// Also what a file's name ends with.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    /// What stands before the first row.
    pub fn head(self) -> String {
        match self {
            Self::Csv => csv::header(),
            Self::Ndjson => String::new(),
        }
    }

    pub fn row(self, seq: i64, occurred_ms: Millis, event: Option<Event>, to: &mut String) {
        match (self, event) {
            (Self::Csv, Some(event)) => csv::row(&event, to),
            (Self::Csv, None) => csv::unreadable(seq, occurred_ms, to),
            (Self::Ndjson, Some(event)) => line(&EventOut::from(event), to),
            (Self::Ndjson, None) => line(
                &Lost {
                    seq,
                    occurred_at: time::rfc3339(occurred_ms),
                    unreadable: true,
                },
                to,
            ),
        }
    }

    /// What stands after the last row. A table has no place for it: there it is a header.
    pub fn end(self, checkpoint: &str, to: &mut String) {
        match self {
            Self::Csv => {}
            Self::Ndjson => line(&Trailer { checkpoint }, to),
        }
    }
}

fn line(value: &impl Serialize, to: &mut String) {
    // Serializing our own closed types cannot fail.
    to.push_str(&serde_json::to_string(value).unwrap_or_default());
    to.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_cannot_be_read_and_a_trailer_are_lines_of_their_own() {
        let mut text = ExportFormat::Ndjson.head();
        ExportFormat::Ndjson.row(7, 0, None, &mut text);
        ExportFormat::Ndjson.end("8:00ff", &mut text);
        let expected = concat!(
            r#"{"seq":7,"occurred_at":"1970-01-01T00:00:00.000Z","unreadable":true}"#,
            "\n",
            r#"{"checkpoint":"8:00ff"}"#,
            "\n",
        );
        assert_eq!(text, expected);
    }
}
