//! The wall: the only shape in which an event may be stored. Every text in it is a newtype that
//! cannot be built without its check (`redaction.md` §1).
use std::fmt;

use super::client;
use super::detail_keys::DetailKeys;
use super::digester::Digester;
use super::gate;
use super::heads;
use super::id::RecordId;
use super::kinds::{ActorType, Outcome};
use super::refusal::Refusal;
use super::runs::{self, Letters};
use super::shapes;
use super::time;
use super::vocabulary::{self, ChangeKind, DetailKind};
use crate::base::{Hash, MINUTE_MS, Millis, Network};

const ID_MAX: usize = 128;
const SLUG_MAX: usize = 64;
const ACTION_MAX: usize = 96;
const TARGET_KIND_MAX: usize = 48;
const USER_AGENT_MAX: usize = 512;
const TIME_MAX: usize = 35;
/// The first instant of 1990.
const EARLIEST: Millis = 631_152_000_000;
const AHEAD_MAX: Millis = 10 * MINUTE_MS;
/// The last instant of 9999.
const LATEST_TIMESTAMP: Millis = 253_402_300_799_999;

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
            #[allow(dead_code, reason = "a few are read by tests alone")]
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
    /// RFC 3339 with an offset, in at most 35 bytes.
    pub fn parse(text: &str, now: Millis) -> Result<Self, Refusal> {
        let (ms, offset_min) = parse_time(text)?;
        if !(EARLIEST..=now + AHEAD_MAX).contains(&ms) {
            return Err(Refusal::Range);
        }
        Ok(Self {
            ms,
            offset_min: Some(offset_min),
        })
    }

    /// Of something that Annals did itself.
    pub fn own(ms: Millis) -> Self {
        Self {
            ms,
            offset_min: None,
        }
    }

    pub fn ms(&self) -> Millis {
        self.ms
    }

    pub fn offset_min(&self) -> Option<i16> {
        self.offset_min
    }
}

fn parse_time(text: &str) -> Result<(Millis, i16), Refusal> {
    if text.len() > TIME_MAX {
        return Err(Refusal::Length);
    }
    time::parse_rfc3339(text).ok_or(Refusal::Shape)
}

impl Detail {
    /// A time of the years 1970 to 9999.
    pub fn timestamp(text: &str) -> Result<Self, Refusal> {
        let (ms, _) = parse_time(text)?;
        if !(0..=LATEST_TIMESTAMP).contains(&ms) {
            return Err(Refusal::Range);
        }
        Ok(Self::Timestamp(ms))
    }
}

// --- What others say: checked, or digested ---

macro_rules! digested {
    ($($name:ident :: $check:ident)+) => {$(
        impl $name {
            /// The text if it may be kept, else its digest and true.
            pub fn or_digest(text: &str, digester: &Digester) -> (Self, bool) {
                match Self::$check(text) {
                    Ok(kept) => (kept, false),
                    Err(_) => (Self::digest(text, digester), true),
                }
            }

            pub fn digest(text: &str, digester: &Digester) -> Self {
                Self(digester.digest(text))
            }
        }
    )+};
}

digested! { Label::gate OpaqueId::parse SourceId::parse Email::parse }

impl Label {
    /// At most 120 characters that pass the label gate, kept in NFC.
    pub fn gate(text: &str) -> Result<Self, Refusal> {
        gate::label(text).map(|it| Self(it.into_owned()))
    }
}

impl OpaqueId {
    /// A UUID, a ULID, an integer, or a slug of at most 64 bytes.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        check_id(text).map(|()| Self(text.to_owned()))
    }
}

impl SourceId {
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        check_id(text).map(|()| Self(text.to_owned()))
    }
}

fn check_id(text: &str) -> Result<(), Refusal> {
    if text.is_empty() || text.len() > ID_MAX {
        return Err(Refusal::Length);
    }
    if shapes::is_uuid(text) || shapes::is_ulid(text) || shapes::is_int(text) {
        return Ok(());
    }
    let is_of_slug = |it: u8| it.is_ascii_alphanumeric() || b"._:/@+-".contains(&it);
    if text.len() > SLUG_MAX || !text.bytes().all(is_of_slug) {
        return Err(Refusal::Shape);
    }
    gate::label(text).map(|_| ())
}

