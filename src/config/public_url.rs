//! The address under which people reach this instance.
use std::net::Ipv6Addr;

/// Where people reach this instance: scheme, host and port, nothing else.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicUrl {
    is_https: bool,
    /// Lower case; with its port unless that is the scheme's own.
    authority: String,
}

impl PublicUrl {
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let (is_https, rest) = match text.strip_prefix("https://") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("http://")?),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = split_port(authority)?;
        if !is_host(host) {
            return None;
        }
        let own_port = if is_https { 443 } else { 80 };
        let authority = match port {
            Some(port) if port != own_port => format!("{host}:{port}"),
            Some(_) | None => host.to_owned(),
        };
        Some(Self {
            is_https,
            authority,
        })
    }

    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// As a browser sends it in `Host`: `audit.example.org`, `localhost:8080`.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// As a browser sends it in `Origin`: `https://audit.example.org`.
    pub fn origin(&self) -> String {
        let scheme = if self.is_https { "https" } else { "http" };
        format!("{scheme}://{}", self.authority)
    }
}

/// Host and port; the host of an IPv6 address keeps its brackets.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let after_host = match authority.find(']') {
        Some(end) => end + 1,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at(after_host);
    if port.is_empty() {
        return Some((host, None));
    }
    let port = port.strip_prefix(':')?;
    let is_plain = port.bytes().all(|it| it.is_ascii_digit());
    let port = port.parse().ok().filter(|it| is_plain && *it > 0)?;
    Some((host, Some(port)))
}

fn is_host(host: &str) -> bool {
    const NAME_MAX: usize = 253;
    if let Some(address) = host.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let is_label = |label: &str| {
        let is_plain = label
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'-');
        is_plain && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    };
    host.len() <= NAME_MAX && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_a_scheme_and_a_host() {
        fn case(text: &str, origin: Option<&str>) {
            let read = PublicUrl::parse(text).map(|it| it.origin());
            assert_eq!(read.as_deref(), origin, "{text}");
        }
        case(
            "https://audit.example.org",
            Some("https://audit.example.org"),
        );
        case(
            "https://Audit.Example.org/",
            Some("https://audit.example.org"),
        );
        case(
            "https://audit.example.org:443",
            Some("https://audit.example.org"),
        );
        case(
            "https://audit.example.org:8443",
            Some("https://audit.example.org:8443"),
        );
        case("http://localhost:8080", Some("http://localhost:8080"));
        case("http://[::1]:8080", Some("http://[::1]:8080"));
        case("http://192.0.2.7:80", Some("http://192.0.2.7"));
        case("audit.example.org", None);
        case("ftp://audit.example.org", None);
        case("https://", None);
        case("https://audit.example.org/annals", None);
        case("https://user@audit.example.org", None);
        case("https://audit.example.org?x", None);
        case("https://audit..org", None);
        case("https://-audit.org", None);
        case("https://audit.example.org:0", None);
        case("https://audit.example.org:+1", None);
        case("https://audit.example.org:", None);
        case("https://[::1", None);
        case("https://[::1]x", None);
    }
}
