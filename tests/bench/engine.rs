//! The index alone and recording alone, in process and on one thread, by the measuring tests that
//! lie beside them. They are built and run here, and the figures are read from what they say, in
//! the median of three runs.
use std::process::Command;

use crate::report::median;
use crate::rounds::ROUNDS;
use crate::targets::Column;

const INDEX: &str = "index::measure::ten_million";
const RECORDING: &str = "api::measure::recording";

pub fn measure() -> Column {
    let said = [(); ROUNDS].map(|()| run(&[INDEX, RECORDING]));
    let figure = |line: &str, name: &str| median(&said, |it| ms(it, line, name));
    Column {
        title: "in process".to_owned(),
        figures: vec![
            ("T8", figure("page:", "p99")),
            ("T8 ", figure("page:", "max")),
            ("T10", figure("count:", "p99")),
            ("T15", figure("recording:", "each") * 1e3),
        ],
    }
}

/// What measuring tests say.
fn run(tests: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["test", "--release", "--locked", "--bin", "annals", "--"])
        .args(["--ignored", "--exact", "--nocapture", "--test-threads", "1"])
        .args(tests)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let lines = said.lines().filter(|it| !it.starts_with("   Compiling"));
    let said = lines.collect::<Vec<_>>().join("\n");
    println!("```text\n{said}\n```");
    said
}

/// Milliseconds: the word after `name` in the line that begins so.
fn ms(said: &str, line: &str, name: &str) -> f64 {
    let line = said.lines().find(|it| it.trim_start().starts_with(line));
    let mut words = line.unwrap_or_default().split(' ');
    let found = words.find(|it| *it == name).and_then(|_| words.next());
    let unit = |it: &str| it.find(|it: char| it.is_alphabetic() || it == 'µ');
    let Some((number, unit)) = found.and_then(|it| Some(it.split_at(unit(it)?))) else {
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
