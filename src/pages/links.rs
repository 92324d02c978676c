//! Which records an event may link to. A link is rendered only if the record exists and this
//! viewer may open it, and a deleted record is called so only to who could have opened it;
//! delivered events never link, their ids belong to other systems.
use std::collections::{HashMap, HashSet};

use crate::app::App;
use crate::base::Result;
use crate::gate::Person;
use crate::model::{
    Event, EventKind, Operator, OperatorState, Pool, PoolState, RecordId, RecordKind, Scope,
    Section, Value,
};
use crate::store::Store;
use crate::views::lead::{Known, Lead, PoolNow};
use crate::views::mcp_tokens;

pub struct Links<'a> {
    pools: &'a [Pool],
    /// None: this viewer may not open operators.
    operators: Option<Vec<Operator>>,
    store: &'a Store,
    scope: &'a Scope,
    viewer_no: i64,
    /// The targets that had to be looked up.
    found: HashMap<String, Lead>,
}

impl<'a> Links<'a> {
    /// `pools` are those in the person's scope.
    pub fn new(app: &'a App, person: &'a Person, pools: &'a [Pool]) -> Self {
        let store = app.store();
        Self {
            pools,
            operators: person.is_owner().then(|| store.operators.list()),
            store,
            scope: &person.scope,
            viewer_no: person.operator.no,
            found: HashMap::new(),
        }
    }

    /// Looks up the invites, sessions and deleted keys that these events are about, for whoever
    /// may open them.
    pub async fn with_targets(mut self, events: impl Iterator<Item = &Event>) -> Result<Self> {
        let own = events.filter(|it| it.kind != EventKind::Delivered);
        let targets = own.filter_map(|it| it.body.target.as_ref());
        let ids: HashSet<_> = targets.filter_map(|it| it.id.as_deref()).collect();
        let of = |kind| -> Vec<_> {
            let ids = ids.iter().filter_map(|it| RecordId::parse(kind, it));
            ids.collect()
        };
        let mut keys = of(RecordKind::ApiKey);
        keys.retain(|it| !self.store.api_keys.is_visible(self.scope, *it));
        for id in self.store.api_keys.deleted(self.scope, keys).await? {
            self.found.insert(id.to_string(), Lead::Deleted);
        }
        if self.operators.is_none() {
            return Ok(self);
        }
        let (invites, sessions) = (of(RecordKind::Invite), of(RecordKind::Session));
        for id in self.store.invites.those_there(invites).await? {
            let id = id.to_string();
            let lead = Lead::To(format!("/invites/id/{id}"));
            self.found.insert(id, lead);
        }
        for (session, operator_no) in self.store.operators.of_sessions(sessions).await? {
            let mut operators = self.operators().iter();
            if let Some(whose) = operators.find(|it| it.no == operator_no) {
                let lead = self.operator(&whose.id.to_string());
                self.found.insert(session.to_string(), lead);
            }
        }
        Ok(self)
    }

    pub fn operators(&self) -> &[Operator] {
        self.operators.as_deref().unwrap_or_default()
    }

    pub fn known(&self, event: &Event) -> Known<'_> {
        Known {
            actor: self.actor(event),
            target: self.target(event),
            pool: self.pool_now(event),
        }
    }

    fn actor(&self, event: &Event) -> Lead {
        match event.body.actor.id.as_deref() {
            Some(id) if event.kind != EventKind::Delivered => self.operator(id),
            Some(_) | None => Lead::Nowhere,
        }
    }

    fn target(&self, event: &Event) -> Lead {
        let Some(target) = &event.body.target else {
            return Lead::Nowhere;
        };
        if event.kind == EventKind::Delivered {
            return Lead::Nowhere;
        }
        if target.kind == "settings" {
            return self.settings(event);
        }
        let id = target.id.as_deref().unwrap_or_default();
        let record = |kind| RecordId::parse(kind, id);
        let lead = match target.kind.as_str() {
            "operator" => Some(self.operator(id)),
            "pool" => record(RecordKind::Pool).map(|it| self.pool(it)),
            "api_key" => record(RecordKind::ApiKey).map(|it| self.api_key(it)),
            "invite" | "session" => self.found.get(id).cloned(),
            "upstream" => record(RecordKind::Upstream).map(|it| self.upstream(it)),
            "mcp_token" => record(RecordKind::McpToken).map(|it| self.mcp_token(it)),
            _ => None,
        };
        lead.unwrap_or_default()
    }

    /// The Pool's name of today, where it differs from the event's.
    fn pool_now(&self, event: &Event) -> PoolNow<'_> {
        let then = event.body.pool.as_ref();
        let is_of = |it: &&Pool| then.is_some_and(|then| then.slug == it.slug);
        match self.pools.iter().find(is_of) {
            Some(pool) if pool.state == PoolState::Deleted => PoolNow::Deleted,
            Some(pool) if then.is_some_and(|then| then.name != pool.name) => {
                PoolNow::Renamed(&pool.name)
            }
            Some(_) | None => PoolNow::Same,
        }
    }

    /// The section that was changed.
    fn settings(&self, event: &Event) -> Lead {
        let details = &event.body.details;
        let section = details.iter().find(|(key, _)| key == "section");
        let section = match section {
            Some((_, Value::Text(text))) => Section::parse(text),
            Some(_) | None => None,
        };
        let may_open = self.operators.is_some();
        let section = section.filter(|_| may_open);
        let href = section.map(|it| format!("/settings#{}", it.as_str()));
        Lead::of(href, false)
    }

    fn operator(&self, id: &str) -> Lead {
        let id = RecordId::parse(RecordKind::Operator, id);
        let found = self.operators().iter().find(|it| Some(it.id) == id);
        let is_there = found.filter(|it| it.state != OperatorState::Deleted);
        let href = is_there.map(|it| format!("/operators/{}", it.id));
        Lead::of(href, found.is_some())
    }

    fn pool(&self, id: RecordId) -> Lead {
        let found = self.pools.iter().find(|it| it.id == id);
        let is_there = found.filter(|it| it.state != PoolState::Deleted);
        Lead::of(
            is_there.map(|it| format!("/pools/{}", it.id)),
            found.is_some(),
        )
    }

    fn api_key(&self, id: RecordId) -> Lead {
        if self.store.api_keys.is_visible(self.scope, id) {
            return Lead::To(format!("/api-keys/{id}"));
        }
        self.found.get(&id.to_string()).cloned().unwrap_or_default()
    }

    fn upstream(&self, id: RecordId) -> Lead {
        let upstreams = &self.store.upstreams;
        let href = upstreams
            .find(self.scope, id)
            .map(|_| format!("/upstreams/{id}"));
        Lead::of(href, upstreams.is_deleted(self.scope, id))
    }

    fn mcp_token(&self, id: RecordId) -> Lead {
        let tokens = &self.store.mcp_tokens;
        let own = tokens.find(self.viewer_no, id);
        let href = own.map(|_| mcp_tokens::HREF.to_owned());
        Lead::of(href, tokens.is_deleted(self.viewer_no, id))
    }
}
