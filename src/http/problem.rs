//! The only place where a failure becomes a number, and its JSON (RFC 9457).
use hyper::header::{HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::base::Kind;

/// When to come back after "not now", in seconds.
const RETRY_AFTER_S: &str = "1";

/// An error of the API on its way out. Its texts are constant: nothing sent is ever repeated.
pub struct Problem {
    kind: Kind,
    detail: &'static str,
    errors: Option<Box<RawValue>>,
    retry_after_s: Option<i64>,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'static str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<&'a RawValue>,
}

impl Problem {
    pub fn new(kind: Kind, detail: &'static str) -> Self {
        Self {
            kind,
            detail,
            errors: None,
            retry_after_s: None,
        }
    }

    /// Items at fault: a list of `{pointer, code, detail}`.
    pub fn with_errors(self, errors: &impl Serialize) -> Self {
        Self {
            errors: to_raw_value(errors).ok(),
            ..self
        }
    }

    /// When to come back, in seconds, where that is known.
    pub fn after(self, seconds: i64) -> Self {
        Self {
            retry_after_s: Some(seconds),
            ..self
        }
    }

    pub fn retry_after_s(&self) -> Option<i64> {
        self.retry_after_s
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The JSON text.
    pub fn body(&self, request_id: &str) -> Vec<u8> {
        let (slug, title) = words(self.kind);
        let body = Body {
            r#type: format!("urn:annals:problem:{slug}"),
            title,
            status: status(self.kind),
            detail: self.detail,
            request_id,
            errors: self.errors.as_deref(),
        };
        // Serializing our own closed types cannot fail.
        serde_json::to_vec(&body).unwrap_or_default()
    }
}

/// The header that a failure of this kind has besides.
pub fn extra(kind: Kind) -> Option<(HeaderName, &'static str)> {
    match status(kind) {
        401 => Some((WWW_AUTHENTICATE, "Bearer")),
        429 | 503 => Some((RETRY_AFTER, RETRY_AFTER_S)),
        _ => None,
    }
}

pub fn status(kind: Kind) -> u16 {
    match kind {
        Kind::Invalid | Kind::InvalidJson | Kind::InvalidFilter | Kind::Usage => 400,
        Kind::Unauthenticated => 401,
        Kind::Paused | Kind::PoolNotActive | Kind::NotPermitted => 403,
        Kind::NotFound => 404,
        Kind::MethodNotAllowed => 405,
        Kind::TimedOut => 408,
        Kind::IdConflict | Kind::ChangedMeanwhile | Kind::InvalidState => 409,
        Kind::TooLarge => 413,
        Kind::TargetTooLong => 414,
        Kind::UnsupportedType => 415,
        Kind::Misdirected => 421,
        Kind::InvalidEvent => 422,
        Kind::RateLimited => 429,
        Kind::HeadTooLarge => 431,
        Kind::Internal | Kind::InUse | Kind::WrongVersion | Kind::Damaged => 500,
        Kind::Unavailable | Kind::StorageFull | Kind::StorageFailed => 503,
    }
}

/// The word that names a kind for programs.
pub fn slug(kind: Kind) -> &'static str {
    words(kind).0
}

fn words(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Invalid | Kind::Usage => ("invalid-request", "Invalid request"),
        Kind::InvalidJson => ("invalid-json", "Not JSON"),
        Kind::InvalidFilter => ("invalid-filter", "Invalid filter"),
        Kind::Unauthenticated => ("unauthenticated", "Not authenticated"),
        Kind::Paused => ("paused", "Paused"),
        Kind::PoolNotActive => ("pool-not-active", "Pool not active"),
        Kind::NotPermitted => ("not-permitted", "Not permitted"),
        Kind::NotFound => ("not-found", "Not found"),
        Kind::MethodNotAllowed => ("method-not-allowed", "Method not allowed"),
        Kind::TimedOut => ("timed-out", "Request took too long"),
        Kind::IdConflict => ("id-conflict", "Id already used"),
        Kind::ChangedMeanwhile => ("changed-meanwhile", "Changed meanwhile"),
        Kind::InvalidState => ("invalid-state", "Not possible now"),
        Kind::TooLarge => ("too-large", "Too large"),
        Kind::TargetTooLong => ("target-too-long", "Address too long"),
        Kind::HeadTooLarge => ("head-too-large", "Headers too large"),
        Kind::UnsupportedType => ("unsupported-type", "Unsupported content"),
        Kind::Misdirected => ("misdirected", "Not this host"),
        Kind::InvalidEvent => ("invalid-event", "Invalid event"),
        Kind::RateLimited => ("rate-limited", "Too many requests"),
        Kind::Internal | Kind::InUse | Kind::WrongVersion | Kind::Damaged => {
            ("internal", "Internal error")
        }
        Kind::Unavailable | Kind::StorageFailed => ("unavailable", "Unavailable"),
        Kind::StorageFull => ("storage-full", "Storage full"),
    }
}
