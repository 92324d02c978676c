//! HTTP without a framework: a request, a response, a table of routes.
mod body;
mod coding;
mod content;
mod cookie;
mod form;
mod problem;
mod request;
mod response;
mod router;

pub use body::{Bodies, FORM_MAX, Pace};
pub use coding::may_compress;
pub use content::{Content, Packer, Pieces};
pub use cookie::{Cookie, Cookies};
pub use form::Form;
pub use hyper::Method;
pub use problem::{Problem, status};
pub use request::{Peer, Request, encoded};
pub use response::{CHECKPOINT, CLEAR_SITE_DATA, ROW_COUNT, Response};
pub use router::{Match, Reply, Route, Router, Surface};
