//! Building responses.
use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue,
    LOCATION, RETRY_AFTER, SET_COOKIE, VARY,
};
use memchr::memmem;
use percent_encoding::{CONTROLS, utf8_percent_encode};
use serde::Serialize;
use tokio::task::spawn_blocking;

use super::content::{Content, Pieces};
use super::cookie::Cookie;
use super::problem::{self, Problem};
use crate::base::{Effort, Error, Kind, gzip};

/// The checkpoint of the log that a file was cut at, as `annals verify --expect` takes it.
pub const CHECKPOINT: HeaderName = HeaderName::from_static("x-annals-checkpoint");
/// How many rows a file will have, before it is made.
pub const ROW_COUNT: HeaderName = HeaderName::from_static("x-annals-row-count");
pub const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// Below this an answer fits into one packet either way.
const WORTH_IT: usize = 1024;
/// Above this it is compressed off the reactor, so that other connections are not kept waiting.
const LONG: usize = 16 * 1024;

/// Room for those of nearly every answer, so that they are not sorted in anew while it grows.
const LIKELY_HEADERS: usize = 12;

pub struct Response {
    inner: hyper::Response<Content>,
    /// The same content, compressed beforehand.
    gzip: Option<Bytes>,
    /// For the access log.
    problem: Option<&'static str>,
    /// Made into JSON by the server, which knows the request's id.
    pending: Option<Problem>,
}

impl Response {
    pub fn html(body: String) -> Self {
        Self::new("text/html; charset=utf-8", body)
    }

    pub fn text(body: &'static str) -> Self {
        Self::new("text/plain; charset=utf-8", body)
    }

