//! One query on one segment: which positions match, from either end, and how many.
use super::bitmap::numbers_down;
use super::bytetest::{ByteTest, Worth};
use super::idset::IdSet;
use super::lanes::ones;
use super::mask::{CHUNK, Words, trim};
use super::number::{seq, short};
use super::query::{FlagTest, Wanted};
use super::row::Flags;
use super::segment::{Segment, Texts};
use super::texttest::TextTest;

/// An id set that meets so few events is followed event by event: each is a miss of the cache.
const FOLLOW_MAX: usize = 96;

/// The tests that are left when those that all events of the segment pass are gone.
pub struct Scan<'a> {
    segment: &'a Segment,
    /// Positions, which bound the time.
    from: usize,
    until: usize,
    /// The strictest first.
    tests: Vec<ByteTest<'a>>,
    texts: Vec<TextTest<'a>>,
    /// Whether a part of the segment is expected to be enough.
    is_hopeful: bool,
    /// Only these events are asked for, a bit each.
    among: Option<&'a [u64]>,
    /// All matches, ascending, when they could be told from the postings of a rare id set.
    followed: Option<Vec<u16>>,
}

/// Which part of a segment is asked for, and for how much.
#[derive(Clone, Copy)]
pub struct Part {
    pub from: usize,
    pub until: usize,
    /// Arrivals within the segment: first, and one past the last.
    pub arrivals: (usize, usize),
    /// So many matches are expected to be enough. None: all will be visited.
    pub enough: Option<usize>,
}

impl<'a> Scan<'a> {
    /// None if nothing in this part can match.
    pub fn new(segment: &'a Segment, wanted: &'a Wanted, part: Part) -> Option<Self> {
        Self::among(segment, wanted, part, None)
    }

    /// The same for some of the segment's events, a bit each.
    pub fn among(
        segment: &'a Segment,
        wanted: &'a Wanted,
        part: Part,
        among: Option<&'a [u64]>,
    ) -> Option<Self> {
        let mut scan = Self {
            segment,
            from: part.from,
            until: part.until,
            tests: Vec::new(),
            texts: Vec::new(),
            is_hopeful: part.enough.is_some(),
            among,
            followed: None,
        };
        scan.bound_arrivals(part.arrivals)?;
        if let Some(pools) = &wanted.pools {
            scan.add(ByteTest::of_column(&segment.pools, pools))?;
        }
        if let Some(actions) = &wanted.actions {
            scan.add(ByteTest::of_column(&segment.actions, actions))?;
        }
        scan.add(ByteTest::of_flags(segment, wanted.flags))?;
        scan.add_actor(wanted)?;
        scan.add_target(wanted)?;
        match wanted.only_within(
            segment.first_seq(),
            segment.first_seq() + seq(segment.len()),
        ) {
            Some(only) => scan.follow(segment.positions(only)),
            None => scan.choose_a_way(part.enough),
        }
        Some(scan)
    }

    pub fn count(&self) -> u64 {
        if let Some(followed) = &self.followed {
            return followed.len() as u64;
        }
        let whole = self.until - self.from == self.segment.len();
        let known = match (&self.tests[..], &self.texts[..]) {
            _ if self.among.is_some() => None,
            ([], []) => Some(self.until - self.from),
            ([test], []) if whole => test.exactly(),
            ([], [text]) if whole => text.exactly(),
            _ => None,
        };
        if let Some(known) = known {
            return known as u64;
        }
        let mut words = [0; CHUNK / 64];
        let chunks = self.from / CHUNK..self.until.div_ceil(CHUNK);
        let counts = chunks.map(|chunk| {
            self.fill(chunk * CHUNK, &mut words);
            ones(&words)
        });
        counts.sum()
    }

    /// A bit for each event of the segment: whether it matches.
    pub fn bits(&self) -> Vec<u64> {
        let mut all = vec![0; self.segment.len().div_ceil(64)];
        if let Some(followed) = &self.followed {
            for it in followed {
                all[usize::from(*it) / 64] |= 1 << (it % 64);
            }
            return all;
        }
        let mut words = [0; CHUNK / 64];
        for chunk in self.from / CHUNK..self.until.div_ceil(CHUNK) {
            self.fill(chunk * CHUNK, &mut words);
            let part = all[chunk * CHUNK / 64..].iter_mut();
            part.zip(&words).for_each(|(to, word)| *to = *word);
        }
        all
    }

    /// Visits matching positions, newest first, until `visit` says no.
    pub fn newest_first(&self, mut visit: impl FnMut(usize) -> bool) {
        if let Some(followed) = &self.followed {
            let _ = followed.iter().rev().all(|it| visit(usize::from(*it)));
            return;
        }
        if !self.is_hopeful {
            // All of it will be looked at, and memory is read faster forwards.
            let all = self.bits();
            let _ = numbers_down(&all, self.from, self.until).all(visit);
            return;
        }
        let mut words = [0; CHUNK / 64];
        for chunk in (self.from / CHUNK..self.until.div_ceil(CHUNK)).rev() {
            self.fill(chunk * CHUNK, &mut words);
            for (at, word) in words.iter_mut().enumerate().rev() {
                while *word != 0 {
                    let bit = 63 - word.leading_zeros() as usize;
                    *word &= !(1 << bit);
                    if !visit(chunk * CHUNK + at * 64 + bit) {
                        return;
                    }
                }
            }
        }
    }

