//! Ids of records: a prefix that names the kind, and 16 random bytes in Crockford's base 32.
use std::fmt;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DIGITS: usize = 26;
const PREFIX_MAX: usize = 5;
/// What a byte stands for as a digit.
const VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 32 {
        values[ALPHABET[value as usize] as usize] = value;
        value += 1;
    }
    values
};
const NO_DIGIT: u8 = 255;

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum RecordKind {
    Operator,
    Pool,
    ApiKey,
    Session,
    Request,
    Invite,
    Upstream,
    McpToken,
}

#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct RecordId {
    kind: RecordKind,
    bytes: [u8; 16],
}

impl RecordKind {
    /// The word for it as the target of an event.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Pool => "pool",
            Self::ApiKey => "api_key",
            Self::Session => "session",
            Self::Request => "request",
            Self::Invite => "invite",
            Self::Upstream => "upstream",
            Self::McpToken => "mcp_token",
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Operator => "op_",
            Self::Pool => "pool_",
            Self::ApiKey => "key_",
            Self::Session => "ses_",
            Self::Request => "req_",
            Self::Invite => "inv_",
            Self::Upstream => "up_",
            Self::McpToken => "mcp_",
        }
    }
}

impl RecordId {
    pub fn new(kind: RecordKind, bytes: [u8; 16]) -> Self {
        Self { kind, bytes }
    }

    pub fn kind(&self) -> RecordKind {
        self.kind
    }

    pub fn bytes(&self) -> &[u8; 16] {
        &self.bytes
    }

    /// Accepts exactly what `Display` prints.
    pub fn parse(kind: RecordKind, text: &str) -> Option<Self> {
        let digits = text.strip_prefix(kind.prefix())?;
        if digits.len() != DIGITS || digits.as_bytes()[0] > b'7' {
            return None;
        }
        let number = digits.bytes().try_fold(0_u128, |number, digit| {
            let value = VALUES[usize::from(digit)];
            (value != NO_DIGIT).then_some(number << 5 | u128::from(value))
        })?;
        Some(Self::new(kind, number.to_be_bytes()))
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = self.kind.prefix().as_bytes();
        let mut text = [0; PREFIX_MAX + DIGITS];
        let text = &mut text[..prefix.len() + DIGITS];
        let (head, digits) = text.split_at_mut(prefix.len());
        head.copy_from_slice(prefix);
        let mut number = u128::from_be_bytes(self.bytes);
        for digit in digits.iter_mut().rev() {
            *digit = ALPHABET[(number & 31) as usize];
            number >>= 5;
        }
        // In one piece: an id is written for every request and event.
        f.write_str(str::from_utf8(text).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_id_is_read_back_and_nothing_else_is() {
        let id = RecordId::new(RecordKind::Pool, [0xff; 16]);
        let text = id.to_string();
        assert_eq!(text, "pool_7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
        assert!(RecordId::parse(RecordKind::Pool, &text) == Some(id));
        assert!(RecordId::parse(RecordKind::ApiKey, &text).is_none());
        assert!(RecordId::parse(RecordKind::Pool, "pool_8ZZZZZZZZZZZZZZZZZZZZZZZZZ").is_none());
        assert!(RecordId::parse(RecordKind::Pool, "pool_7ZZ").is_none());
    }
}
