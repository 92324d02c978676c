//! The JSON of a body, as stored and hashed. Written by hand: it is written for every event, and a
//! general writer hands over each text in eight pieces and looks at every letter by itself.
use std::fmt::Write;

use super::body::{ActorSnapshot, Body, ChangeEntry, TargetSnapshot, Value, Via};
use super::time;

/// Replaces what `to` holds.
pub fn write(body: &Body, to: &mut String) {
    to.clear();
    number(to, "{\"v\":", body.v.into());
    optional(to, ",\"id\":", body.id.as_ref());
    text(
        to,
        ",\"occurred_at\":",
        time::Written::of(body.occurred_ms).as_str(),
    );
    if let Some(minutes) = body.offset_min {
        number(to, ",\"offset_min\":", minutes.into());
    }
    if body.late {
        to.push_str(",\"late\":true");
    }
    text(to, ",\"action\":", &body.action);
    text(to, ",\"outcome\":", body.outcome.as_str());
    optional(to, ",\"reason\":", body.reason.as_ref());
    actor(to, &body.actor);
    if let Some(it) = &body.target {
        target(to, it);
    }
    if let Some(pool) = &body.pool {
        text(to, ",\"pool\":{\"slug\":", &pool.slug);
        text(to, ",\"name\":", &pool.name);
        to.push('}');
    }
    optional(to, ",\"request_id\":", body.request_id.as_ref());
    optional(to, ",\"delivery_id\":", body.delivery_id.as_ref());
    optional(to, ",\"ip\":", body.ip.as_ref());
    optional(to, ",\"client\":", body.client.as_ref());
    list(to, ",\"changes\":[", &body.changes, ']', change);
    list(to, ",\"details\":{", &body.details, '}', |to, it| {
        text(to, "", &it.0);
        value(to, ":", &it.1);
    });
    via(to, &body.via);
    if body.redactions > 0 {
        number(to, ",\"redactions\":", body.redactions.into());
    }
    to.push('}');
}

fn actor(to: &mut String, actor: &ActorSnapshot) {
    text(to, ",\"actor\":{\"type\":", actor.kind.as_str());
    optional(to, ",\"id\":", actor.id.as_ref());
    optional(to, ",\"email\":", actor.email.as_ref());
    optional(to, ",\"label\":", actor.label.as_ref());
    to.push('}');
}

fn target(to: &mut String, target: &TargetSnapshot) {
    text(to, ",\"target\":{\"kind\":", &target.kind);
    optional(to, ",\"id\":", target.id.as_ref());
    optional(to, ",\"label\":", target.label.as_ref());
    to.push('}');
}

fn via(to: &mut String, via: &Via) {
    text(to, ",\"via\":{\"kind\":", via.kind.as_str());
    optional(to, ",\"id\":", via.id.as_ref());
    optional(to, ",\"label\":", via.label.as_ref());
    to.push('}');
}

fn change(to: &mut String, change: &ChangeEntry) {
    text(to, "{\"field\":", &change.field);
    if let Some(it) = &change.from {
        value(to, ",\"from\":", it);
    }
    if let Some(it) = &change.to {
        value(to, ",\"to\":", it);
    }
    to.push('}');
}

// --- Each value with what stands before it ---

fn value(to: &mut String, before: &str, value: &Value) {
    match value {
        Value::Bool(it) => {
            to.push_str(before);
            to.push_str(if *it { "true" } else { "false" });
        }
        Value::Int(it) => number(to, before, *it),
        Value::Text(it) => text(to, before, it),
        Value::List(texts) => {
            to.push_str(before);
            to.push('[');
            for (at, it) in texts.iter().enumerate() {
                text(to, if at == 0 { "" } else { "," }, it);
            }
            to.push(']');
        }
    }
}

/// Nothing at all for an empty list.
fn list<T>(to: &mut String, before: &str, items: &[T], end: char, each: fn(&mut String, &T)) {
    let mut before = before;
    for it in items {
        to.push_str(before);
        before = ",";
        each(to, it);
    }
    if !items.is_empty() {
        to.push(end);
    }
}

fn optional(to: &mut String, before: &str, value: Option<&String>) {
    if let Some(it) = value {
        text(to, before, it);
    }
}

fn number(to: &mut String, before: &str, number: i64) {
    to.push_str(before);
    // Writing to a text cannot fail.
    let _ = write!(to, "{number}");
}

fn text(to: &mut String, before: &str, it: &str) {
    to.push_str(before);
    to.push('"');
    if is_plain(it) {
        to.push_str(it);
    } else {
        it.chars().for_each(|letter| escaped(to, letter));
    }
    to.push('"');
}

/// Without a branch for each letter, so that the compiler compares many at once.
fn is_plain(text: &str) -> bool {
    let is_other = |it: u8| u8::from(it < b' ') | u8::from(it == b'"') | u8::from(it == b'\\');
    text.bytes().fold(0, |any, it| any | is_other(it)) == 0
}

fn escaped(to: &mut String, letter: char) {
    match letter {
        '"' => to.push_str("\\\""),
        '\\' => to.push_str("\\\\"),
        '\n' => to.push_str("\\n"),
        '\r' => to.push_str("\\r"),
        '\t' => to.push_str("\\t"),
        '\u{8}' => to.push_str("\\b"),
        '\u{c}' => to.push_str("\\f"),
        '\0'..' ' => {
            let _ = write!(to, "\\u{:04x}", u32::from(letter));
        }
        _ => to.push(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn comes_back(json: &str) {
        let mut written = "what was there before".to_owned();
        write(&Body::read(json).unwrap(), &mut written);
        assert_eq!(written, json);
    }

    #[test]
    fn a_body_is_written_as_it_was_read() {
        comes_back(concat!(
            r#"{"v":1,"occurred_at":"2026-11-26T09:00:00.000Z","action":"job.run","#,
            r#""outcome":"failure","actor":{"type":"system"},"via":{"kind":"job"}}"#,
        ));
        comes_back(concat!(
            r#"{"v":1,"id":"a","occurred_at":"2026-11-26T09:00:00.123Z","offset_min":-90,"#,
            r#""late":true,"action":"job.run","outcome":"success","reason":"r","#,
            r#""actor":{"type":"user","id":"i","email":"e","label":"l"},"#,
            r#""target":{"kind":"k","id":"ti","label":"tl"},"#,
            r#""pool":{"slug":"s","name":"n"},"request_id":"ri","delivery_id":"di","#,
            r#""ip":"1.2.3.4","client":"c","#,
            r#""changes":[{"field":"f"},{"field":"g","from":true,"to":["a","b"]},"#,
            r#"{"field":"h","to":[]}],"#,
            r#""details":{"a":false,"b":-9007199254740991,"c":"d","e":["f"]},"#,
            r#""via":{"kind":"key","id":"vi","label":"vl"},"redactions":12}"#,
        ));
    }

    #[test]
    fn texts_are_escaped_as_everywhere() {
        let letters = ('\0'..='\u{ffff}').chain(['\u{1f600}', '\u{10ffff}']);
        for letter in letters {
            for it in [format!("{letter}"), format!("{letter}aß{letter}\"")] {
                let mut written = String::new();
                text(&mut written, "", &it);
                assert_eq!(written, serde_json::to_string(&it).unwrap(), "{letter:?}");
            }
        }
    }
}
