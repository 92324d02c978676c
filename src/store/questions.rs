//! From a viewer's filter and scope to a query of the column index. There is no query without
//! a scope.
use std::sync::Arc;

use super::prepared::way;
use crate::base::Millis;
use crate::index::{Plan, Pools, Query, Snapshot, fold};
use crate::model::Digester;
use crate::model::{ActionChoice, ActorType, Filter, Outcome, PoolNo, Scope, Zone};

/// What a viewer asks: who sees what, filtered how, as of when.
#[derive(Clone)]
pub struct Question {
    pub scope: Scope,
    pub filter: Filter,
    pub zone: Zone,
    pub now: Millis,
}

/// A question, and the moment of the log that answers it: all numbers agree with each other.
pub struct Asked {
    pub snapshot: Arc<Snapshot>,
    pub question: Question,
    pub digester: Arc<Digester>,
}

impl Asked {
    /// What this filter matches, always inside the viewer's scope.
    pub fn plan(&self, filter: &Filter) -> Plan {
        let span = self.span(filter);
        let scope = &self.question.scope;
        self.snapshot
            .plan(&query(&self.snapshot, scope, filter, span, &self.digester))
    }

    pub fn span(&self, filter: &Filter) -> (Millis, Millis) {
        filter.span(&self.question.zone, self.question.now)
    }
}

fn query(
    snapshot: &Snapshot,
    scope: &Scope,
    filter: &Filter,
    span: (Millis, Millis),
    digester: &Digester,
) -> Query {
    Query {
        pools: pools(scope, filter.pool.as_ref().map(|it| it.no)),
        failure: filter.outcome.map(|it| it == Outcome::Failure),
        way: filter.via.map(way),
        system: filter.actor_type.map(|it| it == ActorType::System),
        actions: filter.action.as_ref().map(|it| actions(snapshot, it)),
        actor: filter.actor.as_ref().map(|it| needles(it, digester)),
        target: filter.target.as_ref().map(|it| needles(it, digester)),
        span,
        limit_seq: None,
    }
}

/// The Pools in scope; with a choice, that Pool alone, and nothing when it is out of scope.
pub fn pools(scope: &Scope, choice: Option<PoolNo>) -> Pools {
    match (choice, scope.pools()) {
        (None, None) => Pools::All,
        (None, Some(seen)) => Pools::Only(seen.iter().map(|it| it.get()).collect()),
        (Some(no), _) => Pools::Only(
            scope
                .sees(Some(no))
                .then_some(no.get())
                .into_iter()
                .collect(),
        ),
    }
}

fn actions(snapshot: &Snapshot, choice: &ActionChoice) -> Vec<u16> {
    match choice {
        ActionChoice::One(name) => snapshot.terms().actions.id(name).into_iter().collect(),
        ActionChoice::Family(_) => snapshot
            .terms()
            .actions
            .iter()
            .filter(|(_, name)| choice.matches(name))
            .map(|(no, _)| no)
            .collect(),
    }
}

/// The text itself, and its digest: an id that the gate refused is found when typed in full.
fn needles(text: &str, digester: &Digester) -> Vec<String> {
    vec![fold(text), digester.digest(text)]
}
