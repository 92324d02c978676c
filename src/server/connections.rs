//! How many connections there may be, in all and from one address.
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

const ALL_MAX: usize = 12_000;
/// Not for this host and trusted proxies, which stand for many.
const FROM_ONE_MAX: usize = 512;

#[derive(Clone)]
pub struct Connections(Arc<Mutex<Counts>>);

#[derive(Default)]
struct Counts {
    all: usize,
    from: HashMap<IpAddr, usize>,
}

/// A connection's place; given back when it is dropped.
pub struct Place {
    connections: Connections,
    address: IpAddr,
}

impl Connections {
    pub fn new() -> Self {
        Self(Arc::default())
    }

    pub fn admit(&self, address: IpAddr, is_trusted: bool) -> Option<Place> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let from = counts.from.get(&address).copied().unwrap_or_default();
        let is_one_of_many = is_trusted || address.is_loopback();
        if counts.all >= ALL_MAX || (from >= FROM_ONE_MAX && !is_one_of_many) {
            return None;
        }
        counts.all += 1;
        counts.from.insert(address, from + 1);
        Some(Place {
            connections: self.clone(),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self
            .connections
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        counts.all -= 1;
        if let Some(from) = counts.from.get_mut(&self.address) {
            *from -= 1;
            if *from == 0 {
                counts.from.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_every_place() {
        let connections = Connections::new();
        let greedy = IpAddr::from([192, 0, 2, 1]);
        let places: Vec<_> = (0..600)
            .filter_map(|_| connections.admit(greedy, false))
            .collect();
        assert_eq!(places.len(), FROM_ONE_MAX);
        assert!(
            connections
                .admit(IpAddr::from([192, 0, 2, 2]), false)
                .is_some()
        );
        drop(places);
        assert!(connections.admit(greedy, false).is_some());
    }
}
