//! The documented names of details, the kind of value each may hold, and the words
//! (`redaction.md` §2 and §3). A name outside this file is never stored: it could be a secret.
use std::sync::LazyLock;

use super::lookup::Lookup;
use super::words;

/// The kind of value a detail or a changed field may hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DetailKind {
    Bool,
    Int,
    Count,
    Timestamp,
    FieldNames,
    Word,
    Label,
    Id,
    Prefix,
}

const WORD_MAX: usize = 64;
const PARTS_MAX: usize = 5;
const STEM_PARTS_MAX: usize = 4;
const DIGITS_MAX: usize = 3;

static DOCUMENTED: LazyLock<Lookup<DetailKind>> =
    LazyLock::new(|| Lookup::new(KEYS.iter().copied()));

static SECRET_PARTS: LazyLock<Lookup<()>> =
    LazyLock::new(|| Lookup::new(SENSITIVE.iter().map(|it| (*it, ()))));

/// None: not a documented key, and not made by the suffix grammar.
pub fn kind_of(key: &str) -> Option<DetailKind> {
    if key.len() > WORD_MAX {
        return None;
    }
    DOCUMENTED.get(key).or_else(|| by_affix(key))
}

/// A documented key, or one made like a word.
pub fn is_field_name(text: &str) -> bool {
    kind_of(text).is_some() || is_made_of_words(text)
}

/// Listed for its key, or made of words.
pub fn is_word(key: &str, text: &str) -> bool {
    is_made_of_words(text) || words::is_listed(key, text)
}

/// One to five parts, each at most three digits or in the word list, in 64 bytes.
pub fn is_made_of_words(text: &str) -> bool {
    let joints = text
        .bytes()
        .filter(|it| matches!(it, b'_' | b'-' | b'.'))
        .count();
    text.len() <= WORD_MAX && joints < PARTS_MAX && text.split(['_', '-', '.']).all(is_part)
}

/// What the change of a field may tell.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ChangeKind {
    /// Values of this kind.
    Values(DetailKind),
    /// Only that it is `unset`, `set` or `replaced`.
    Secret,
    /// Only that it changed.
    Unrecorded,
}

/// None: the field's own name cannot be kept.
pub fn change_of(field: &str) -> Option<ChangeKind> {
    let kind = kind_of(field);
    if kind.is_none() && !is_made_of_words(field) {
        return None;
    }
    if is_sensitive(field) {
        return Some(ChangeKind::Secret);
    }
    Some(match kind {
        Some(DetailKind::FieldNames) | None => ChangeKind::Unrecorded,
        Some(kind) => ChangeKind::Values(kind),
    })
}

/// Whether the value of a field of this name must not be told.
pub fn is_sensitive(field: &str) -> bool {
    const HARMLESS_ENDS: [&str; 6] = ["_status", "_state", "_prefix", "_enabled", "_count", "_at"];
    let has_secret = |field: &str| {
        let mut parts = field.split(['_', '-', '.']);
        parts.any(|it| SECRET_PARTS.get(it).is_some())
    };
    let is_secret = has_secret(field)
        || (field.bytes().any(|it| it.is_ascii_uppercase())
            && has_secret(&field.to_ascii_lowercase()));
    is_secret && !HARMLESS_ENDS.iter().any(|it| field.ends_with(it))
}

/// All that a change may tell about a secret's value.
pub fn is_secret_state(text: &str) -> bool {
    matches!(text, "unset" | "set" | "replaced")
}

fn by_affix(key: &str) -> Option<DetailKind> {
    const PREFIXES: [&str; 2] = ["is_", "has_"];
    const SUFFIXES: [(&str, DetailKind); 5] = [
        ("_count", DetailKind::Count),
        ("_ms", DetailKind::Count),
        ("_bytes", DetailKind::Count),
        ("_at", DetailKind::Timestamp),
        ("_enabled", DetailKind::Bool),
    ];
    for prefix in PREFIXES {
        if let Some(stem) = key.strip_prefix(prefix) {
            return is_stem(stem).then_some(DetailKind::Bool);
        }
    }
    let (stem, kind) = SUFFIXES
        .iter()
        .find_map(|(suffix, kind)| Some((key.strip_suffix(suffix)?, *kind)))?;
    is_stem(stem).then_some(kind)
}

fn is_stem(stem: &str) -> bool {
    stem.split('_').take(STEM_PARTS_MAX + 1).count() <= STEM_PARTS_MAX
        && stem.split('_').all(words::has)
}

