//! The operating system's random source, the only one.

/// Fills `buffer`. A system without randomness cannot keep secrets: the process stops.
pub fn fill(buffer: &mut [u8]) {
    if getrandom::fill(buffer).is_err() {
        std::process::abort();
    }
}

pub fn bytes<const N: usize>() -> [u8; N] {
    let mut buffer = [0; N];
    fill(&mut buffer);
    buffer
}
