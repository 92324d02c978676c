//! The words of operations: what a status, a mode or a reason can be made of. Ours, and closed: a
//! value outside of them could be anything.
use std::sync::LazyLock;

use super::lookup::Lookup;

/// Sorted, one a line.
const TEXT: &str = include_str!("words.txt");

static WORDS: LazyLock<Lookup<()>> = LazyLock::new(|| Lookup::new(TEXT.lines().map(|it| (it, ()))));

pub fn has(word: &str) -> bool {
    WORDS.get(word).is_some()
}

/// Values of a key that are not made of words.
pub fn is_listed(key: &str, text: &str) -> bool {
    match key {
        "protocol" => PROTOCOLS.contains(&text),
        "region" => is_region(text),
        _ => false,
    }
}

const PROTOCOLS: [&str; 12] = [
    "HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/2.0", "HTTP/3", "SSHv2", "TLSv1.2", "TLSv1.3",
    "http/1.1", "http/2", "tls1.2", "tls1.3",
];

/// `europe-west4` and `southeast1-b`: a provider's name for a place, with its number.
fn is_region(text: &str) -> bool {
    const ZONE_DIGITS_MAX: usize = 2;
    const PARTS_MAX: usize = 4;
    text.split('-').take(PARTS_MAX + 1).count() <= PARTS_MAX
        && text.split('-').all(|part| {
            let name = part.trim_end_matches(|it: char| it.is_ascii_digit());
            let digits = part.len() - name.len();
            digits <= ZONE_DIGITS_MAX && (has(name) || name.len() == 1 && name.is_ascii())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_of_plain_lower_case_words() {
        let words: Vec<&str> = TEXT.lines().collect();
        assert!(words.is_sorted_by(|a, b| a < b));
        assert!((1_300..2_000).contains(&words.len()));
        let is_plain = |it: &&str| {
            (2..=16).contains(&it.len())
                && it
                    .bytes()
                    .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
        };
        assert!(words.iter().all(is_plain));
        assert!(words.iter().all(|it| has(it)));
    }

    #[test]
    fn the_list_tells_operations_from_the_rest() {
        let case = |word: &str, known: bool| assert_eq!(has(word), known, "{word}");
        case("manual", true);
        case("oauth2", true);
        case("hunter", false);
        case("Manual", false);
        case("", false);
    }

    #[test]
    fn a_region_is_words_with_small_numbers() {
        let case = |text: &str, fine: bool| assert_eq!(is_listed("region", text), fine, "{text}");
        case("europe-west4", true);
        case("us-east-1a", false);
        case("us-central1-b", true);
        case("europe-west400", false);
        case("hunter2", false);
    }
}
