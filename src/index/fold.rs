//! How texts are compared: without regard to case, in every script.
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Two texts that differ only in case fold to the same text.
///
/// Composed first, so that one letter has one spelling. Then to upper case and back to lower
/// case, letter by letter: upper case alone unites what has two small forms (σ and ς, s and ſ)
/// and spells out ß as SS; lower case afterwards is what people and machines mostly write, so
/// that nearly every text is left as it is. Letter by letter, because lower-casing a whole text
/// would look at neighbours (a final Σ), and a part must fold as it does inside the whole.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_onto(&mut folded, text);
    folded
}

/// Adds the folded text to another.
pub fn fold_onto(to: &mut String, text: &str) {
    if text.is_ascii() {
        let start = to.len();
        to.push_str(text);
        to[start..].make_ascii_lowercase();
    } else if is_nfc(text) {
        to.extend(each_letter(text.chars()));
    } else {
        to.extend(each_letter(text.nfc()));
    }
}

fn each_letter(letters: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    letters
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_only_in_case_fold_alike() {
        fn case(one: &str, other: &str) {
            assert_eq!(fold(one), fold(other), "{one} and {other}");
        }
        case("Ana@Example.ORG", "ana@example.org");
        case("STRASSE", "straße");
        case("ΟΔΥΣΣΕΥΣ", "οδυσσευς");
        case("ПРИВЕТ", "привет");
        case("Zoe\u{308}", "ZOË");
        case("\u{212A}elvin", "kelvin");
        case("ﬁle", "FILE");
    }

    #[test]
    fn a_part_folds_as_it_does_inside_the_whole() {
        let whole = fold("ΟΔΥΣΣΕΥΣ ΤΗΣ ΙΘΑΚΗΣ");
        assert!(whole.contains(&fold("ΟΔΥΣΣΕΥΣ")));
        assert!(whole.contains(&fold("ιθακης")));
    }
}
