//! A fixed set of names, found by one hash: the vocabulary is asked dozens of times for every
//! event. The names are ours, so nobody can choose them to collide.

pub struct Lookup<V> {
    slots: Vec<Option<(&'static str, V)>>,
}

impl<V: Copy> Lookup<V> {
    pub fn new(entries: impl Iterator<Item = (&'static str, V)> + Clone) -> Self {
        // A quarter full at most, so that most searches end at their first slot.
        let len = (4 * entries.clone().count()).next_power_of_two();
        let mut lookup = Self {
            slots: vec![None; len],
        };
        for (name, value) in entries {
            let at = lookup.place(name);
            lookup.slots[at] = Some((name, value));
        }
        lookup
    }

    pub fn get(&self, name: &str) -> Option<V> {
        self.slots[self.place(name)].map(|(_, value)| value)
    }

    /// Where the name stands, or the free slot that shows it does not.
    fn place(&self, name: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = hash(name) & mask;
        while self.slots[at].is_some_and(|(other, _)| other != name) {
            at = (at + 1) & mask;
        }
        at
    }
}

fn hash(name: &str) -> usize {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let (chunks, rest) = name.as_bytes().as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let mixed = chunks.iter().chain([&last]).fold(0u64, |sum, it| {
        (sum.rotate_left(29) ^ u64::from_le_bytes(*it)).wrapping_mul(ODD)
    });
    usize::try_from(mixed >> 40).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_nothing_else() {
        let names = ["a", "ab", "abcdefgh", "abcdefghi", "role", "region"];
        let lookup = Lookup::new(names.iter().copied().zip(0..));
        for (name, value) in names.iter().zip(0..) {
            assert_eq!(lookup.get(name), Some(value), "{name}");
        }
        for name in ["", "b", "abc", "abcdefghij", "Role"] {
            assert_eq!(lookup.get(name), None, "{name}");
        }
    }
}
