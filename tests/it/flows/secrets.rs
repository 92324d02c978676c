//! Everything secret that a flow made or typed, in each writing in which it could stand somewhere.
use std::collections::BTreeSet;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::search::Search;

pub struct Secrets {
    names: Vec<String>,
    search: Search,
    /// Codes of an app: six digits, which stand in longer numbers by chance.
    codes: Vec<(String, usize)>,
    /// Addresses that have a secret in them because they are one.
    addresses: Vec<String>,
}

/// The public beginning of a key or token, which lists show.
const PREFIX: usize = 12;
/// Shorter pieces of a writing stand anywhere by chance.
const PIECE_MIN: usize = 10;

impl Secrets {
    pub fn new() -> Self {
        Self {
            names: Vec::new(),
            search: Search::new(),
            codes: Vec::new(),
            addresses: Vec::new(),
        }
    }

    pub fn keep(&mut self, name: &str, text: &str) {
        let owner = self.owner(name);
        self.keep_text(text, owner);
    }

    /// A key or token, but for what lists show of it.
    pub fn keep_token(&mut self, name: &str, token: &str) {
        assert!(token.len() > 2 * PREFIX, "{name} is short");
        self.keep(name, &token[PREFIX..]);
    }

    /// A code that people type: with its hyphens and without.
    pub fn keep_spelled(&mut self, name: &str, code: &str) {
        let owner = self.owner(name);
        self.keep_text(code, owner);
        self.keep_text(&code.replace('-', ""), owner);
        self.keep_text(&code.replace('-', " "), owner);
    }

    pub fn keep_bytes(&mut self, name: &str, bytes: &[u8]) {
        let owner = self.owner(name);
        self.add_bytes(bytes, owner);
    }

    /// Six digits of an authenticator app.
    pub fn keep_code(&mut self, code: &str) {
        let owner = self.owner("code of an app");
        self.codes.push((code.to_owned(), owner));
    }

    /// The secret is the end of an address that people are given.
    pub fn keep_address(&mut self, name: &str, address: &str, secret: &str) {
        assert!(
            address.ends_with(secret),
            "{name} is no part of its address"
        );
        self.keep_spelled(name, secret);
        self.addresses.push(address.to_owned());
    }

    pub fn is_by_design(&self, address: &str) -> bool {
        self.addresses.iter().any(|it| it == address)
    }

    /// The names of those that stand there, in whatever writing.
    pub fn found(&self, place: &[u8]) -> BTreeSet<&str> {
        let mut found = self.search.found(place);
        for (code, owner) in &self.codes {
            if has_number(place, code) {
                found.insert(*owner);
            }
        }
        found.iter().map(|it| self.names[*it].as_str()).collect()
    }

    fn owner(&mut self, name: &str) -> usize {
        self.names.push(name.to_owned());
        self.names.len() - 1
    }

    fn keep_text(&mut self, text: &str, owner: usize) {
        let json = json!(text).to_string();
        let html = maud_like(text);
        let percent = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let form = form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        for writing in [text, json.trim_matches('"'), &html, &percent, &form] {
            self.search.add(writing, owner);
        }
        self.add_bytes(text.as_bytes(), owner);
        if let Some(bytes) = unhex(text) {
            self.add_bytes(&bytes, owner);
        }
    }

    fn add_bytes(&mut self, bytes: &[u8], owner: usize) {
        self.search.add_bytes(bytes, owner);
        for writing in [hex(bytes), base64(bytes), base32(bytes)].concat() {
            if writing.len() >= PIECE_MIN {
                self.search.add(&writing, owner);
            }
        }
    }
}

