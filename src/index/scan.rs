//! One query on one segment: which positions match, from either end, and how many.
use super::column::{Column, Picked, Picks};
use super::idset::{IdSet, bits};
use super::mask::{CHUNK, Words, gather, trim};
use super::number::short;
use super::query::{FlagTest, Wanted};
use super::row::Flags;
use super::segment::{Segment, Texts};
use super::texttest::{Or, TextTest};

/// An id set that meets so few events is followed event by event.
const FOLLOW_MAX: usize = 1024;

/// The tests that are left when those that all events of the segment pass are gone.
pub struct Scan<'a> {
    segment: &'a Segment,
    /// Positions, which bound the time.
    from: usize,
    until: usize,
    /// Arrivals, if not all are wanted.
    arrivals: Option<(u16, u16)>,
    columns: Vec<(&'a Column, Picks)>,
    flags: Vec<FlagTest>,
    texts: Vec<TextTest<'a>>,
    /// The only positions that can match, ascending, when they are few.
    followed: Option<Vec<u16>>,
}

/// Which part of a segment is asked for, and for how much.
#[derive(Clone, Copy)]
pub struct Part {
    pub from: usize,
    pub until: usize,
    /// Arrivals within the segment: first, and one past the last.
    pub arrivals: (usize, usize),
    /// None: all matches will be visited.
    pub limit: Option<usize>,
}

impl<'a> Scan<'a> {
    /// None if nothing in this part can match.
    pub fn new(
        segment: &'a Segment,
        wanted: &'a Wanted,
        flags: FlagTest,
        part: Part,
    ) -> Option<Self> {
        let mut scan = Self {
            segment,
            from: part.from,
            until: part.until,
            arrivals: None,
            columns: Vec::new(),
            flags: Vec::new(),
            texts: Vec::new(),
            followed: None,
        };
        scan.bound_arrivals(part.arrivals)?;
        scan.want_flags(flags)?;
        for (column, set) in [
            (&segment.pools, &wanted.pools),
            (&segment.actions, &wanted.actions),
        ] {
            if let Some(set) = set {
                scan.want_column(column, set)?;
            }
        }
        scan.want_actor(wanted)?;
        scan.want_target(wanted)?;
        scan.choose_a_way(part.limit);
        Some(scan)
    }

    pub fn count(&self) -> usize {
        if let Some(followed) = &self.followed {
            return followed
                .iter()
                .filter(|it| self.passes(usize::from(**it)))
                .count();
        }
        let whole = self.arrivals.is_none() && self.until - self.from == self.segment.len();
        match (&self.columns[..], &self.flags[..], &self.texts[..]) {
            ([], [], []) if self.arrivals.is_none() => return self.until - self.from,
            ([(_, picks)], [], []) if whole => return picks.events,
            ([], [], [text]) if whole && matches!(text.or, Or::Nothing) => {
                return text.texts.postings.events_of(text.ids, text.hits);
            }
            _ => {}
        }
        let mut words = [0; CHUNK / 64];
        let chunks = self.from / CHUNK..self.until.div_ceil(CHUNK);
        chunks
            .map(|chunk| {
                self.fill(chunk * CHUNK, &mut words);
                words
                    .iter()
                    .map(|it| it.count_ones() as usize)
                    .sum::<usize>()
            })
            .sum()
    }

