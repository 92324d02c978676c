//! Which passwords are taken. No rules of composition: a length, and enough that would have to be
//! guessed. What is common, personal or regular is cheap to guess, and counts for little.

pub const PASSWORD_MIN: usize = 12;
pub const PASSWORD_MAX: usize = 128;
/// Rough bits that a guesser who knows people has to find.
const BITS_MIN: u32 = 36;

const BITS_OF_A_WORD: u32 = 10;
const BITS_OF_SOMETHING_PERSONAL: u32 = 4;
const BITS_OF_A_RUN: u32 = 8;
const BITS_OF_A_REPETITION: u32 = 4;
const BITS_OF_A_YEAR: u32 = 6;
const BITS_OF_A_DIGIT: u32 = 3;
const BITS_OF_A_LETTER: u32 = 5;
const BITS_OF_ANOTHER_SIGN: u32 = 6;

/// Shorter pieces would be found in everything.
const PIECE_MIN: usize = 3;

/// What common passwords are built of. Its combinations, in any case, with years, digits and keys
/// in a row between them, are far more than any list of whole passwords could hold.
const COMMON: &str = include_str!("common.txt");

/// Why a password cannot be used, as a sentence for the form.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WeakPassword {
    Short,
    Long,
    Personal,
    Common,
    Regular,
}

/// The cheapest way to guess the beginning of a password, and what it makes use of.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
struct Guess {
    bits: u32,
    has_personal: bool,
    has_word: bool,
}

/// A part of a password that is guessed as a whole.
struct Piece {
    length: usize,
    bits: u32,
    is_personal: bool,
    is_word: bool,
}

/// `about` is what everybody knows: e-mail address, name, name of the instance.
pub fn check_password(password: &str, about: &[&str]) -> Result<(), WeakPassword> {
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        return Err(WeakPassword::Short);
    }
    if length > PASSWORD_MAX {
        return Err(WeakPassword::Long);
    }
    let guess = cheapest(&folded(password), &personal(about));
    if guess.bits >= BITS_MIN {
        Ok(())
    } else if guess.has_personal {
        Err(WeakPassword::Personal)
    } else if guess.has_word {
        Err(WeakPassword::Common)
    } else {
        Err(WeakPassword::Regular)
    }
}

impl WeakPassword {
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Short => "Use at least 12 characters.",
            Self::Long => "Use at most 128 characters.",
            Self::Personal => "Use something else than a name or an e-mail address.",
            Self::Common => "This is made of what many passwords are made of. Use other words.",
            Self::Regular => "Use something less regular.",
        }
    }
}

/// Walks through the password once, and knows the cheapest guess of each beginning.
fn cheapest(text: &[char], personal: &[Vec<char>]) -> Guess {
    let worst = Guess {
        bits: u32::MAX,
        has_personal: false,
        has_word: false,
    };
    let mut guesses = vec![worst; text.len() + 1];
    guesses[0].bits = 0;
    for start in 0..text.len() {
        let before = guesses[start];
        for piece in pieces(text, start, personal) {
            let guess = &mut guesses[start + piece.length];
            *guess = before.and(&piece).min(*guess);
        }
    }
    guesses[text.len()]
}

/// Whatever a guesser could try at this place.
fn pieces(text: &[char], start: usize, personal: &[Vec<char>]) -> Vec<Piece> {
    let rest = &text[start..];
    let mut pieces = vec![Piece::new(1, sign(rest[0]))];
    let personal = personal
        .iter()
        .filter(|it| begins(rest, it.iter().copied()));
    pieces.extend(personal.map(|it| Piece {
        is_personal: true,
        ..Piece::new(it.len(), BITS_OF_SOMETHING_PERSONAL)
    }));
    let words = common().filter(|it| begins(rest, it.chars()));
    pieces.extend(words.map(|it| Piece {
        is_word: true,
        ..Piece::new(it.chars().count(), BITS_OF_A_WORD)
    }));
    if is_year(rest) {
        pieces.push(Piece::new(4, BITS_OF_A_YEAR));
    }
    let runs = PIECE_MIN..=longest_run(rest);
    pieces.extend(runs.map(|length| Piece::new(length, BITS_OF_A_RUN)));
    let copies = PIECE_MIN..=longest_copy(text, start);
    pieces.extend(copies.map(|length| Piece::new(length, BITS_OF_A_REPETITION)));
    pieces
}

impl Piece {
    fn new(length: usize, bits: u32) -> Self {
        Self {
            length,
            bits,
            is_personal: false,
            is_word: false,
        }
    }
}

impl Guess {
    fn and(self, piece: &Piece) -> Self {
        Self {
            bits: self.bits + piece.bits,
            has_personal: self.has_personal || piece.is_personal,
            has_word: self.has_word || piece.is_word,
        }
    }
}

fn sign(it: char) -> u32 {
    if it.is_ascii_digit() {
        BITS_OF_A_DIGIT
    } else if it.is_alphabetic() {
        BITS_OF_A_LETTER
    } else {
        BITS_OF_ANOTHER_SIGN
    }
}

fn folded(text: &str) -> Vec<char> {
    text.to_lowercase().chars().collect()
}

/// The whole texts and their parts: `ana.ruiz@example.org` is `ana`, `ruiz` and `example` as well.
fn personal(about: &[&str]) -> Vec<Vec<char>> {
    let mut pieces = Vec::new();
    for text in about {
        let text = text.to_lowercase();
        pieces.extend(text.split(|it: char| !it.is_alphanumeric()).map(folded));
        pieces.push(folded(&text));
    }
    pieces.retain(|it| it.len() >= PIECE_MIN);
    pieces
}

