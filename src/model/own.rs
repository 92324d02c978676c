//! Events that Annals itself writes: made from a catalogue action and closed kinds of detail.
use super::actions::Action;
use super::body::Via;
use super::carried::{has_detail, has_edit};
use super::flood::EACH;
use super::id::RecordId;
use super::kinds::{ActorType, Outcome, ViaKind};
use super::pool::Pool;
use super::reason::Reason;
use super::safe::{
    ActionName, Actor, Change, Client, Detail, Email, Ip, Key, Label, OpaqueId, SafeEvent,
    SafePrefix, Target, TargetKind, Time, Word,
};
use crate::base::Millis;

/// Who acts, and from where: the part of an event that a request or a command knows.
#[derive(Clone)]
pub struct By {
    pub doer: Doer,
    pub via: ViaKind,
    pub ip: Option<Ip>,
    pub client: Option<Client>,
    pub request: Option<RecordId>,
    pub session: Option<RecordId>,
}

impl By {
    /// The browser, as far as it says: the name of the session that it opens or ends.
    pub fn session_label(&self) -> Option<Label> {
        let client = self.client.as_ref()?;
        Label::gate(client.as_str()).ok()
    }
}

#[derive(Clone)]
pub enum Doer {
    Person {
        id: Option<OpaqueId>,
        email: Option<Email>,
        label: Option<Label>,
    },
    /// A Pool API key: whoever uses it is not known.
    Credential { id: OpaqueId, label: Option<Label> },
    /// A part of Annals, by its fixed name.
    System(&'static str),
}

/// One own event, before it is written.
pub struct OwnEvent {
    action: Action,
    outcome: Outcome,
    reason: Option<Reason>,
    pool: Option<Pool>,
    target_kind: Option<&'static str>,
    target_id: Option<OpaqueId>,
    target_label: Option<Label>,
    changes: Vec<Change>,
    details: Vec<(Key, Detail)>,
    is_without_session: bool,
    occurred: Option<Time>,
}

impl By {
    pub fn via(&self) -> Via {
        Via {
            kind: self.via,
            id: None,
            label: None,
        }
    }

    /// The command line on the host.
    pub fn command_line() -> Self {
        Self {
            via: ViaKind::Cli,
            ..Self::itself("command line")
        }
    }

    /// Annals, or a part of it, without anybody asking.
    pub fn itself(name: &'static str) -> Self {
        Self {
            doer: Doer::System(name),
            via: ViaKind::Job,
            ip: None,
            client: None,
            request: None,
            session: None,
        }
    }
}

impl OwnEvent {
    /// A success, global, whose target is of the action's kind.
    pub fn new(action: Action) -> Self {
        Self {
            action,
            outcome: Outcome::Success,
            reason: None,
            pool: None,
            target_kind: None,
            target_id: None,
            target_label: None,
            changes: Vec::new(),
            details: Vec::new(),
            is_without_session: false,
            occurred: None,
        }
    }

    /// It happened before it could be written down.
    pub fn at(mut self, ms: Millis) -> Self {
        self.occurred = Some(Time::own(ms));
        self
    }

    /// The session that was asked for did not come to be.
    pub fn without_session(mut self) -> Self {
        self.is_without_session = true;
        self
    }

    pub fn failed(mut self, reason: Reason) -> Self {
        self.outcome = Outcome::Failure;
        self.reason = Some(reason);
        self
    }

    /// Files the event under this Pool.
    pub fn in_pool(mut self, pool: &Pool) -> Self {
        self.pool = Some(pool.clone());
        self
    }

    pub fn on(mut self, id: &RecordId, label: Option<Label>) -> Self {
        self.target_kind = Some(id.kind().as_str());
        self.target_id = Some(OpaqueId::record(id));
        self.target_label = label;
        self
    }

    /// A target that is no record: it has a fixed name and no id.
    pub fn on_named(mut self, name: &'static str) -> Self {
        self.target_label = Some(Label::fixed(name));
        self
    }

    pub fn word(self, key: &'static str, word: &'static str) -> Self {
        self.detail(key, Detail::Word(Word::fixed(word)))
    }

    pub fn label(self, key: &'static str, label: Label) -> Self {
        self.detail(key, Detail::Label(label))
    }

    pub fn flag(self, key: &'static str, is_so: bool) -> Self {
        self.detail(key, Detail::Bool(is_so))
    }

    pub fn count(self, key: &'static str, count: i64) -> Self {
        self.detail(key, Detail::Int(count))
    }

    /// How many there were, once they are no longer written one by one.
    pub fn attempts(self, count: u64) -> Self {
        if count <= EACH {
            return self;
        }
        self.count("attempt_count", i64::try_from(count).unwrap_or(i64::MAX))
    }

    pub fn time(self, key: &'static str, ms: Option<Millis>) -> Self {
        match ms {
            Some(ms) => self.detail(key, Detail::Timestamp(ms)),
            None => self,
        }
    }

