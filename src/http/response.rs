//! Building responses.
use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, SET_COOKIE,
};
use percent_encoding::{CONTROLS, utf8_percent_encode};
use serde::Serialize;

use super::content::{Content, Pieces};
use super::cookie::Cookie;
use super::problem::{self, Problem};
use crate::base::{Error, Kind};

/// The checkpoint of the log that a file was cut at, as `annals verify --expect` takes it.
pub const CHECKPOINT: HeaderName = HeaderName::from_static("x-annals-checkpoint");
/// How many rows a file will have, before it is made.
pub const ROW_COUNT: HeaderName = HeaderName::from_static("x-annals-row-count");
pub const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

pub struct Response {
    inner: hyper::Response<Content>,
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

    /// A file whose name changes with its content.
    pub fn file(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self::new(content_type, body).with(CACHE_CONTROL, "public, max-age=31536000, immutable")
    }

    /// A file to keep, made while it is taken. `name` is ASCII without quotation marks.
    pub fn download(content_type: &'static str, name: &str) -> (Self, Pieces) {
        let (content, pieces) = Content::made();
        let response = Self::of(content).with_type(content_type).with_text(
            CONTENT_DISPOSITION,
            &format!("attachment; filename=\"{name}\""),
        );
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
                Self::new("application/problem+json", body).fail(problem.kind())
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

    fn new(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self::of(Content::whole(body)).with_type(content_type)
    }

    fn of(content: Content) -> Self {
        Self {
            inner: hyper::Response::new(content),
            problem: None,
            pending: None,
        }
    }
}

impl From<Problem> for Response {
    fn from(problem: Problem) -> Self {
        Self {
            pending: Some(problem),
            ..Self::text("")
        }
    }
}
