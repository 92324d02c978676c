//! The wall: the only shape in which an event may be stored. Every text in it is a newtype that
//! cannot be built without its check (`redaction.md` §1).
use std::fmt;

use super::id::RecordId;
use super::kinds::{ActorType, Outcome};
use crate::base::{Hash, Millis};

/// One event that may be stored. There is no other argument to the log.
pub struct SafeEvent {
    pub id: Option<SourceId>,
    /// Keyed digests of the sender's id and of the item as sent; present exactly when `id` is.
    pub item: Option<Hash>,
    /// None: the time of receipt.
    pub occurred: Option<Time>,
    pub action: ActionName,
    pub outcome: Outcome,
    pub reason: Option<Word>,
    /// None: the source itself, as `system`.
    pub actor: Option<Actor>,
    pub target: Option<Target>,
    pub request_id: Option<OpaqueId>,
    pub ip: Option<Ip>,
    pub client: Option<Client>,
    pub changes: Vec<Change>,
    pub details: Vec<(Key, Detail)>,
    /// Keys dropped and strings digested or dropped on the way in.
    pub redactions: u32,
}

pub struct Actor {
    pub kind: ActorType,
    pub id: Option<OpaqueId>,
    pub email: Option<Email>,
    pub label: Option<Label>,
}

pub struct Target {
    pub kind: TargetKind,
    pub id: Option<OpaqueId>,
    pub label: Option<Label>,
}

pub struct Change {
    pub field: Key,
    pub from: Option<Detail>,
    pub to: Option<Detail>,
}

/// The closed kinds of detail (`redaction.md` §2).
pub enum Detail {
    Bool(bool),
    Int(i64),
    Timestamp(Millis),
    Word(Word),
    Id(OpaqueId),
    Label(Label),
    Prefix(SafePrefix),
    FieldNames(Vec<Key>),
    Words(Vec<Word>),
    Ids(Vec<OpaqueId>),
    Labels(Vec<Label>),
}

/// When it happened: 1990 to ten minutes ahead of receipt.
#[derive(Clone, Copy)]
pub struct Time {
    ms: Millis,
    offset_min: Option<i16>,
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Eq, Hash, PartialEq)]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }

            pub fn into_text(self) -> String {
                self.0
            }
        }

        /// Never the content: a `{:?}` in a log line must not undo the wall.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )+};
}

texts! {
    /// The sender's own id of the event: a shape, or its digest.
    SourceId
    /// `family.verb`, as sent.
    ActionName
    /// A listed word, or parts that are all in the word list.
    Word
    /// An id of a pinned shape, or its digest.
    OpaqueId
    Email
    /// A name that passed the gate, or its digest.
    Label
    TargetKind
    Ip
    /// Browser family and major version.
    Client
    /// A documented or well-formed name of a detail or field.
    Key
    SafePrefix
}

impl Time {
    pub fn ms(&self) -> Millis {
        self.ms
    }

    pub fn offset_min(&self) -> Option<i16> {
        self.offset_min
    }
}

// --- What Annals says itself: constant texts and its own record ids ---

impl ActionName {
    pub fn fixed(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl TargetKind {
    pub fn fixed(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl Word {
    pub fn fixed(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl Key {
    pub fn fixed(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl Label {
    pub fn fixed(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl OpaqueId {
    pub fn record(id: &RecordId) -> Self {
        Self(id.to_string())
    }
}
