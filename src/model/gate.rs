//! The label gate: which free texts may be stored as they are (`redaction.md` §4). Names pass it;
//! credentials, sentences, code and addresses of pages do not.
use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::plain;
use super::refusal::Refusal;
use super::runs::{self, Letters};
use super::shapes;

const CHARS_MAX: usize = 120;
const BYTES_MAX: usize = 256;
const WORDS_MAX: usize = 10;
const UUID_LEN: usize = 36;

/// A word that makes what follows its colon a secret.
const SENSITIVE: [&str; 24] = [
    "apikey",
    "authorization",
    "code",
    "cookie",
    "cred",
    "credential",
    "credentials",
    "creds",
    "key",
    "keys",
    "otp",
    "pass",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "pin",
    "pwd",
    "secret",
    "secrets",
    "seed",
    "token",
    "tokens",
];
/// The schemes of an `Authorization` header, and how much after them is a credential.
const SCHEMES: [&str; 2] = ["bearer", "basic"];
const SCHEME_VALUE_MIN: usize = 8;

/// The text in NFC, or the first rule it fails.
pub fn label(text: &str) -> Result<Cow<'_, str>, Refusal> {
    if text.len() > 3 * BYTES_MAX {
        return Err(Refusal::Length);
    }
    let text = if text.is_ascii() || is_nfc(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    };
    check(&text)?;
    Ok(text)
}

fn check(text: &str) -> Result<(), Refusal> {
    let found = Found::of(text);
    check_length(text, &found)?;
    if found.signs && shapes::is_address(text) {
        return shapes::email(text);
    }
    if !plain::is_plain(text) || (found.signs && !are_signs_in_place(text)) {
        return Err(Refusal::Plain);
    }
    check_words(text, &found)?;
    runs::check(text, Letters::OfNames)
}

/// What a text holds at all: most need few of the rules.
struct Found {
    signs: bool,
    colon: bool,
    words: usize,
}

impl Found {
    fn of(text: &str) -> Self {
        let mut found = Self {
            signs: false,
            colon: false,
            words: 0,
        };
        let mut before = b' ';
        for it in text.bytes() {
            found.signs |= matches!(it, b'@' | b'#' | b'+');
            found.colon |= it == b':';
            found.words += usize::from(before == b' ' && it != b' ');
            before = it;
        }
        if !text.is_ascii() {
            found.words = text.split_whitespace().count();
        }
        found
    }
}

/// Outside of addresses, `@`, `#` and `+` have their places in a word.
fn are_signs_in_place(text: &str) -> bool {
    text.split_whitespace().all(|word| {
        let word = word.trim_matches(|it| "()[]{},.:'".contains(it));
        plain::has_signs_in_place(word) || shapes::is_address(word)
    })
}

fn check_length(text: &str, found: &Found) -> Result<(), Refusal> {
    let is_short =
        text.len() <= CHARS_MAX || (text.len() <= BYTES_MAX && text.chars().count() <= CHARS_MAX);
    let is_fitting = is_short && (1..=WORDS_MAX).contains(&found.words);
    is_fitting.then_some(()).ok_or(Refusal::Length)
}

/// Rules 3 and 4.
fn check_words(text: &str, found: &Found) -> Result<(), Refusal> {
    if text.len() >= UUID_LEN && text.split_whitespace().any(shapes::is_uuid) {
        return Err(Refusal::IdAsLabel);
    }
    if found.colon && text.contains("://") {
        return Err(Refusal::Url);
    }
    if (found.colon && has_assignment(text)) || (found.words > 1 && has_scheme(text)) {
        return Err(Refusal::Assignment);
    }
    Ok(())
}

fn has_assignment(text: &str) -> bool {
    text.match_indices(':').any(|(at, _)| {
        let has_value = !text[at + 1..].trim().is_empty();
        has_value && ends_sensitive(&text[..at])
    })
}

fn ends_sensitive(text: &str) -> bool {
    let text = text.trim_end_matches([' ', '\'']);
    let word = text
        .rfind(|it: char| !it.is_ascii_alphabetic())
        .map_or(text, |at| {
            let next = text[at..].chars().next().map_or(1, char::len_utf8);
            &text[at + next..]
        });
    SENSITIVE.iter().any(|it| it.eq_ignore_ascii_case(word))
}

fn has_scheme(text: &str) -> bool {
    if text.len() <= SCHEMES[1].len() + SCHEME_VALUE_MIN {
        return false;
    }
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let is_scheme = SCHEMES.iter().any(|it| it.eq_ignore_ascii_case(word));
        if is_scheme && words.peek().is_some_and(|it| it.len() >= SCHEME_VALUE_MIN) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_pass() {
        let case = |text: &str| assert_eq!(label(text).as_deref(), Ok(text), "{text}");
        case("Nightly backup #4");
        case("Acme GmbH & Co. KG");
        case("O'Brien");
        case("山田 太郎");
        case("release/2026.09");
        case("token service");
        case("sk-ab");
        case("k3s-node1");
        case("86c5f959ff");
        case("ip-10-0-4-17.ec2.internal");
        case("ana.ruiz@example.org");
        case("ana+audit@example.org");
        case("admin-test%1223+123@duff.dev.co");
        case("Ana Ruiz (ana@example.org)");
        case("C++ build");
        case("system:serviceaccount:kube-system:coredns");
        case("secret: ");
    }

    #[test]
    fn the_first_failing_rule_names_the_code() {
        let case = |text: &str, code| assert_eq!(label(text), Err(code), "{text}");
        case("", Refusal::Length);
        case("  ", Refusal::Length);
        case(&"a ".repeat(11), Refusal::Length);
        case(&"ab-".repeat(41), Refusal::Length);
        case(&"山".repeat(86), Refusal::Length);
        case("x=1", Refusal::Plain);
        case("{\"a\":1}", Refusal::Plain);
        case("one#two", Refusal::Plain);
        case("550e8400-e29b-41d4-a716-446655440000", Refusal::IdAsLabel);
        case("ftp://host/a", Refusal::Url);
        case("password: hunter2", Refusal::Assignment);
        case("API_KEY: abc", Refusal::Assignment);
        case("my 'token': abc", Refusal::Assignment);
        case("Bearer abcdefgh", Refusal::Assignment);
        case("AKIAIOSFODNNEXAMPLEX", Refusal::Head);
        case("x9f3kq27zz1b", Refusal::Run);
        case("6d:a3:7f:ed:01:9c:44:b2:c8:77", Refusal::Mass);
        case("x9f3kq27zz1b@example.org", Refusal::Run);
    }

    #[test]
    fn a_name_is_kept_composed() {
        assert_eq!(label("Cafe\u{301}").as_deref(), Ok("Caf\u{e9}"));
    }
}
