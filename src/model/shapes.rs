//! The pinned shapes of ids, and the grammars of addresses (`redaction.md` §1 and §2).
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::plain;
use super::refusal::Refusal;
use super::runs::{self, Letters};

const INT_DIGITS_MAX: usize = 19;
const ULID_LEN: usize = 26;
const UUID_LEN: usize = 36;
const EMAIL_MAX: usize = 254;
const LOCAL_MAX: usize = 64;
const DOMAIN_LABEL_MAX: usize = 63;

pub fn is_uuid(text: &str) -> bool {
    text.len() == UUID_LEN
        && text.bytes().enumerate().all(|(at, it)| match at {
            8 | 13 | 18 | 23 => it == b'-',
            _ => it.is_ascii_hexdigit(),
        })
}

/// Twenty-six of Crockford's digits, at most 128 bits.
pub fn is_ulid(text: &str) -> bool {
    text.len() == ULID_LEN
        && text.as_bytes()[0] <= b'7'
        && text
            .bytes()
            .all(|it| it.is_ascii_digit() || (it.is_ascii_uppercase() && !b"ILOU".contains(&it)))
}

pub fn is_int(text: &str) -> bool {
    (1..=INT_DIGITS_MAX).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit())
}

/// The grammar of an e-mail address, whatever its parts say.
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    text.len() <= EMAIL_MAX
        && (1..=LOCAL_MAX).contains(&local.len())
        && !has_empty_part(local)
        && local.chars().all(is_of_local)
        && plain::has_plain_letters(text)
        && domain.split('.').all(is_domain_label)
}

/// The grammar, and rules 5 to 7 of the gate.
pub fn email(text: &str) -> Result<(), Refusal> {
    if text.len() > EMAIL_MAX {
        return Err(Refusal::Length);
    }
    if !is_address(text) {
        return Err(Refusal::Shape);
    }
    runs::check(text, Letters::OfNames)
}

/// An address without port, brackets and zone.
pub fn ip(text: &str) -> Option<String> {
    // The parser takes one spelling of an IPv4 address only.
    if text.parse::<Ipv4Addr>().is_ok() {
        return Some(text.to_owned());
    }
    let inner = match text.strip_prefix('[') {
        Some(bracketed) => {
            let (inner, port) = bracketed.split_once(']')?;
            if !port.is_empty() && !port.strip_prefix(':').is_some_and(is_port) {
                return None;
            }
            inner
        }
        None => text,
    };
    if let Some((address, port)) = inner.rsplit_once(':')
        && is_port(port)
        && address.parse::<Ipv4Addr>().is_ok()
    {
        return Some(address.to_owned());
    }
    let address = inner.split_once('%').map_or(inner, |(address, _)| address);
    let address = address.parse::<Ipv6Addr>().ok()?;
    Some(IpAddr::V6(address).to_canonical().to_string())
}

fn is_port(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit())
}

fn has_empty_part(local: &str) -> bool {
    let mut before = b'.';
    local.bytes().chain([b'.']).any(|it| {
        let is_double = before == b'.' && it == b'.';
        before = it;
        is_double
    })
}

fn is_of_local(it: char) -> bool {
    it.is_ascii_alphanumeric() || "._%+'&-".contains(it) || (!it.is_ascii() && it.is_alphanumeric())
}

fn is_domain_label(text: &str) -> bool {
    (1..=DOMAIN_LABEL_MAX).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.chars().all(|it| it == '-' || it.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_pinned_shapes() {
        assert!(is_uuid("0190f3c2-7b1e-7c55-9d0e-3f7a5b1c2d4e"));
        assert!(!is_uuid("0190f3c27b1e7c559d0e3f7a5b1c2d4e"));
        assert!(!is_uuid("0190f3c2-7b1e-7c55-9d0e-3f7a5b1c2d4g"));
        assert!(is_ulid("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
        assert!(!is_ulid("81ARZ3NDEKTSV4RRFFQ69G5FAV"));
        assert!(!is_ulid("01ARZ3NDEKTSV4RRFFQ69G5FAU"));
        assert!(is_int("1234567890123456789"));
        assert!(!is_int("12345678901234567890"));
        assert!(!is_int("-1"));
        assert!(!is_int(""));
    }

    #[test]
    fn addresses_are_parsed_and_their_parts_judged() {
        let case = |text: &str, expected| assert_eq!(email(text), expected, "{text}");
        case("ana@example.org", Ok(()));
        case("admin-test%1223+123@duff.dev.co", Ok(()));
        case("root@localhost", Ok(()));
        case("jörg@müller.example", Ok(()));
        case("ana", Err(Refusal::Shape));
        case("ＡＫＩＡ@example.org", Err(Refusal::Shape));
        case("a@b@c", Err(Refusal::Shape));
        case(".ana@example.org", Err(Refusal::Shape));
        case("ana@-example.org", Err(Refusal::Shape));
        case("x9f3kq27zz1b@example.org", Err(Refusal::Run));
        case("ana@x9f3kq27zz1b.org", Err(Refusal::Run));
        case(&format!("ana@{}", "ab.".repeat(90)), Err(Refusal::Length));
    }

    #[test]
    fn ips_lose_port_brackets_and_zone() {
        let case = |text: &str, expected: Option<&str>| {
            assert_eq!(ip(text).as_deref(), expected, "{text}");
        };
        case("203.0.113.9", Some("203.0.113.9"));
        case("203.0.113.9:8080", Some("203.0.113.9"));
        case("[2001:db8::1]:443", Some("2001:db8::1"));
        case("[2001:db8::1]", Some("2001:db8::1"));
        case("2001:DB8:0::1", Some("2001:db8::1"));
        case("fe80::1%eth0", Some("fe80::1"));
        case("::ffff:172.21.10.2", Some("172.21.10.2"));
        case("[::1]:x", None);
        case("12.000.22.33", None);
        case("203.0.113.9, 10.0.0.1", None);
        case("", None);
    }
}