fn common() -> impl Iterator<Item = &'static str> {
    let lines = COMMON.lines().filter(|it| !it.starts_with('#'));
    let words = lines.flat_map(str::split_ascii_whitespace);
    words.filter(|it| it.chars().count() >= PIECE_MIN)
}

/// Whether a text begins with a word, seen through the usual replacements.
fn begins(text: &[char], word: impl Iterator<Item = char>) -> bool {
    let mut typed = text.iter();
    let mut word = word;
    word.all(|letter| {
        let typed = typed.next();
        typed.is_some_and(|it| *it == letter || replacement(*it).contains(letter))
    })
}

fn replacement(typed: char) -> &'static str {
    match typed {
        '0' => "o",
        '1' | '!' | '|' => "il",
        '3' => "e",
        '4' | '@' => "a",
        '5' | '$' => "s",
        '7' | '+' => "t",
        '8' => "b",
        '9' => "g",
        _ => "",
    }
}

/// One sign over and over, a plain sequence up or down, or keys that lie side by side; also when
/// up to four such runs take turns, as in `1qaz2wsx`.
fn longest_run(text: &[char]) -> usize {
    let step = |one: char, next: char| i64::from(u32::from(next)) - i64::from(u32::from(one));
    let mut longest = 0;
    for distance in 1..=4 {
        let length = |goes_on: &dyn Fn(char, char) -> bool| {
            let pairs = text.iter().zip(text.iter().skip(distance));
            distance
                + pairs
                    .take_while(|(one, next)| goes_on(**one, **next))
                    .count()
        };
        let steps = [-1, 0, 1].map(|wanted| length(&|one, next| step(one, next) == wanted));
        let best = steps.into_iter().max().max(Some(length(&are_neighbors)));
        // Two or three that fit by chance are no run.
        longest = longest.max(best.filter(|it| *it > 2 * distance).unwrap_or(0));
    }
    longest.min(text.len())
}

fn are_neighbors(one: char, next: char) -> bool {
    const ROWS: [&str; 4] = ["1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"];
    let place = |key: char| {
        let mut rows = ROWS.iter().enumerate();
        rows.find_map(|(row, keys)| Some((row, keys.chars().position(|it| it == key)?)))
    };
    let (Some(one), Some(next)) = (place(one), place(next)) else {
        return false;
    };
    one.0.abs_diff(next.0) <= 1 && one.1.abs_diff(next.1) <= 1
}

/// How much of what follows says again, at some distance, what stands before it.
fn longest_copy(text: &[char], start: usize) -> usize {
    let copied = |distance: usize| {
        let pairs = text[start..].iter().zip(&text[start - distance..]);
        pairs.take_while(|(one, before)| one == before).count()
    };
    (1..=start).map(copied).max().unwrap_or(0)
}

fn is_year(text: &[char]) -> bool {
    matches!(text, ['1', '9', a, b, ..] | ['2', '0', a, b, ..]
        if a.is_ascii_digit() && b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_refused_for_one_reason_a_person_can_act_on() {
        #[track_caller]
        fn case(password: &str, expected: Result<(), WeakPassword>) {
            let about = ["ana@example.org", "Ana Ruiz", "Northwind"];
            assert_eq!(check_password(password, &about), expected, "{password}");
        }
        case("correct horse battery", Ok(()));
        case("пароль-из-леса", Ok(()));
        case("dragon monkey sunshine hockey", Ok(()));
        case("x7#Kq9!mPz2w", Ok(()));
        case("830174629158", Ok(()));
        case("short", Err(WeakPassword::Short));
        case(&"ab".repeat(65), Err(WeakPassword::Long));
        case("ana@example.org1", Err(WeakPassword::Personal));
        case("AnaRuiz-2026", Err(WeakPassword::Personal));
        case("northwind!!!", Err(WeakPassword::Personal));
        case("N0rthw1nd-example", Err(WeakPassword::Personal));
        case("Annals123456", Err(WeakPassword::Common));
        case("annalsAnnals", Err(WeakPassword::Common));
        case("Password1234", Err(WeakPassword::Common));
        case("P4$$w0rd2026!", Err(WeakPassword::Common));
        case("Welcome-2026", Err(WeakPassword::Common));
        case("Sommer2026!!", Err(WeakPassword::Common));
        case("letmeinplease", Err(WeakPassword::Common));
        case("aaaaaaaaaaaaaa", Err(WeakPassword::Regular));
        case("abcdefghijklm", Err(WeakPassword::Regular));
        case("9876543210987", Err(WeakPassword::Regular));
        case("1qaz2wsx3edc", Err(WeakPassword::Regular));
        case("q1w2e3r4t5y6", Err(WeakPassword::Regular));
        case("k7#vk7#vk7#v", Err(WeakPassword::Regular));
    }

    #[test]
    fn the_longest_password_is_checked_at_once() {
        let longest = "ab".repeat(64);
        assert!(check_password(&longest, &[]).is_err());
        assert!(check_password(&"correct horse ".repeat(9), &[]).is_ok());
        let mixed: String = (0..128_u32)
            .map(|it| char::from(33 + (it * it * 7 % 94) as u8))
            .collect();
        assert_eq!(check_password(&mixed, &[]), Ok(()));
    }

    #[test]
    fn the_list_is_written_as_it_is_read() {
        assert!(common().count() > 500);
        for word in common() {
            assert_eq!(word.to_lowercase(), word);
        }
    }
}
