//! Rules 5 to 7 of the label gate: does a token begin like a credential, and are its runs of
//! letters and digits those of language or those of a generator? (`redaction.md` §4)
use super::heads;
use super::refusal::Refusal;

const DIGITS_MAX: usize = 12;
const CAPITALS_MAX: usize = 12;
const MIXED_ONE_CASE_MAX: usize = 11;
const MIXED_BOTH_CASES_MAX: usize = 6;
const DIGITS_AFTER_WORD_MAX: usize = 4;
const DIGITS_BETWEEN_WORDS_MAX: usize = 2;
const WORD_DIGIT_WORD_MAX: usize = 16;
const CONSONANTS_MAX: usize = 5;
/// Shorter runs say nothing about their making.
const TELLING_LETTERS: usize = 6;

const FOREIGN_RUN_MAX: usize = 40;
const FOREIGN_DIGITS_MAX: usize = 4;

const HEAVY_TOKEN: usize = 20;
const LIGHT_DIGITS: usize = 4;
const WORD_LIKE_MIN: usize = 3;
const WORD_LIKE_PERCENT: usize = 40;
const MIXED_RUNS_MAX: usize = 2;

/// How long a run of letters may be.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Letters {
    /// 24, as in a name.
    OfNames,
    /// 64, as in `ListManagedNotificationChannelAssociations`; beyond 24 the humps must be long.
    OfActions,
}

/// No known head, every run is ordinary, and no token is a heap of fragments.
pub fn check(text: &str, letters: Letters) -> Result<(), Refusal> {
    if heads::appear_in(text) {
        return Err(Refusal::Head);
    }
    if !text.is_ascii() {
        return text
            .split(char::is_whitespace)
            .try_for_each(|it| check_token(it, letters));
    }
    text.as_bytes()
        .split(u8::is_ascii_whitespace)
        .try_for_each(|it| check_ascii_token(it, letters))
}

/// What one ordinary run adds to its token.
#[derive(Default)]
struct Weight {
    counted: usize,
    word_like: usize,
    mixed: usize,
}

impl Weight {
    fn add(&mut self, run: &Self) {
        self.counted += run.counted;
        self.word_like += run.word_like;
        self.mixed += run.mixed;
    }

    fn check(&self) -> Result<(), Refusal> {
        let is_light =
            self.counted < HEAVY_TOKEN || self.word_like * 100 >= self.counted * WORD_LIKE_PERCENT;
        if self.mixed <= MIXED_RUNS_MAX && is_light {
            Ok(())
        } else {
            Err(Refusal::Mass)
        }
    }
}

fn check_token(token: &str, letters: Letters) -> Result<(), Refusal> {
    let mut sum = Weight::default();
    for run in token.split(|it| !is_of_run(it)).filter(|it| !it.is_empty()) {
        let weight = if run.is_ascii() {
            weigh(run.as_bytes(), letters)
        } else {
            weigh_foreign(run)
        };
        sum.add(&weight.ok_or(Refusal::Run)?);
    }
    sum.check()
}

/// The same for the many texts without a longer character, byte by byte.
fn check_ascii_token(token: &[u8], letters: Letters) -> Result<(), Refusal> {
    let mut sum = Weight::default();
    for run in token.split(|it| !it.is_ascii_alphanumeric()) {
        if !run.is_empty() {
            sum.add(&weigh(run, letters).ok_or(Refusal::Run)?);
        }
    }
    sum.check()
}

fn is_of_run(it: char) -> bool {
    if it.is_ascii() {
        it.is_ascii_alphanumeric()
    } else {
        it.is_alphanumeric()
    }
}

/// None: not ordinary.
fn weigh(run: &[u8], letters: Letters) -> Option<Weight> {
    let len = run.len();
    let digits = run.iter().filter(|it| it.is_ascii_digit()).count();
    if digits == len {
        let counted = if len <= LIGHT_DIGITS { 0 } else { len };
        return (len <= DIGITS_MAX).then_some(Weight {
            counted,
            ..Weight::default()
        });
    }
    if digits == 0 {
        return is_word(run, letters).then(|| Weight {
            counted: len,
            word_like: word_like(run),
            mixed: 0,
        });
    }
    weigh_mixed(run, letters)
}

fn weigh_foreign(run: &str) -> Option<Weight> {
    let len = run.chars().count();
    let digits = run.chars().filter(|it| it.is_numeric()).count();
    (len <= FOREIGN_RUN_MAX && digits <= FOREIGN_DIGITS_MAX).then_some(Weight {
        counted: len,
        word_like: len,
        mixed: 0,
    })
}

fn weigh_mixed(run: &[u8], letters: Letters) -> Option<Weight> {
    let len = run.len();
    let first = run.iter().position(u8::is_ascii_digit)?;
    let digits = leading_digits(&run[first..]);
    let (head, tail) = (&run[..first], &run[first + digits..]);
    if first > 0 && tail.is_empty() && digits <= DIGITS_AFTER_WORD_MAX && is_word(head, letters) {
        return Some(Weight {
            counted: len,
            word_like: word_like(head),
            mixed: 1,
        });
    }
    if first > 0 && digits <= DIGITS_BETWEEN_WORDS_MAX && is_pair(head, tail, digits) {
        return Some(Weight {
            counted: len,
            word_like: word_like(head) + word_like(tail),
            mixed: 1,
        });
    }
    let has_lower = run.iter().any(u8::is_ascii_lowercase);
    let has_upper = run.iter().any(u8::is_ascii_uppercase);
    let most = if has_lower && has_upper {
        MIXED_BOTH_CASES_MAX
    } else {
        MIXED_ONE_CASE_MAX
    };
    (len <= most).then_some(Weight {
        counted: len,
        word_like: 0,
        mixed: 1,
    })
}

