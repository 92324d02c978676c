//! The shape of src/, kept true. If a change fails here, change the design on purpose (and the
//! picture in README.md), or change the change.
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::source::{Source, sources};

/// Ground first. A box may use only boxes on lower floors.
const FLOORS: &[&[&str]] = &[
    &["base"],
    &["model", "index", "ledger", "http", "assets", "config"],
    &["views", "store", "intake"],
    &["app"],
    &["gate"],
    &["pages", "api"],
    &["routes"],
    &["server"],
    &["cli"],
    &["main"],
];

/// What only some boxes may name, because one place answers for it.
const HOMES: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("maud", &["views"]),
    ("argon2", &["base"]),
    ("hyper", &["http", "server"]),
    ("hyper_util", &["http", "server"]),
    ("rustix::rand", &["base"]),
    ("std::time::SystemTime", &["base"]),
    ("std::env", &["config", "cli"]),
    ("serde_json::Value", &[]),
];

const TOP: &[&str] = &[
    ".cargo",
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "assets",
    "packaging",
    "schema.sql",
    "src",
    "tests",
];
/// Made by tools, ignored by git.
const MADE: &[&str] = &[".git", "annals-data", "target"];

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 50;
const LINE_MAX: usize = 100;

#[test]
fn a_box_uses_only_lower_floors() {
    for file in sources("src") {
        for used in &file.paths {
            let Some(used) = used.first().filter(|it| *it != file.area()) else {
                continue;
            };
            assert!(
                floor(used) < floor(file.area()),
                "{}: {} must not use {used}",
                file.path.display(),
                file.area()
            );
        }
    }
}

#[test]
fn every_box_has_a_floor_and_every_floor_has_its_boxes() {
    let drawn: BTreeSet<_> = FLOORS.concat().into_iter().map(str::to_owned).collect();
    let found: BTreeSet<_> = sources("src")
        .iter()
        .map(|it| it.area().to_owned())
        .collect();
    assert_eq!(drawn, found);
}

/// Inside a box, siblings may use each other, but never in a circle, and never their own door.
#[test]
fn files_of_a_box_use_each_other_without_circles() {
    let files = sources("src");
    let modules: BTreeSet<_> = files.iter().map(|it| it.module.clone()).collect();
    let mut doors = Vec::new();
    // Per folder: which of its entries use which others.
    let mut uses: BTreeMap<Vec<String>, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for file in files
        .iter()
        .filter(|it| !it.module.is_empty() && !it.is_test)
    {
        for used in file.paths.iter().filter_map(|it| resolve(it, &modules)) {
            let own_door = used.len() < file.module.len() && file.module.starts_with(&used);
            if own_door {
                doors.push(file.path.display().to_string());
                continue;
            }
            let common = used
                .iter()
                .zip(&file.module)
                .take_while(|(a, b)| a == b)
                .count();
            if let (Some(from), Some(to)) = (file.module.get(common), used.get(common)) {
                let folder = uses.entry(used[..common].to_vec()).or_default();
                folder.entry(from.clone()).or_default().insert(to.clone());
            }
        }
    }
    assert!(doors.is_empty(), "these use their own door: {doors:#?}");
    for (folder, mut uses) in uses {
        loop {
            let free = |used: &BTreeSet<String>| used.iter().all(|it| !uses.contains_key(it));
            let free: Vec<_> = uses
                .iter()
                .filter(|(_, it)| free(it))
                .map(|(it, _)| it.clone())
                .collect();
            if free.is_empty() {
                break;
            }
            uses.retain(|name, _| !free.contains(name));
        }
        assert!(
            uses.is_empty(),
            "a circle in {}: {uses:?}",
            folder.join("/")
        );
    }
}

#[test]
fn the_picture_in_the_readme_is_true() {
    let mut picture = String::from("```text\n");
    for (number, boxes) in FLOORS.iter().enumerate().rev() {
        writeln!(picture, "{number}  {}", boxes.join("  ")).unwrap();
    }
    picture.push_str("```");
    let readme = fs::read_to_string("README.md").unwrap();
    assert!(readme.contains(&picture), "redraw:\n{picture}");
}

