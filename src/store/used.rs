//! How many numbers of each vocabulary there are, or the highest that events refer to: the same,
//! unless a text was put in that no event has.
use crate::index::{Row, Vocabulary};

#[derive(Default, Eq, PartialEq)]
pub struct Used([usize; 4]);

impl Used {
    pub fn all(of: &Vocabulary) -> Self {
        let (actors, targets) = (index(of.actors.len()), index(of.targets.len()));
        Self([of.actions.len(), of.kinds.len(), actors, targets])
    }

    pub fn note(&mut self, row: &Row) {
        let (actor, target) = (index(row.actor), index(row.target));
        let numbers = [row.action.into(), row.kind.into(), actor, target];
        for (most, number) in self.0.iter_mut().zip(numbers) {
            *most = number.max(*most);
        }
    }
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