    /// Visits matching positions, newest first, until `visit` says no.
    pub fn newest_first(&self, mut visit: impl FnMut(usize) -> bool) {
        if let Some(followed) = &self.followed {
            let mut matches = followed.iter().rev().map(|it| usize::from(*it));
            let _ = matches
                .by_ref()
                .filter(|it| self.passes(*it))
                .all(&mut visit);
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

    /// Visits matching positions, oldest first, until `visit` says no.
    pub fn oldest_first(&self, mut visit: impl FnMut(usize) -> bool) {
        if let Some(followed) = &self.followed {
            let mut matches = followed.iter().map(|it| usize::from(*it));
            let _ = matches
                .by_ref()
                .filter(|it| self.passes(*it))
                .all(&mut visit);
            return;
        }
        let mut words = [0; CHUNK / 64];
        for chunk in self.from / CHUNK..self.until.div_ceil(CHUNK) {
            self.fill(chunk * CHUNK, &mut words);
            for (at, word) in words.iter().enumerate() {
                for bit in bits(*word) {
                    if !visit(chunk * CHUNK + at * 64 + bit as usize) {
                        return;
                    }
                }
            }
        }
    }

    // --- Which tests are needed here ---

    fn bound_arrivals(&mut self, (first, end): (usize, usize)) -> Option<()> {
        if self.segment.arrivals.is_none() {
            self.from = self.from.max(first);
            self.until = self.until.min(end);
        } else if first > 0 || end < self.segment.len() {
            self.arrivals = Some((short(first), short(end.checked_sub(1)?)));
        }
        (self.from < self.until && first < end).then_some(())
    }

    fn want_flags(&mut self, test: FlagTest) -> Option<()> {
        let (any, all) = self.segment.flags_any_all();
        let open = any & !all;
        let fixed = test.mask & !open;
        if all & fixed != test.value & fixed {
            return None;
        }
        let left = FlagTest {
            mask: test.mask & open,
            value: test.value & open,
        };
        if left.mask != 0 {
            self.flags.push(left);
        }
        Some(())
    }

    fn want_column(&mut self, column: &'a Column, set: &IdSet) -> Option<()> {
        match column.pick(set) {
            Picked::Nothing => return None,
            Picked::Everything => {}
            Picked::Some(picks) => self.columns.push((column, picks)),
        }
        Some(())
    }

    fn want_actor(&mut self, wanted: &'a Wanted) -> Option<()> {
        let Some(actor) = &wanted.actor else {
            return Some(());
        };
        let type_test = actor.system.map(|system| FlagTest {
            mask: Flags::SYSTEM.bits(),
            value: Flags::SYSTEM.when(system).bits(),
        });
        let (any, all) = self.segment.flags_any_all();
        // A type that all events have, or none, needs no test of its own.
        let or = match type_test {
            Some(test) if test.passes(any) && test.passes(all) => return Some(()),
            Some(test) if test.passes(any) || test.passes(all) => Or::Flags(test),
            _ => Or::Nothing,
        };
        let hits = self.segment.actors.postings.hits(&actor.ids);
        match or {
            Or::Flags(test) if hits == 0 => self.flags.push(test),
            or => self.want_text(&self.segment.actors, &actor.ids, or, hits)?,
        }
        Some(())
    }

    fn want_target(&mut self, wanted: &'a Wanted) -> Option<()> {
        let Some(target) = &wanted.target else {
            return Some(());
        };
        let or = match self.segment.kinds.pick(&target.kinds) {
            Picked::Everything => return Some(()),
            Picked::Some(picks) => Or::Kind(&self.segment.kinds, picks),
            Picked::Nothing => Or::Nothing,
        };
        let hits = self.segment.targets.postings.hits(&target.ids);
        match or {
            Or::Kind(column, picks) if hits == 0 => self.columns.push((column, picks)),
            or => self.want_text(&self.segment.targets, &target.ids, or, hits)?,
        }
        Some(())
    }

    fn want_text(
        &mut self,
        texts: &'a Texts,
        ids: &'a IdSet,
        or: Or<'a>,
        hits: usize,
    ) -> Option<()> {
        if hits == 0 && matches!(or, Or::Nothing) {
            return None;
        }
        let every_event = texts.postings.events() == self.segment.len();
        if hits == texts.postings.ids() && every_event {
            return Some(());
        }
        self.texts.push(TextTest::new(texts, ids, or, hits));
        Some(())
    }

    // --- How to go about it ---

    /// Follows a rare id set, marks the events of one that is rarer than the candidates left,
    /// and leaves the others to be looked at.
    fn choose_a_way(&mut self, limit: Option<usize>) {
        self.texts.sort_by_key(TextTest::events_expected);
        let rare = self
            .texts
            .iter()
            .position(|it| matches!(it.or, Or::Nothing) && it.events_expected() <= FOLLOW_MAX);
        if let Some(rare) = rare {
            let text = self.texts.remove(rare);
            self.followed = Some(text.positions(self.from, self.until));
            return;
        }
        let len = self.segment.len();
        let mut candidates = self.until - self.from;
        for (_, picks) in &self.columns {
            candidates = candidates * picks.events / len;
        }
        for test in &self.flags {
            candidates = candidates * self.flagged(*test) / len;
        }
        if let Some(limit) = limit {
            let mut matches = candidates;
            for text in &self.texts {
                matches = matches * text.events_expected() / len;
            }
            // So much of the candidates is looked at before the limit is reached.
            candidates = candidates
                .saturating_mul(limit)
                .checked_div(matches)
                .map_or(candidates, |it| it.min(candidates));
        }
        for text in &mut self.texts {
            let events = text.events_expected();
            if events < candidates {
                text.mark(len);
            }
            candidates = candidates.min(candidates * events / len);
        }
    }

    /// How many events pass, if flags are independent of each other.
    fn flagged(&self, test: FlagTest) -> usize {
        let len = self.segment.len();
        bits(u64::from(test.mask)).fold(len, |left, bit| {
            let have = self.segment.flagged(bit);
            let pass = if test.value >> bit & 1 == 1 {
                have
            } else {
                len - have
            };
            left * pass / len
        })
    }

    // --- The tests themselves ---

    /// One event at a time.
    fn passes(&self, at: usize) -> bool {
        let arrived =
            |(first, last): (u16, u16)| (first..=last).contains(&self.segment.arrival_at(at));
        self.arrivals.is_none_or(arrived)
            && self
                .flags
                .iter()
                .all(|it| it.passes(self.segment.flags[at]))
            && self
                .columns
                .iter()
                .all(|(column, picks)| column.picks(picks, at))
            && self.texts.iter().all(|it| it.passes(self.segment, at))
    }

    /// A chunk at a time: sets the bits of the matches among the events from `first` on.
    fn fill(&self, first: usize, words: &mut Words) {
        let end = self.segment.len().min(first + CHUNK);
        words.fill(0);
        if self.columns.is_empty() && self.flags.is_empty() && self.arrivals.is_none() {
            words.fill(u64::MAX);
        } else {
            let mut mask = [1; CHUNK];
            self.fill_bytes(first, &mut mask[..end - first]);
            gather(&mask, words);
        }
        trim(
            words,
            self.from.saturating_sub(first),
            self.until.min(end) - first,
        );
        for text in &self.texts {
            text.narrow(self.segment, first, end, words);
        }
    }

    fn fill_bytes(&self, first: usize, mask: &mut [u8]) {
        for (column, picks) in &self.columns {
            column.narrow(picks, first, mask);
        }
        for test in &self.flags {
            let flags = &self.segment.flags[first..];
            for (keep, flags) in mask.iter_mut().zip(flags) {
                *keep &= u8::from(flags & test.mask == test.value);
            }
        }
        if let (Some((low, high)), Some(arrivals)) = (self.arrivals, &self.segment.arrivals) {
            for (keep, arrival) in mask.iter_mut().zip(&arrivals[first..]) {
                *keep &= u8::from(arrival.wrapping_sub(low) <= high - low);
            }
        }
    }
}
