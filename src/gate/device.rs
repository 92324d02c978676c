//! The browser as an account knows it: a cookie that says, in marks only we can make, which
//! accounts signed in from it before. It opens nothing. Guesses from elsewhere do not slow it down.
use crate::app::App;
use crate::base::{Hash, hex, random};
use crate::http::{Cookie, Request};
use crate::model::RecordId;

const DEVICE_COOKIE: &str = "annals-device";
/// Accounts that one browser is known to; one more and the first is forgotten.
const ACCOUNTS_MAX: usize = 8;
const ID_DIGITS: usize = 32;
const MARK_DIGITS: usize = 32;

pub struct Device {
    id: String,
    /// One for each account, newest first, as sent.
    marks: Vec<String>,
}

impl Device {
    /// The browser of a request. One without a cookie of ours is a new one.
    pub fn of(request: &Request) -> Self {
        let sent = request.cookie(DEVICE_COOKIE).and_then(Self::parse);
        sent.unwrap_or_else(|| Self {
            id: hex(&random::bytes::<{ ID_DIGITS / 2 }>()),
            marks: Vec::new(),
        })
    }

    /// What failures of this account in this browser are counted by, if it signed in here before.
    pub fn known_to(&self, app: &App, account: &RecordId) -> Option<Hash> {
        let seal = self.seal(app, account);
        // Digests are compared, so that the time says nothing about the mark.
        let digest = |mark: &str| app.devices().digest(&[mark.as_bytes()]);
        let expected = digest(&mark(&seal));
        let known = self.marks.iter().any(|it| digest(it) == expected);
        known.then_some(seal)
    }

    /// The cookie from which this browser is known to the account from now on.
    pub fn remember(self, app: &App, request: &Request, account: &RecordId) -> Cookie {
        let own = mark(&self.seal(app, account));
        let mut parts = vec![self.id, own.clone()];
        let others = self.marks.into_iter().filter(|it| *it != own);
        parts.extend(others.take(ACCOUNTS_MAX - 1));
        Cookie::lasting(DEVICE_COOKIE, &parts.join("."), request.is_https())
    }

    fn parse(cookie: &str) -> Option<Self> {
        let mut parts = cookie.split('.').map(str::to_owned);
        let id = parts.next().filter(|it| is_hex(it, ID_DIGITS))?;
        let marks: Vec<_> = parts.take(ACCOUNTS_MAX).collect();
        let are_marks = marks.iter().all(|it| is_hex(it, MARK_DIGITS));
        are_marks.then_some(Self { id, marks })
    }

    fn seal(&self, app: &App, account: &RecordId) -> Hash {
        let parts = [self.id.as_bytes(), account.bytes()];
        app.devices().digest(&parts)
    }
}

fn mark(seal: &Hash) -> String {
    hex(&seal[..MARK_DIGITS / 2])
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|it| it.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_that_is_not_of_our_shape_is_a_new_browser() {
        #[track_caller]
        fn case(cookie: &str, marks: Option<usize>) {
            let parsed = Device::parse(cookie).map(|it| it.marks.len());
            assert_eq!(parsed, marks, "{cookie}");
        }
        let id = "0123456789abcdef0123456789abcdef";
        case(id, Some(0));
        case(&format!("{id}.{id}"), Some(1));
        case(&vec![id; 40].join("."), Some(ACCOUNTS_MAX));
        case("", None);
        case("0123", None);
        case(&format!("{id}."), None);
        case(&format!("{id}.zz"), None);
        case(&format!("{id}{id}"), None);
    }
}
