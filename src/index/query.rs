//! What is asked, and what it means in the numbers of one moment.
use std::sync::Arc;

use super::idset::IdSet;
use super::row::{Flags, Row};
use super::terms::Terms;
use crate::base::Millis;

/// A filter inside a scope. Everything combines with AND.
#[derive(Clone)]
pub struct Query {
    pub pools: Pools,
    /// Only failures, or only successes.
    pub failure: Option<bool>,
    /// Only events that came in this way, 0 to 7.
    pub way: Option<u8>,
    /// Only the system as actor, or only users.
    pub system: Option<bool>,
    /// None: any. Empty: nothing.
    pub actions: Option<Vec<u16>>,
    /// Folded texts, any of which is part of the actor's id, e-mail, label or type.
    pub actor: Option<Vec<String>>,
    /// Folded texts, any of which is part of the target's id, label or kind.
    pub target: Option<Vec<String>>,
    /// From, inclusive, until, exclusive.
    pub span: (Millis, Millis),
    /// Only events before this one in the log: freezes a walk.
    pub limit_seq: Option<i64>,
    /// Only some of these events, ascending.
    pub only: Option<Arc<[i64]>>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Pools {
    All,
    /// Zero stands for the global events. Empty: nothing.
    Only(Vec<u16>),
}

/// A query in numbers. It stays true when the vocabularies grow, since ids never change.
pub struct Wanted {
    /// Some part can match nothing.
    pub nothing: bool,
    pub pools: Option<IdSet>,
    pub actions: Option<IdSet>,
    pub flags: FlagTest,
    pub actor: Option<ActorTest>,
    pub target: Option<TargetTest>,
    pub span: (Millis, Millis),
    pub limit_seq: i64,
    pub only: Option<Arc<[i64]>>,
}

/// `flags & mask == value`.
#[derive(Clone, Copy)]
pub struct FlagTest {
    pub mask: u8,
    pub value: u8,
}

/// An actor with one of these ids, or of the type that the text is part of.
pub struct ActorTest {
    pub ids: IdSet,
    /// True: the word "system" matches; false: the word "user" does.
    pub system: Option<bool>,
}

/// A target with one of these ids, or of one of these kinds.
pub struct TargetTest {
    pub ids: IdSet,
    pub kinds: IdSet,
}

impl Query {
    /// Everything in these Pools.
    #[cfg(test)]
    pub fn everything(pools: Pools) -> Self {
        Self {
            pools,
            failure: None,
            way: None,
            system: None,
            actions: None,
            actor: None,
            target: None,
            span: (Millis::MIN, Millis::MAX),
            limit_seq: None,
            only: None,
        }
    }

    /// The same without its choices of Pools within `scope`, of an outcome and of events.
    pub fn without_choices(&self, scope: &Pools) -> Self {
        Self {
            pools: scope.clone(),
            failure: None,
            actions: None,
            ..self.clone()
        }
    }

    fn asks_for_content(&self) -> bool {
        let flags = self.failure.is_some() || self.way.is_some() || self.system.is_some();
        flags || self.actions.is_some() || self.actor.is_some() || self.target.is_some()
    }
}

impl Pools {
    pub fn ids(&self) -> Option<IdSet> {
        match self {
            Self::All => None,
            Self::Only(pools) => Some(numbers(pools)),
        }
    }
}

impl Wanted {
    pub fn of(query: &Query, terms: &Terms) -> Self {
        let pools = query.pools.ids();
        let actions = query.actions.as_deref().map(numbers);
        let empty = |it: &Option<IdSet>| it.as_ref().is_some_and(IdSet::is_empty);
        let mut wanted = Self {
            nothing: empty(&pools) || empty(&actions) || query.span.0 >= query.span.1,
            pools,
            actions,
            flags: FlagTest::of(query),
            actor: None,
            target: None,
            span: query.span,
            limit_seq: query.limit_seq.unwrap_or(i64::MAX),
            only: query.only.clone(),
        };
        // What is empty already needs no search.
        if let (Some(needles), false) = (&query.actor, wanted.nothing) {
            wanted.want_actor(needles, terms);
        }
        if let (Some(needles), false) = (&query.target, wanted.nothing) {
            wanted.want_target(needles, terms);
        }
        wanted
    }

