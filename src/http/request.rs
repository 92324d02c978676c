//! One request: its head, what the route captured, and a body read on demand.
use std::net::IpAddr;

use hyper::body::{Body, Incoming};
use hyper::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, COOKIE, HOST, HeaderName, ORIGIN, USER_AGENT,
};
use hyper::http::request::Parts;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::body::{Bodies, Bytes};
use super::coding::may_compress;
use super::cookie;
use super::form::Form;
use crate::base::{Error, Kind, Result};

/// A text as the value of a parameter.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// What the variable parts of a route stood for.
pub type Captures = Vec<(&'static str, String)>;

pub struct Request {
    head: Parts,
    body: Option<Incoming>,
    bodies: Bodies,
    captures: Captures,
    query: Vec<(String, String)>,
    peer: Peer,
}

/// Who sent the request, after trusted proxies, and how it reached us.
#[derive(Clone)]
pub struct Peer {
    /// Ours always: the id in the answer, the log and the event.
    pub request_id: String,
    pub client_ip: IpAddr,
    /// Straight from this host. A request that came through any proxy never is.
    pub is_loopback: bool,
    pub is_https: bool,
    /// Scheme and host under which people reach us.
    pub base_url: String,
}

impl Request {
    pub fn new(
        head: Parts,
        body: Incoming,
        bodies: Bodies,
        captures: Captures,
        peer: Peer,
    ) -> Self {
        let query = head.uri.query().unwrap_or_default();
        let query = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        Self {
            head,
            body: Some(body),
            bodies,
            captures,
            query,
            peer,
        }
    }

    pub fn id(&self) -> &str {
        &self.peer.request_id
    }

    /// The method as a word for an event.
    pub fn method_word(&self) -> &'static str {
        if self.head.method == hyper::Method::POST {
            "post"
        } else {
            "get"
        }
    }

    /// The address that was asked for, to come back to it.
    pub fn path_and_query(&self) -> &str {
        self.head
            .uri
            .path_and_query()
            .map_or("/", hyper::http::uri::PathAndQuery::as_str)
    }

    /// `path`, which then leads back to this request's address.
    pub fn with_next(&self, path: &str) -> String {
        format!("{path}?next={}", encoded(self.path_and_query()))
    }

    /// The part of the path that `{name}` stands for in the route.
    pub fn captured(&self, name: &str) -> Option<&str> {
        self.captures
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every parameter in the order sent, decoded.
    pub fn query(&self) -> impl Iterator<Item = (&str, &str)> {
        self.query
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.query()
            .find(|(it, _)| *it == name)
            .map(|(_, value)| value)
    }

    pub fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header(&AUTHORIZATION)?.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then_some(token.trim())
    }

    /// The media type without its parameters, lower case.
    pub fn content_type(&self) -> Option<String> {
        let full = self.header(&CONTENT_TYPE)?;
        let essence = full.split(';').next()?.trim();
        Some(essence.to_ascii_lowercase())
    }

    pub fn has_content_encoding(&self) -> bool {
        self.head.headers.contains_key(CONTENT_ENCODING)
    }

    /// A cookie of ours, under the name that it has on this connection.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let name = cookie::host_name(name, self.peer.is_https);
        let sent = self.head.headers.get_all(COOKIE).iter();
        cookie::find(sent.filter_map(|it| it.to_str().ok()), &name)
    }

    /// Whether what answers this may be compressed.
    pub fn may_compress(&self) -> bool {
        may_compress(&self.head.method, &self.head.headers)
    }

    pub fn user_agent(&self) -> Option<&str> {
        self.header(&USER_AGENT)
    }

    pub fn sec_fetch_site(&self) -> Option<&str> {
        self.header(&HeaderName::from_static("sec-fetch-site"))
    }

    pub fn origin(&self) -> Option<&str> {
        self.header(&ORIGIN)
    }

    /// Whether an `Origin` is the one under which this request reached us.
    pub fn is_own_origin(&self, origin: &str) -> bool {
        let host = self.header(&HOST).unwrap_or_default();
        let scheme = if self.peer.is_https { "https" } else { "http" };
        origin == self.peer.base_url
            || origin
                .strip_prefix(scheme)
                .and_then(|it| it.strip_prefix("://"))
                == Some(host)
    }

    pub fn base_url(&self) -> &str {
        &self.peer.base_url
    }

    pub fn client_ip(&self) -> IpAddr {
        self.peer.client_ip
    }

    /// The client's address as far as it identifies somebody: a whole /64 of IPv6.
    pub fn client_network(&self) -> String {
        match self.peer.client_ip {
            IpAddr::V4(it) => it.to_string(),
            IpAddr::V6(it) => {
                let [a, b, c, d, ..] = it.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }

    pub fn is_loopback(&self) -> bool {
        self.peer.is_loopback
    }

    pub fn is_https(&self) -> bool {
        self.peer.is_https
    }

    /// What the body says of its length; nothing where it does not say it.
    pub fn body_length(&self) -> usize {
        let said = self.body.as_ref().and_then(|it| it.size_hint().exact());
        said.map_or(0, |it| usize::try_from(it).unwrap_or(usize::MAX))
    }

    /// The body, at most `limit` bytes of it.
    pub async fn bytes(&mut self, limit: usize) -> Result<Bytes> {
        let again = || Error::new(Kind::Internal, "a body is read once");
        let body = self.body.take().ok_or_else(again)?;
        self.bodies.read(body, limit).await
    }

    pub async fn form(&mut self, limit: usize) -> Result<Form> {
        if self.content_type().as_deref() != Some("application/x-www-form-urlencoded") {
            return Err(Error::new(Kind::UnsupportedType, "Send a form."));
        }
        Ok(Form::parse(&self.bytes(limit).await?))
    }

    fn header(&self, name: &HeaderName) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }
}
