//! Which events were recorded already: by digest of sender and id, in about nine bytes each.

/// Each shard grows alone, so that no growth takes long: some 100 µs at ten million events.
const SHARDS: usize = 256;
const FINGERPRINT_BITS: u32 = 24;
const SEQ_BITS: u32 = 40;
const SEQ_MASK: u64 = (1 << SEQ_BITS) - 1;
/// A shard grows when it is fuller than 15/16, by an eighth.
const FULL: (usize, usize) = (15, 16);
const GROWTH: usize = 8;
/// Slots behind the last home, for what is pushed over the end.
const SLACK: usize = 64;
const HOMES_MIN: usize = 64;

/// Maps digests to sequence numbers. It only ever says "perhaps": a digest shares its first 32
/// bits with one of 4 billion others, so the caller confirms each candidate against the row. For
/// the same reason what a failed commit entered may stay: no row confirms it.
pub struct Seen {
    shards: Vec<Shard>,
    len: usize,
}

/// Linear probing, in the order of fingerprints: a search ends at the first greater one, a shard
/// may be nearly full, and growing is one pass.
///
/// A slot is a fingerprint above a sequence number plus one; zero is free. A fingerprint stands
/// at its home or behind it, with no free slot and no greater fingerprint between.
#[derive(Default)]
struct Shard {
    slots: Vec<u64>,
    homes: usize,
    taken: usize,
}

impl Seen {
    pub fn new() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Shard::default()).collect(),
            len: 0,
        }
    }

    /// `digest` must be keyed or otherwise beyond the sender's choice; `seq` is below 2^40 - 1.
    pub fn insert(&mut self, digest: u64, seq: i64) {
        let seq = u64::try_from(seq).unwrap_or(SEQ_MASK);
        assert!(seq < SEQ_MASK, "a sequence number beyond 40 bits");
        let (shard, fingerprint) = split(digest);
        self.shards[shard].insert(fingerprint << SEQ_BITS | (seq + 1));
        self.len += 1;
    }

    /// The events that may have this digest, in no order; nearly always none or one.
    pub fn candidates(&self, digest: u64) -> impl Iterator<Item = i64> {
        let (shard, fingerprint) = split(digest);
        self.shards[shard].find(fingerprint)
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Memory, without what the allocator adds.
    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        self.shards.iter().map(|it| it.slots.capacity() * 8).sum()
    }
}

impl Shard {
    fn insert(&mut self, slot: u64) {
        if self.taken * FULL.1 >= self.homes * FULL.0 {
            self.grow();
        }
        let at = self.place_of(slot >> SEQ_BITS, |here, mine| here <= mine);
        let free = self.slots[at..].iter().position(|it| *it == 0);
        let Some(free) = free else {
            self.slots.push(0);
            return self.shift_in(at, self.slots.len() - 1, slot);
        };
        self.shift_in(at, at + free, slot);
    }

    fn shift_in(&mut self, at: usize, free: usize, slot: u64) {
        self.slots.copy_within(at..free, at + 1);
        self.slots[at] = slot;
        self.taken += 1;
    }

    fn find(&self, fingerprint: u64) -> impl Iterator<Item = i64> {
        let first = self.place_of(fingerprint, |here, mine| here < mine);
        let from = self.slots.get(first..).unwrap_or(&[]).iter();
        from.take_while(move |it| **it != 0 && **it >> SEQ_BITS == fingerprint)
            .map(|it| (*it & SEQ_MASK).cast_signed() - 1)
    }

    /// The first place from the home on that is free or not `passed`.
    fn place_of(&self, fingerprint: u64, passed: impl Fn(u64, u64) -> bool) -> usize {
        let home = self.home(fingerprint);
        let cluster = self.slots.get(home..).unwrap_or(&[]);
        let end = |it: &u64| *it == 0 || !passed(*it >> SEQ_BITS, fingerprint);
        home + cluster.iter().position(end).unwrap_or(cluster.len())
    }

    /// Greater fingerprints have homes further on.
    fn home(&self, fingerprint: u64) -> usize {
        let homes = u128::from(fingerprint) * self.homes as u128;
        usize::try_from(homes >> FINGERPRINT_BITS).unwrap_or(0)
    }

    fn grow(&mut self) {
        let old = std::mem::take(&mut self.slots);
        self.homes = (self.homes + self.homes / GROWTH).max(HOMES_MIN);
        self.slots = Vec::with_capacity(self.homes + SLACK);
        self.slots.resize(self.homes + SLACK, 0);
        let mut next = 0;
        for slot in old.into_iter().filter(|it| *it != 0) {
            let at = self.home(slot >> SEQ_BITS).max(next);
            if at == self.slots.len() {
                self.slots.push(0);
            }
            self.slots[at] = slot;
            next = at + 1;
        }
    }
}

/// The shard, and the 24 bits after it.
fn split(digest: u64) -> (usize, u64) {
    let shard = usize::from(digest.to_be_bytes()[0]);
    (shard, digest >> 32 & ((1 << FINGERPRINT_BITS) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(of: u64) -> u64 {
        let mixed = (of ^ 0x9e37_79b9).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 29).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 32
    }

    #[test]
    fn what_was_inserted_is_found_and_hardly_anything_else() {
        let mut seen = Seen::new();
        assert_eq!(seen.candidates(7).count(), 0);
        for seq in 0..300_000_i64 {
            seen.insert(digest(seq.cast_unsigned()), seq);
        }
        let finds = |it: &i64| {
            seen.candidates(digest(it.cast_unsigned()))
                .any(|seq| seq == *it)
        };
        assert!((0..300_000).all(|it| finds(&it)));
        let others = 300_000..600_000;
        let wrong: usize = others.map(|it| seen.candidates(digest(it)).count()).sum();
        assert!(wrong < 100, "{wrong} false candidates");
        assert_eq!(seen.len(), 300_000);
    }

    #[test]
    fn events_with_one_fingerprint_are_all_found() {
        let mut seen = Seen::new();
        for seq in 0..500 {
            let crowded = [u64::MAX, 0, 0xff00_0000_0000_0000, 0xffff_fffe << 32];
            for it in crowded {
                seen.insert(it, seq);
            }
        }
        for crowded in [u64::MAX, 0, 0xff00_0000_0000_0000, 0xffff_fffe << 32] {
            let mut found: Vec<i64> = seen.candidates(crowded).collect();
            found.sort_unstable();
            assert_eq!(found, (0..500).collect::<Vec<_>>());
        }
    }

    #[test]
    #[ignore = "measures"]
    #[expect(clippy::cast_precision_loss, clippy::print_stderr, reason = "a report")]
    fn measure() {
        let mut seen = Seen::new();
        let start = std::time::Instant::now();
        for seq in 0..10_000_000_i64 {
            seen.insert(digest(seq.cast_unsigned()), seq);
        }
        let inserting = start.elapsed();
        let bytes = seen.bytes() as f64 / 1e7;
        let mut ns = [0.0, 0.0];
        for (ns, first) in ns.iter_mut().zip([0, 10_000_000]) {
            let start = std::time::Instant::now();
            let asked = (0..2_000_000).map(|it| digest(first + it * 4_999_999 % 10_000_000));
            let found: usize = asked.map(|it| seen.candidates(it).count()).sum();
            *ns = start.elapsed().as_secs_f64() * 1e9 / 2e6;
            eprintln!("{found} found");
        }
        eprintln!("{bytes:.2} B an event, {inserting:.2?} for 10^7, {ns:.0?} ns (known, new)");
    }
}
