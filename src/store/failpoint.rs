//! Places at which a test ends the process, as a crash would. Release builds have none.
use std::path::Path;

/// Between a change's event and its rows.
pub const RECORDED: &str = "recorded";
/// Between a change's rows and the commit.
pub const CHANGED: &str = "changed";

#[cfg(debug_assertions)]
static FILE: std::sync::OnceLock<std::path::PathBuf> = std::sync::OnceLock::new();

/// The file in the data directory that names a place; only the first directory counts.
#[cfg(debug_assertions)]
pub fn watch(folder: &Path) {
    let _ = FILE.set(folder.join("failpoint"));
}

/// Ends here if the file says so.
#[cfg(debug_assertions)]
pub fn at(place: &str) {
    let named = FILE.get().and_then(|it| std::fs::read_to_string(it).ok());
    if named.is_some_and(|it| it == place) {
        std::process::abort();
    }
}

#[cfg(not(debug_assertions))]
pub fn watch(_: &Path) {}

#[cfg(not(debug_assertions))]
pub fn at(_: &str) {}
