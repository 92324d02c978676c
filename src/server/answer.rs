//! One request, one answer: routing, the headers that every answer has, the line in the log.
use std::convert::Infallible;
use std::net::IpAddr;
use std::time::Instant;

use hyper::body::{Body, Incoming};
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue,
    REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS,
};

use super::finish::Finish;
use super::guard::Activity;
use super::peer::Edge;
use crate::base::{Clock, Error, Kind, Result, random};
use crate::http::{
    Bodies, Content, Cookies, Match, Method, Peer, Problem, Request, Response, Router, Surface,
    may_compress,
};
use crate::model::request_id;

const TARGET_BYTES_MAX: usize = 8 * 1024;
const TARGET_TOO_LONG: &str = "The address is too long.";

const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types annals",
);
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");
/// Two years, for this host: names below it are not ours to decide about.
const HSTS: &str = "max-age=63072000";

/// On every answer, whatever it is.
const ALWAYS: [(HeaderName, HeaderValue); 5] = [
    (CONTENT_SECURITY_POLICY, CSP),
    (X_CONTENT_TYPE_OPTIONS, NOSNIFF),
    (REFERRER_POLICY, NO_REFERRER),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        SAME_ORIGIN,
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        SAME_ORIGIN,
    ),
];

/// What all connections share. `S` is what every handler is given.
pub struct Answering<S> {
    pub state: S,
    pub router: Router<S>,
    pub edge: Edge,
    pub bodies: Bodies,
    pub clock: Clock,
    /// A failure as people see it, with the request's id, in the theme that a cookie names.
    pub error_page: fn(&Error, &str, &Cookies) -> Response,
    /// Told the status of every answer.
    pub answered: fn(&S, u16),
}

/// What the access log says of a request: never a path, a query or a value.
struct Line {
    method: &'static str,
    route: &'static str,
    surface: Surface,
}

/// What a failure tells of its request.
struct Asked<'a> {
    id: &'a str,
    cookies: Cookies,
}

