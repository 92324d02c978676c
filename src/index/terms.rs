//! The four vocabularies: what the numbers in the columns stand for.
use super::dictionary::{Dictionary, Texts};
use super::names::Names;

/// The writer's side. A number given here is in force once rows with it are published.
pub struct Vocabulary {
    pub actions: Names,
    pub kinds: Names,
    /// Folded id, e-mail and label, joined by line feeds.
    pub actors: Dictionary,
    /// Folded id and label, joined by a line feed. The kind is a column of its own.
    pub targets: Dictionary,
}

/// The vocabularies as of one moment.
#[derive(Clone, Default)]
pub struct Terms {
    pub actions: Names,
    pub kinds: Names,
    pub actors: Texts,
    pub targets: Texts,
}

/// How far the vocabularies had grown.
#[derive(Clone, Copy)]
pub struct Mark {
    actions: usize,
    kinds: usize,
    actors: u32,
    targets: u32,
}

impl Vocabulary {
    pub fn new() -> Self {
        Self {
            actions: Names::default(),
            kinds: Names::default(),
            actors: Dictionary::new(),
            targets: Dictionary::new(),
        }
    }

    pub fn mark(&self) -> Mark {
        Mark {
            actions: self.actions.len(),
            kinds: self.kinds.len(),
            actors: self.actors.len(),
            targets: self.targets.len(),
        }
    }

    /// Forgets what came after `mark`: its commit failed.
    pub fn rewind(&mut self, mark: Mark) {
        self.actions.truncate(mark.actions);
        self.kinds.truncate(mark.kinds);
        self.actors.truncate(mark.actors);
        self.targets.truncate(mark.targets);
    }

    pub fn terms(&self) -> Terms {
        Terms {
            actions: self.actions.clone(),
            kinds: self.kinds.clone(),
            actors: self.actors.texts(),
            targets: self.targets.texts(),
        }
    }
}