    pub fn matches(&self, row: &Row, seq: i64) -> bool {
        let in_set =
            |set: &Option<IdSet>, id: u16| set.as_ref().is_none_or(|it| it.contains(u32::from(id)));
        !self.nothing
            && seq < self.limit_seq
            && self
                .only
                .as_ref()
                .is_none_or(|it| it.binary_search(&seq).is_ok())
            && (self.span.0..self.span.1).contains(&row.occurred_ms)
            && self.flags.passes(row.flags.bits())
            && in_set(&self.pools, row.pool)
            && in_set(&self.actions, row.action)
            && self.actor.as_ref().is_none_or(|it| it.passes(row))
            && self.target.as_ref().is_none_or(|it| it.passes(row))
    }

    /// Those of `only` from `first` to before `end`.
    pub fn only_within(&self, first: i64, end: i64) -> Option<&[i64]> {
        let only = self.only.as_ref()?;
        let place = |seq: i64| only.partition_point(|it| *it < seq);
        Some(&only[place(first)..place(end)])
    }

    fn want_actor(&mut self, needles: &[String], terms: &Terms) {
        let mut found = Vec::new();
        for needle in needles {
            terms.actors.search(needle, &mut found);
        }
        let ids = IdSet::from_words(found).among(terms.actors.len() + 1);
        let is_part_of = |word: &str| needles.iter().any(|it| word.contains(it.as_str()));
        let system = match (is_part_of("user"), is_part_of("system")) {
            (true, true) => return,
            (true, false) => Some(false),
            (false, true) => Some(true),
            (false, false) => None,
        };
        self.nothing |= ids.is_empty() && system.is_none();
        self.actor = Some(ActorTest { ids, system });
    }

    fn want_target(&mut self, needles: &[String], terms: &Terms) {
        let mut found = Vec::new();
        for needle in needles {
            terms.targets.search(needle, &mut found);
        }
        let ids = IdSet::from_words(found).among(terms.targets.len() + 1);
        let kinds = needles.iter().flat_map(|it| terms.kinds.search(it));
        let kinds = IdSet::of(kinds.map(u32::from));
        self.nothing |= ids.is_empty() && kinds.is_empty();
        self.target = Some(TargetTest { ids, kinds });
    }
}

impl FlagTest {
    /// An erased event has nothing left that a filter on content could match.
    fn of(query: &Query) -> Self {
        let (erased, none) = (Flags::ERASED, Flags::NONE);
        let mask = erased.when(query.asks_for_content())
            | Flags::FAILURE.when(query.failure.is_some())
            | Flags::WAY.when(query.way.is_some())
            | Flags::SYSTEM.when(query.system.is_some());
        let value = query.way.map_or(none, Flags::way)
            | Flags::FAILURE.when(query.failure == Some(true))
            | Flags::SYSTEM.when(query.system == Some(true));
        Self {
            mask: mask.bits(),
            value: value.bits(),
        }
    }

    pub fn passes(self, flags: u8) -> bool {
        flags & self.mask == self.value
    }
}

impl ActorTest {
    fn passes(&self, row: &Row) -> bool {
        self.system == Some(row.flags.has(Flags::SYSTEM)) || self.ids.contains(row.actor)
    }
}

impl TargetTest {
    fn passes(&self, row: &Row) -> bool {
        self.kinds.contains(u32::from(row.kind)) || self.ids.contains(row.target)
    }
}

pub fn numbers(ids: &[u16]) -> IdSet {
    IdSet::of(ids.iter().copied().map(u32::from))
}
