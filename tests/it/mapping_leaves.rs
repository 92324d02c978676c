//! The values inside an event, each with its path; of a line of text, its words.
use serde_json::Value;

/// Paths are in lower case and begin with a dot: `.actor.email`.
pub fn leaves(raw: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    match raw {
        Value::String(line) => words(line, &mut found),
        _ => collect(raw, "", &mut found),
    }
    found
}

fn collect(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((path.to_owned(), text.clone())),
        Value::Number(number) => found.push((path.to_owned(), number.to_string())),
        Value::Bool(_) | Value::Null => {}
        Value::Array(items) => items.iter().for_each(|it| collect(it, path, found)),
        Value::Object(members) => {
            for (key, value) in members {
                collect(value, &format!("{path}.{}", key.to_lowercase()), found);
            }
        }
    }
}

/// `key=value` and `key: value` name a value; `for NAME` and `user NAME` name a user.
fn words(line: &str, found: &mut Vec<(String, String)>) {
    let quote = |it: char| {
        matches!(
            it,
            '"' | '\'' | '(' | ')' | '[' | ']' | ',' | ';' | '.' | '|'
        )
    };
    let mut before = String::new();
    for word in line.split_whitespace() {
        let bare = word.trim_matches(quote);
        if let Some((key, value)) = bare.split_once('=') {
            let value = value.trim_matches(quote).to_owned();
            found.push((format!(".{}", key.to_lowercase()), value));
        } else if matches!(before.as_str(), "for" | "user" | "login:") {
            found.push((".user".to_owned(), bare.to_owned()));
        } else {
            found.push((String::new(), bare.to_owned()));
        }
        bare.clone_into(&mut before);
    }
}
