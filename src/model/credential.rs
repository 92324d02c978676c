//! Whether a text looks like a secret that slipped into the wrong field: one typed into a filter,
//! or one in a delivery.
use super::heads;

/// A head begins a credential only from this length on: shorter ones are public prefixes.
const HEADED_MIN: usize = 16;

/// From this length on, letters of both cases mixed with digits are a credential without a head.
/// UUIDs, ULIDs, digests and our own record ids have one case.
const MIXED_MIN: usize = 28;

const KEY_BLOCK: &str = "-----BEGIN";

pub fn looks_like_credential(text: &str) -> bool {
    text.contains(KEY_BLOCK) || names_a_scheme(text) || text.split(ends_a_token).any(is_credential)
}

/// What kind of credential is in the text for sure: whose token it is, `authorization` of a pasted
/// header, or `private_key`. Texts that are only as disordered as a secret are none: ids are too.
pub fn pattern_in(text: &str) -> Option<&'static str> {
    if text.len() < HEADED_MIN {
        return None;
    }
    let mut tokens = text.split(ends_a_token).filter(|it| it.len() >= HEADED_MIN);
    if let Some(issuer) = tokens.find_map(issuer) {
        return Some(issuer);
    }
    if text.contains(KEY_BLOCK) {
        return Some("private_key");
    }
    names_a_scheme(text).then_some("authorization")
}

/// A head may follow anything but a letter or digit.
fn issuer(token: &str) -> Option<&'static str> {
    if !heads::appear_in(token) {
        return None;
    }
    let starts = token.char_indices().filter(|(at, _)| {
        let before = token[..*at].chars().next_back();
        !before.is_some_and(|it| it.is_ascii_alphanumeric())
    });
    starts
        .filter(|(at, _)| token.len() - at >= HEADED_MIN)
        .find_map(|(at, _)| heads::issuer_of(&token[at..]))
}

/// `Authorization: Bearer …`, pasted whole or in part.
fn names_a_scheme(text: &str) -> bool {
    let mut words = text.split_whitespace().skip_while(|word| {
        !(word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic"))
    });
    words.next().is_some() && words.next().is_some_and(|it| it.len() >= HEADED_MIN)
}

fn ends_a_token(it: char) -> bool {
    !(it.is_ascii_alphanumeric() || "_-.+/=~".contains(it))
}

fn is_credential(token: &str) -> bool {
    (token.len() >= HEADED_MIN && heads::appear_in(token))
        || (token.len() >= MIXED_MIN && is_mixed(token))
}

fn is_mixed(token: &str) -> bool {
    let long_enough = |run: &&str| run.len() >= MIXED_MIN;
    token
        .split(|it: char| !it.is_ascii_alphanumeric())
        .filter(long_enough)
        .any(|run| {
            let has = |test: fn(&u8) -> bool| run.as_bytes().iter().any(test);
            has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_named_by_whose_it_is() {
        #[track_caller]
        fn case(text: &str, pattern: Option<&str>) {
            assert_eq!(pattern_in(text), pattern, "{text}");
        }
        case("token ghp_abcdefghijklmnop0123 here", Some("github"));
        case("https://x/?key=AKIAABCDEFGHIJKLMNOP", Some("aws"));
        case("prod-glpat-abcdefghijklmnop", Some("gitlab"));
        case("Bearer hunter2hunter2hunter2", Some("authorization"));
        case("-----BEGIN RSA PRIVATE KEY-----", Some("private_key"));
        case("Q7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1g9cW", None);
        case("password: hunter2hunter2", None);
        case("sk-ab", None);
        case("task-force-delta-of-the-northern-region", None);
        case("日本語日本語日本語日本語", None);
    }

    #[test]
    fn secrets_are_recognized_and_names_and_ids_are_not() {
        fn case(text: &str, is_credential: bool) {
            assert_eq!(looks_like_credential(text), is_credential, "{text}");
        }
        case(
            "anp_00000001_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1g9cWi",
            true,
        );
        case("sk-proj-hunterhunter", true);
        case("AKIAABCDEFGHIJKLMNOP", true);
        case("token ghp_abcdefghijklmnop0123 here", true);
        case("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", true);
        case("Bearer hunter2hunter2hunter2", true);
        case("Q7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1g9cW", true);
        case("-----BEGIN PRIVATE KEY-----", true);
        case("deploy-glpat-abcdefghijkl", true);
        case("anp_00000001", false);
        case("sk-ab", false);
        case("ana@example.org", false);
        case("Nightly backup #4", false);
        case("task-force-delta-of-the-northern-region", false);
        case("0190f3c2-7b1e-7c55-9d0e-3f7a5b1c2d4e", false);
        case("op_7ZZZZZZZZZZZZZZZZZZZZZZZZZ", false);
        case("h:0123456789abcdef", false);
        case(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            false,
        );
        case("bearer of bad news", false);
        case("%", false);
    }
}
