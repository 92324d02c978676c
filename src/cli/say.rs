//! What a command prints.
use std::io::{self, Write};

use crate::base::{OrFail, Result};

/// One line, or several, on stdout.
pub fn say(text: &str) -> Result<()> {
    writeln!(io::stdout(), "{text}").internal("cannot write to standard output")
}

pub fn say_to_stderr(text: &str) {
    // Nobody is left to be told when this fails.
    let _ = writeln!(io::stderr(), "{text}");
}