fn maud_like(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

/// Whether the number stands there by itself, and not inside a longer word.
fn has_number(place: &[u8], number: &str) -> bool {
    let is_word = |it: Option<&u8>| it.is_some_and(|it| it.is_ascii_alphanumeric() || *it == b'.');
    let length = number.len();
    let mut windows = place.windows(length).enumerate();
    windows.any(|(at, it)| {
        it == number.as_bytes()
            && !is_word(at.checked_sub(1).and_then(|it| place.get(it)))
            && !is_word(place.get(at + length))
    })
}

fn hex(bytes: &[u8]) -> Vec<String> {
    grouped(bytes, b"0123456789abcdef", 1)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2).map(|it| {
        let pair = std::str::from_utf8(it).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    pairs
        .collect::<Option<Vec<_>>>()
        .filter(|_| text.len().is_multiple_of(2))
}

/// As it stands by itself, or in the middle of other bytes: both alphabets.
fn base64(bytes: &[u8]) -> Vec<String> {
    const PLAIN: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const FOR_URLS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let alphabets = [PLAIN, FOR_URLS].into_iter();
    alphabets.flat_map(|it| grouped(bytes, it, 3)).collect()
}

fn base32(bytes: &[u8]) -> Vec<String> {
    grouped(bytes, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5)
}

/// Begun after so many bytes of something else: the letters that depend on these bytes alone.
/// After `period` bytes it begins as after none.
fn grouped(bytes: &[u8], alphabet: &[u8], period: usize) -> Vec<String> {
    let width = alphabet.len().ilog2() as usize;
    let after = |before: usize| {
        let first = (before * 8).div_ceil(width);
        let last = (before + bytes.len()) * 8 / width;
        let bit = |at: usize| usize::from(bytes[at / 8 - before] >> (7 - at % 8) & 1);
        let letter = |at: usize| {
            let bits = at * width..(at + 1) * width;
            char::from(alphabet[bits.fold(0, |sum, it| sum << 1 | bit(it))])
        };
        (first..last).map(letter).collect()
    };
    (0..period).map(after).collect()
}

#[test]
fn a_secret_is_found_in_every_writing() {
    let mut secrets = Secrets::new();
    secrets.keep("password", "walnut <7> & \"harbour\"");
    secrets.keep("cookie", "00112233445566778899aabbccddeeff");
    secrets.keep_code("123456");
    #[track_caller]
    fn case(secrets: &Secrets, place: &[u8], names: &[&str]) {
        let found: Vec<_> = secrets.found(place).into_iter().collect();
        assert_eq!(found, names, "{}", String::from_utf8_lossy(place));
    }
    case(&secrets, b"x walnut <7> & \"harbour\"", &["password"]);
    case(
        &secrets,
        b"walnut &lt;7&gt; &amp; &quot;harbour&quot;",
        &["password"],
    );
    case(&secrets, b"walnut+%3C7%3E+%26+%22harbour%22", &["password"]);
    case(
        &secrets,
        b"walnut%20%3C7%3E%20%26%20%22harbour%22",
        &["password"],
    );
    case(&secrets, b"\"walnut <7> & \\\"harbour\\\"\"", &["password"]);
    case(
        &secrets,
        b"77616c6e7574203c373e2026202268617262",
        &["password"],
    );
    case(&secrets, b"d2FsbnV0IDw3PiAmICJoYXJib3VyIg==", &["password"]);
    // Behind "user:", as in a header.
    case(
        &secrets,
        b"dXNlcjp3YWxudXQgPDc+ICYgImhhcmJvdXIi",
        &["password"],
    );
    case(
        &secrets,
        b"dXNlcjp3YWxudXQgPDc-ICYgImhhcmJvdXIi",
        &["password"],
    );
    case(
        &secrets,
        &unhex("00112233445566778899aabbccddeeff").unwrap(),
        &["cookie"],
    );
    case(&secrets, b"ABCDEFGHIJKLMNOP ABEIRGEZTGVHQ2K2", &[]);
    case(&secrets, b"AAISEM2EKVTHPCEZVK54ZXPO74======", &["cookie"]);
    case(&secrets, b"code=123456&", &["code of an app"]);
    case(&secrets, b"0.123456 a123456 1234567", &[]);
    case(&secrets, b"walnut and harbour", &[]);
}
