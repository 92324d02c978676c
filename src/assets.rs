//! Files of /assets, inside the binary, under names that change with their content.
use std::borrow::Cow;

use rust_embed::RustEmbed;

use crate::base::hex;

#[derive(RustEmbed)]
#[folder = "assets"]
struct Files;

/// Enough to tell two versions apart; it is no secret.
const FINGERPRINT_BYTES: usize = 4;

/// The address of a file of ours: it may be cached for ever.
pub fn url(name: &str) -> String {
    let fingerprint = fingerprint(name).unwrap_or_default();
    format!("/assets/{fingerprint}/{name}")
}

/// Content type and content, by exact name and fingerprint only: an address of another version
/// must not answer with this one.
pub fn find(fingerprint: &str, name: &str) -> Option<(&'static str, Cow<'static, [u8]>)> {
    if self::fingerprint(name)? != fingerprint {
        return None;
    }
    Some((content_type(name), Files::get(name)?.data))
}

fn fingerprint(name: &str) -> Option<String> {
    let hash = Files::get(name)?.metadata.sha256_hash();
    Some(hex(&hash[..FINGERPRINT_BYTES]))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_answers_for_exactly_this_version_of_this_file() {
        let url = url("app.css");
        let parts: Vec<&str> = url.split('/').collect();
        assert_eq!((parts.len(), parts[1], parts[3]), (4, "assets", "app.css"));
        assert_eq!(parts[2].len(), 8);
        let (kind, content) = find(parts[2], "app.css").unwrap();
        assert_eq!(kind, "text/css; charset=utf-8");
        assert!(content.starts_with(b"/*"));
        assert!(find("00000000", "app.css").is_none());
        assert!(find(parts[2], "app.js").is_none());
        assert!(find(parts[2], "../Cargo.toml").is_none());
        assert!(find("", "nothing.css").is_none());
    }
}
