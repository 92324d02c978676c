//! Details and changes: only documented names and the Pool's own, each with a value of its kind. A
//! wrong type or a limit costs the entry, not the item (`redaction.md` §1 to §3).
use super::rules::Rules;
use super::tree::{Map, Node, present};
use crate::model::safe::{Change, Detail, Key, Label, OpaqueId, SafePrefix, Word};
use crate::model::vocabulary::{ChangeKind, DetailKind};
use crate::model::{DetailKeys, GateMode};

const DETAILS_MAX: usize = 32;
const DETAILS_BYTES_MAX: usize = 4096;
const CHANGES_MAX: usize = 16;
const LIST_MAX: usize = 16;
const FIELD_NAMES_MAX: usize = 64;

pub fn details(map: &Map<'_>, rules: &Rules<'_>, redactions: &mut u32) -> Vec<(Key, Detail)> {
    let mut details = Vec::with_capacity(map.len().min(DETAILS_MAX));
    let mut bytes = 0;
    for (key, node) in map {
        let entry = if details.len() < DETAILS_MAX {
            detail(key.as_str(), node, rules)
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

pub fn changes(list: &[Node<'_>], rules: &Rules<'_>, redactions: &mut u32) -> Vec<Change> {
    let mut changes = Vec::with_capacity(list.len().min(CHANGES_MAX));
    for node in list {
        let change = match node {
            Node::Map(map) if changes.len() < CHANGES_MAX => change(map, rules, redactions),
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

fn detail(key: &str, node: &Node<'_>, rules: &Rules<'_>) -> Option<Entry> {
    let (name, kind) = Key::of_detail(key, rules.own_keys)?;
    let (detail, redactions) = match kind {
        DetailKind::FieldNames => field_names(node, rules.own_keys)?,
        _ => (value(kind, key, node, rules.mode)?, 0),
    };
    Some(Entry {
        bytes: key.len() + size(&detail),
        key: name,
        detail,
        redactions,
    })
}

/// None: the field's own name cannot be kept.
fn change(map: &Map<'_>, rules: &Rules<'_>, redactions: &mut u32) -> Option<Change> {
    let (mut field, mut from, mut to) = (None, None, None);
    let mut unknown = 0;
    for (name, node) in map {
        match name.as_str() {
            "field" => field = node.as_text(),
            "from" => from = present(node),
            "to" => to = present(node),
            _ => unknown += 1,
        }
    }
    let field = field?;
    let (key, kind) = Key::of_change(field, rules.own_keys)?;
    let kept = |node: Option<&Node<'_>>| node.map(|it| changed_value(kind, field, it, rules.mode));
    *redactions += unknown;
    // Half of a change would read as the other half being unset.
    let (from, to) = match (kept(from), kept(to)) {
        (Some(None), Some(_)) | (Some(_), Some(None)) => {
            *redactions += 2;
            (None, None)
        }
        (Some(None), None) | (None, Some(None)) => {
            *redactions += 1;
            (None, None)
        }
        (from, to) => (from.flatten(), to.flatten()),
    };
    Some(Change {
        field: key,
        from,
        to,
    })
}

fn changed_value(kind: ChangeKind, field: &str, node: &Node<'_>, mode: GateMode) -> Option<Detail> {
    match kind {
        ChangeKind::Values(kind) => value(kind, field, node, mode),
        ChangeKind::Secret => Word::secret_state(node.as_text()?).ok().map(Detail::Word),
        ChangeKind::Unrecorded => None,
    }
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
fn field_names(node: &Node<'_>, own_keys: &DetailKeys) -> Option<(Detail, u32)> {
    let Node::List(list) = node else {
        return None;
    };
    if list.len() > FIELD_NAMES_MAX {
        return None;
    }
    let texts: Option<Vec<&str>> = list.iter().map(Node::as_text).collect();
    let texts = texts?;
    let name = |it: &&str| Key::parse(it, own_keys).ok();
    let names: Vec<Key> = texts.iter().filter_map(name).collect();
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
