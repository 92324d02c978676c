//! 65,536 events as columns, in the order in which they are listed. Never changes.
use super::column::{Column, Picked};
use super::idcolumn::IdColumn;
use super::idset::IdSet;
use super::number::{seq, short};
use super::postings::Postings;
use super::row::{Flags, Place, Row};
use crate::base::Millis;

/// A sealed part of the log. Its columns are in the order of the list, oldest first, so that a
/// page stops as soon as it is full even where events arrived late.
pub struct Segment {
    pub(super) no: u32,
    pub(super) times: Times,
    /// The sequence number at each position, less the first; none where time and arrival agree.
    pub(super) arrivals: Option<Box<[u16]>>,
    pub(super) pools: Column,
    pub(super) actions: Column,
    pub(super) kinds: Column,
    pub(super) flags: Box<[u8]>,
    pub(super) actors: Texts,
    pub(super) targets: Texts,
    zone: Zone,
}

/// Ascending.
pub(super) enum Times {
    /// Milliseconds after a base: up to 49 days.
    Near {
        base_ms: Millis,
        after: Box<[u32]>,
    },
    Far(Box<[Millis]>),
}

/// A column of ids, and where each id occurs.
pub(super) struct Texts {
    pub column: IdColumn,
    pub postings: Postings,
}

/// What the events have in common.
struct Zone {
    flags_any: u8,
    flags_all: u8,
    /// How many events have each flag, by the number of its bit.
    flagged: [usize; 8],
}

impl Segment {
    /// Of the events `no * rows.len()` and following, in the order of their arrival.
    pub fn build(no: u32, rows: &[Row]) -> Self {
        assert!(!rows.is_empty() && rows.len() <= super::row::SEGMENT_LEN);
        let arrived_in_order = rows.is_sorted_by_key(|it| it.occurred_ms);
        let arrivals: Option<Box<[u16]>> = (!arrived_in_order).then(|| {
            let mut arrivals: Vec<u16> = (0..rows.len()).map(short).collect();
            arrivals.sort_by_key(|it| rows[usize::from(*it)].occurred_ms);
            arrivals.into()
        });
        let listed: Vec<Row> = match &arrivals {
            Some(arrivals) => arrivals.iter().map(|it| rows[usize::from(*it)]).collect(),
            None => rows.to_vec(),
        };
        Self::of_parts(
            no,
            Times::build(&listed),
            arrivals,
            [
                Column::build(listed.iter().map(|it| it.pool)),
                Column::build(listed.iter().map(|it| it.action)),
                Column::build(listed.iter().map(|it| it.kind)),
            ],
            listed.iter().map(|it| it.flags.bits()).collect(),
            [
                Texts::build(&listed.iter().map(|it| it.actor).collect::<Vec<_>>()),
                Texts::build(&listed.iter().map(|it| it.target).collect::<Vec<_>>()),
            ],
        )
    }

    pub(super) fn of_parts(
        no: u32,
        times: Times,
        arrivals: Option<Box<[u16]>>,
        [pools, actions, kinds]: [Column; 3],
        flags: Box<[u8]>,
        [actors, targets]: [Texts; 2],
    ) -> Self {
        let zone = Zone::of(&flags);
        Self {
            no,
            times,
            arrivals,
            pools,
            actions,
            kinds,
            flags,
            actors,
            targets,
            zone,
        }
    }

    pub fn no(&self) -> u32 {
        self.no
    }

    pub fn len(&self) -> usize {
        self.flags.len()
    }

    pub fn first_seq(&self) -> i64 {
        i64::from(self.no) * seq(self.len())
    }

    pub fn min_ms(&self) -> Millis {
        self.times.at(0)
    }

    pub fn max_ms(&self) -> Millis {
        self.times.at(self.len() - 1)
    }

