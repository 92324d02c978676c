//! Rule 2 of the label gate: one line of characters that are what they look like.
use unicode_normalization::char::decompose_compatible;

/// One line without control, invisible, private or disguised characters, and without the signs of
/// markup, code and assignments. `@`, `#` and `+` are for the caller to judge.
pub fn is_plain(text: &str) -> bool {
    text.bytes().all(is_plain_ascii) && has_plain_letters(text)
}

/// Whether all characters beyond ASCII are what they look like.
pub fn has_plain_letters(text: &str) -> bool {
    text.is_ascii() || text.chars().all(is_plain_char)
}

/// Outside of addresses `@` and `#` only start a word, and `+` only ends one.
pub fn has_signs_in_place(word: &str) -> bool {
    let mut before = ' ';
    let mut chars = word.chars().peekable();
    while let Some(it) = chars.next() {
        let is_after_word = before.is_alphanumeric();
        let is_before_word = chars.peek().is_some_and(|next| next.is_alphanumeric());
        let in_place = match it {
            '@' | '#' => !is_after_word && is_before_word,
            '+' => (is_after_word || before == '+') && !is_before_word,
            _ => true,
        };
        if !in_place {
            return false;
        }
        before = it;
    }
    true
}

/// Bytes of longer characters are `is_plain_char`'s.
fn is_plain_ascii(it: u8) -> bool {
    const PLAIN: [bool; 256] = {
        let mut plain = [true; 256];
        let refused = b"=<>\"\\?$^~*;!%`\x7f";
        let mut at = 0;
        while at < refused.len() {
            plain[refused[at] as usize] = false;
            at += 1;
        }
        at = 0;
        while at < 0x20 {
            plain[at] = false;
            at += 1;
        }
        plain
    };
    PLAIN[usize::from(it)]
}

fn is_plain_char(it: char) -> bool {
    if it.is_ascii() {
        return true;
    }
    let is_separator = matches!(it, '\u{2028}' | '\u{2029}');
    !it.is_control() && !is_separator && !is_invisible(it) && !is_private(it) && !is_disguised(it)
}

/// Format characters, and what is shown as nothing at all.
fn is_invisible(it: char) -> bool {
    matches!(it,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1345f}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
}

/// Private use, tags and variation selectors beyond the emoji's, and what is no character.
fn is_private(it: char) -> bool {
    let number = u32::from(it);
    matches!(it, '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0d}')
        || number >= 0xe_0000
        || number & 0xfffe == 0xfffe
}

/// A full-width, mathematical, circled or raised form of one ASCII character, with which a
/// credential could be written past the rules that look at ASCII. Spaces are only spaces.
fn is_disguised(it: char) -> bool {
    if matches!(it, 'ª' | 'º' | '¹' | '²' | '³') || it.is_whitespace() {
        return false;
    }
    let mut forms = 0;
    let mut plain = false;
    decompose_compatible(it, |form| {
        forms += 1;
        plain = form.is_ascii();
    });
    forms == 1 && plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_and_things_are_plain() {
        let case = |text: &str| assert!(is_plain(text), "{text}");
        case("Acme GmbH & Co. KG");
        case("O'Brien");
        case("山田 太郎");
        case("山田\u{3000}太郎");
        case("Łukasz (Gdańsk), 2. OG [neu]");
        case("Team № 5™ 🚀");
        case("m² {a}/b|c");
    }

    #[test]
    fn markup_code_and_disguises_are_not() {
        let case = |text: &str| assert!(!is_plain(text), "{text:?}");
        for sign in "=<>\"\\?$^~*;!%`".chars() {
            case(&format!("a{sign}b"));
        }
        case("two\nlines");
        case("two\u{2028}lines");
        case("a\u{200b}b");
        case("\u{202e}abc");
        case("\u{feff}abc");
        case("\u{e000}");
        case("\u{10ffff}");
        case("a\u{e0041}");
        case("ＡＫＩＡ");
        case("𝐀𝐊𝐈𝐀");
        case("ⓐⓑ");
        case("tab\there");
    }

    #[test]
    fn signs_have_their_places() {
        let case = |word: &str, fine: bool| assert_eq!(has_signs_in_place(word), fine, "{word}");
        case("@ana", true);
        case("(#4)", true);
        case("C++", true);
        case("Google+", true);
        case("a@b", false);
        case("a#b", false);
        case("a+b", false);
        case("+49", false);
    }
}
