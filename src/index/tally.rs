//! How many events each Pool has of each action, kept as they come.
use std::sync::Arc;

/// Clones share everything; the writer copies only the Pools that it touches.
#[derive(Clone, Default)]
pub struct Tally(Arc<Vec<Arc<PoolTally>>>);

#[derive(Clone, Default)]
struct PoolTally {
    events: u64,
    /// By action, ascending.
    actions: Vec<(u16, u64)>,
}

impl Tally {
    pub fn add(&mut self, pool: u16, action: u16, events: u64) {
        let pools = Arc::make_mut(&mut self.0);
        let at = usize::from(pool);
        if at >= pools.len() {
            pools.resize_with(at + 1, Arc::default);
        }
        let tally = Arc::make_mut(&mut pools[at]);
        tally.events += events;
        match tally.actions.binary_search_by_key(&action, |it| it.0) {
            Ok(at) => tally.actions[at].1 += events,
            Err(at) => tally.actions.insert(at, (action, events)),
        }
    }

    /// Every Pool that has events, and how many.
    pub fn pools(&self) -> impl Iterator<Item = (u16, u64)> {
        let all = (0..).zip(self.0.iter().map(|it| it.events));
        all.filter(|(_, events)| *events > 0)
    }

    /// The actions of one Pool, ascending, and how many events have each.
    pub fn actions(&self, pool: u16) -> &[(u16, u64)] {
        let tally = self.0.get(usize::from(pool));
        tally.map_or(&[], |it| it.actions.as_slice())
    }
}