    /// The events in the order of their arrival.
    #[cfg(test)]
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        let positions = self.positions_by_arrival();
        positions.into_iter().map(|it| self.row_at(usize::from(it)))
    }

    /// The event that arrived as number `arrival` of this segment.
    pub fn row(&self, arrival: u16) -> Option<Row> {
        let at = match &self.arrivals {
            Some(arrivals) => arrivals.iter().position(|it| *it == arrival)?,
            None => usize::from(arrival),
        };
        (at < self.len()).then(|| self.row_at(at))
    }

    pub fn row_at(&self, at: usize) -> Row {
        Row {
            occurred_ms: self.times.at(at),
            pool: self.pools.value(at),
            action: self.actions.value(at),
            flags: Flags::from_bits(self.flags[at]),
            kind: self.kinds.value(at),
            actor: self.actors.column.at(at),
            target: self.targets.column.at(at),
        }
    }

    pub fn place_at(&self, at: usize) -> Place {
        Place {
            occurred_ms: self.times.at(at),
            seq: self.first_seq() + i64::from(self.arrival_at(at)),
        }
    }

    pub fn arrival_at(&self, at: usize) -> u16 {
        self.arrivals
            .as_ref()
            .map_or_else(|| short(at), |it| it[at])
    }

    /// Where these events of the segment, which ascend, are listed; in no order.
    pub fn positions(&self, seqs: &[i64]) -> Vec<u16> {
        let first = self.first_seq();
        let arrival = |it: &i64| u16::try_from(it - first).unwrap_or_default();
        let Some(arrivals) = &self.arrivals else {
            return seqs.iter().map(arrival).collect();
        };
        let wanted: Vec<u16> = seqs.iter().map(arrival).collect();
        let listed = (0..=u16::MAX).zip(arrivals);
        let listed = listed.filter(|(_, it)| wanted.binary_search(it).is_ok());
        listed.map(|(at, _)| at).collect()
    }

    /// How many events stand before `place`, which need not be one of them.
    pub fn before(&self, place: Place) -> usize {
        partition(self.len(), |at| self.place_at(at) < place)
    }

    /// How many events occurred before `ms`.
    pub fn before_ms(&self, ms: Millis) -> usize {
        partition(self.len(), |at| self.times.at(at) < ms)
    }

    /// Flags that some event has, and flags that all have.
    pub fn flags_any_all(&self) -> (u8, u8) {
        (self.zone.flags_any, self.zone.flags_all)
    }

    /// How many events have the flag with this bit's number.
    pub fn flagged(&self, bit: u32) -> usize {
        self.zone.flagged[bit as usize]
    }

    /// How often each pair of Pool and action occurs.
    pub fn pairs(&self) -> Vec<(u16, u16, u64)> {
        let (pools, actions) = (self.pools.values(), self.actions.values());
        let mut counts = vec![0u32; pools.len() * actions.len()];
        for at in 0..self.len() {
            counts[self.pools.code(at) * actions.len() + self.actions.code(at)] += 1;
        }
        let pairs = pools
            .iter()
            .flat_map(|pool| actions.iter().map(move |it| (*pool, *it)));
        pairs
            .zip(counts)
            .filter(|(_, count)| *count > 0)
            .map(|((pool, action), count)| (pool, action, u64::from(count)))
            .collect()
    }

    /// The numbers of this segment's events in these Pools, from `from` on, in no order.
    pub fn in_pools(&self, pools: &IdSet, from: i64) -> Vec<i64> {
        let picks = match self.pools.pick(pools) {
            Picked::Nothing => return Vec::new(),
            Picked::Everything => None,
            Picked::Some(picks) => Some(picks),
        };
        let wanted = |at: &usize| picks.as_ref().is_none_or(|it| self.pools.picks(it, *at));
        let seqs = (0..self.len())
            .filter(wanted)
            .map(|it| self.place_at(it).seq);
        seqs.filter(|it| *it >= from).collect()
    }

    /// Memory, without what the allocator adds.
    pub fn bytes(&self) -> usize {
        let times = match &self.times {
            Times::Near { after, .. } => after.len() * 4,
            Times::Far(times) => times.len() * 8,
        };
        let arrivals = self.arrivals.as_ref().map_or(0, |it| it.len() * 2);
        let columns = self.pools.bytes() + self.actions.bytes() + self.kinds.bytes();
        let texts = self.actors.bytes() + self.targets.bytes();
        times + arrivals + columns + self.flags.len() + texts
    }

    #[cfg(test)]
    fn positions_by_arrival(&self) -> Vec<u16> {
        let mut positions: Vec<u16> = (0..self.len()).map(short).collect();
        if let Some(arrivals) = &self.arrivals {
            for (at, arrival) in arrivals.iter().enumerate() {
                positions[usize::from(*arrival)] = short(at);
            }
        }
        positions
    }
}

impl Times {
    fn build(listed: &[Row]) -> Self {
        let base_ms = listed[0].occurred_ms;
        let after = listed
            .iter()
            .map(|it| u32::try_from(i128::from(it.occurred_ms) - i128::from(base_ms)).ok());
        match after.collect() {
            Some(after) => Self::Near { base_ms, after },
            None => Self::Far(listed.iter().map(|it| it.occurred_ms).collect()),
        }
    }

    pub(super) fn at(&self, at: usize) -> Millis {
        match self {
            Self::Near { base_ms, after } => base_ms + Millis::from(after[at]),
            Self::Far(times) => times[at],
        }
    }
}

impl Texts {
    fn build(ids: &[u32]) -> Self {
        Self {
            column: IdColumn::new(ids),
            postings: Postings::build(ids),
        }
    }

    fn bytes(&self) -> usize {
        self.column.bytes() + self.postings.bytes()
    }
}

impl Zone {
    fn of(flags: &[u8]) -> Self {
        let mut by_value = [0usize; 256];
        for it in flags {
            by_value[usize::from(*it)] += 1;
        }
        let mut zone = Self {
            flags_any: 0,
            flags_all: u8::MAX,
            flagged: [0; 8],
        };
        for (value, events) in (0..=u8::MAX).zip(by_value).filter(|(_, it)| *it > 0) {
            zone.flags_any |= value;
            zone.flags_all &= value;
            for (bit, flagged) in zone.flagged.iter_mut().enumerate() {
                *flagged += events * usize::from(value >> bit & 1);
            }
        }
        zone
    }
}

/// How many of `0..len` come before the first for which `before` is false.
fn partition(len: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low.midpoint(high);
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
