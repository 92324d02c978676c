//! How many connections there may be, in all and from one address.
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

#[derive(Clone)]
pub struct Connections {
    rooms: Arc<Semaphore>,
    from: Arc<Mutex<HashMap<IpAddr, usize>>>,
    from_one_max: usize,
}

/// Room for one more connection, whoever it is from.
pub struct Room {
    _permit: OwnedSemaphorePermit,
}

/// A connection's place; given back when it is dropped.
pub struct Place {
    connections: Connections,
    address: IpAddr,
    _room: Room,
}

impl Connections {
    pub fn new(max: usize, from_one_max: usize) -> Self {
        Self {
            rooms: Arc::new(Semaphore::new(max)),
            from: Arc::default(),
            from_one_max,
        }
    }

    /// Waits until another connection may be accepted. Until then the system keeps who is next.
    pub async fn room(&self) -> Room {
        match Arc::clone(&self.rooms).acquire_owned().await {
            Ok(permit) => Room { _permit: permit },
            // Nobody closes the semaphore.
            Err(_closed) => std::future::pending().await,
        }
    }

    /// None when this address has as many as one may. `is_one_of_many`: it stands for others.
    pub fn admit(&self, room: Room, address: IpAddr, is_one_of_many: bool) -> Option<Place> {
        let mut from = self.counts();
        let count = from.entry(address).or_default();
        if *count >= self.from_one_max && !is_one_of_many {
            return None;
        }
        *count += 1;
        drop(from);
        Some(Place {
            connections: self.clone(),
            address,
            _room: room,
        })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.from.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut from = self.connections.counts();
        if let Some(count) = from.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                from.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREEDY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const OTHER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    #[tokio::test]
    async fn one_address_cannot_take_every_place() {
        let connections = Connections::new(10, 3);
        let mut places = Vec::new();
        for _ in 0..5 {
            let room = connections.room().await;
            places.extend(connections.admit(room, GREEDY, false));
        }
        assert_eq!(places.len(), 3);
        let room = connections.room().await;
        assert!(connections.admit(room, OTHER, false).is_some());
        places.pop();
        let room = connections.room().await;
        assert!(connections.admit(room, GREEDY, false).is_some());
        assert_eq!(
            connections.counts().len(),
            1,
            "only who is there is counted"
        );
    }

    #[tokio::test]
    async fn a_proxy_may_take_many_places_but_not_more_than_there_are() {
        let connections = Connections::new(4, 3);
        let mut places = Vec::new();
        for _ in 0..4 {
            let room = connections.room().await;
            places.extend(connections.admit(room, GREEDY, true));
        }
        assert_eq!(places.len(), 4);
        assert_eq!(connections.rooms.available_permits(), 0);
        places.pop();
        assert_eq!(connections.rooms.available_permits(), 1);
    }
}
