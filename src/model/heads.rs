//! How well-known credentials begin. Used twice: a long token with such a head is refused, and a
//! key's short prefix may be recorded only if its head is declared here.

/// With who issues them. Case matters: the issuers' own spelling.
const HEADS: [(&str, &str); 84] = [
    ("ABIA", "aws"),
    ("ACCA", "aws"),
    ("AGE-SECRET-KEY-", "age"),
    ("AIza", "google"),
    ("AKIA", "aws"),
    ("ASIA", "aws"),
    ("ATATT3", "atlassian"),
    ("ATBB", "bitbucket"),
    ("CFPAT-", "contentful"),
    ("EAAA", "facebook"),
    ("EZAK", "easypost"),
    ("EZTK", "easypost"),
    ("FLWSECK", "flutterwave"),
    ("GOCSPX-", "google"),
    ("LTAI", "alibaba"),
    ("NRAK-", "new_relic"),
    ("PMAK-", "postman"),
    ("SG.", "sendgrid"),
    ("anm_", "annals"),
    ("anp_", "annals"),
    ("apify_api_", "apify"),
    ("atlasv1.", "terraform"),
    ("bkua_", "buildkite"),
    ("dckr_pat_", "docker"),
    ("doo_v1_", "digitalocean"),
    ("dop_v1_", "digitalocean"),
    ("dor_v1_", "digitalocean"),
    ("dp.pt.", "doppler"),
    ("dp.st.", "doppler"),
    ("duffel_test_", "duffel"),
    ("eyJ", "jwt"),
    ("figd_", "figma"),
    ("gho_", "github"),
    ("ghp_", "github"),
    ("ghr_", "github"),
    ("ghs_", "github"),
    ("ghu_", "github"),
    ("github_pat_", "github"),
    ("glc_", "grafana"),
    ("glcbt-", "gitlab"),
    ("gldt-", "gitlab"),
    ("glft-", "gitlab"),
    ("glpat-", "gitlab"),
    ("glptt-", "gitlab"),
    ("glrt-", "gitlab"),
    ("glsa_", "grafana"),
    ("gsk_", "groq"),
    ("hf_", "hugging_face"),
    ("hvb.", "vault"),
    ("hvr.", "vault"),
    ("hvs.", "vault"),
    ("lin_api_", "linear"),
    ("nfp_", "netlify"),
    ("npm_", "npm"),
    ("ntn_", "notion"),
    ("oy2", "nuget"),
    ("pk_live_", "stripe"),
    ("pk_test_", "stripe"),
    ("pplx-", "perplexity"),
    ("pul-", "pulumi"),
    ("pypi-", "pypi"),
    ("r8_", "replicate"),
    ("rk_live_", "stripe"),
    ("rk_test_", "stripe"),
    ("rubygems_", "rubygems"),
    ("sbp_", "supabase"),
    ("shpat_", "shopify"),
    ("shpca_", "shopify"),
    ("shpss_", "shopify"),
    ("sk-", "openai"),
    ("sk-ant-", "anthropic"),
    ("sk-proj-", "openai"),
    ("sk_live_", "stripe"),
    ("sk_test_", "stripe"),
    ("sntrys_", "sentry"),
    ("sntryu_", "sentry"),
    ("sq0atp-", "square"),
    ("sq0csp-", "square"),
    ("tfp_", "typeform"),
    ("tskey-", "tailscale"),
    ("whsec_", "webhook"),
    ("xai-", "xai"),
    ("xapp-", "slack"),
    ("xox", "slack"),
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

/// Whose head the text begins with; of several, the longest one's.
pub fn issuer_of(text: &str) -> Option<&'static str> {
    let mut begins = HEADS.iter().filter(|it| text.starts_with(it.0));
    begins.next_back().map(|it| it.1)
}

/// A declared head and at most eight letters or digits.
pub fn is_safe_prefix(text: &str) -> bool {
    text.len() <= PREFIX_MAX
        && HEADS.iter().any(|(head, _)| {
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
    let from = HEADS.partition_point(|it| it.0.as_bytes()[0] < text[0]);
    HEADS[from..]
        .iter()
        .take_while(|it| it.0.as_bytes()[0] == text[0])
        .any(|it| text.starts_with(it.0.as_bytes()))
}

/// The first two bytes of all heads, as bits: most texts are told apart by them. Different pairs
/// may share a bit, so a set bit only means "look closer".
const FIRST_TWO: [u64; 64] = {
    let mut bits = [0; 64];
    let mut at = 0;
    while at < HEADS.len() {
        let head = HEADS[at].0.as_bytes();
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
    fn the_longest_head_names_the_issuer() {
        #[track_caller]
        fn case(text: &str, issuer: Option<&str>) {
            assert_eq!(issuer_of(text), issuer, "{text}");
        }
        case("sk-ant-abc", Some("anthropic"));
        case("sk-abc", Some("openai"));
        case("ghp_abc", Some("github"));
        case("abc", None);
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
