//! Digests of many events in the order of the shards of `seen`. Entered one by one as they come,
//! each would wait for memory.

/// The digests of some segments' events.
#[derive(Default)]
pub struct Gathered {
    /// The upper half of each digest, and the event, counted from `first_seq`.
    entries: Vec<(u32, u32)>,
    first_seq: i64,
}

impl Gathered {
    /// Adds the events from `first_seq` on. Zero is no digest.
    pub fn add(&mut self, first_seq: i64, digests: impl Iterator<Item = u64>) {
        if self.entries.is_empty() {
            self.first_seq = first_seq;
        }
        let from = u32::try_from(first_seq - self.first_seq).unwrap_or(u32::MAX);
        let present = (from..).zip(digests).filter(|it| it.1 != 0);
        self.entries
            .extend(present.map(|(event, digest)| (upper(digest), event)));
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// By the first 16 bits of the digest; of one shard, in the order of the log.
    pub fn sort(&mut self) {
        for byte in [1, 0] {
            self.entries = sorted(&self.entries, |it| it.to_be_bytes()[byte]);
        }
    }

    /// Digests, of which the upper half is right, and events.
    pub fn iter(&self) -> impl Iterator<Item = (u64, i64)> {
        let entries = self.entries.iter();
        entries.map(|(upper, event)| (u64::from(*upper) << 32, self.first_seq + i64::from(*event)))
    }
}

/// In one pass, and equals stay in order.
fn sorted(entries: &[(u32, u32)], key: impl Fn(u32) -> u8) -> Vec<(u32, u32)> {
    let mut places = [0; 257];
    for (digest, _) in entries {
        places[usize::from(key(*digest)) + 1] += 1;
    }
    for at in 1..places.len() {
        places[at] += places[at - 1];
    }
    let mut sorted = vec![(0, 0); entries.len()];
    for entry in entries {
        let place = &mut places[usize::from(key(entry.0))];
        sorted[*place] = *entry;
        *place += 1;
    }
    sorted
}

fn upper(digest: u64) -> u32 {
    let [a, b, c, d, ..] = digest.to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_ascend_and_each_keeps_the_order_of_the_log() {
        let digest = |it: u64| it.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 3 << 16;
        let mut gathered = Gathered::default();
        gathered.add(
            1000,
            (0..5000).map(|it| if it % 7 == 0 { 0 } else { digest(it % 900) }),
        );
        gathered.add(70_000, (0..5000).map(|it| digest(it % 900 + 1)));
        gathered.sort();
        let entries: Vec<(u64, i64)> = gathered.iter().collect();
        assert!(entries.is_sorted_by_key(|(digest, seq)| (digest >> 48, *seq)));
        let of = |seq: i64| entries.iter().find(|it| it.1 == seq).map(|it| it.0 >> 32);
        assert_eq!(of(1000), None);
        assert_eq!(of(1001), Some(digest(1) >> 32));
        assert_eq!(of(74_999), Some(digest(4999 % 900 + 1) >> 32));
        assert_eq!(gathered.len(), entries.len());
    }
}
