//! Cookies: reading the ones sent, and the few shapes that are set.
use hyper::header::{COOKIE, HeaderMap, HeaderValue};

/// The value of a `Set-Cookie` header.
pub struct Cookie(String);

const LASTING_S: u32 = 365 * 24 * 60 * 60;

impl Cookie {
    /// For the browser alone, until it closes: no script reads it, no other site's form sends it.
    /// Encrypted connections add the `__Host-` prefix, which no other host can set.
    pub fn private(name: &str, value: &str, is_https: bool) -> Self {
        let name = host_name(name, is_https);
        let secure = if is_https { " Secure;" } else { "" };
        Self(format!(
            "{name}={value}; Path=/;{secure} HttpOnly; SameSite=Lax"
        ))
    }

    pub fn cleared(name: &str, is_https: bool) -> Self {
        let Self(cookie) = Self::private(name, "", is_https);
        Self(format!("{cookie}; Max-Age=0"))
    }

    /// For a year: a preference, or what a browser is known by.
    pub fn lasting(name: &str, value: &str, is_https: bool) -> Self {
        let Self(cookie) = Self::private(name, value, is_https);
        Self(format!("{cookie}; Max-Age={LASTING_S}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

pub fn host_name(name: &str, is_https: bool) -> String {
    if is_https {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

/// The cookies of a request, for an answer that is made without it.
pub struct Cookies {
    sent: Vec<HeaderValue>,
    is_https: bool,
}

impl Cookies {
    pub fn of(headers: &HeaderMap, is_https: bool) -> Self {
        let sent = headers.get_all(COOKIE).iter().cloned().collect();
        Self { sent, is_https }
    }

    /// A cookie of ours, under the name that it has on this connection.
    pub fn get(&self, name: &str) -> Option<&str> {
        let name = host_name(name, self.is_https);
        find(self.sent.iter().filter_map(|it| it.to_str().ok()), &name)
    }
}

/// The value of a cookie among those sent; a name sent twice has none.
pub fn find<'a>(sent: impl Iterator<Item = &'a str>, name: &str) -> Option<&'a str> {
    let mut values = sent
        .flat_map(|it| it.split(';'))
        .filter_map(|it| it.trim().split_once('='))
        .filter(|(it, _)| *it == name)
        .map(|(_, value)| value);
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_cookie_is_bound_to_the_host_where_it_can_be() {
        #[track_caller]
        fn case(cookie: &Cookie, expected: &str) {
            assert_eq!(cookie.as_str(), expected);
        }
        case(
            &Cookie::private("annals", "x", true),
            "__Host-annals=x; Path=/; Secure; HttpOnly; SameSite=Lax",
        );
        case(
            &Cookie::private("annals", "x", false),
            "annals=x; Path=/; HttpOnly; SameSite=Lax",
        );
        case(
            &Cookie::cleared("annals", false),
            "annals=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0",
        );
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name_and_only_once() {
        #[track_caller]
        fn case(sent: &[&str], expected: Option<&str>) {
            assert_eq!(find(sent.iter().copied(), "annals"), expected);
        }
        case(&["annals=1"], Some("1"));
        case(&["a=0; annals=1; b=2"], Some("1"));
        case(&["xannals=1"], None);
        case(&["annals=1; annals=2"], None);
        case(&["annals=1", "annals=2"], None);
        case(&["annals"], None);
    }
}