impl Email {
    /// An address of at most 254 bytes whose parts are ordinary.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        shapes::email(text).map(|()| Self(text.to_owned()))
    }
}

impl ActionName {
    /// `[A-Za-z][A-Za-z0-9_.:/-]*` of ordinary words, at most 96 bytes.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        check_name(text, ACTION_MAX)?;
        Ok(Self(text.to_owned()))
    }
}

impl TargetKind {
    /// As an action, in lower case and at most 48 bytes.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        check_name(text, TARGET_KIND_MAX)?;
        if text.bytes().any(|it| it.is_ascii_uppercase()) {
            return Err(Refusal::Shape);
        }
        Ok(Self(text.to_owned()))
    }
}

fn check_name(text: &str, max: usize) -> Result<(), Refusal> {
    if text.len() > max {
        return Err(Refusal::Length);
    }
    let is_of_name = |it: u8| it.is_ascii_alphanumeric() || b"_.:/-".contains(&it);
    let starts_well = text.starts_with(|it: char| it.is_ascii_alphabetic());
    if !starts_well || !text.bytes().all(is_of_name) {
        return Err(Refusal::Shape);
    }
    runs::check(text, Letters::OfActions)
}

impl Word {
    /// Listed for its key, or made of operations terms.
    pub fn parse(key: &str, text: &str) -> Result<Self, Refusal> {
        vocabulary::is_word(key, text)
            .then(|| Self(text.to_owned()))
            .ok_or(Refusal::Shape)
    }

    /// `unset`, `set` or `replaced`: all that is kept of a secret's change.
    pub fn secret_state(text: &str) -> Result<Self, Refusal> {
        vocabulary::is_secret_state(text)
            .then(|| Self(text.to_owned()))
            .ok_or(Refusal::Shape)
    }
}

impl Key {
    /// A documented key, one of the suffix grammar or one of the Pool's own, and the kind of
    /// value it may hold.
    pub fn of_detail(text: &str, own: &DetailKeys) -> Option<(Self, DetailKind)> {
        let kind = vocabulary::kind_of(text).or_else(|| own.kind_of(text))?;
        Some((Self(text.to_owned()), kind))
    }

    /// The name of a changed field, and what its change may tell.
    pub fn of_change(text: &str, own: &DetailKeys) -> Option<(Self, ChangeKind)> {
        let kind = match own.kind_of(text) {
            Some(kind) => ChangeKind::Values(kind),
            None => vocabulary::change_of(text)?,
        };
        Some((Self(text.to_owned()), kind))
    }

    /// A documented key, a name made like a word, or one of the Pool's own.
    pub fn parse(text: &str, own: &DetailKeys) -> Result<Self, Refusal> {
        (vocabulary::is_field_name(text) || own.kind_of(text).is_some())
            .then(|| Self(text.to_owned()))
            .ok_or(Refusal::Shape)
    }
}

impl SafePrefix {
    /// A declared head and at most eight letters or digits, in 12 bytes.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        heads::is_safe_prefix(text)
            .then(|| Self(text.to_owned()))
            .ok_or(Refusal::Shape)
    }
}

impl Ip {
    /// Without port, brackets and zone, in its shortest form.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        shapes::ip(text).map(Self).ok_or(Refusal::Shape)
    }
}

impl Client {
    /// Family and major version; None for a header of more than 512 bytes.
    pub fn from_user_agent(text: &str) -> Option<Self> {
        (text.len() <= USER_AGENT_MAX).then(|| Self(client::reduce(text)))
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

impl Label {
    /// Digits and colons that were read as a network.
    pub fn network(network: &Network) -> Self {
        Self(network.to_string())
    }
}

impl OpaqueId {
    pub fn record(id: &RecordId) -> Self {
        Self(id.to_string())
    }
}
