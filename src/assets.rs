//! Files of /assets, inside the binary, under names that change with their content.
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use rust_embed::RustEmbed;

use crate::base::{Effort, gzip, hex};

#[derive(RustEmbed)]
#[folder = "assets"]
struct Files;

pub struct Asset {
    pub content_type: &'static str,
    pub content: Cow<'static, [u8]>,
    /// The same, compressed.
    pub gzip: Vec<u8>,
    fingerprint: String,
}

/// Enough to tell two versions apart; it is no secret.
const FINGERPRINT_BYTES: usize = 4;

/// Compressed once, as well as that goes: a few milliseconds, when the first page is asked for.
static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    let found = Files::iter().filter_map(|name| Some((name.to_string(), asset(&name)?)));
    found.collect()
});

/// The address of a file of ours: it may be cached for ever.
pub fn url(name: &str) -> String {
    let fingerprint = ASSETS.get(name).map_or("", |it| &it.fingerprint);
    format!("/assets/{fingerprint}/{name}")
}

/// By exact name and fingerprint only: an address of another version must not answer with this
/// one.
pub fn find(fingerprint: &str, name: &str) -> Option<&'static Asset> {
    ASSETS.get(name).filter(|it| it.fingerprint == fingerprint)
}

fn asset(name: &str) -> Option<Asset> {
    let file = Files::get(name)?;
    let hash = file.metadata.sha256_hash();
    Some(Asset {
        content_type: content_type(name),
        gzip: gzip(&file.data, Effort::Ever),
        content: file.data,
        fingerprint: hex(&hash[..FINGERPRINT_BYTES]),
    })
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
        let found = find(parts[2], "app.css").unwrap();
        assert_eq!(found.content_type, "text/css; charset=utf-8");
        assert!(found.content.starts_with(b"/*"));
        assert!(found.gzip.len() < found.content.len() / 3);
        assert!(find("00000000", "app.css").is_none());
        assert!(find(parts[2], "app.js").is_none());
        assert!(find(parts[2], "../Cargo.toml").is_none());
        assert!(find("", "nothing.css").is_none());
    }
}