fn is_part(part: &str) -> bool {
    let is_number = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    words::has(part)
        || is_capitalized_word(part)
        || ((1..=DIGITS_MAX).contains(&part.len()) && is_number(part))
}

/// `Manual` and `ACTIVE` are the words they are in lower case.
fn is_capitalized_word(part: &str) -> bool {
    let bytes = part.as_bytes();
    let rest = bytes.get(1..).unwrap_or_default();
    let is_written_so = bytes.first().is_some_and(u8::is_ascii_uppercase)
        && (!rest.iter().any(u8::is_ascii_uppercase) || !rest.iter().any(u8::is_ascii_lowercase));
    is_written_so && words::has(&part.to_ascii_lowercase())
}

/// With their plurals and everyday abbreviations.
const SENSITIVE: [&str; 20] = [
    "apikey",
    "code",
    "codes",
    "credential",
    "credentials",
    "key",
    "keys",
    "otp",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "pin",
    "secret",
    "secrets",
    "seed",
    "seeds",
    "token",
    "tokens",
];

/// In the order of their names.
const KEYS: [(&str, DetailKind); 129] = [
    ("account_label", DetailKind::Label),
    ("added_count", DetailKind::Count),
    ("added_fields", DetailKind::FieldNames),
    ("added_pool_ids", DetailKind::Id),
    ("allowed_model_mode", DetailKind::Word),
    ("api_key_id", DetailKind::Id),
    ("assignment_count", DetailKind::Count),
    ("attempt", DetailKind::Count),
    ("auth_method", DetailKind::Word),
    ("branch", DetailKind::Label),
    ("change_id", DetailKind::Id),
    ("changed_categories", DetailKind::FieldNames),
    ("changed_count", DetailKind::Count),
    ("changed_fields", DetailKind::FieldNames),
    ("changed_keys", DetailKind::FieldNames),
    ("channel_type", DetailKind::Word),
    ("cleared_fields", DetailKind::FieldNames),
    ("cluster", DetailKind::Label),
    ("component", DetailKind::Label),
    ("configured", DetailKind::Bool),
    ("correlation_id", DetailKind::Id),
    ("credential_id", DetailKind::Id),
    ("credential_kind", DetailKind::Word),
    ("credential_status", DetailKind::Word),
    ("current", DetailKind::Bool),
    ("decision", DetailKind::Word),
    ("default_policy", DetailKind::Word),
    ("delta", DetailKind::Int),
    ("device", DetailKind::Label),
    ("display_name", DetailKind::Label),
    ("dry_run", DetailKind::Bool),
    ("email_domain", DetailKind::Label),
    ("enabled", DetailKind::Bool),
    ("endpoint_host", DetailKind::Label),
    ("endpoint_path", DetailKind::Label),
    ("endpoint_scheme", DetailKind::Word),
    ("environment", DetailKind::Word),
    ("exit_code", DetailKind::Int),
    ("expires_at", DetailKind::Timestamp),
    ("failure_stage", DetailKind::Word),
    ("finished_at", DetailKind::Timestamp),
    ("forced", DetailKind::Bool),
    ("group", DetailKind::Label),
    ("hops", DetailKind::Count),
    ("host", DetailKind::Label),
    ("http_status", DetailKind::Count),
    ("inherited", DetailKind::Bool),
    ("invite_id", DetailKind::Id),
    ("job_id", DetailKind::Id),
    ("key_prefix", DetailKind::Prefix),
    ("key_version", DetailKind::Count),
    ("label", DetailKind::Label),
    ("last_used_at", DetailKind::Timestamp),
    ("max_attempts", DetailKind::Count),
    ("mfa_method", DetailKind::Word),
    ("mfa_used", DetailKind::Bool),
    ("model", DetailKind::Label),
    ("name", DetailKind::Label),
    ("namespace", DetailKind::Label),
    ("not_after", DetailKind::Timestamp),
    ("not_before", DetailKind::Timestamp),
    ("on_behalf_of", DetailKind::Label),
    ("onboarding_method", DetailKind::Word),
    ("operation", DetailKind::Word),
    ("operator_id", DetailKind::Id),
    ("organization", DetailKind::Label),
    ("parent_id", DetailKind::Id),
    ("permission", DetailKind::Word),
    ("policy", DetailKind::Label),
    ("policy_mode", DetailKind::Word),
    ("policy_version", DetailKind::Count),
    ("pool_changed", DetailKind::Bool),
    ("pool_id", DetailKind::Id),
    ("pool_ids", DetailKind::Id),
    ("pool_name", DetailKind::Label),
    ("port", DetailKind::Count),
    ("previous_expires_at", DetailKind::Timestamp),
    ("previous_key_prefix", DetailKind::Prefix),
    ("previous_label", DetailKind::Label),
    ("previous_name", DetailKind::Label),
    ("previous_permission", DetailKind::Word),
    ("previous_policy_mode", DetailKind::Word),
    ("previous_pool_id", DetailKind::Id),
    ("previous_role", DetailKind::Word),
    ("previous_state", DetailKind::Word),
    ("previous_status", DetailKind::Word),
    ("previous_visibility", DetailKind::Word),
    ("priority", DetailKind::Int),
    ("project", DetailKind::Label),
    ("protocol", DetailKind::Word),
    ("reason_code", DetailKind::Word),
    ("reasoning_policy_mode", DetailKind::Word),
    ("region", DetailKind::Word),
    ("related_id", DetailKind::Id),
    ("related_kind", DetailKind::Word),
    ("removed_count", DetailKind::Count),
    ("removed_fields", DetailKind::FieldNames),
    ("removed_pool_ids", DetailKind::Id),
    ("repository", DetailKind::Label),
    ("result_status", DetailKind::Word),
    ("retention_days", DetailKind::Count),
    ("ring_size", DetailKind::Count),
    ("role", DetailKind::Word),
    ("roles", DetailKind::Word),
    ("route_host", DetailKind::Label),
    ("route_method", DetailKind::Word),
    ("route_path", DetailKind::Label),
    ("routing_strategy", DetailKind::Word),
    ("rule", DetailKind::Label),
    ("scheduled_at", DetailKind::Timestamp),
    ("schema_version", DetailKind::Count),
    ("secret_configured", DetailKind::Bool),
    ("secret_state", DetailKind::Word),
    ("service", DetailKind::Label),
    ("service_tier", DetailKind::Word),
    ("severity", DetailKind::Word),
    ("slug", DetailKind::Label),
    ("started_at", DetailKind::Timestamp),
    ("state", DetailKind::Word),
    ("status", DetailKind::Word),
    ("target_kind", DetailKind::Word),
    ("team", DetailKind::Label),
    ("temporary", DetailKind::Bool),
    ("ticket", DetailKind::Label),
    ("token_prefix", DetailKind::Prefix),
    ("trace_id", DetailKind::Id),
    ("trigger", DetailKind::Word),
    ("upstream_id", DetailKind::Id),
    ("visibility", DetailKind::Word),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted() {
        assert!(KEYS.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn a_key_is_documented_or_made_by_the_suffix_grammar() {
        let case = |key: &str, kind| assert_eq!(kind_of(key), kind, "{key}");
        case("role", Some(DetailKind::Word));
        case("http_status", Some(DetailKind::Count));
        case("model_count", Some(DetailKind::Count));
        case("replica_count", Some(DetailKind::Count));
        case("queue_wait_ms", Some(DetailKind::Count));
        case("is_private", Some(DetailKind::Bool));
        case("has_secret", Some(DetailKind::Bool));
        case("audit_enabled", Some(DetailKind::Bool));
        case("until_at", Some(DetailKind::Timestamp));
        case("message", None);
        case("hunter2_count", None);
        case("_count", None);
        case("a_at", None);
        case("user_user_user_user_user_count", None);
    }

    #[test]
    fn a_word_is_listed_or_made_of_operations_terms() {
        let case = |text: &str, fine: bool| assert_eq!(is_made_of_words(text), fine, "{text}");
        case("manual", true);
        case("read-only", true);
        case("in_progress", true);
        case("eu-central-1", true);
        case("ACTIVE", true);
        case("Pending", true);
        case("404", true);
        case("1234", false);
        case("hunter2", false);
        case("mAnual", false);
        case("", false);
        case("a..b", false);
        case("read_read_read_read_read_read", false);
        assert!(is_word("protocol", "TLSv1.3"));
        assert!(!is_word("status", "TLSv1.3"));
    }

    #[test]
    fn secret_fields_keep_no_values() {
        let case = |field: &str, secret: bool| {
            assert_eq!(is_sensitive(field), secret, "{field}");
        };
        case("secret", true);
        case("api_key", true);
        case("recovery_codes", true);
        case("Password", true);
        case("totp.seed", true);
        case("key_version", true);
        case("key_status", false);
        case("key_prefix", false);
        case("token_count", false);
        case("keyboard", false);
        case("label", false);
    }
}
