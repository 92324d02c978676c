//! The operating system's random source, the only one.
use std::cell::RefCell;

use rustix::io::Errno;
use rustix::rand::{GetRandomFlags, getrandom};
use zeroize::{Zeroize, Zeroizing};

/// Crockford's: without letters that look alike.
const READABLE: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUP: usize = 4;
/// Bytes fetched ahead: for some twenty events.
const AHEAD: usize = 1024;

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

/// The same bytes, of which each thread keeps some ready: for ids of requests and for salts, which
/// every event needs and the log holds. A secret is never waiting anywhere: it uses `fill`.
///
/// What is handed out is wiped here. The process never forks, so no two have the same.
pub fn fill_from_stock(buffer: &mut [u8]) {
    STOCK.with_borrow_mut(|stock| stock.take(buffer));
}

thread_local! {
    static STOCK: RefCell<Stock> = RefCell::new(Stock::empty());
}

struct Stock {
    bytes: Zeroizing<[u8; AHEAD]>,
    used: usize,
}

impl Stock {
    fn empty() -> Self {
        Self {
            bytes: Zeroizing::new([0; AHEAD]),
            used: AHEAD,
        }
    }

    fn take(&mut self, buffer: &mut [u8]) {
        if buffer.len() > AHEAD / 2 {
            return fill(buffer);
        }
        if buffer.len() > AHEAD - self.used {
            fill(&mut *self.bytes);
            self.used = 0;
        }
        let piece = &mut self.bytes[self.used..][..buffer.len()];
        buffer.copy_from_slice(piece);
        piece.zeroize();
        self.used += buffer.len();
    }
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
    fn a_stock_hands_out_what_the_source_gave_once_and_keeps_nothing_of_it() {
        let mut stock = Stock::empty();
        let mut handed_out = std::collections::HashSet::new();
        for _ in 0..100 {
            let mut piece = [0; 42];
            stock.take(&mut piece);
            assert!(piece != [0; 42] && handed_out.insert(piece));
            assert!(stock.bytes[..stock.used].iter().all(|it| *it == 0));
        }
        let mut large = [0; AHEAD];
        let used = stock.used;
        stock.take(&mut large);
        assert!(large != [0; AHEAD] && stock.used == used);
    }

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