#[test]
fn some_words_live_in_one_place_only() {
    let mut strays = Vec::new();
    for file in sources("src").into_iter().filter(|it| !it.is_test) {
        let at = file.path.display();
        for (word, homes) in HOMES {
            let word: Vec<_> = word.split("::").collect();
            let begins = |path: &Vec<String>| {
                path.len() >= word.len() && path.iter().zip(&word).all(|(a, b)| a == b)
            };
            if file.outside.iter().any(begins) && !homes.contains(&file.area()) {
                strays.push(format!("{at}: {} belongs in {homes:?}", word.join("::")));
            }
        }
        if file.code.contains("PreEscaped") && !file.path.ends_with("views/icons.rs") {
            strays.push(format!("{at}: markup that is not escaped"));
        }
    }
    assert!(strays.is_empty(), "{strays:#?}");
}

#[test]
fn every_file_begins_by_saying_what_it_is() {
    for file in sources("src").into_iter().chain(sources("tests")) {
        assert!(
            file.text.starts_with("//! "),
            "{} has no first line",
            file.path.display()
        );
    }
}

#[test]
fn files_functions_and_lines_stay_short() {
    let files = sources("src").into_iter().chain(sources("tests"));
    let long: Vec<_> = files.flat_map(|it| too_long(&it)).collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn the_top_level_holds_what_it_always_holds() {
    let found: BTreeSet<_> = fs::read_dir(".")
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .filter(|it| !MADE.contains(&it.as_str()))
        .collect();
    let fixed: BTreeSet<_> = TOP.iter().map(|it| (*it).to_owned()).collect();
    assert_eq!(found, fixed);
    assert!(Path::new(".ci/run").exists());
}

#[test]
fn nothing_unfinished_is_in_the_tree() {
    let marks = [
        ["TO", "DO"].concat(),
        ["FIX", "ME"].concat(),
        ["XX", "X"].concat(),
    ];
    for file in sources("src").into_iter().chain(sources("tests")) {
        for mark in &marks {
            let found = file
                .text
                .split(|it: char| !it.is_alphanumeric())
                .any(|it| it == mark);
            assert!(!found, "{} says {mark}", file.path.display());
        }
    }
}

fn floor(area: &str) -> usize {
    let on = |floor: &&[&str]| floor.contains(&area);
    FLOORS
        .iter()
        .position(on)
        .unwrap_or_else(|| panic!("{area} is on no floor"))
}

/// The longest beginning of a path that is a file.
fn resolve(path: &[String], modules: &BTreeSet<Vec<String>>) -> Option<Vec<String>> {
    let lengths = (1..=path.len()).rev();
    let mut found = lengths
        .map(|it| path[..it].to_vec())
        .filter(|it| modules.contains(it));
    found.next()
}

fn too_long(file: &Source) -> Vec<String> {
    let at = file.path.display();
    let mut long = Vec::new();
    let lines: Vec<_> = file.text.lines().collect();
    if lines.len() > FILE_LINES_MAX {
        long.push(format!("{at} has {} lines", lines.len()));
    }
    for (number, line) in lines.iter().enumerate() {
        let width = line.chars().count();
        if width > LINE_MAX {
            long.push(format!("{at}:{} is {width} wide", number + 1));
        }
        let indent = line.len() - line.trim_start().len();
        // In tests a function may be a long table of cases.
        let is_test = file.is_test || file.path.starts_with("tests");
        if is_test || !begins_function(line.trim_start()) {
            continue;
        }
        let end = format!("{}}}", " ".repeat(indent));
        let length = lines[number..]
            .iter()
            .position(|it| *it == end)
            .unwrap_or(0);
        if length > FUNCTION_LINES_MAX {
            long.push(format!(
                "{at}:{} has {length} lines in one function",
                number + 1
            ));
        }
    }
    long
}

fn begins_function(line: &str) -> bool {
    let mut words = line.split(' ');
    let before = |it: &&str| matches!(*it, "pub" | "const" | "async") || it.starts_with("pub(");
    words.find(|it| !before(it)) == Some("fn") && line.ends_with(['{', '('])
}
