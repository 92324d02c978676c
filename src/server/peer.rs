//! Who is asking, and under which name they reached us.
use std::net::IpAddr;

use hyper::HeaderMap;
use hyper::header::{HOST, HeaderName};
use hyper::http::Uri;

use crate::base::{Error, Kind, Result};
use crate::config::PublicUrl;
use crate::http::Peer;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What stands between this process and the people: trusted proxies, and the public name.
pub struct Edge {
    pub public_url: Option<PublicUrl>,
    /// Asked at each request: it may be set while the process runs.
    pub is_proxy: IsProxy,
}

pub type IsProxy = Box<dyn Fn(IpAddr) -> bool + Send + Sync>;

impl Edge {
    pub fn trusts(&self, address: IpAddr) -> bool {
        (self.is_proxy)(address)
    }

    /// Refuses a request that does not say clearly which host it means, or means another.
    pub fn check_host(&self, uri: &Uri, headers: &HeaderMap) -> Result<()> {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err(Error::new(Kind::Invalid, "Send one Host header."));
        };
        let host = host.to_str().unwrap_or_default();
        let names_another =
            |it: &hyper::http::uri::Authority| !it.as_str().eq_ignore_ascii_case(host);
        if uri.authority().is_some_and(names_another) {
            return Err(Error::new(Kind::Invalid, "The address names another host."));
        }
        // Checks of life come by address, also where people come by a public name.
        let is_probe =
            matches!(uri.path(), "/healthz" | "/readyz" | "/metrics") && is_literal(host);
        if is_probe || self.knows(host) {
            return Ok(());
        }
        Err(Error::new(
            Kind::Misdirected,
            "This is not the host that was asked for. ANNALS_PUBLIC_URL names ours.",
        ))
    }

    pub fn peer(&self, request_id: String, address: IpAddr, headers: &HeaderMap) -> Peer {
        let is_trusted = self.trusts(address);
        let is_forwarded = headers.keys().any(is_forwarding);
        let is_https = match &self.public_url {
            Some(url) => url.is_https(),
            None => is_trusted && last(headers, &FORWARDED_PROTO) == Some("https"),
        };
        let base_url = self.public_url.as_ref().map_or_else(
            || {
                let host = headers.get(HOST).and_then(|it| it.to_str().ok());
                let scheme = if is_https { "https" } else { "http" };
                format!("{scheme}://{}", host.unwrap_or("localhost"))
            },
            PublicUrl::origin,
        );
        Peer {
            request_id,
            client_ip: self.client(address, headers).to_canonical(),
            is_loopback: address.to_canonical().is_loopback() && !is_forwarded,
            is_https,
            base_url,
        }
    }

    /// The right-most address that no trusted proxy has. Whatever is further left was written by
    /// somebody we do not know.
    fn client(&self, address: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = address;
        let mut hops: Vec<&str> = headers
            .get_all(FORWARDED_FOR)
            .iter()
            .filter_map(|it| it.to_str().ok())
            .flat_map(|it| it.split(','))
            .collect();
        while self.trusts(client) {
            match hops.pop().map(|it| it.trim().parse()) {
                Some(Ok(hop)) => client = hop,
                Some(Err(_)) | None => break,
            }
        }
        client
    }

    /// With a public name only that; without, names that no foreign page can point at us.
    fn knows(&self, host: &str) -> bool {
        match &self.public_url {
            Some(url) => {
                // The scheme's own port may be said, and mostly is not.
                let own_port = if url.is_https() { ":443" } else { ":80" };
                let host = host.strip_suffix(own_port).unwrap_or(host);
                host.eq_ignore_ascii_case(url.authority())
            }
            None => is_literal(host),
        }
    }
}

/// `127.0.0.1`, `[::1]:8080`, `localhost:8080`.
fn is_literal(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    name.eq_ignore_ascii_case("localhost") || bare.unwrap_or(name).parse::<IpAddr>().is_ok()
}

/// Headers by which proxies say that a request came through them, trusted or not.
fn is_forwarding(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.starts_with("x-forwarded-")
        || matches!(
            name,
            "cf-connecting-ip"
                | "forwarded"
                | "true-client-ip"
                | "via"
                | "x-client-ip"
                | "x-real-ip"
        )
}

fn last<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    value.rsplit(',').next().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Network;

    fn edge(proxies: &[&str], url: Option<&str>) -> Edge {
        let proxies = proxies.iter().map(|it| Network::parse(it).unwrap());
        let proxies: Vec<_> = proxies.collect();
        Edge {
            public_url: url.map(|it| PublicUrl::parse(it).unwrap()),
            is_proxy: Box::new(move |from| proxies.iter().any(|it| it.contains(from))),
        }
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn the_client_is_the_rightmost_address_that_nobody_we_trust_has() {
        #[track_caller]
        fn case(proxies: &[&str], from: &str, forwarded: &'static str, expected: &str) {
            let headers = headers(&[("x-forwarded-for", forwarded)]);
            let client = edge(proxies, None).client(from.parse().unwrap(), &headers);
            assert_eq!(client.to_string(), expected);
        }
        case(&[], "192.0.2.7", "198.51.100.1", "192.0.2.7");
        case(&["192.0.2.7"], "192.0.2.7", "198.51.100.1", "198.51.100.1");
        case(
            &["192.0.2.7"],
            "192.0.2.7",
            "203.0.113.9, 198.51.100.1",
            "198.51.100.1",
        );
        case(
            &["192.0.2.0/24"],
            "192.0.2.7",
            "203.0.113.9, 192.0.2.8",
            "203.0.113.9",
        );
        case(
            &["192.0.2.7"],
            "192.0.2.7",
            "203.0.113.9, nonsense",
            "192.0.2.7",
        );
    }

    #[test]
    fn a_forwarded_request_is_never_from_this_host() {
        #[track_caller]
        fn case(from: &str, header: (&'static str, &'static str), expected: bool) {
            let headers = headers(&[header]);
            let peer = edge(&[], None).peer(String::new(), from.parse().unwrap(), &headers);
            assert_eq!(peer.is_loopback, expected, "{from} {}", header.0);
            assert!(
                !peer.is_https,
                "an untrusted peer says nothing of the scheme"
            );
        }
        case("127.0.0.1", ("host", "localhost"), true);
        case("::ffff:127.0.0.1", ("host", "localhost"), true);
        case("::1", ("host", "localhost"), true);
        case("192.0.2.7", ("host", "localhost"), false);
        case("127.0.0.1", ("x-real-ip", "127.0.0.1"), false);
        case("127.0.0.1", ("x-forwarded-for", "127.0.0.1"), false);
        case("127.0.0.1", ("x-forwarded-proto", "https"), false);
        case("127.0.0.1", ("x-forwarded-server", "proxy"), false);
        case("127.0.0.1", ("forwarded", "for=127.0.0.1"), false);
        case("127.0.0.1", ("via", "1.1 proxy"), false);
    }

    #[test]
    fn a_foreign_name_is_not_ours() {
        #[track_caller]
        fn case(url: Option<&str>, host: &str, expected: bool) {
            assert_eq!(edge(&[], url).knows(host), expected);
        }
        case(None, "127.0.0.1:8080", true);
        case(None, "[::1]:8080", true);
        case(None, "localhost", true);
        case(None, "evil.example", false);
        case(Some("https://audit.example.org"), "audit.example.org", true);
        case(
            Some("https://audit.example.org"),
            "Audit.Example.org:443",
            true,
        );
        case(
            Some("https://audit.example.org"),
            "audit.example.org:80",
            false,
        );
        case(Some("https://audit.example.org"), "127.0.0.1", false);
    }
}