impl<S> Answering<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Always answers: an `Err` here would make hyper drop the connection.
    pub async fn answer(
        &self,
        request: hyper::Request<Incoming>,
        address: IpAddr,
        activity: &Activity,
    ) -> Result<hyper::Response<Content>, Infallible> {
        let busy = activity.begin();
        let began = Instant::now();
        let id = self.request_id();
        let peer = self.edge.peer(id.clone(), address, request.headers());
        let is_https = peer.is_https;
        let has_body = !request.body().is_end_stream();
        let was_chunked = request.headers().contains_key(TRANSFER_ENCODING);
        let may_compress = may_compress(request.method(), request.headers());
        let (line, response) = self.route(request, peer, &id).await;
        let response = response.finish(&id).packed(may_compress).await;
        self.note(&line, &response, began, &id);
        if has_body && response.problem().is_some() {
            busy.expect_leftovers();
        }
        let mut response = response.into_hyper();
        dress(response.headers_mut(), &id, is_https);
        if was_chunked {
            // hyper removes a Content-Length beside Transfer-Encoding before we could refuse the
            // pair; ending the connection is what keeps a second request from hiding in the body.
            let headers = response.headers_mut();
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response)
    }

    /// What a head gets that hyper cannot read: the lines of the answer's head, and its body.
    pub fn refuse(&self, kind: Kind) -> (Vec<u8>, Vec<u8>) {
        let began = Instant::now();
        let id = self.request_id();
        let detail = match kind {
            Kind::HeadTooLarge => "The headers are too long or too many.",
            Kind::TargetTooLong => TARGET_TOO_LONG,
            _ => "This is no request of HTTP/1.1.",
        };
        let problem = Problem::new(kind, detail);
        let body = problem.body(&id);
        let response = Response::from(problem).finish(&id);
        let line = Line {
            method: "other",
            route: "-",
            surface: Surface::Programs,
        };
        self.note(&line, &response, began, &id);
        let mut response = response.into_hyper();
        dress(response.headers_mut(), &id, false);
        let lines = response.headers().iter();
        let lines = lines.map(|(name, value)| {
            [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat()
        });
        (lines.flatten().collect(), body)
    }

    fn request_id(&self) -> String {
        let mut chance = [0; 8];
        random::fill_from_stock(&mut chance);
        request_id(self.clock.now(), chance).to_string()
    }

    fn note(&self, line: &Line, response: &Response, began: Instant, id: &str) {
        tracing::info!(
            target: "annals::access",
            method = line.method,
            route = line.route,
            status = response.code(),
            problem = response.problem().unwrap_or_default(),
            duration_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
            request_id = id,
        );
        (self.answered)(&self.state, response.code());
    }

    async fn route(
        &self,
        request: hyper::Request<Incoming>,
        peer: Peer,
        id: &str,
    ) -> (Line, Response) {
        let (head, body) = request.into_parts();
        let mut line = Line {
            method: method(&head.method),
            route: "-",
            surface: surface(head.uri.path()),
        };
        let asked = Asked {
            id,
            cookies: Cookies::of(&head.headers, peer.is_https),
        };
        if let Err(error) = self.check(&head) {
            let response = self.failure(&error, line.surface, &asked);
            return (line, response);
        }
        let result = match self.router.find(&head.method, head.uri.path()) {
            Match::Found(route, captures) => {
                (line.route, line.surface) = (route.pattern, route.surface);
                let bodies = self.bodies.clone();
                let request = Request::new(head, body, bodies, captures, peer);
                Finish::new(route.call(self.state.clone(), request)).await
            }
            Match::WrongMethod(allowed, surface) => {
                line.surface = surface;
                return (line, self.wrong_method(&allowed, surface, &asked));
            }
            Match::Nothing if matches!(head.method, Method::TRACE | Method::CONNECT) => {
                let response = self.wrong_method(&[], line.surface, &asked);
                return (line, response);
            }
            Match::Nothing => Err(Error::new(Kind::NotFound, "There is no such page.")),
        };
        let response = result.unwrap_or_else(|error| {
            if matches!(error.kind(), Kind::Internal | Kind::StorageFailed) {
                tracing::error!(?error, request_id = asked.id, route = line.route, "failed");
            }
            self.failure(&error, line.surface, &asked)
        });
        (line, response)
    }

    fn failure(&self, error: &Error, surface: Surface, asked: &Asked<'_>) -> Response {
        match surface {
            Surface::Programs => Problem::new(error.kind(), error.public()).into(),
            Surface::People => (self.error_page)(error, asked.id, &asked.cookies),
        }
    }

    fn wrong_method(&self, allowed: &[&Method], surface: Surface, asked: &Asked<'_>) -> Response {
        let error = Error::new(
            Kind::MethodNotAllowed,
            "This address does not answer that method.",
        );
        let mut names: Vec<&str> = allowed.iter().map(|it| it.as_str()).collect();
        if names.contains(&"GET") {
            names.push("HEAD");
        }
        self.failure(&error, surface, asked)
            .finish(asked.id)
            .with_text(ALLOW, &names.join(", "))
    }

    fn check(&self, head: &hyper::http::request::Parts) -> Result<()> {
        let target = head.uri.path_and_query().map_or(0, |it| it.as_str().len());
        if target > TARGET_BYTES_MAX {
            return Err(Error::new(Kind::TargetTooLong, TARGET_TOO_LONG));
        }
        self.edge.check_host(&head.uri, &head.headers)
    }
}

/// An address that leads nowhere is answered in the form of its neighbours.
fn surface(path: &str) -> Surface {
    let is_for_programs =
        path.starts_with("/api/") || matches!(path, "/healthz" | "/readyz" | "/metrics");
    if is_for_programs {
        Surface::Programs
    } else {
        Surface::People
    }
}

/// The method as a word of ours: others could be anything.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

fn dress(headers: &mut HeaderMap, request_id: &str, is_https: bool) {
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if is_https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}
