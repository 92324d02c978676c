//! Which records an event may link to. A link is rendered only if the record exists and this
//! viewer may open it; delivered events never link, their ids belong to other systems.
use std::collections::{HashMap, HashSet};

use crate::app::App;
use crate::base::Result;
use crate::gate::Person;
use crate::model::{
    Event, EventKind, Operator, OperatorState, Pool, PoolState, RecordId, RecordKind, Scope,
    Section, Value,
};
use crate::store::Store;
use crate::views::mcp_tokens;

pub struct Links<'a> {
    pools: &'a [Pool],
    /// None: this viewer may not open operators.
    operators: Option<Vec<Operator>>,
    store: &'a Store,
    scope: &'a Scope,
    viewer_no: i64,
    /// Where the targets lead that had to be looked up.
    found: HashMap<String, String>,
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

    /// Looks up the invites and sessions that these events are about, for whoever may open them.
    pub async fn with_targets(mut self, events: impl Iterator<Item = &Event>) -> Result<Self> {
        if self.operators.is_none() {
            return Ok(self);
        }
        let own = events.filter(|it| it.kind != EventKind::Delivered);
        let targets = own.filter_map(|it| it.body.target.as_ref());
        let ids: HashSet<_> = targets.filter_map(|it| it.id.as_deref()).collect();
        let of = |kind| ids.iter().filter_map(move |it| RecordId::parse(kind, it));
        let (invites, sessions) = (of(RecordKind::Invite), of(RecordKind::Session));
        let (invites, sessions) = (invites.collect(), sessions.collect());
        for id in self.store.invites.those_there(invites).await? {
            let id = id.to_string();
            self.found.insert(id.clone(), format!("/invites/id/{id}"));
        }
        for (session, operator_no) in self.store.operators.of_sessions(sessions).await? {
            let mut operators = self.operators().iter();
            let whose = operators.find(|it| it.no == operator_no);
            if let Some(href) = whose.and_then(|it| self.operator(&it.id.to_string())) {
                self.found.insert(session.to_string(), href);
            }
        }
        Ok(self)
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
        if target.kind == "settings" {
            return self.settings(event);
        }
        let id = target.id.as_deref()?;
        match target.kind.as_str() {
            "operator" => self.operator(id),
            "pool" => {
                let id = RecordId::parse(RecordKind::Pool, id)?;
                let mut pools = self
                    .pools
                    .iter()
                    .filter(|it| it.state != PoolState::Deleted);
                let pool = pools.find(|it| it.id == id)?;
                Some(format!("/pools/{}", pool.id))
            }
            "api_key" => {
                let id = RecordId::parse(RecordKind::ApiKey, id)?;
                let is_there = self.store.api_keys.is_visible(self.scope, id);
                is_there.then(|| format!("/api-keys/{id}"))
            }
            "invite" | "session" => self.found.get(id).cloned(),
            "upstream" => {
                let id = RecordId::parse(RecordKind::Upstream, id)?;
                let found = self.store.upstreams.find(self.scope, id)?;
                Some(format!("/upstreams/{}", found.id))
            }
            "mcp_token" => {
                let id = RecordId::parse(RecordKind::McpToken, id)?;
                let own = self.store.mcp_tokens.find(self.viewer_no, id);
                own.map(|_| mcp_tokens::HREF.to_owned())
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

    /// The section that was changed.
    fn settings(&self, event: &Event) -> Option<String> {
        let details = &event.body.details;
        let section = details.iter().find(|(key, _)| key == "section");
        let section = match section {
            Some((_, Value::Text(text))) => Section::parse(text)?,
            Some(_) | None => return None,
        };
        let may_open = self.operators.is_some();
        may_open.then(|| format!("/settings#{}", section.as_str()))
    }

    fn operator(&self, id: &str) -> Option<String> {
        let id = RecordId::parse(RecordKind::Operator, id)?;
        let mut operators = self.operators.as_ref()?.iter();
        operators.find(|it| it.id == id && it.state != OperatorState::Deleted)?;
        Some(format!("/operators/{id}"))
    }
}
