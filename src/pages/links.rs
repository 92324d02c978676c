//! Which records an event may link to. A link is rendered only if the record exists and this
//! viewer may open it; delivered events never link, their ids belong to other systems.
use crate::app::App;
use crate::gate::Person;
use crate::model::{Event, EventKind, Operator, OperatorState, Pool, RecordId, RecordKind, Scope};
use crate::store::ApiKeys;

pub struct Links<'a> {
    pools: &'a [Pool],
    /// None: this viewer may not open operators.
    operators: Option<Vec<Operator>>,
    keys: &'a ApiKeys,
    scope: &'a Scope,
}

impl<'a> Links<'a> {
    /// `pools` are those in the person's scope.
    pub fn new(app: &'a App, person: &'a Person, pools: &'a [Pool]) -> Self {
        let store = app.store();
        Self {
            pools,
            operators: person.is_owner().then(|| store.operators.list()),
            keys: &store.api_keys,
            scope: &person.scope,
        }
    }

    pub fn operators(&self) -> &[Operator] {
        self.operators.as_deref().unwrap_or_default()
    }

    pub fn actor(&self, event: &Event) -> Option<String> {
        if event.kind == EventKind::Delivered {
            return None;
        }
        self.operator(event.body.actor.id.as_deref()?)
    }

    pub fn target(&self, event: &Event) -> Option<String> {
        if event.kind == EventKind::Delivered {
            return None;
        }
        let target = event.body.target.as_ref()?;
        let id = target.id.as_deref()?;
        match target.kind.as_str() {
            "operator" => self.operator(id),
            "pool" => {
                let id = RecordId::parse(RecordKind::Pool, id)?;
                let pool = self.pools.iter().find(|it| it.id == id)?;
                Some(format!("/pools/{}", pool.id))
            }
            "api_key" => {
                let id = RecordId::parse(RecordKind::ApiKey, id)?;
                let is_there = self.keys.is_visible(self.scope, id);
                is_there.then(|| format!("/api-keys/{id}"))
            }
            _ => None,
        }
    }

    /// The Pool's name of today, where it differs from the event's.
    pub fn pool_now(&self, event: &Event) -> Option<&str> {
        let then = event.body.pool.as_ref()?;
        let pool = self.pools.iter().find(|it| it.slug == then.slug)?;
        (pool.name != then.name).then_some(pool.name.as_str())
    }

    fn operator(&self, id: &str) -> Option<String> {
        let id = RecordId::parse(RecordKind::Operator, id)?;
        let mut operators = self.operators.as_ref()?.iter();
        operators.find(|it| it.id == id && it.state != OperatorState::Deleted)?;
        Some(format!("/operators/{id}"))
    }
}
