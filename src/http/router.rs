//! A table of routes, searched from top to bottom.
use std::future::Future;
use std::pin::Pin;

use hyper::Method;

use super::request::{Captures, Request};
use super::response::Response;
use crate::base::Result;

pub type Reply = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

pub struct Router<S>(Vec<Route<S>>);

pub struct Route<S> {
    pub method: Method,
    pub pattern: &'static str,
    /// Who may ask, in words: the security policy that `annals routes` prints.
    pub who: &'static str,
    pub surface: Surface,
    handler: Box<dyn Fn(S, Request) -> Reply + Send + Sync>,
}

/// Who reads the answer, and so in which form an error comes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Surface {
    People,
    Programs,
}

pub enum Match<'a, S> {
    Found(&'a Route<S>, Captures),
    /// The address exists, with these methods.
    WrongMethod(Vec<&'a Method>, Surface),
    Nothing,
}

impl<S> Router<S> {
    /// Panics on a route that an earlier one hides: that is a bug in the table.
    pub fn new(routes: Vec<Route<S>>) -> Self {
        for (index, route) in routes.iter().enumerate() {
            let hidden = routes[..index].iter().any(|it| {
                it.method == route.method && captures(it.pattern, route.pattern).is_some()
            });
            assert!(
                !hidden,
                "{} {} can never be reached",
                route.method, route.pattern
            );
        }
        Self(routes)
    }

    pub fn routes(&self) -> &[Route<S>] {
        &self.0
    }

    /// HEAD is answered by the route of GET; whoever sends the answer leaves out its body.
    pub fn find(&self, method: &Method, path: &str) -> Match<'_, S> {
        let wanted = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        let mut others = Vec::new();
        for route in &self.0 {
            if let Some(captures) = captures(route.pattern, path) {
                if route.method == wanted {
                    return Match::Found(route, captures);
                }
                others.push(route);
            }
        }
        match others.first() {
            Some(first) => {
                let methods = others.iter().map(|it| &it.method).collect();
                Match::WrongMethod(methods, first.surface)
            }
            None => Match::Nothing,
        }
    }
}

impl<S> Route<S> {
    pub fn new<H, F>(
        method: Method,
        pattern: &'static str,
        who: &'static str,
        surface: Surface,
        handler: H,
    ) -> Self
    where
        H: Fn(S, Request) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Response>> + Send + 'static,
    {
        let handler = move |state, request| -> Reply { Box::pin(handler(state, request)) };
        Self {
            method,
            pattern,
            who,
            surface,
            handler: Box::new(handler),
        }
    }

    /// The answer to come. It holds nothing of the table, so that it can outlive its connection.
    pub fn call(&self, state: S, request: Request) -> Reply {
        (self.handler)(state, request)
    }
}

/// Matches `/events/{id}` against `/events/42`, giving `[("id", "42")]`.
fn captures(pattern: &'static str, path: &str) -> Option<Captures> {
    if !pattern.contains('{') {
        return (pattern == path).then(Vec::new);
    }
    let mut captured = Vec::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        let name = expected
            .strip_prefix('{')
            .and_then(|it| it.strip_suffix('}'));
        match name {
            Some(name) if !segment.is_empty() => {
                let text = percent_encoding::percent_decode_str(segment)
                    .decode_utf8()
                    .ok()?;
                captured.push((name, text.into_owned()));
            }
            None if segment == expected => {}
            _ => return None,
        }
    }
    segments.next().is_none().then_some(captured)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_match_segment_by_segment() {
        #[track_caller]
        fn case(pattern: &'static str, path: &str, expected: Option<&[(&'static str, &str)]>) {
            let expected = expected.map(|it| {
                it.iter()
                    .map(|(key, value)| (*key, (*value).to_owned()))
                    .collect()
            });
            assert_eq!(captures(pattern, path), expected);
        }
        case("/", "/", Some(&[]));
        case("/events", "/events", Some(&[]));
        case("/events", "/events/", None);
        case("/events/{id}", "/events/42", Some(&[("id", "42")]));
        case("/events/{id}", "/events/a%2Fb", Some(&[("id", "a/b")]));
        case("/events/{id}", "/events/%ff", None);
        case("/events/{id}", "/events/", None);
        case("/events/{id}", "/events/42/x", None);
    }
}
