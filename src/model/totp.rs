//! Codes of an authenticator app (RFC 6238): SHA-1, six digits, a step of thirty seconds.
use zeroize::Zeroizing;

use crate::base::{Millis, hmac_sha1};

pub const SEED_BYTES: usize = 20;
const STEP_MS: Millis = 30_000;
/// Clocks differ: so many steps early or late are taken.
const SKEW: i64 = 1;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What the app and we both know: 160 random bits.
pub struct Seed(Zeroizing<[u8; SEED_BYTES]>);

impl Seed {
    pub fn new(bytes: [u8; SEED_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub fn from_opened(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::new)
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0[..]
    }

    /// For typing it into an app: base 32, in groups of four.
    pub fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(40));
        for (place, digit) in base32(&self.0).iter().enumerate() {
            if place > 0 && place % 4 == 0 {
                text.push(' ');
            }
            text.push(*digit);
        }
        text
    }

    /// For the picture that apps read. `issuer` and `account` are percent-encoded already.
    pub fn address(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        let secret: Zeroizing<String> = Zeroizing::new(base32(&self.0).iter().collect());
        Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}",
            *secret
        ))
    }

    /// The time step whose code this is. Every step is compared, so that the time says nothing.
    pub fn step_of(&self, sent: &str, now: Millis) -> Option<i64> {
        let digits: String = sent.chars().filter(|it| !it.is_whitespace()).collect();
        let is_code = digits.len() == 6 && digits.bytes().all(|it| it.is_ascii_digit());
        let code: u32 = digits.parse().ok().filter(|_| is_code)?;
        let present = now.div_euclid(STEP_MS);
        let mut found = None;
        for step in present - SKEW..=present + SKEW {
            if self.code(step) == code {
                found = Some(step);
            }
        }
        found
    }

    fn code(&self, step: i64) -> u32 {
        let mac = hmac_sha1(&self.0, &step.to_be_bytes());
        let place = usize::from(mac[19] & 15);
        let word = [
            mac[place] & 127,
            mac[place + 1],
            mac[place + 2],
            mac[place + 3],
        ];
        u32::from_be_bytes(word) % 1_000_000
    }
}

/// Five bits a digit; the seed is a whole number of them.
fn base32(bytes: &[u8; SEED_BYTES]) -> Zeroizing<Vec<char>> {
    let mut digits = Zeroizing::new(Vec::with_capacity(32));
    for chunk in bytes.chunks(5) {
        let number = chunk
            .iter()
            .fold(0_u64, |sum, it| (sum << 8) | u64::from(*it));
        digits.extend((0..8).rev().map(|place| {
            let digit = usize::try_from((number >> (5 * place)) & 31).unwrap_or_default();
            char::from(ALPHABET[digit])
        }));
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed() -> Seed {
        Seed::new(*b"12345678901234567890")
    }

    /// The last six digits of the published vectors of RFC 6238, appendix B.
    #[test]
    fn the_published_codes_are_reproduced() {
        #[track_caller]
        fn case(second: i64, code: &str) {
            let step = second / 30;
            assert_eq!(seed().step_of(code, second * 1000), Some(step));
        }
        case(59, "287082");
        case(1_111_111_109, "081804");
        case(1_111_111_111, "050471");
        case(1_234_567_890, "005924");
        case(2_000_000_000, "279037");
        case(20_000_000_000, "353130");
    }

    #[test]
    fn a_code_is_taken_one_step_early_or_late_and_no_more() {
        let at = |second: i64| seed().step_of("081804", second * 1000);
        let step = 1_111_111_109 / 30;
        for second in [step * 30 - 30, step * 30, step * 30 + 59] {
            assert_eq!(at(second), Some(step), "{second}");
        }
        for second in [step * 30 - 31, step * 30 + 60, 0] {
            assert_eq!(at(second), None, "{second}");
        }
    }

    #[test]
    fn only_six_digits_are_a_code() {
        let now = 1_111_111_109_000;
        assert!(seed().step_of("081 804", now).is_some());
        for sent in ["81804", "0081804", "", "08180４", "+81804", "abcdef"] {
            assert_eq!(seed().step_of(sent, now), None, "{sent}");
        }
    }

    #[test]
    fn the_seed_is_written_as_apps_read_it() {
        let text = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";
        assert_eq!(*seed().text(), text);
        let address = seed().address("Annals", "ana%40example.org");
        assert_eq!(
            *address,
            "otpauth://totp/Annals:ana%40example.org\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Annals"
        );
    }
}
