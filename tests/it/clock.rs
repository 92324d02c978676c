//! A clock that tests set: nobody waits for the day on which something ends.
use std::fs;
use std::path::PathBuf;

use crate::appliance::Folder;

pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Names the file by which a server is told how far ahead of the system it is to be.
pub struct TestClock(PathBuf);

impl TestClock {
    /// None, and a word of it, where a release is under test: that has no such hook.
    pub fn of(folder: &Folder, test: &str) -> Option<Self> {
        if std::env::var_os("ANNALS_TEST_BIN").is_some() {
            println!("{test} is left out: a release has no clock that can be set");
            return None;
        }
        // In the one folder that the server may read.
        fs::create_dir_all(folder.data()).unwrap();
        Some(Self(folder.data().join("test-clock")))
    }

    /// What to start the server with.
    pub fn variable(&self) -> (&'static str, &str) {
        ("ANNALS_TEST_CLOCK", self.0.to_str().unwrap())
    }

    pub fn run_ahead(&self, ahead_ms: i64) {
        // Renamed into place, so that nobody reads half a number.
        let new = self.0.with_extension("new");
        fs::write(&new, ahead_ms.to_string()).unwrap();
        fs::rename(&new, &self.0).unwrap();
    }
}
