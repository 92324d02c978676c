//! Reads our own source as far as the architecture test needs it: which paths a file names.
use std::fs;
use std::path::{Path, PathBuf};

pub struct Source {
    pub path: PathBuf,
    /// Where the file is in the module tree; empty for main.rs.
    pub module: Vec<String>,
    pub text: String,
    /// The text without comments, literals and unit tests.
    pub code: String,
    /// Compiled for unit tests only.
    pub is_test: bool,
    /// Paths into this crate, from its root.
    pub paths: Vec<Vec<String>>,
    /// Paths into other crates.
    pub outside: Vec<Vec<String>>,
}

impl Source {
    /// The box: the first folder under src, or the file itself.
    pub fn area(&self) -> &str {
        self.module.first().map_or("main", String::as_str)
    }
}

/// Every Rust file under a folder.
pub fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    visit(Path::new(folder), &mut found);
    assert!(!found.is_empty(), "nothing under {folder}");
    mark_tests(&mut found);
    found
}

/// A door says `#[cfg(test)] mod name;` of files that are only there for unit tests.
fn mark_tests(files: &mut [Source]) {
    let mut tests = Vec::new();
    for file in &*files {
        for rest in file.text.split("#[cfg(test)]\n").skip(1) {
            let declared = rest.trim_start().strip_prefix("mod ");
            let name = declared.and_then(|it| it.lines().next()?.strip_suffix(';'));
            tests.extend(name.map(|it| [&file.module[..], &[it.to_owned()]].concat()));
        }
    }
    for file in files {
        file.is_test = tests.iter().any(|it| file.module.starts_with(it));
    }
}

fn visit(folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(read(path));
        }
    }
}

fn read(path: PathBuf) -> Source {
    let text = fs::read_to_string(&path).unwrap();
    let code = plain(&text);
    let code = code
        .split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap()
        .to_owned();
    let module = module(&path);
    let mut inside = Vec::new();
    let mut outside = Vec::new();
    for (nested, mut named) in paths(&code) {
        match named[0].as_str() {
            "crate" => {
                named.remove(0);
                inside.push(named);
            }
            "super" => {
                let supers = named.iter().take_while(|it| *it == "super").count();
                // Within a module written inside the file, the first steps stay in the file.
                let Some(up) = supers.checked_sub(nested).filter(|it| *it > 0) else {
                    continue;
                };
                named.drain(..nested);
                let mut from = module[..module.len().saturating_sub(up)].to_vec();
                from.extend_from_slice(&named[up..]);
                inside.push(from);
            }
            "self" => {}
            _ => outside.push(named),
        }
    }
    Source {
        path,
        module,
        text,
        code,
        is_test: false,
        paths: inside,
        outside,
    }
}

fn module(path: &Path) -> Vec<String> {
    let mut parts: Vec<_> = path
        .with_extension("")
        .components()
        .skip(1)
        .map(|it| it.as_os_str().to_str().unwrap().to_owned())
        .collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "main")) {
        parts.pop();
    }
    parts
}

/// `use a::{b, c::{d, e}}` names `a::b`, `a::c::d` and `a::c::e`; so does `a::b::f()` name a path.
/// Macros at the root of the crate (`crate::name!`) are nobody's. With each path: how many modules
/// written inside the file are around it.
fn paths(code: &str) -> Vec<(usize, Vec<String>)> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut at = 0;
    let mut depth = 0_usize;
    let mut modules = Vec::new();
    while at < tokens.len() {
        match tokens[at].as_str() {
            "{" => {
                depth += 1;
                if at > 1 && tokens[at - 2] == "mod" {
                    modules.push(depth);
                }
            }
            "}" => {
                modules.retain(|it| *it != depth);
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        let follows = tokens.get(at + 1).is_some_and(|it| it == "::");
        let continues = at > 0 && tokens[at - 1] == "::";
        if is_word(&tokens[at]) && follows && !continues {
            let mut named = Vec::new();
            at = tree(&tokens, at, &mut Vec::new(), &mut named);
            found.extend(named.into_iter().map(|it| (modules.len(), it)));
        } else {
            at += 1;
        }
    }
    found
}

/// Reads one path with its branches and returns where it ends.
fn tree(
    tokens: &[String],
    from: usize,
    root: &mut Vec<String>,
    found: &mut Vec<Vec<String>>,
) -> usize {
    let depth = root.len();
    let mut at = from;
    while let Some(token) = tokens.get(at) {
        if token == "{" {
            at += 1;
            while tokens.get(at).is_some_and(|it| it != "}") {
                at = if tokens[at] == "as" {
                    at + 2
                } else if is_word(&tokens[at]) || tokens[at] == "*" {
                    tree(tokens, at, root, found)
                } else {
                    at + 1
                };
            }
            root.truncate(depth);
            return at + 1;
        }
        root.push(token.clone());
        at += 1;
        let goes_on = tokens.get(at).is_some_and(|it| it == "::");
        let next = tokens.get(at + 1);
        if !goes_on || !next.is_some_and(|it| is_word(it) || it == "{" || it == "*") {
            break;
        }
        at += 1;
    }
    let is_macro = tokens.get(at).is_some_and(|it| it == "!");
    if !(is_macro && root.len() == 2 && root[0] == "crate") {
        found.push(root.clone());
    }
    root.truncate(depth);
    at
}

fn tokens(code: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let word = |it: char| it.is_alphanumeric() || it == '_';
        let length = if word(first) {
            rest.find(|it| !word(it)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        if !first.is_whitespace() {
            tokens.push(rest[..length].to_owned());
        }
        rest = &rest[length..];
    }
    tokens
}

fn is_word(token: &str) -> bool {
    token.chars().all(|it| it.is_alphanumeric() || it == '_')
}

/// Blanks comments and literals, so that prose and data name nothing.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |it| it + 2)
        } else if rest.starts_with("r\"") || rest.starts_with("r#") {
            raw(rest)
        } else if first == '"' {
            quoted(rest)
        } else if first == '\'' {
            character(rest)
        } else {
            plain.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        plain.push(' ');
        rest = &rest[length..];
    }
    plain
}

fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, it) in text.char_indices().skip(1) {
        match it {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn raw(text: &str) -> usize {
    let hashes = text[1..].chars().take_while(|it| *it == '#').count();
    if text.as_bytes().get(1 + hashes) != Some(&b'"') {
        return 1 + hashes; // a raw identifier
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let start = 2 + hashes;
    text[start..]
        .find(&end)
        .map_or(text.len(), |it| start + it + end.len())
}

/// A character literal, or only the tick of a lifetime.
fn character(text: &str) -> usize {
    let mut rest = text.char_indices().skip(1);
    match (rest.next(), rest.next()) {
        (Some((_, '\\')), Some((at, next))) => {
            let after = at + next.len_utf8();
            text[after..].find('\'').map_or(1, |it| after + it + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

#[test]
fn paths_are_found_wherever_they_stand() {
    let code = plain(concat!(
        "use crate::{model::{self, Pool}, base::Error as E}; // use crate::gate;\n",
        "mod b { use super::super::time; } fn f<'a>(x: &'a str) { let _ = (\"crate::pages\", ",
        "'c', '\\'', r#\"crate::api\"#); super::g::h(); crate::details!(1) }",
    ));
    let found = paths(&code)
        .into_iter()
        .map(|(nested, it)| format!("{nested} {}", it.join("::")));
    let expected = [
        "0 crate::model::self",
        "0 crate::model::Pool",
        "0 crate::base::Error",
        "1 super::super::time",
        "0 super::g::h",
    ];
    assert_eq!(found.collect::<Vec<_>>(), expected);
}
