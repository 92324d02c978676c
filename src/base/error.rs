//! The one error type. `kind` picks the HTTP status and the exit code, `message` is constant
//! text that the caller may read, `source` goes to the log and nowhere else.
use std::fmt;

pub type Result<T, E = Error> = std::result::Result<T, E>;
type Source = Box<dyn std::error::Error + Send + Sync>;

pub struct Error {
    kind: Kind,
    message: &'static str,
    source: Option<Source>,
}

/// What went wrong, as the outside distinguishes it (`contract.md` §1 and §2).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Kind {
    Invalid,
    InvalidJson,
    /// A filter cannot be used where none may be ignored.
    InvalidFilter,
    Unauthenticated,
    Paused,
    PoolNotActive,
    NotPermitted,
    NotFound,
    MethodNotAllowed,
    TimedOut,
    IdConflict,
    ChangedMeanwhile,
    InvalidState,
    TooLarge,
    TargetTooLong,
    HeadTooLarge,
    UnsupportedType,
    Misdirected,
    InvalidEvent,
    RateLimited,
    Internal,
    /// The queue is full or the store cannot commit: the same request may be sent again.
    Unavailable,
    StorageFull,
    /// Command line only: wrong usage.
    Usage,
    /// Command line only: another process holds the data directory.
    InUse,
    /// The database is newer than this program, or older than its anchors.
    WrongVersion,
    /// The disk failed: the process stops rather than go on.
    StorageFailed,
    /// `verify` found damage.
    Damaged,
}

impl Kind {
    /// The caller can mend it: a form says so and keeps what was typed.
    pub fn is_the_callers(self) -> bool {
        matches!(
            self,
            Self::Invalid | Self::InvalidState | Self::IdConflict | Self::ChangedMeanwhile
        )
    }
}

impl Error {
    pub fn new(kind: Kind, message: &'static str) -> Self {
        Self {
            kind,
            message,
            source: None,
        }
    }

    pub fn with_source(self, source: impl Into<Source>) -> Self {
        Self {
            source: Some(source.into()),
            ..self
        }
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What the caller may read.
    pub fn public(&self) -> &'static str {
        match self.kind {
            Kind::Internal | Kind::StorageFailed => "Something failed inside Annals.",
            _ => self.message,
        }
    }

    pub fn message(&self) -> &'static str {
        self.message
    }
}

/// What the operator reads in the log: the message and every cause below it.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.message)?;
        let mut cause: Option<&dyn std::error::Error> = match &self.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        };
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// Names a foreign failure at the place where its meaning is known.
pub trait OrFail<T> {
    fn or_fail(self, kind: Kind, message: &'static str) -> Result<T>;

    fn internal(self, message: &'static str) -> Result<T>
    where
        Self: Sized,
    {
        self.or_fail(Kind::Internal, message)
    }
}

impl<T, E: Into<Source>> OrFail<T> for std::result::Result<T, E> {
    fn or_fail(self, kind: Kind, message: &'static str) -> Result<T> {
        self.map_err(|source| Error::new(kind, message).with_source(source))
    }
}

impl<T> OrFail<T> for Option<T> {
    fn or_fail(self, kind: Kind, message: &'static str) -> Result<T> {
        self.ok_or_else(|| Error::new(kind, message))
    }
}
