//! The shared test data, where it is at hand: `../shared/data` beside the repository, or the
//! folder that `ANNALS_TEST_DATA` names. It is never part of the repository.
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::appliance::Folder;

/// The folder; without it the test that asks says that it was skipped.
pub fn folder(test: &str) -> Option<PathBuf> {
    let named = std::env::var_os("ANNALS_TEST_DATA").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| PathBuf::from("../shared/data"));
    if folder.join("events").is_dir() {
        return Some(folder);
    }
    say(&format!(
        "SKIPPED {test}: no test data at {}",
        folder.display()
    ));
    None
}

/// Unpacks the secrets where they vanish with the value returned.
pub fn secrets(data: &Path) -> Folder {
    let folder = Folder::new();
    let status = Command::new("tar")
        .arg("-xJf")
        .arg(data.join("secrets.tar.xz"))
        .arg("-C")
        .arg(folder.file(""))
        .status();
    assert!(status.unwrap().success());
    folder
}

pub fn rows(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap();
    text.lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect()
}

/// Every recorded event of every system.
pub fn events(data: &Path) -> Vec<Value> {
    let mut files: Vec<_> = fs::read_dir(data.join("events"))
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    files.sort();
    files.iter().flat_map(|it| rows(it)).collect()
}

/// Says something that the test harness does not swallow when the test passes.
pub fn say(line: &str) {
    let mut out = std::io::stdout();
    let _ = out.write_all(format!("{line}\n").as_bytes());
}

/// Each text inside a value, keys included.
pub fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members
            .iter()
            .flat_map(|(key, value)| std::iter::once(key.clone()).chain(texts(value)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}
