//! The texts that the column index refers to by number, kept in `term` so that the numbers stay.
use rusqlite::{Connection, named_params, params};

use super::ahead::ahead;
use super::prepared::Columns;
use super::sql::OrSql;
use crate::base::Result;
use crate::index::{Row, Vocabulary};

/// At the start so many are numbered together.
const TERMS_AT_ONCE: usize = 1000;

/// The vocabularies as `term` numbers them.
#[derive(Clone, Copy)]
pub enum Column {
    Action,
    Kind,
    Actor,
    Target,
}

impl Column {
    pub const ALL: [Self; 4] = [Self::Action, Self::Kind, Self::Actor, Self::Target];

    pub fn code(self) -> u8 {
        match self {
            Self::Action => 1,
            Self::Kind => 2,
            Self::Actor => 3,
            Self::Target => 4,
        }
    }
}

/// The numbers that an event's names have already.
#[derive(Clone, Copy)]
pub struct Named {
    pub action: Option<u16>,
    /// Zero for an event without a target.
    pub kind: Option<u16>,
}

impl Named {
    pub fn of(columns: &Columns, vocabulary: &Vocabulary) -> Self {
        let kind = columns.target_kind.as_ref();
        Self {
            action: vocabulary.actions.id(&columns.action),
            kind: kind.map_or(Some(0), |it| vocabulary.kinds.id(it)),
        }
    }
}

/// An event's columns in numbers; new texts get theirs now. None: there is no room for another
/// distinct action name or target kind.
pub fn intern(
    conn: &Connection,
    vocabulary: &mut Vocabulary,
    pool: u16,
    columns: &Columns,
    named: Named,
) -> Result<Option<Row>> {
    let Some(action) = (named.action).or_else(|| vocabulary.actions.intern(&columns.action)) else {
        return Ok(None);
    };
    if named.action.is_none() {
        insert(conn, Column::Action, u32::from(action), &columns.action)?;
    }
    let name = columns.target_kind.as_deref().unwrap_or_default();
    let Some(kind) = named.kind.or_else(|| vocabulary.kinds.intern(name)) else {
        return Ok(None);
    };
    if named.kind.is_none() {
        insert(conn, Column::Kind, u32::from(kind), name)?;
    }
    let known = vocabulary.actors.len();
    let actor = number(&columns.actor, |it| vocabulary.actors.intern(it));
    if actor > known {
        insert(conn, Column::Actor, actor, &columns.actor)?;
    }
    let known = vocabulary.targets.len();
    let target = number(&columns.target, |it| vocabulary.targets.intern(it));
    if target > known {
        insert(conn, Column::Target, target, &columns.target)?;
    }
    Ok(Some(Row {
        occurred_ms: columns.occurred_ms,
        pool,
        action,
        flags: columns.flags,
        kind,
        actor,
        target,
    }))
}

/// Numbers every stored text again as it was numbered. False when they do not fit together.
pub fn load(conn: &Connection, vocabulary: &mut Vocabulary) -> Result<bool> {
    let mut whole = true;
    let number = |terms: Vec<Term>| {
        terms.iter().fold(true, |fit, it| {
            let given = match it.column {
                Column::Action => vocabulary.actions.intern(&it.text).map(u32::from),
                Column::Kind => vocabulary.kinds.intern(&it.text).map(u32::from),
                Column::Actor => Some(vocabulary.actors.intern(&it.text)),
                Column::Target => Some(vocabulary.targets.intern(&it.text)),
            };
            given == Some(it.no) && fit
        })
    };
    ahead(
        |give| {
            Column::ALL
                .into_iter()
                .try_for_each(|it| read(conn, it, give))
        },
        number,
        |fit| {
            whole &= fit;
            Ok(())
        },
    )?;
    Ok(whole)
}

/// A row of `term`.
struct Term {
    column: Column,
    no: u32,
    text: String,
}

/// The terms of one vocabulary in the order of their numbers, many at a time.
fn read(
    conn: &Connection,
    column: Column,
    give: &mut dyn FnMut(Vec<Term>) -> Result<()>,
) -> Result<()> {
    let mut statement = conn
        .prepare_cached("select no, text from term where vocabulary = :kind order by no")
        .sql("cannot read the terms")?;
    let mut rows = statement
        .query(named_params! { ":kind": column.code() })
        .sql("cannot read the terms")?;
    let mut some = Vec::new();
    while let Some(row) = rows.next().sql("cannot read the terms")? {
        some.push(Term {
            column,
            no: row.get("no").sql("cannot read a term")?,
            text: row.get("text").sql("cannot read a term")?,
        });
        if some.len() == TERMS_AT_ONCE {
            give(std::mem::take(&mut some))?;
        }
    }
    give(some)
}

/// Zero, the number of nothing, for an empty text.
fn number(text: &str, intern: impl FnOnce(&str) -> u32) -> u32 {
    if text.is_empty() { 0 } else { intern(text) }
}

fn insert(conn: &Connection, column: Column, no: u32, text: &str) -> Result<()> {
    conn.prepare_cached("insert into term (vocabulary, no, text) values (?1, ?2, ?3)")
        .and_then(|mut it| it.execute(params![column.code(), no, text]))
        .sql("cannot store a term")?;
    Ok(())
}