    pub fn prefix(self, key: &'static str, prefix: Option<SafePrefix>) -> Self {
        match prefix {
            Some(prefix) => self.detail(key, Detail::Prefix(prefix)),
            None => self,
        }
    }

    /// The field was edited: its value before and after. None: it is not set.
    pub fn changed(
        mut self,
        field: &'static str,
        from: Option<Detail>,
        to: Option<Detail>,
    ) -> Self {
        debug_assert!(
            has_edit(self.action.carries(), field),
            "{} does not list the edit of {field}: see model/actions.rs",
            self.action.name()
        );
        let field = Key::fixed(field);
        self.changes.push(Change { field, from, to });
        self
    }

    /// A secret field was edited. What it holds is told to nobody.
    pub fn changed_secret(self, field: &'static str, became: &'static str) -> Self {
        let became = Detail::Word(Word::fixed(became));
        self.changed(field, None, Some(became))
    }

    pub fn action(&self) -> Action {
        self.action
    }

    pub fn pool(&self) -> Option<&Pool> {
        self.pool.as_ref()
    }

    /// What counts as the same failure again: action, reason and target, of the same person.
    pub fn sameness(&self, by: &By) -> String {
        let reason = self.reason.map_or("", Reason::as_str);
        let target = self.target_id.as_ref().map(OpaqueId::as_str);
        let target = target.or(self.target_label.as_ref().map(Label::as_str));
        let target = target.unwrap_or_default();
        let who = match &by.doer {
            Doer::Person { id: Some(id), .. } | Doer::Credential { id, .. } => id.as_str(),
            Doer::Person { id: None, .. } => "",
            Doer::System(name) => name,
        };
        format!("{} {reason} {target} {who}", self.action.name())
    }

    pub fn into_safe(self, by: &By) -> SafeEvent {
        // Some actions are about records of more than one kind.
        let kind = self.target_kind;
        let kind = kind.or_else(|| self.action.target_kind(self.outcome));
        let mut details = self.details;
        if let Some(session) = by.session.filter(|_| !self.is_without_session) {
            let id = Detail::Id(OpaqueId::record(&session));
            details.push((Key::fixed("session"), id));
        }
        SafeEvent {
            id: None,
            item: None,
            occurred: self.occurred,
            action: ActionName::fixed(self.action.name()),
            outcome: self.outcome,
            reason: self.reason.map(|it| Word::fixed(it.as_str())),
            actor: Some(by.doer.actor()),
            target: kind.map(|kind| Target {
                kind: TargetKind::fixed(kind),
                id: self.target_id,
                label: self.target_label,
            }),
            request_id: by.request.as_ref().map(OpaqueId::record),
            ip: by.ip.clone(),
            client: by.client.clone(),
            changes: self.changes,
            details,
            redactions: 0,
        }
    }

    fn detail(mut self, key: &'static str, detail: Detail) -> Self {
        debug_assert!(
            has_detail(self.action.carries(), key, &detail),
            "{} does not list the detail {key} of this kind: see model/actions.rs",
            self.action.name()
        );
        self.details.push((Key::fixed(key), detail));
        self
    }
}

/// What only some changes tell.
#[expect(dead_code, reason = "administration comes next")]
impl OwnEvent {
    pub fn id(self, key: &'static str, id: &RecordId) -> Self {
        self.detail(key, Detail::Id(OpaqueId::record(id)))
    }

    pub fn names(self, key: &'static str, names: &[&'static str]) -> Self {
        let names = names.iter().map(|it| Key::fixed(it)).collect();
        self.detail(key, Detail::FieldNames(names))
    }
}

impl Doer {
    fn actor(&self) -> Actor {
        match self {
            Self::Person { id, email, label } => Actor {
                kind: ActorType::User,
                id: id.clone(),
                email: email.clone(),
                label: label.clone(),
            },
            Self::Credential { id, label } => Actor {
                kind: ActorType::System,
                id: Some(id.clone()),
                email: None,
                label: label.clone(),
            },
            Self::System(name) => Actor {
                kind: ActorType::System,
                id: None,
                email: None,
                label: Some(Label::fixed(name)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "api_key.pause does not list the detail role")]
    fn an_event_tells_only_what_the_catalogue_lists() {
        let _ = OwnEvent::new(Action::ApiKeyPause).word("role", "owner");
    }

    #[test]
    #[should_panic(expected = "api_key.pause does not list the detail key_prefix")]
    fn a_detail_is_of_the_kind_that_the_catalogue_lists() {
        let _ = OwnEvent::new(Action::ApiKeyPause).count("key_prefix", 1);
    }

    #[test]
    fn a_failure_may_tell_how_many_there_were() {
        let event = OwnEvent::new(Action::ApiKeyPause).count("attempt_count", 20);
        assert_eq!(event.details.len(), 1);
    }
}
