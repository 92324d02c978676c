//! How many exports there may be at once. A peer that takes slowly holds its place for long.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::{Error, Kind, Result};
use crate::model::{By, Doer};

const EXPORTS_MAX: usize = 32;
/// One person cannot keep the others from exporting.
const EXPORTS_OF_ONE_MAX: usize = 4;

#[derive(Clone, Default)]
pub struct Places(Arc<Mutex<HashMap<String, usize>>>);

/// An export's place; given back when it is dropped.
pub struct Place {
    places: Places,
    who: String,
}

impl Places {
    pub fn take(&self, by: &By) -> Result<Place> {
        let who = who(by);
        let mut taken = self.lock();
        let all: usize = taken.values().sum();
        let own = taken.get(&who).copied().unwrap_or_default();
        if all >= EXPORTS_MAX || own >= EXPORTS_OF_ONE_MAX {
            return Err(Error::new(
                Kind::Unavailable,
                "Too many exports at once. Try again when one has ended.",
            ));
        }
        taken.insert(who.clone(), own + 1);
        drop(taken);
        Ok(Place {
            places: self.clone(),
            who,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        if let Some(count) = taken.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.who);
            }
        }
    }
}

fn who(by: &By) -> String {
    match &by.doer {
        Doer::Person { id: Some(id), .. } | Doer::Credential { id, .. } => id.as_str().to_owned(),
        Doer::Person { id: None, .. } | Doer::System(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::safe::OpaqueId;
    use crate::model::{RecordId, RecordKind};

    fn person(number: u8) -> By {
        let id = RecordId::new(RecordKind::Operator, [number; 16]);
        By {
            doer: Doer::Person {
                id: Some(OpaqueId::record(&id)),
                email: None,
                label: None,
            },
            ..By::command_line()
        }
    }

    #[test]
    fn one_person_cannot_take_every_place() {
        let places = Places::default();
        let mut held: Vec<_> = (0..9)
            .filter_map(|_| places.take(&person(1)).ok())
            .collect();
        assert_eq!(held.len(), EXPORTS_OF_ONE_MAX);
        let refused = places.take(&person(1)).err().unwrap();
        assert_eq!(refused.kind(), Kind::Unavailable);
        held.extend((2..50).filter_map(|it| places.take(&person(it)).ok()));
        assert_eq!(held.len(), EXPORTS_MAX);
        assert!(places.take(&person(50)).is_err());
        held.pop();
        assert!(places.take(&person(50)).is_ok());
        drop(held);
        assert!(places.lock().is_empty(), "only what is there is counted");
    }
}
