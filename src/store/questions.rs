//! From a viewer's filter and scope to a query of the column index. There is no query without
//! a scope.
use std::sync::Arc;

use rusqlite::Connection;

use super::prepared::way;
use super::requests;
use crate::base::{Millis, Result};
use crate::index::{Plan, Pools, Query, Snapshot, Survey, fold};
use crate::model::Digester;
use crate::model::{ActionChoice, ActorType, Filter, Outcome, PoolNo, Scope, Zone, issued_ms};

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
    digester: Arc<Digester>,
    /// The events of the request that the question is about, if it is about one.
    of_request: Option<Arc<[i64]>>,
}

impl Asked {
    pub fn new(
        conn: &Connection,
        snapshot: Arc<Snapshot>,
        question: Question,
        digester: Arc<Digester>,
    ) -> Result<Self> {
        let mut asked = Self {
            snapshot,
            question,
            digester,
            of_request: None,
        };
        asked.of_request = asked.of_request(conn, &asked.question.filter)?;
        Ok(asked)
    }

    /// What this filter matches, always inside the viewer's scope. A filter by request is the
    /// question's own.
    pub fn plan(&self, filter: &Filter) -> Plan {
        let only = self.of_request.clone();
        self.plan_among(only.filter(|_| filter.request.is_some()), filter)
    }

    /// All that a page counts of the question.
    pub fn survey(&self) -> Survey {
        let filter = &self.question.filter;
        let only = self.of_request.clone();
        let query = self.query(only.filter(|_| filter.request.is_some()), filter);
        let scope = pools(&self.question.scope, None);
        self.snapshot.survey(&query, &scope)
    }

    /// How many events a filter matches that may be about another request.
    pub fn count(&self, conn: &Connection, filter: &Filter) -> Result<u64> {
        let only = self.of_request(conn, filter)?;
        Ok(self.plan_among(only, filter).count())
    }

    pub fn span(&self, filter: &Filter) -> (Millis, Millis) {
        filter.span(&self.question.zone, self.question.now)
    }

    fn plan_among(&self, only: Option<Arc<[i64]>>, filter: &Filter) -> Plan {
        self.snapshot.plan(&self.query(only, filter))
    }

    fn query(&self, only: Option<Arc<[i64]>>, filter: &Filter) -> Query {
        let mut query = query(&self.snapshot, &self.question.scope, filter, &self.digester);
        query.span = self.span(filter);
        query.only = only;
        query
    }

    fn of_request(&self, conn: &Connection, filter: &Filter) -> Result<Option<Arc<[i64]>>> {
        let Some(id) = &filter.request else {
            return Ok(None);
        };
        let names = [id.clone(), self.digester.digest(id)];
        let seqs = if let Some(ms) = issued_ms(id) {
            requests::recorded_after(conn, self.snapshot.len(), ms, &names)?
        } else {
            let among = self.plan_among(None, &filter.of_any_request()).seqs();
            requests::among(conn, &among, &names)?
        };
        Ok(Some(seqs.into()))
    }
}

fn query(snapshot: &Snapshot, scope: &Scope, filter: &Filter, digester: &Digester) -> Query {
    Query {
        pools: pools(scope, filter.pool.as_ref().map(|it| it.no)),
        failure: filter.outcome.map(|it| it == Outcome::Failure),
        way: filter.via.map(way),
        system: filter.actor_type.map(|it| it == ActorType::System),
        actions: filter.action.as_ref().map(|it| actions(snapshot, it)),
        actor: filter.actor.as_ref().map(|it| needles(it, digester)),
        target: filter.target.as_ref().map(|it| needles(it, digester)),
        span: (Millis::MIN, Millis::MAX),
        limit_seq: None,
        only: None,
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
