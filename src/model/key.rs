//! Pool API keys, and the shape of every credential that Annals issues (`security.md` §7).
use std::fmt;

use zeroize::Zeroizing;

use super::id::RecordId;
use super::kinds::GateMode;
use super::pool::PoolNo;
use crate::base::{Hash, Millis, sha256};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Of Pool API keys, and of MCP tokens.
const HEADS: [&str; 2] = ["anp_", "anm_"];
const HEAD_LEN: usize = 4;
const PREFIX_DIGITS: usize = 8;
const SECRET_DIGITS: usize = 43;
const CHECK_DIGITS: usize = 6;

#[derive(Clone)]
pub struct ApiKey {
    pub no: i64,
    pub id: RecordId,
    pub pool_no: PoolNo,
    pub name: String,
    pub permission: Permission,
    pub mode: GateMode,
    pub state: KeyState,
    pub prefix: String,
    /// The secret before this one, where it was given a time to live on.
    pub old: Option<OldSecret>,
    pub expires_ms: Option<Millis>,
    pub created_ms: Millis,
    pub used_ms: Option<Millis>,
    pub recorded_seq: i64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Permission {
    Write,
    Read,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyState {
    Active,
    Paused,
    Revoked,
    Expired,
}

/// What was replaced, and until when both open.
#[derive(Clone)]
pub struct OldSecret {
    pub prefix: String,
    pub until_ms: Millis,
}

/// A whole credential. It is shown once, kept as a digest, and never printed by accident.
pub struct Token(Zeroizing<String>);

impl Token {
    /// A Pool API key, made of random bytes: 6 for the public prefix, 32 for the secret.
    pub fn new(prefix: [u8; 6], secret: &[u8; 32]) -> Self {
        Self::with(HEADS[0], prefix, secret)
    }

    /// An MCP token, made likewise.
    pub fn for_agents(prefix: [u8; 6], secret: &[u8; 32]) -> Self {
        Self::with(HEADS[1], prefix, secret)
    }

    fn with(head: &str, prefix: [u8; 6], secret: &[u8; 32]) -> Self {
        let mut number = [0; 8];
        number[2..].copy_from_slice(&prefix);
        let mut text = Zeroizing::new(String::with_capacity(64));
        text.push_str(head);
        text.push_str(&base62(&number, PREFIX_DIGITS));
        text.push('_');
        text.push_str(&base62(secret, SECRET_DIGITS));
        let check = crc32fast::hash(text.as_bytes());
        text.push_str(&base62(&check.to_be_bytes(), CHECK_DIGITS));
        Self(text)
    }

    /// Reads a credential as sent: its shape and checksum, without a look at the database.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = HEADS.iter().find_map(|it| text.strip_prefix(it))?;
        let rest = rest.as_bytes();
        let digits = rest.len() == PREFIX_DIGITS + 1 + SECRET_DIGITS + CHECK_DIGITS
            && rest.iter().enumerate().all(|(place, it)| {
                (place == PREFIX_DIGITS && *it == b'_')
                    || (place != PREFIX_DIGITS && it.is_ascii_alphanumeric())
            });
        if !digits {
            return None;
        }
        let (body, check) = text.split_at_checked(text.len() - CHECK_DIGITS)?;
        let expected = base62(
            &crc32fast::hash(body.as_bytes()).to_be_bytes(),
            CHECK_DIGITS,
        );
        (*expected == check).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The part that may be shown: it names the key without opening anything.
    pub fn prefix(&self) -> &str {
        &self.0[..HEAD_LEN + PREFIX_DIGITS]
    }

    /// What the database keeps.
    pub fn digest(&self) -> Hash {
        sha256(&[self.0.as_bytes()])
    }

    /// For the one page or line that shows it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// A big-endian number in base 62, padded with zeros, its last `digits` digits.
fn base62(number: &[u8], digits: usize) -> Zeroizing<String> {
    let mut rest = Zeroizing::new(number.to_vec());
    let mut reversed = Zeroizing::new(Vec::with_capacity(digits));
    for _ in 0..digits {
        let mut remainder = 0_u32;
        for byte in rest.iter_mut() {
            let value = (remainder << 8) | u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or_default();
            remainder = value % 62;
        }
        reversed.push(ALPHABET[usize::try_from(remainder).unwrap_or_default()]);
    }
    Zeroizing::new(reversed.iter().rev().map(|it| char::from(*it)).collect())
}

impl ApiKey {
    /// A key past its date is expired from that instant on, whether or not it was written down.
    pub fn state_at(&self, now: Millis) -> KeyState {
        let is_past = self.expires_ms.is_some_and(|it| it <= now);
        match self.state {
            KeyState::Active | KeyState::Paused if is_past => KeyState::Expired,
            state => state,
        }
    }

    /// The secret before this one, while it opens as well.
    pub fn overlap(&self, now: Millis) -> Option<&OldSecret> {
        self.old.as_ref().filter(|it| now < it.until_ms)
    }
}

impl Permission {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Read => "read",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Write, Self::Read]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

impl KeyState {
    pub const ALL: [Self; 4] = [Self::Active, Self::Paused, Self::Expired, Self::Revoked];

    /// The key may still open something, now or after a pause.
    pub fn is_living(self) -> bool {
        matches!(self, Self::Active | Self::Paused)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_credential_is_reproduced_and_read() {
        let secret: Vec<u8> = (0..32).collect();
        let token = Token::new([0, 0, 0, 0, 0, 1], &secret.try_into().unwrap());
        let text = "anp_00000001_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1g9cWi";
        assert_eq!(token.reveal(), text);
        assert_eq!(token.prefix(), "anp_00000001");
        assert!(Token::parse(text).unwrap().digest() == token.digest());
        assert_eq!(format!("{token:?}"), "Token");
        let token = Token::for_agents([0, 0, 0, 0, 0, 1], &[7; 32]);
        assert_eq!(token.prefix(), "anm_00000001");
        assert!(Token::parse(token.reveal()).unwrap().digest() == token.digest());
    }

    #[test]
    fn a_mistyped_credential_is_noticed_without_a_query() {
        #[track_caller]
        fn case(text: &str) {
            assert!(Token::parse(text).is_none());
        }
        case("");
        case("anp_");
        case("anp_00000001_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1g9cWj");
        case("anp_00000001-003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1g9cWi");
        case("anm_00000001_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1g9cWi");
        case("anp_00000001_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1g9cWiX");
    }
}
