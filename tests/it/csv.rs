//! A table as RFC 4180 writes it, read without mercy.
use std::collections::BTreeMap;

use serde_json::Value;

/// Rows by the names of their columns.
#[track_caller]
pub fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut records = records(text).into_iter();
    let header = records.next().expect("no header row");
    records
        .map(|cells| {
            assert_eq!(cells.len(), header.len(), "{cells:?}");
            let cells = cells.into_iter().map(in_order);
            header.iter().cloned().zip(cells).collect()
        })
        .collect()
}

/// JSON in a cell, its members in the order that this test writes them.
fn in_order(cell: String) -> String {
    match serde_json::from_str::<Value>(&cell) {
        Ok(json @ (Value::Object(_) | Value::Array(_))) => json.to_string(),
        Ok(_) | Err(_) => cell,
    }
}

#[track_caller]
pub fn records(text: &str) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (cell, after) = if let Some(quoted) = rest.strip_prefix('"') {
            quoted_cell(quoted)
        } else {
            let end = rest.find([',', '\r']).expect("a record does not end");
            (rest[..end].to_owned(), &rest[end..])
        };
        assert!(!cell.contains('"') || rest.starts_with('"'), "{cell}");
        record.push(cell);
        if let Some(next) = after.strip_prefix("\r\n") {
            records.push(std::mem::take(&mut record));
            rest = next;
        } else {
            rest = after.strip_prefix(',').expect("something after a cell");
        }
    }
    assert!(record.is_empty(), "the last record does not end");
    records
}

/// A cell behind its first quotation mark, and what follows its last.
#[track_caller]
fn quoted_cell(mut rest: &str) -> (String, &str) {
    let mut cell = String::new();
    loop {
        let end = rest.find('"').expect("a cell does not end");
        cell.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                cell.push('"');
                rest = more;
            }
            None => return (cell, rest),
        }
    }
}

/// The row that an event of the API should be, before formulas get their apostrophe.
pub fn row_of(event: &Value) -> BTreeMap<String, String> {
    let mut row = BTreeMap::new();
    let mut put = |name: &str, value: &Value| {
        let text = match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            Value::Array(list) if list.is_empty() => String::new(),
            Value::Object(members) if members.is_empty() => String::new(),
            other => other.to_string(),
        };
        row.insert(name.to_owned(), text);
    };
    for (name, value) in event.as_object().unwrap() {
        let parts: &[&str] = match name.as_str() {
            "pool" => &["slug", "name"],
            "actor" => &["type", "id", "email", "label"],
            "target" | "via" => &["kind", "id", "label"],
            _ => {
                put(name, value);
                continue;
            }
        };
        for part in parts {
            put(&format!("{name}_{part}"), &value[*part]);
        }
    }
    row
}

#[test]
fn the_reader_reads_what_the_standard_says() {
    let text = "a,b\r\n1,\"x, \"\"y\"\"\r\n\"\r\n,\r\n";
    let expected = [["a", "b"], ["1", "x, \"y\"\r\n"], ["", ""]];
    assert_eq!(records(text), expected);
}
