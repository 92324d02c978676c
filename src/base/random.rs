//! The operating system's random source, the only one.
use rustix::io::Errno;
use rustix::rand::{GetRandomFlags, getrandom};
use zeroize::Zeroizing;

/// Crockford's: without letters that look alike.
const READABLE: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUP: usize = 4;

/// Fills `buffer`. A system without randomness cannot keep secrets: the process stops.
///
/// By the system call, since the files in /dev are out of reach once the process is shut in.
pub fn fill(buffer: &mut [u8]) {
    let mut rest = buffer;
    while !rest.is_empty() {
        match getrandom(&mut *rest, GetRandomFlags::empty()) {
            Ok(filled) => rest = &mut rest[filled..],
            Err(Errno::INTR) => {}
            Err(_) => std::process::abort(),
        }
    }
}

pub fn bytes<const N: usize>() -> [u8; N] {
    let mut buffer = [0; N];
    fill(&mut buffer);
    buffer
}

/// A secret that can be read out, `XXXX-XXXX-XXXX`: 20 bits a group.
pub fn readable(groups: usize) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new(vec![0; groups * GROUP]);
    fill(&mut bytes);
    let mut text = Zeroizing::new(String::with_capacity(groups * (GROUP + 1)));
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 && place % GROUP == 0 {
            text.push('-');
        }
        text.push(char::from(READABLE[usize::from(byte % 32)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_readable_secret_has_groups_of_letters_that_do_not_look_alike() {
        let text = readable(3);
        assert_eq!(text.len(), 14);
        let groups: Vec<_> = text.split('-').map(str::len).collect();
        assert_eq!(groups, [4, 4, 4]);
        assert!(!text.contains(['I', 'L', 'O', 'U']));
        assert!(*readable(5) != *readable(5));
    }
}
