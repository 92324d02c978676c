//! A made-up history: who does what to which target, when, and whether it works out. The demo plays
//! a small one, the benchmark loads a large one, and each follows from its shape and its seed.

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const WEEK_MS: i64 = 7 * DAY_MS;
/// How many of a thousand events fall on each day of a week, which begins on Monday.
const DAYS: [i64; 7] = [184, 184, 184, 184, 184, 40, 40];
/// And how many of a hundred into each part of a day, by its hours: most while people work.
const HOURS: [(i64, i64); 3] = [(8, 15), (10, 70), (6, 15)];
/// One event in a hundred arrives late, by up to a month.
const LATE: usize = 100;
const LATE_MS: i64 = 30 * DAY_MS;
/// What `Deed::luck` is out of.
pub const LUCKS: usize = 10_000;

pub struct Shape {
    pub seed: u64,
    pub pools: usize,
    pub actions: usize,
    pub people: usize,
    pub targets: usize,
    pub start_ms: i64,
    /// Between two events, on average.
    pub step_ms: i64,
    /// After so many events, the last of them are an import of old ones.
    pub import_every: usize,
    pub imported: usize,
}

/// Ranks count from zero, the most frequent.
pub struct Deed {
    pub arrives_ms: i64,
    /// Never later than it arrives.
    pub occurred_ms: i64,
    pub action: usize,
    pub person: usize,
    pub target: usize,
    /// Below `LUCKS`. An action that fails in two cases of a hundred fails below 200.
    pub luck: usize,
}

/// What is public says how far it came: with the same, it goes on in the same way.
pub struct History {
    shape: Shape,
    pools: Zipf,
    actions: Zipf,
    people: Zipf,
    pub random: Random,
    /// Events so far.
    pub told: usize,
    /// How long it took so far, if people worked day and night.
    pub even_ms: i64,
}

impl History {
    pub fn new(shape: Shape) -> Self {
        Self {
            pools: Zipf::new(shape.pools),
            actions: Zipf::new(shape.actions),
            people: Zipf::new(shape.people),
            random: Random(shape.seed),
            told: 0,
            even_ms: 0,
            shape,
        }
    }

    /// The rank of a Pool: where the next events happen.
    pub fn pool(&mut self) -> usize {
        self.pools.pick(&mut self.random)
    }

    pub fn deed(&mut self) -> Deed {
        let every = self.shape.import_every;
        let is_old = self.told % every >= every - self.shape.imported;
        self.told += 1;
        // What is imported arrives all at once.
        if !is_old {
            self.even_ms += self.random.up_to(2 * self.shape.step_ms);
        }
        let arrives_ms = self.now_ms();
        let since = arrives_ms - self.start_ms();
        let age_ms = if is_old {
            self.random.up_to(since)
        } else if self.random.below(LATE) == 0 {
            self.random.up_to(since.min(LATE_MS))
        } else {
            0
        };
        Deed {
            arrives_ms,
            occurred_ms: arrives_ms - age_ms,
            action: self.actions.pick(&mut self.random),
            person: self.people.pick(&mut self.random),
            target: self.random.low(self.shape.targets),
            luck: self.random.below(LUCKS),
        }
    }

    /// When the last event arrived.
    pub fn now_ms(&self) -> i64 {
        let (weeks, rest) = (self.even_ms / WEEK_MS, self.even_ms % WEEK_MS);
        self.start_ms() + weeks * WEEK_MS + busy(rest)
    }

    /// The Monday on which it begins.
    pub fn start_ms(&self) -> i64 {
        // The first of January 1970 was a Thursday.
        let since_monday = (self.shape.start_ms + 3 * DAY_MS).rem_euclid(WEEK_MS);
        self.shape.start_ms - since_monday
    }
}

/// When in a week it is, after this share of its events, given as milliseconds of an even week.
fn busy(even_ms: i64) -> i64 {
    let (mut left, mut at) = (even_ms, 0);
    for day in DAYS {
        for (hours, percent) in HOURS {
            let share = WEEK_MS / 100_000 * day * percent;
            if left < share {
                return at + left * (hours * HOUR_MS) / share;
            }
            left -= share;
            at += hours * HOUR_MS;
        }
    }
    at
}

/// Few choices are frequent and many are rare, as everywhere in life: the sums of 1 ÷ rank.
struct Zipf(Vec<usize>);

impl Zipf {
    fn new(count: usize) -> Self {
        let mut sum = 0;
        let sums = (1..=count).map(|rank| {
            sum += (1 << 32) / rank;
            sum
        });
        Self(sums.collect())
    }

