//! Alarm only (`redaction.md` §8): credentials that a delivery carried. None of them is kept; that
//! somebody sends them is worth knowing.
use super::tree::{ITEM_FIELDS, Map, Node};
use crate::model::pattern_in;

const UNDOCUMENTED: &str = "undocumented";

/// So many of one kind in one place. It holds no text that was sent.
#[derive(Debug, Eq, PartialEq)]
pub struct Sighting {
    /// A documented field, or `undocumented`.
    pub field: &'static str,
    /// Whose credential it looks like.
    pub pattern: &'static str,
    pub hits: u64,
}

/// Looks at every text of an item, names of members too.
pub fn look(map: &Map<'_>, seen: &mut Vec<Sighting>) {
    for (key, node) in map {
        let field = match (key.as_str(), node) {
            ("actor" | "target", Node::Map(parts)) => {
                for (part, node) in parts {
                    let field = of_part(key.as_str(), part.as_str());
                    look_into(field, part.as_str(), node, seen);
                }
                continue;
            }
            (name, _) => of_item(name),
        };
        look_into(field, key.as_str(), node, seen);
    }
}

fn look_into(field: &'static str, key: &str, node: &Node<'_>, seen: &mut Vec<Sighting>) {
    note(field, key, seen);
    match node {
        Node::Text(text) => note(field, text.as_str(), seen),
        Node::List(list) => {
            for node in list {
                look_into(field, "", node, seen);
            }
        }
        Node::Map(map) => {
            for (key, node) in map {
                look_into(field, key.as_str(), node, seen);
            }
        }
        Node::Null | Node::Bool(_) | Node::Number(_) => {}
    }
}

fn note(field: &'static str, text: &str, seen: &mut Vec<Sighting>) {
    let Some(pattern) = pattern_in(text) else {
        return;
    };
    let known = seen
        .iter_mut()
        .find(|it| it.field == field && it.pattern == pattern);
    match known {
        Some(known) => known.hits += 1,
        None => seen.push(Sighting {
            field,
            pattern,
            hits: 1,
        }),
    }
}

fn of_item(name: &str) -> &'static str {
    let documented = ITEM_FIELDS.iter().find(|it| **it == name);
    documented.unwrap_or(&UNDOCUMENTED)
}

fn of_part(of: &str, part: &str) -> &'static str {
    match (of, part) {
        ("actor", "type") => "actor.type",
        ("actor", "id") => "actor.id",
        ("actor", "email") => "actor.email",
        ("actor", "label") => "actor.label",
        ("target", "kind") => "target.kind",
        ("target", "id") => "target.id",
        ("target", "label") => "target.label",
        _ => UNDOCUMENTED,
    }
}

#[cfg(test)]
mod tests {
    use super::super::parser::Parser;
    use super::*;

    fn seen(text: &str) -> Vec<(&'static str, &'static str, u64)> {
        let item = Parser::new(text).item().ok().unwrap();
        let Node::Map(map) = &item.node else {
            panic!("{text}");
        };
        let mut seen = Vec::new();
        look(map, &mut seen);
        seen.into_iter()
            .map(|it| (it.field, it.pattern, it.hits))
            .collect()
    }

    #[test]
    fn a_credential_is_told_by_its_documented_field_and_its_pattern_alone() {
        let token = "ghp_abcdefghijklmnop0123";
        let key = "AKIAABCDEFGHIJKLMNOP";
        assert!(seen(r#"{"action":"a.b","details":{"team":"core"}}"#).is_empty());
        let label = format!(r#"{{"actor":{{"label":"{token}","x":"{token}"}}}}"#);
        let expected = [("actor.label", "github", 1), ("undocumented", "github", 1)];
        assert_eq!(seen(&label), expected);
        let inside =
            format!(r#"{{"details":{{"a":["{token}",{{"b":"x {token}"}}],"c":"{key}"}}}}"#);
        let expected = [("details", "github", 2), ("details", "aws", 1)];
        assert_eq!(seen(&inside), expected);
        let name = format!(r#"{{"{key}":1,"details":{{"{key}":1}}}}"#);
        let expected = [("undocumented", "aws", 1), ("details", "aws", 1)];
        assert_eq!(seen(&name), expected);
        let whole = format!(r#"{{"actor":"{token}","target":7}}"#);
        assert_eq!(seen(&whole), [("actor", "github", 1)]);
    }
}
