//! Recovery codes: what opens an account once when the authenticator app is lost.
use zeroize::Zeroizing;

use crate::base::{Hash, sha256};

pub const RECOVERY_CODES: usize = 10;
/// 130 bits in base 32, without letters that look alike.
pub const RECOVERY_DIGITS: usize = 26;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

pub struct RecoveryCode(Zeroizing<String>);

impl RecoveryCode {
    /// Made of random bytes, five bits of each.
    pub fn new(bytes: &[u8; RECOVERY_DIGITS]) -> Self {
        let digits = bytes
            .iter()
            .map(|it| char::from(ALPHABET[usize::from(it % 32)]));
        Self(Zeroizing::new(digits.collect()))
    }

    /// As typed: in any case, with or without what stands between the groups.
    pub fn sent(text: &str) -> Self {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        let digits = letters.map(|it| match it.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
        Self(Zeroizing::new(digits.collect()))
    }

    /// What the database keeps.
    pub fn digest(&self) -> Hash {
        sha256(&[b"annals/recovery/1\0", self.0.as_bytes()])
    }

    /// For the one page that shows it: groups that can be read out.
    pub fn reveal(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(32));
        for (place, digit) in self.0.chars().enumerate() {
            if place > 0 && place % 5 == 0 && place < 25 {
                text.push('-');
            }
            text.push(digit);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = RecoveryCode::new(&std::array::from_fn(|it| u8::try_from(it * 7).unwrap()));
        let shown = code.reveal();
        assert_eq!(
            shown.split('-').map(str::len).collect::<Vec<_>>(),
            [5, 5, 5, 5, 6]
        );
        let typed = shown
            .to_lowercase()
            .replace('-', " ")
            .replace('0', "o")
            .replace('1', "l");
        assert!(RecoveryCode::sent(&typed).digest() == code.digest());
        assert!(RecoveryCode::sent("").digest() != code.digest());
    }
}
