//! The small closed words of an event: outcome, actor type, the way it came, its kind.
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Success,
    Failure,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ActorType {
    User,
    System,
}

/// The way an event came in: the first five are Annals' own, the last two deliveries.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ViaKind {
    Web,
    Cli,
    Job,
    Api,
    Mcp,
    Key,
    Upstream,
}

/// The `kind` byte of a ledger entry (`tamper-evidence.md` §2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EventKind {
    Delivered,
    Own,
    AboutTheLog,
}

/// How much of a source's ids and names is readable (`redaction.md` §6).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum GateMode {
    Gated,
    Sealed,
}

impl Outcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Success, Self::Failure]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

impl ActorType {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::System => "system",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::User, Self::System]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

impl GateMode {
    /// A source is judged by the stricter of its own mode and its Pool's.
    pub fn or_stricter(self, other: Self) -> Self {
        match (self, other) {
            (Self::Gated, Self::Gated) => Self::Gated,
            (Self::Sealed, _) | (_, Self::Sealed) => Self::Sealed,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gated => "gated",
            Self::Sealed => "sealed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Gated, Self::Sealed]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

impl ViaKind {
    pub const ALL: [Self; 7] = [
        Self::Web,
        Self::Cli,
        Self::Job,
        Self::Api,
        Self::Mcp,
        Self::Key,
        Self::Upstream,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Cli => "cli",
            Self::Job => "job",
            Self::Api => "api",
            Self::Mcp => "mcp",
            Self::Key => "key",
            Self::Upstream => "upstream",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

impl EventKind {
    pub fn code(self) -> u8 {
        match self {
            Self::Delivered => 1,
            Self::Own => 2,
            Self::AboutTheLog => 3,
        }
    }

    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Delivered, Self::Own, Self::AboutTheLog]
            .into_iter()
            .find(|it| it.code() == code)
    }
}