    // --- Which tests are needed here ---

    fn bound_arrivals(&mut self, (first, end): (usize, usize)) -> Option<()> {
        match &self.segment.arrivals {
            None => {
                self.from = self.from.max(first);
                self.until = self.until.min(end);
            }
            Some(arrivals) if first > 0 || end < self.segment.len() => {
                let last = end.checked_sub(1)?;
                let test = ByteTest::Arrival(arrivals, short(first), short(last));
                self.tests.push(test);
            }
            Some(_) => {}
        }
        (self.from < self.until && first < end).then_some(())
    }

    fn add(&mut self, test: Worth<ByteTest<'a>>) -> Option<()> {
        match test {
            Worth::NothingPasses => return None,
            Worth::EverythingPasses => {}
            Worth::Some(test) => self.tests.push(test),
        }
        Some(())
    }

    fn add_actor(&mut self, wanted: &'a Wanted) -> Option<()> {
        let Some(actor) = &wanted.actor else {
            return Some(());
        };
        let test = |system| FlagTest {
            mask: Flags::SYSTEM.bits(),
            value: Flags::SYSTEM.when(system).bits(),
        };
        let or = actor.system.map_or(Worth::NothingPasses, |system| {
            ByteTest::of_flags(self.segment, test(system))
        });
        self.add_text(&self.segment.actors, &actor.ids, or)
    }

    fn add_target(&mut self, wanted: &'a Wanted) -> Option<()> {
        let Some(target) = &wanted.target else {
            return Some(());
        };
        let or = ByteTest::of_column(&self.segment.kinds, &target.kinds);
        self.add_text(&self.segment.targets, &target.ids, or)
    }

    fn add_text(
        &mut self,
        texts: &'a Texts,
        ids: &'a IdSet,
        or: Worth<ByteTest<'a>>,
    ) -> Option<()> {
        let or = match or {
            Worth::EverythingPasses => return Some(()),
            Worth::NothingPasses => None,
            Worth::Some(test) => Some(test),
        };
        let test = TextTest::new(texts, ids, or);
        if test.has_no_id() {
            // Without the other way in, nothing passes.
            self.tests.push(test.or?);
            return Some(());
        }
        self.texts.push(test);
        Some(())
    }

    // --- How to go about it ---

    /// Follows a rare id set. Else the strictest tests come first, and an id set is marked
    /// where that is cheaper than to look at the candidates that are left.
    fn choose_a_way(&mut self, enough: Option<usize>) {
        self.tests.sort_unstable_by_key(ByteTest::expected);
        self.texts.sort_unstable_by_key(TextTest::expected);
        let rare = |it: &TextTest| it.or.is_none() && it.expected() <= FOLLOW_MAX;
        if let Some(rare) = self.texts.iter().position(rare) {
            let text = self.texts.remove(rare);
            self.follow(text.positions());
            return;
        }
        let len = self.segment.len();
        let mut candidates = self
            .among
            .map_or(len, |it| usize::try_from(ones(it)).unwrap_or(len));
        for test in &self.tests {
            candidates = candidates * test.expected() / len;
        }
        candidates = candidates * (self.until - self.from) / len;
        if let Some(enough) = enough {
            let left = |left, it: &TextTest| left * it.expected() / len;
            let matches = self.texts.iter().fold(candidates, left).max(1);
            // So much of the candidates is looked at before there are enough matches.
            candidates = candidates.min(candidates.saturating_mul(enough) / matches);
        }
        for text in &mut self.texts {
            text.mark_unless_few(candidates);
            candidates = candidates * text.expected() / len;
        }
        self.texts.sort_by_key(|it| !it.is_marked());
    }

    /// Tests the events at these positions, and no others.
    fn follow(&mut self, mut positions: Vec<u16>) {
        positions.retain(|it| {
            let at = usize::from(*it);
            let asked = |words: &[u64]| words[at / 64] >> (at % 64) & 1 == 1;
            (self.from..self.until).contains(&at) && self.among.is_none_or(asked) && self.passes(at)
        });
        positions.sort_unstable();
        self.followed = Some(positions);
    }

    // --- The tests themselves ---

    /// One event at a time.
    fn passes(&self, at: usize) -> bool {
        self.tests.iter().all(|it| it.passes(at)) && self.texts.iter().all(|it| it.passes(at))
    }

    /// A chunk at a time: sets the bits of the matches among the events from `first` on.
    fn fill(&self, first: usize, words: &mut Words) {
        words.fill(u64::MAX);
        let until = self.until.min(self.segment.len());
        if self.from > first || until < first + CHUNK {
            trim(words, self.from.saturating_sub(first), until - first);
        }
        if let Some(among) = self.among {
            let among = &among[first / 64..];
            words
                .iter_mut()
                .zip(among)
                .for_each(|(word, it)| *word &= it);
        }
        // What is marked costs nothing, and spares the others words without candidates.
        let marked = self.texts.partition_point(TextTest::is_marked);
        let (marked, others) = self.texts.split_at(marked);
        for text in marked {
            text.narrow(first, words);
        }
        for test in &self.tests {
            test.narrow(first, words);
        }
        for text in others {
            text.narrow(first, words);
        }
    }
}
