//! Which events were recorded already: by digest of sender and id, in less than six bytes each.

use super::gathered::Gathered;

/// A digest's first 16 bits. Each shard grows alone, so that no growth takes long.
const SHARDS: usize = 1 << 16;
/// A shard that is full grows by an eighth.
const GROWTH: usize = 8;
const BLOCK_LEN: usize = 8;

/// Maps digests to sequence numbers. It only ever says "perhaps": a digest shares its first 32
/// bits with one of 4 billion others, so the caller confirms each candidate against the row.
pub struct Seen {
    shards: Vec<Shard>,
}

/// Its events in the order of the log: 150 at ten million events. A search looks at all of them.
struct Shard {
    blocks: Vec<Block>,
    /// How many events there are; the last block may not be full.
    len: usize,
    /// The segment of the last event.
    segment: u32,
}

/// Some events, column by column, so that their digests are compared all at once.
struct Block {
    /// The 16 bits of each digest after the shard's.
    remainders: [u16; BLOCK_LEN],
    /// The place in the segment of 65,536.
    arrivals: [u16; BLOCK_LEN],
    /// So many segments after the event before.
    later: [u8; BLOCK_LEN],
}

impl Seen {
    pub fn new() -> Self {
        Self::with_room_for(0)
    }

    /// Saves that many events the growing.
    pub fn with_room_for(events: usize) -> Self {
        let shard = |_| Shard {
            blocks: Vec::with_capacity(events.div_ceil(SHARDS * BLOCK_LEN)),
            len: 0,
            segment: 0,
        };
        Self {
            shards: (0..SHARDS).map(shard).collect(),
        }
    }

    /// `digest` must be keyed or otherwise beyond the sender's choice. Events come in the order of
    /// the log.
    pub fn insert(&mut self, digest: u64, seq: i64) {
        let (shard, remainder) = split(digest);
        self.shards[shard].insert(remainder, seq);
    }

    /// The same for many events at once.
    pub fn insert_all(&mut self, gathered: &Gathered) {
        for (digest, seq) in gathered.iter() {
            self.insert(digest, seq);
        }
    }

    /// The events that may have this digest, oldest first; nearly always none or one.
    pub fn candidates(&self, digest: u64) -> impl Iterator<Item = i64> {
        let (shard, remainder) = split(digest);
        self.shards[shard].find(remainder)
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.shards.iter().map(|it| it.len).sum()
    }

    /// Memory, without what the allocator adds.
    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        let blocks = self.shards.iter().map(|it| it.blocks.capacity());
        blocks.sum::<usize>() * size_of::<Block>() + SHARDS * size_of::<Shard>()
    }
}

impl Shard {
    fn insert(&mut self, remainder: u16, seq: i64) {
        let (segment, arrival) = place(seq);
        let later = segment.checked_sub(self.segment);
        assert!(later.is_some(), "an event that is older than the last");
        self.segment = segment;
        let mut later = later.unwrap_or_default();
        while later > u8::MAX.into() {
            // Stands for no event: no row will confirm it.
            self.push(remainder, u8::MAX, 0);
            later -= u32::from(u8::MAX);
        }
        self.push(remainder, later.to_le_bytes()[0], arrival);
    }

    fn push(&mut self, remainder: u16, later: u8, arrival: u16) {
        let at = self.len % BLOCK_LEN;
        if at == 0 {
            let blocks = self.blocks.len();
            if blocks == self.blocks.capacity() {
                self.blocks.reserve_exact((blocks / GROWTH).max(1));
            }
            self.blocks.push(Block {
                remainders: [0; BLOCK_LEN],
                arrivals: [0; BLOCK_LEN],
                later: [0; BLOCK_LEN],
            });
        }
        if let Some(block) = self.blocks.last_mut() {
            block.remainders[at] = remainder;
            block.arrivals[at] = arrival;
            block.later[at] = later;
        }
        self.len += 1;
    }

    fn find(&self, remainder: u16) -> impl Iterator<Item = i64> {
        let len = if self.may_have(remainder) {
            self.len
        } else {
            0
        };
        let mut segment = 0;
        let all = self.blocks.iter().flat_map(Block::events).take(len);
        all.filter_map(move |(it, later, arrival)| {
            segment += i64::from(later);
            (it == remainder).then_some(segment << 16 | i64::from(arrival))
        })
    }

    fn may_have(&self, remainder: u16) -> bool {
        self.blocks.iter().any(|it| it.may_have(remainder))
    }
}

impl Block {
    /// Without a branch, so that the compiler makes it one comparison.
    fn may_have(&self, remainder: u16) -> bool {
        self.remainders.map(|it| it == remainder) != [false; BLOCK_LEN]
    }

    fn events(&self) -> impl Iterator<Item = (u16, u8, u16)> {
        (0..BLOCK_LEN).map(|at| (self.remainders[at], self.later[at], self.arrivals[at]))
    }
}

/// The shard, and the remainder.
fn split(digest: u64) -> (usize, u16) {
    let [first, second, third, fourth, ..] = digest.to_be_bytes();
    let shard = u16::from_be_bytes([first, second]);
    (shard.into(), u16::from_be_bytes([third, fourth]))
}

/// The segment, and the place in it.
fn place(seq: i64) -> (u32, u16) {
    let segment = u32::try_from(seq >> 16);
    assert!(segment.is_ok(), "a sequence number beyond 48 bits");
    let [low, high, ..] = seq.to_le_bytes();
    (segment.unwrap_or_default(), u16::from_le_bytes([low, high]))
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
            let found: Vec<i64> = seen.candidates(crowded).collect();
            assert_eq!(found, (0..500).collect::<Vec<_>>());
        }
    }

    #[test]
    fn events_are_found_however_long_nothing_with_an_id_came_between() {
        let mut seen = Seen::new();
        let seqs: Vec<i64> = [0, 255, 256, 511, 512, 1022, 70_000]
            .map(|segment: i64| segment << 16 | 7)
            .into();
        for seq in &seqs {
            seen.insert(7 << 32, *seq);
        }
        let found: Vec<i64> = seen.candidates(7 << 32).collect();
        assert!(seqs.iter().all(|it| found.contains(it)), "{found:?}");
        assert!(found.is_sorted());
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
