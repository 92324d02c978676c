//! The cookies that pages set.
use crate::gate::{PENDING_COOKIE, SESSION_COOKIE, SessionToken};
use crate::http::{Cookie, Request};

pub fn session(request: &Request, token: &SessionToken) -> Cookie {
    Cookie::private(SESSION_COOKIE, token.reveal(), request.is_https())
}

pub fn no_session(request: &Request) -> Cookie {
    Cookie::cleared(SESSION_COOKIE, request.is_https())
}

pub fn pending(request: &Request, token: &SessionToken) -> Cookie {
    Cookie::private(PENDING_COOKIE, token.reveal(), request.is_https())
}

pub fn no_pending(request: &Request) -> Cookie {
    Cookie::cleared(PENDING_COOKIE, request.is_https())
}
