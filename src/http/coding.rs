//! Which answers are compressed.
use hyper::Method;
use hyper::header::{ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether the answer to this request may be compressed.
///
/// How long a compressed page is tells whether two of its parts are alike. Whoever sees the length
/// on the wire, and can have a browser ask for page after page with guesses in the address, could
/// so guess what else is on the page, letter by letter (BREACH). Two things stand against it:
///
/// * An answer is not compressed when another site had the browser ask for it, and browsers say
///   so. Nor is an answer to a form, which may show a secret that was made a moment ago.
/// * The one secret that every page has, the token of its forms, is another one as soon as
///   anything else on the page is. That also holds in browsers that do not say who asks.
pub fn may_compress(method: &Method, headers: &HeaderMap) -> bool {
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    let site = headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes);
    let is_asked_by_us = matches!(site, None | Some(b"same-origin" | b"none"));
    is_read && is_asked_by_us && takes_gzip(headers)
}

/// Reads `Accept-Encoding` (RFC 9110 §12.5.3). What is not said is not accepted.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let mut any = false;
    let accepted = headers.get_all(ACCEPT_ENCODING).iter();
    let codings = accepted
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(','));
    for coding in codings {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let takes = !is_zero(weight);
        match name.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => return takes,
            "*" => any = takes,
            _ => {}
        }
    }
    any
}

/// `q=0`, `q=0.000`: "not this one".
fn is_zero(weight: &str) -> bool {
    let Some((name, value)) = weight.split_once('=') else {
        return false;
    };
    let value = value.trim();
    name.trim().eq_ignore_ascii_case("q")
        && value.starts_with('0')
        && value.bytes().all(|it| matches!(it, b'0' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn gzip_is_sent_to_those_who_say_that_they_take_it() {
        #[track_caller]
        fn case(accepted: &'static str, expected: bool) {
            let headers = headers(&[("accept-encoding", accepted)]);
            assert_eq!(may_compress(&Method::GET, &headers), expected);
        }
        case("gzip", true);
        case("gzip, deflate, br, zstd", true);
        case("br;q=1.0, GZIP;q=0.8, *;q=0.1", true);
        case("*", true);
        case("br, *;q=0.5", true);
        case("gzip;q=0", false);
        case("gzip; q=0.000", false);
        case("*;q=0", false);
        case("gzip;q=0, *", false);
        case("*, gzip;q=0", false);
        case("identity", false);
        case("br", false);
        case("gzipped", false);
        case("", false);
        assert!(!may_compress(&Method::GET, &HeaderMap::new()));
    }

    #[test]
    fn what_another_site_asks_for_and_what_a_form_answers_stay_as_they_are() {
        #[track_caller]
        fn case(method: &Method, site: &'static str, expected: bool) {
            let headers = headers(&[("accept-encoding", "gzip"), ("sec-fetch-site", site)]);
            assert_eq!(may_compress(method, &headers), expected);
        }
        case(&Method::GET, "same-origin", true);
        case(&Method::HEAD, "same-origin", true);
        case(&Method::GET, "none", true);
        case(&Method::GET, "cross-site", false);
        case(&Method::GET, "same-site", false);
        case(&Method::GET, "something-new", false);
        case(&Method::POST, "same-origin", false);
    }
}
