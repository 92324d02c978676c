//! How well-known credentials begin. Used twice: a long token with such a head is refused, and a
//! key's short prefix may be recorded only if its head is declared here.

/// Case matters: the issuers' own spelling.
const HEADS: [&str; 84] = [
    "ABIA",
    "ACCA",
    "AGE-SECRET-KEY-",
    "AIza",
    "AKIA",
    "ASIA",
    "ATATT3",
    "ATBB",
    "CFPAT-",
    "EAAA",
    "EZAK",
    "EZTK",
    "FLWSECK",
    "GOCSPX-",
    "LTAI",
    "NRAK-",
    "PMAK-",
    "SG.",
    "anm_",
    "anp_",
    "apify_api_",
    "atlasv1.",
    "bkua_",
    "dckr_pat_",
    "doo_v1_",
    "dop_v1_",
    "dor_v1_",
    "dp.pt.",
    "dp.st.",
    "duffel_test_",
    "eyJ",
    "figd_",
    "gho_",
    "ghp_",
    "ghr_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "glc_",
    "glcbt-",
    "gldt-",
    "glft-",
    "glpat-",
    "glptt-",
    "glrt-",
    "glsa_",
    "gsk_",
    "hf_",
    "hvb.",
    "hvr.",
    "hvs.",
    "lin_api_",
    "nfp_",
    "npm_",
    "ntn_",
    "oy2",
    "pk_live_",
    "pk_test_",
    "pplx-",
    "pul-",
    "pypi-",
    "r8_",
    "rk_live_",
    "rk_test_",
    "rubygems_",
    "sbp_",
    "shpat_",
    "shpca_",
    "shpss_",
    "sk-",
    "sk-ant-",
    "sk-proj-",
    "sk_live_",
    "sk_test_",
    "sntrys_",
    "sntryu_",
    "sq0atp-",
    "sq0csp-",
    "tfp_",
    "tskey-",
    "whsec_",
    "xai-",
    "xapp-",
    "xox",
];

/// A head is a credential's only from this length on.
const TOKEN_MIN: usize = 12;
const PREFIX_MAX: usize = 12;
const PREFIX_TAIL_MAX: usize = 8;

/// Whether a token of the text starts with one. Tokens start after anything but a letter or digit.
pub fn appear_in(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < TOKEN_MIN {
        return false;
    }
    (0..=bytes.len() - TOKEN_MIN).any(|at| {
        let is_start = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        is_start && starts_with_head(&bytes[at..]) && token_len(&bytes[at..]) >= TOKEN_MIN
    })
}

/// A declared head and at most eight letters or digits.
pub fn is_safe_prefix(text: &str) -> bool {
    text.len() <= PREFIX_MAX
        && HEADS.iter().any(|head| {
            text.strip_prefix(head).is_some_and(|tail| {
                tail.len() <= PREFIX_TAIL_MAX && tail.bytes().all(|it| it.is_ascii_alphanumeric())
            })
        })
}

fn starts_with_head(text: &[u8]) -> bool {
    let (row, column) = place(text[0], text[1]);
    if FIRST_TWO[row] & column == 0 {
        return false;
    }
    // The list is sorted, so all heads with this first byte lie together.
    let from = HEADS.partition_point(|it| it.as_bytes()[0] < text[0]);
    HEADS[from..]
        .iter()
        .take_while(|it| it.as_bytes()[0] == text[0])
        .any(|it| text.starts_with(it.as_bytes()))
}

/// The first two bytes of all heads, as bits: most texts are told apart by them. Different pairs
/// may share a bit, so a set bit only means "look closer".
const FIRST_TWO: [u64; 64] = {
    let mut bits = [0; 64];
    let mut at = 0;
    while at < HEADS.len() {
        let head = HEADS[at].as_bytes();
        let (row, column) = place(head[0], head[1]);
        bits[row] |= column;
        at += 1;
    }
    bits
};

const fn place(first: u8, second: u8) -> (usize, u64) {
    ((first & 63) as usize, 1 << (second & 63))
}

fn token_len(text: &[u8]) -> usize {
    text.iter()
        .take_while(|it| it.is_ascii_alphanumeric() || b"_-.=+/~".contains(it))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_sorted() {
        assert!(HEADS.is_sorted());
    }

    #[test]
    fn a_head_counts_on_a_long_token_only() {
        assert!(appear_in("AKIAABCDEFGHIJKLMNOP"));
        assert!(appear_in("deploy with sk-proj-hunterhunter"));
        assert!(appear_in("prod-glpat-abcdefghijkl"));
        assert!(!appear_in("sk-ab"));
        assert!(!appear_in("task-force-delta"));
        assert!(!appear_in("ASIA Pacific team"));
    }

    #[test]
    fn a_safe_prefix_is_a_head_and_little_more() {
        let case = |text: &str, safe: bool| assert_eq!(is_safe_prefix(text), safe, "{text}");
        case("sk-ab", true);
        case("anp_7f3k2m9q", true);
        case("ghp_12345678", true);
        case("ghp_123456789", false);
        case("sk-a_b", false);
        case("zz-ab", false);
        case("", false);
    }
}