/// Two words around a digit or two, `Org2Org`: the humps of both are judged together.
fn is_pair(head: &[u8], tail: &[u8], digits: usize) -> bool {
    let letters = head.len() + tail.len();
    letters + digits <= WORD_DIGIT_WORD_MAX
        && tail.iter().all(u8::is_ascii_alphabetic)
        && humps_of(head)
            .zip(humps_of(tail))
            .is_some_and(|(head, tail)| is_fluent(letters, head + tail))
}

fn leading_digits(run: &[u8]) -> usize {
    run.iter().take_while(|it| it.is_ascii_digit()).count()
}

/// Letters that a token of many fragments is excused by: three or more, with a vowel among them.
fn word_like(letters: &[u8]) -> usize {
    let is_like = letters.len() >= WORD_LIKE_MIN && letters.iter().any(|it| is_vowel(*it));
    if is_like { letters.len() } else { 0 }
}

/// Letters as people write them: pronounceable parts, few humps.
fn is_word(run: &[u8], letters: Letters) -> bool {
    humps_of(run).is_some_and(|humps| match run.len() {
        0..=24 => is_fluent(run.len(), humps),
        25..=64 => letters == Letters::OfActions && run.len() >= humps * 4,
        _ => false,
    })
}

/// From six letters on, humps have 2.6 of them on average.
fn is_fluent(letters: usize, humps: usize) -> bool {
    letters < TELLING_LETTERS || letters * 10 >= humps * 26
}

/// How many humps, if each is ordinary.
fn humps_of(run: &[u8]) -> Option<usize> {
    let mut humps = 0;
    let mut start = 0;
    for end in 1..=run.len() {
        if end < run.len() && !is_hump_start(run, end) {
            continue;
        }
        if !is_hump_ordinary(&run[start..end]) {
            return None;
        }
        humps += 1;
        start = end;
    }
    Some(humps)
}

/// `aB` and the last capital of `HTTPServer`.
fn is_hump_start(run: &[u8], at: usize) -> bool {
    run[at].is_ascii_uppercase()
        && (run[at - 1].is_ascii_lowercase() || run.get(at + 1).is_some_and(u8::is_ascii_lowercase))
}

fn is_hump_ordinary(hump: &[u8]) -> bool {
    let len = hump.len();
    if hump.iter().all(u8::is_ascii_uppercase) {
        return len <= CAPITALS_MAX;
    }
    if len < TELLING_LETTERS {
        return true;
    }
    let mut vowels = 0;
    let mut consonants = 0;
    for letter in hump {
        if is_vowel(*letter) {
            vowels += 1;
            consonants = 0;
        } else {
            consonants += 1;
            if consonants > CONSONANTS_MAX {
                return false;
            }
        }
    }
    (len * 12..=len * 75).contains(&(vowels * 100))
}

fn is_vowel(letter: u8) -> bool {
    const VOWELS: u32 = 1 << 1 | 1 << 5 | 1 << 9 | 1 << 15 | 1 << 21 | 1 << 25;
    // A letter's last five bits are its place in the alphabet, whatever its case.
    VOWELS & (1 << (letter & 31)) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_runs_pass() {
        let case = |text: &str| assert_eq!(check(text, Letters::OfNames), Ok(()), "{text}");
        case("k3s-node1");
        case("86c5f959ff");
        case("metrics-server-86c5f959ff-rcxtk");
        case("ip-10-0-4-17.ec2.internal");
        case("Okta Org2Org");
        case("OAuthTokenRefreshFailed");
        case("ACCOUNTADMIN");
        case("Nightly backup #4");
        case("Versicherungsnehmer");
        case("123456789012");
        case("arn:aws:iam::123456789012:role/Admin");
        case("山田 太郎");
        case("Αλέξανδρος Παπαδόπουλος");
    }

    #[test]
    fn runs_of_a_generator_are_refused() {
        let case =
            |text: &str, code| assert_eq!(check(text, Letters::OfNames), Err(code), "{text}");
        case("x9f3kq27zz1b", Refusal::Run);
        case("1234567890123", Refusal::Run);
        case("aBcDeFgHiJ", Refusal::Run);
        case("bcdfghjk", Refusal::Run);
        case("QWERTZUIOPASD", Refusal::Run);
        case("aB3dE6g", Refusal::Run);
        case("6d:a3:7f:ed:01:9c:44:b2:c8:77", Refusal::Mass);
        case("a1-b2-c3", Refusal::Mass);
        case("名前12345", Refusal::Run);
    }

    #[test]
    fn a_long_action_is_a_word_when_its_humps_are_long() {
        let long = "ListManagedNotificationChannelAssociations";
        assert_eq!(check(long, Letters::OfActions), Ok(()));
        assert_eq!(check(long, Letters::OfNames), Err(Refusal::Run));
        let short_humps = "AbCdeFghIjkLmnOpqRstUvwXyzAbCde";
        assert_eq!(check(short_humps, Letters::OfActions), Err(Refusal::Run));
    }
}