    fn pick(&self, random: &mut Random) -> usize {
        let all = self.0.last().copied().unwrap_or_default();
        let share = random.below(all);
        self.0.partition_point(|it| *it <= share)
    }
}

/// Numbers that look like chance and are the same in every run: `SplitMix64`, small, fast and good
/// enough to choose by.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From zero to `end`, without it.
    pub fn below(&mut self, end: usize) -> usize {
        let share = (u128::from(self.next()) * end as u128) >> 64;
        usize::try_from(share).unwrap_or_default()
    }

    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// Milliseconds from zero to `span`, without it.
    pub fn up_to(&mut self, span: i64) -> i64 {
        let share = (i128::from(self.next() >> 1) * i128::from(span)) >> 63;
        i64::try_from(share).unwrap_or_default()
    }

    /// Below `end`: the square of a share makes low numbers frequent, and none of them dominant.
    fn low(&mut self, end: usize) -> usize {
        let share = self.next() >> 32;
        let square = u128::from(share * share) * end as u128;
        usize::try_from(square >> 64).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: usize = 100_000;
    const TWO_YEARS_MS: i64 = 730 * DAY_MS;

    fn history() -> History {
        History::new(Shape {
            seed: 7,
            pools: 40,
            actions: 60,
            people: 5_000,
            targets: 200_000,
            start_ms: 1_700_000_000_000,
            step_ms: TWO_YEARS_MS / 100_000,
            import_every: 20_000,
            imported: 500,
        })
    }

    #[test]
    fn it_takes_its_time_and_nothing_occurs_after_it_arrived() {
        let mut history = history();
        let start = history.start_ms();
        let mut last = start;
        let (mut late, mut old) = (0, 0);
        for _ in 0..EVENTS {
            let deed = history.deed();
            assert!(deed.arrives_ms >= last && deed.occurred_ms <= deed.arrives_ms);
            assert!(deed.occurred_ms >= start);
            last = deed.arrives_ms;
            let age = deed.arrives_ms - deed.occurred_ms;
            late += usize::from(age > 0);
            old += usize::from(age > LATE_MS);
        }
        let took = last - start;
        assert!((TWO_YEARS_MS * 9 / 10..TWO_YEARS_MS * 11 / 10).contains(&took));
        // One in a hundred is late, and five imports brought 500 each.
        assert!((3_000..4_000).contains(&late), "{late}");
        assert!((2_000..2_500).contains(&old), "{old}");
    }

    #[test]
    fn few_are_frequent_and_many_are_rare() {
        let mut history = history();
        let mut pools = [0; 40];
        let (mut people, mut targets) = (vec![0; 5_000], vec![0; 200_000]);
        let mut failures = 0;
        for _ in 0..EVENTS {
            pools[history.pool()] += 1;
            let deed = history.deed();
            people[deed.person] += 1;
            targets[deed.target] += 1;
            failures += usize::from(deed.luck < 200);
        }
        assert!(pools[0] > 20_000 && pools[39] < 1_000 && pools[39] > 0);
        assert!(people.iter().filter(|it| **it > 0).count() > 4_000);
        assert!(targets.iter().filter(|it| **it > 0).count() > 50_000);
        assert!(targets.iter().all(|it| *it < EVENTS / 100));
        assert!((1_800..2_200).contains(&failures), "{failures}");
    }

    #[test]
    fn most_of_it_happens_while_people_work() {
        let mut history = history();
        let at_work = |it: i64| {
            let (day, hour) = (it / DAY_MS % 7, it % DAY_MS / HOUR_MS);
            day < 5 && (8..18).contains(&hour)
        };
        let start = history.start_ms();
        let worked = (0..EVENTS).filter(|_| at_work(history.deed().arrives_ms - start));
        let percent = worked.count() * 100 / EVENTS;
        assert!((60..70).contains(&percent), "{percent}");
    }

    #[test]
    fn with_what_it_says_of_itself_it_goes_on_in_the_same_way() {
        let mut one = history();
        for _ in 0..1_000 {
            one.deed();
        }
        let mut other = history();
        (other.random, other.told, other.even_ms) = (Random(one.random.0), one.told, one.even_ms);
        for _ in 0..1_000 {
            let (one, other) = (one.deed(), other.deed());
            assert_eq!(one.occurred_ms, other.occurred_ms);
            assert_eq!(one.target, other.target);
        }
    }
}
