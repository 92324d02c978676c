//! A submitted item as a tree that borrows from the body. Values stay as sent until a rule has
//! judged them; numbers stay text, so that a digest sees every digit.
use zeroize::Zeroizing;

/// A longer item is refused, and what is beyond this is not kept in memory until then.
pub const ITEM_BYTES_MAX: usize = 32 * 1024;
/// Levels of nesting in one item; the item itself is the first.
pub const DEPTH_MAX: usize = 8;

pub enum Node<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    Text(Text<'a>),
    List(Vec<Node<'a>>),
    Map(Map<'a>),
}

pub type Map<'a> = Vec<(Text<'a>, Node<'a>)>;

pub enum Text<'a> {
    Plain(&'a str),
    /// Had escapes. A copy, wiped when it is dropped; boxed, so that the many others stay small.
    Unescaped(Box<Zeroizing<String>>),
}

/// What makes a well-formed item unacceptable as a whole.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Flaw {
    DuplicateKey,
    TooDeep,
    /// A half of a surrogate pair: text that is no text.
    LoneSurrogate,
}

/// A flaw, and the documented names on the way to it.
pub struct Found {
    flaw: Flaw,
    names: [Option<&'static str>; 2],
}

impl Found {
    pub fn new(flaw: Flaw) -> Self {
        Self {
            flaw,
            names: [None; 2],
        }
    }

    pub fn flaw(&self) -> Flaw {
        self.flaw
    }

    /// Reports a key on the way, from the inside to the outside.
    pub fn came_through(&mut self, depth: usize, key: &str) {
        let documented: &[&'static str] = match depth {
            1 => &ITEM_FIELDS,
            2 => &PART_FIELDS,
            _ => return,
        };
        self.names[depth - 1] = documented.iter().find(|it| **it == key).copied();
    }

    /// The documented field it is in, or the nearest around it, as a pointer within the item.
    pub fn pointer(&self) -> String {
        match self.names {
            [Some(field @ ("actor" | "target")), Some(part)] if belongs(field, part) => {
                format!("/{field}/{part}")
            }
            [Some(field), _] => format!("/{field}"),
            [None, _] => String::new(),
        }
    }
}

/// The documented fields of an item.
pub const ITEM_FIELDS: [&str; 13] = [
    "id",
    "occurred_at",
    "action",
    "outcome",
    "reason",
    "actor",
    "target",
    "request_id",
    "ip",
    "user_agent",
    "pool",
    "changes",
    "details",
];
/// Those of an actor or a target.
const PART_FIELDS: [&str; 5] = ["type", "kind", "id", "email", "label"];

fn belongs(field: &str, part: &str) -> bool {
    match part {
        "type" | "email" => field == "actor",
        "kind" => field == "target",
        _ => true,
    }
}

/// JSON's null is an absent value.
pub fn present<'n, 'a>(node: &'n Node<'a>) -> Option<&'n Node<'a>> {
    (!matches!(node, Node::Null)).then_some(node)
}

impl Text<'_> {
    pub fn as_str(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Unescaped(text) => text,
        }
    }
}

impl Node<'_> {
    /// Whole numbers that JSON readers agree on: ±(2⁵³−1).
    pub fn as_int(&self) -> Option<i64> {
        const INT_MAX: i64 = (1 << 53) - 1;
        match self {
            Self::Number(text) => text
                .parse()
                .ok()
                .filter(|it| (-INT_MAX..=INT_MAX).contains(it)),
            _ => None,
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }
}
