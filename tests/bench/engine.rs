//! The index alone, in process and on one thread, by the measuring test that lies beside it. It is
//! built and run here; what it says is shown, and its figures are read from it.
use std::process::Command;

use crate::targets::Column;

const INDEX: &str = "index::measure::ten_million";

pub fn measure() -> Column {
    let index = run(INDEX);
    let figure = |line: &str, name: &str| ms(&index, line, name);
    Column {
        title: "in process".to_owned(),
        figures: vec![
            ("T8", figure("page:", "p99")),
            ("T8 ", figure("page:", "max")),
            ("T10", figure("count:", "p99")),
        ],
    }
}

/// What a measuring test says.
fn run(test: &str) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["test", "--release", "--locked", "--bin", "annals", test])
        .args(["--", "--ignored", "--exact", "--nocapture"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{test}: {said}");
    println!(
        "```text\n{}```\n",
        said.split("ten_million ...").last().unwrap_or(&said)
    );
    said
}

/// Milliseconds: the word after `name` in the first line that begins so.
fn ms(said: &str, line: &str, name: &str) -> f64 {
    let line = said.lines().find(|it| it.trim_start().starts_with(line));
    let mut words = line.unwrap_or_default().split(' ');
    let found = words.find(|it| *it == name).and_then(|_| words.next());
    let digits = |it: &str| it.find(|it: char| it.is_alphabetic() || it == 'µ');
    let Some((number, unit)) = found.and_then(|it| Some(it.split_at(digits(it)?))) else {
        return f64::NAN;
    };
    let each = match unit {
        "s" => 1e3,
        "ms" => 1.0,
        "ns" => 1e-6,
        _ => 1e-3,
    };
    number.parse().map_or(f64::NAN, |it: f64| it * each)
}
