//! What the events of an action can tell, in detail: a column of the registry.
use super::safe::Detail;
use super::vocabulary::DetailKind;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Carried {
    Detail(&'static str, DetailKind),
    /// A field that was edited, before and after; of a secret one only that it was.
    Edit(&'static str),
    /// Any field of the record.
    AnyEdit,
}

/// On failures of every action: how many there were when they are no longer told one by one.
const ATTEMPTS: &str = "attempt_count";

pub const ANY_EDIT: Carried = Carried::AnyEdit;

pub const fn edit(field: &'static str) -> Carried {
    Carried::Edit(field)
}

pub const fn flag(key: &'static str) -> Carried {
    Carried::Detail(key, DetailKind::Bool)
}

pub const fn number(key: &'static str) -> Carried {
    Carried::Detail(key, DetailKind::Int)
}

pub const fn count(key: &'static str) -> Carried {
    Carried::Detail(key, DetailKind::Count)
}

pub const fn time(key: &'static str) -> Carried {
    Carried::Detail(key, DetailKind::Timestamp)
}

pub const fn word(key: &'static str) -> Carried {
    Carried::Detail(key, DetailKind::Word)
}

pub const fn fields(key: &'static str) -> Carried {
    Carried::Detail(key, DetailKind::FieldNames)
}

pub const fn label(key: &'static str) -> Carried {
    Carried::Detail(key, DetailKind::Label)
}

pub const fn prefix(key: &'static str) -> Carried {
    Carried::Detail(key, DetailKind::Prefix)
}

/// Whether the list has the detail, and as this kind.
pub fn has_detail(list: &[Carried], key: &str, detail: &Detail) -> bool {
    let is_listed = |it: &Carried| match it {
        Carried::Detail(listed, kind) => *listed == key && is_of(detail, *kind),
        Carried::Edit(_) | Carried::AnyEdit => false,
    };
    key == ATTEMPTS || list.iter().any(is_listed)
}

pub fn has_edit(list: &[Carried], field: &str) -> bool {
    list.iter().any(|it| match it {
        Carried::Edit(listed) => *listed == field,
        Carried::AnyEdit => true,
        Carried::Detail(..) => false,
    })
}

fn is_of(detail: &Detail, kind: DetailKind) -> bool {
    match detail {
        Detail::Bool(_) => kind == DetailKind::Bool,
        Detail::Int(_) => matches!(kind, DetailKind::Int | DetailKind::Count),
        Detail::Timestamp(_) => kind == DetailKind::Timestamp,
        Detail::FieldNames(_) => kind == DetailKind::FieldNames,
        Detail::Word(_) | Detail::Words(_) => kind == DetailKind::Word,
        Detail::Label(_) | Detail::Labels(_) => kind == DetailKind::Label,
        Detail::Id(_) | Detail::Ids(_) => kind == DetailKind::Id,
        Detail::Prefix(_) => kind == DetailKind::Prefix,
    }
}
