//! Action names and target kinds: few, exact, numbered from 1.
use std::collections::HashMap;
use std::sync::Arc;

/// Names as of one moment. Clones share everything.
#[derive(Clone, Default)]
pub struct Names(Arc<Inner>);

#[derive(Clone, Default)]
struct Inner {
    texts: Vec<Arc<str>>,
    ids: HashMap<Arc<str>, u16>,
}

impl Names {
    /// The id of a name, given now if it is new; none when all 65,535 are taken.
    pub fn intern(&mut self, text: &str) -> Option<u16> {
        if let Some(id) = self.id(text) {
            return Some(id);
        }
        let id = u16::try_from(self.0.texts.len() + 1).ok()?;
        let inner = Arc::make_mut(&mut self.0);
        let text: Arc<str> = text.into();
        inner.texts.push(Arc::clone(&text));
        inner.ids.insert(text, id);
        Some(id)
    }

    pub fn id(&self, text: &str) -> Option<u16> {
        self.0.ids.get(text).copied()
    }

    pub fn name(&self, id: u16) -> Option<&str> {
        let at = usize::from(id).checked_sub(1)?;
        self.0.texts.get(at).map(AsRef::as_ref)
    }

    pub fn iter(&self) -> impl Iterator<Item = (u16, &str)> {
        (1..).zip(self.0.texts.iter().map(AsRef::as_ref))
    }

    /// The ids of all names with `part` in them, which matters for kinds: they are lower case.
    pub fn search(&self, part: &str) -> impl Iterator<Item = u16> {
        self.iter()
            .filter(move |(_, it)| it.contains(part))
            .map(|(id, _)| id)
    }

    pub fn len(&self) -> usize {
        self.0.texts.len()
    }

    /// Forgets every name after the first `len`: their commit failed.
    pub fn truncate(&mut self, len: usize) {
        let inner = Arc::make_mut(&mut self.0);
        for text in inner.texts.drain(len.min(inner.texts.len())..) {
            inner.ids.remove(&text);
        }
    }
}