    pub fn json(body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => Self::new("application/json", body),
            Err(_) => Problem::new(Kind::Internal, "An answer could not be written.").into(),
        }
    }

    /// A text of any type, made for this answer.
    pub fn written(content_type: &'static str, body: String) -> Self {
        Self::new(content_type, body)
    }

    /// JSON that is text already.
    pub fn json_text(body: &'static str) -> Self {
        Self::new("application/json", body)
    }

    /// A file whose name changes with its content, as it is and compressed.
    pub fn file(content_type: &'static str, body: &'static [u8], gzip: &'static [u8]) -> Self {
        Self {
            gzip: Some(Bytes::from_static(gzip)),
            ..Self::new(content_type, body)
        }
        .with(CACHE_CONTROL, "public, max-age=31536000, immutable")
    }

    /// A file to keep, made while it is taken. `name` is ASCII without quotation marks.
    pub fn download(content_type: &'static str, name: &str, is_packed: bool) -> (Self, Pieces) {
        let (content, pieces) = Content::made();
        let response = Self::of(content)
            .with_type(content_type)
            .with_text(
                CONTENT_DISPOSITION,
                &format!("attachment; filename=\"{name}\""),
            )
            .with(VARY, "accept-encoding");
        let response = if is_packed {
            response.with(CONTENT_ENCODING, "gzip")
        } else {
            response
        };
        (response, pieces)
    }

    /// After a form, or to the right address: the browser goes on with GET.
    pub fn redirect(to: &str) -> Self {
        let mut response = Self::new("text/plain; charset=utf-8", "").status(303);
        // Addresses hold ASCII alone; what a person typed of others is encoded as browsers do.
        let to = utf8_percent_encode(to, CONTROLS).to_string();
        if let Ok(value) = HeaderValue::from_str(&to) {
            response.inner.headers_mut().insert(LOCATION, value);
        }
        response
    }

    /// The browser sends the same form once more, to there.
    pub fn passed_on(to: &str) -> Self {
        Self::redirect(to).status(307)
    }

    pub fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        let value = HeaderValue::from_static(value);
        self.inner.headers_mut().insert(name, value);
        self
    }

    pub fn with_type(self, content_type: &'static str) -> Self {
        self.with(CONTENT_TYPE, content_type)
    }

    pub fn with_text(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.inner.headers_mut().insert(name, value);
        }
        self
    }

    pub fn with_cookie(mut self, cookie: &Cookie) -> Self {
        if let Ok(value) = HeaderValue::from_str(cookie.as_str()) {
            self.inner.headers_mut().append(SET_COOKIE, value);
        }
        self
    }

    pub fn status(mut self, status: u16) -> Self {
        *self.inner.status_mut() =
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self
    }

    /// The status, headers and log word of an error, on a page that says it in its own way.
    pub fn status_of(self, error: &Error) -> Self {
        self.fail(error.kind())
    }

    /// Writes out a problem, now that the request's id is known.
    pub fn finish(self, request_id: &str) -> Self {
        match &self.pending {
            Some(problem) => {
                let body = problem.body(request_id);
                let response = Self::new("application/problem+json", body).fail(problem.kind());
                match problem.retry_after_s() {
                    Some(seconds) => response.with_text(RETRY_AFTER, &seconds.to_string()),
                    None => response,
                }
            }
            None => self,
        }
    }

    pub fn code(&self) -> u16 {
        self.inner.status().as_u16()
    }

    pub fn problem(&self) -> Option<&'static str> {
        self.problem
    }

    /// Puts a text in place of a blank of the same length, wherever that stands in a page. `make`
    /// is given the page as it was.
    pub fn filled(mut self, blank: &str, make: impl FnOnce(&[u8]) -> String) -> Self {
        let Content::Whole(page) = self.inner.body() else {
            return self;
        };
        let places: Vec<_> = memmem::find_iter(page, blank).collect();
        if places.is_empty() {
            return self;
        }
        let text = make(page);
        let mut page = page.to_vec();
        for at in places {
            page[at..at + blank.len()].copy_from_slice(text.as_bytes());
        }
        *self.inner.body_mut() = Content::whole(page);
        self
    }

    /// Compressed, where this peer takes that and it helps.
    pub async fn packed(mut self, may_compress: bool) -> Self {
        let Content::Whole(whole) = self.inner.body() else {
            return self;
        };
        let is_ready = self.gzip.is_some();
        if !is_ready && (whole.len() < WORTH_IT || !self.is_page()) {
            return self;
        }
        let whole = whole.clone();
        let headers = self.inner.headers_mut();
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if !may_compress {
            return self;
        }
        let Some(packed) = compress(self.gzip.take(), whole).await else {
            return self;
        };
        let headers = self.inner.headers_mut();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        *self.inner.body_mut() = Content::whole(packed);
        self
    }

    pub fn into_hyper(self) -> hyper::Response<Content> {
        self.inner
    }

    fn fail(mut self, kind: Kind) -> Self {
        self.problem = Some(problem::slug(kind));
        let response = self.status(problem::status(kind));
        match problem::extra(kind) {
            Some((name, value)) => response.with(name, value),
            None => response,
        }
    }

    /// Made for people or programs to read, not a file to keep or a text of one line.
    fn is_page(&self) -> bool {
        let content_type = self.inner.headers().get(CONTENT_TYPE);
        let content_type = content_type.map_or(&b""[..], HeaderValue::as_bytes);
        content_type.starts_with(b"text/html") || content_type.starts_with(b"application/json")
    }

    fn new(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self::of(Content::whole(body)).with_type(content_type)
    }

    fn of(content: Content) -> Self {
        let mut inner = hyper::Response::new(content);
        inner.headers_mut().reserve(LIKELY_HEADERS);
        Self {
            inner,
            gzip: None,
            problem: None,
            pending: None,
        }
    }
}

/// None: it would not become smaller.
async fn compress(ready: Option<Bytes>, whole: Bytes) -> Option<Bytes> {
    let len = whole.len();
    let make = move || Bytes::from(gzip(&whole, Effort::Once));
    let packed = match ready {
        Some(packed) => packed,
        None if len < LONG => make(),
        None => spawn_blocking(make).await.ok()?,
    };
    (packed.len() < len).then_some(packed)
}

impl From<Problem> for Response {
    fn from(problem: Problem) -> Self {
        Self {
            pending: Some(problem),
            ..Self::text("")
        }
    }
}
