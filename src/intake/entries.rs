//! Details and changes: only documented names, each with a value of its kind. A wrong type or a
//! limit costs the entry, not the item (`redaction.md` §1 to §3).
use super::tree::{Map, Node};
use crate::model::GateMode;
use crate::model::safe::{Change, Detail, Key, Label, OpaqueId, SafePrefix, Word};
use crate::model::vocabulary::{self, DetailKind};

const DETAILS_MAX: usize = 32;
const DETAILS_BYTES_MAX: usize = 4096;
const CHANGES_MAX: usize = 16;
const LIST_MAX: usize = 16;
const FIELD_NAMES_MAX: usize = 64;

pub fn details(map: &Map<'_>, mode: GateMode, redactions: &mut u32) -> Vec<(Key, Detail)> {
    let mut details = Vec::new();
    let mut bytes = 0;
    for (key, node) in map {
        let entry = if details.len() < DETAILS_MAX {
            detail(key.as_str(), node, mode)
        } else {
            None
        };
        match entry {
            Some(entry) if bytes + entry.bytes <= DETAILS_BYTES_MAX => {
                bytes += entry.bytes;
                *redactions += entry.redactions;
                details.push((entry.key, entry.detail));
            }
            _ => *redactions += 1,
        }
    }
    details
}

pub fn changes(list: &[Node<'_>], mode: GateMode, redactions: &mut u32) -> Vec<Change> {
    let mut changes = Vec::new();
    for node in list {
        let change = match node {
            Node::Map(map) if changes.len() < CHANGES_MAX => change(map, mode, redactions),
            _ => None,
        };
        match change {
            Some(change) => changes.push(change),
            None => *redactions += 1,
        }
    }
    changes
}

struct Entry {
    key: Key,
    detail: Detail,
    bytes: usize,
    redactions: u32,
}

fn detail(key: &str, node: &Node<'_>, mode: GateMode) -> Option<Entry> {
    let kind = vocabulary::kind_of(key)?;
    let (detail, redactions) = match kind {
        DetailKind::FieldNames => field_names(node)?,
        _ => (value(kind, key, node, mode)?, 0),
    };
    Some(Entry {
        bytes: key.len() + size(&detail),
        key: Key::parse(key).ok()?,
        detail,
        redactions,
    })
}

/// None: the field's own name cannot be kept.
fn change(map: &Map<'_>, mode: GateMode, redactions: &mut u32) -> Option<Change> {
    let find = |name: &str| map.iter().find(|it| it.0.as_str() == name).map(|it| &it.1);
    let field = find("field")?.as_text()?;
    let key = Key::parse(field).ok()?;
    let is_unknown = |key: &str| !matches!(key, "field" | "from" | "to");
    let unknown = map.iter().filter(|it| is_unknown(it.0.as_str())).count();
    let sides = [find("from"), find("to")].map(|it| it.filter(|it| !matches!(it, Node::Null)));
    let [from, to] = sides.map(|it| it.map(|it| changed_value(field, it, mode)));
    // Half of a change would read as the other half being unset.
    let is_kept = !matches!(from, Some(None)) && !matches!(to, Some(None));
    let dropped = sides.iter().flatten().count() * usize::from(!is_kept);
    *redactions += u32::try_from(unknown + dropped).unwrap_or(u32::MAX);
    Some(Change {
        field: key,
        from: from.flatten().filter(|_| is_kept),
        to: to.flatten().filter(|_| is_kept),
    })
}

fn changed_value(field: &str, node: &Node<'_>, mode: GateMode) -> Option<Detail> {
    if vocabulary::is_sensitive(field) {
        return Word::secret_state(node.as_text()?).ok().map(Detail::Word);
    }
    value(vocabulary::kind_of(field)?, field, node, mode)
}

/// A value of any kind but `FieldNames`, which only details have.
fn value(kind: DetailKind, key: &str, node: &Node<'_>, mode: GateMode) -> Option<Detail> {
    let is_readable = mode == GateMode::Gated;
    match kind {
        DetailKind::Bool => match node {
            Node::Bool(it) => Some(Detail::Bool(*it)),
            _ => None,
        },
        DetailKind::Int => node.as_int().map(Detail::Int),
        DetailKind::Count => node.as_int().filter(|it| *it >= 0).map(Detail::Int),
        DetailKind::Timestamp => Detail::timestamp(node.as_text()?).ok(),
        DetailKind::Word => {
            let word = |it: &str| Word::parse(key, it).ok();
            one_or_more(node, word, Detail::Word, Detail::Words)
        }
        DetailKind::Label if is_readable => {
            let label = |it: &str| Label::gate(it).ok();
            one_or_more(node, label, Detail::Label, Detail::Labels)
        }
        DetailKind::Id if is_readable => {
            let id = |it: &str| OpaqueId::parse(it).ok();
            one_or_more(node, id, Detail::Id, Detail::Ids)
        }
        DetailKind::Prefix if is_readable => {
            SafePrefix::parse(node.as_text()?).ok().map(Detail::Prefix)
        }
        DetailKind::Label | DetailKind::Id | DetailKind::Prefix | DetailKind::FieldNames => None,
    }
}

fn one_or_more<T>(
    node: &Node<'_>,
    parse: impl Fn(&str) -> Option<T>,
    one: impl Fn(T) -> Detail,
    more: impl Fn(Vec<T>) -> Detail,
) -> Option<Detail> {
    match node {
        Node::Text(text) => parse(text.as_str()).map(one),
        Node::List(list) if list.len() <= LIST_MAX => {
            let all: Option<Vec<T>> = list.iter().map(|it| parse(it.as_text()?)).collect();
            all.map(more)
        }
        _ => None,
    }
}

/// The names that can be kept, and how many cannot.
fn field_names(node: &Node<'_>) -> Option<(Detail, u32)> {
    let Node::List(list) = node else {
        return None;
    };
    if list.len() > FIELD_NAMES_MAX {
        return None;
    }
    let texts: Option<Vec<&str>> = list.iter().map(Node::as_text).collect();
    let texts = texts?;
    let names: Vec<Key> = texts.iter().filter_map(|it| Key::parse(it).ok()).collect();
    let others = u32::try_from(texts.len() - names.len()).ok()?;
    Some((Detail::FieldNames(names), others))
}

/// Bytes of text, for the limit on all details together.
fn size(detail: &Detail) -> usize {
    const OF_A_SCALAR: usize = 8;
    match detail {
        Detail::Bool(_) | Detail::Int(_) | Detail::Timestamp(_) => OF_A_SCALAR,
        Detail::Word(it) => it.as_str().len(),
        Detail::Id(it) => it.as_str().len(),
        Detail::Label(it) => it.as_str().len(),
        Detail::Prefix(it) => it.as_str().len(),
        Detail::FieldNames(list) => list.iter().map(|it| it.as_str().len()).sum(),
        Detail::Words(list) => list.iter().map(|it| it.as_str().len()).sum(),
        Detail::Ids(list) => list.iter().map(|it| it.as_str().len()).sum(),
        Detail::Labels(list) => list.iter().map(|it| it.as_str().len()).sum(),
    }
}
