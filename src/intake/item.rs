//! One submitted object, judged field by field: a safe event, or everything that is wrong with it.
use super::entries;
use super::error::{ItemCode, ItemError};
use super::rules::Rules;
use super::tree::{Map, Node, present};
use crate::model::safe::{
    ActionName, Actor, Client, Email, Ip, Label, OpaqueId, SafeEvent, SourceId, Target, TargetKind,
    Time, Word,
};
use crate::model::{ActorType, GateMode, Outcome, Refusal};

/// The event, and the sender's id as sent.
pub type Read<'n> = (Box<SafeEvent>, Option<&'n str>);

/// `index` is the item's place in the delivery, for pointers.
pub fn read<'n>(
    map: &'n Map<'_>,
    rules: &Rules<'_>,
    index: usize,
) -> Result<Read<'n>, Vec<ItemError>> {
    let mut judge = Judge {
        rules,
        index,
        errors: Vec::new(),
        redactions: 0,
    };
    let fields = Fields::of(map, &mut judge.redactions);
    let raw_id = judge.filled(fields.id, "/id");
    let event = judge.event(&fields, raw_id);
    match event {
        Some(event) if judge.errors.is_empty() => Ok((Box::new(event), raw_id)),
        _ => Err(judge.errors),
    }
}

/// The documented fields of an item. JSON's null is an absent field; a required one has no null.
#[derive(Default)]
struct Fields<'n, 'a> {
    id: Option<&'n Node<'a>>,
    occurred_at: Option<&'n Node<'a>>,
    action: Option<&'n Node<'a>>,
    outcome: Option<&'n Node<'a>>,
    reason: Option<&'n Node<'a>>,
    actor: Option<&'n Node<'a>>,
    target: Option<&'n Node<'a>>,
    request_id: Option<&'n Node<'a>>,
    ip: Option<&'n Node<'a>>,
    user_agent: Option<&'n Node<'a>>,
    pool: Option<&'n Node<'a>>,
    changes: Option<&'n Node<'a>>,
    details: Option<&'n Node<'a>>,
}

impl<'n, 'a> Fields<'n, 'a> {
    fn of(map: &'n Map<'a>, redactions: &mut u32) -> Self {
        let mut fields = Self::default();
        for (key, node) in map {
            let field = match key.as_str() {
                "action" => {
                    fields.action = Some(node);
                    continue;
                }
                "outcome" => {
                    fields.outcome = Some(node);
                    continue;
                }
                "id" => &mut fields.id,
                "occurred_at" => &mut fields.occurred_at,
                "reason" => &mut fields.reason,
                "actor" => &mut fields.actor,
                "target" => &mut fields.target,
                "request_id" => &mut fields.request_id,
                "ip" => &mut fields.ip,
                "user_agent" => &mut fields.user_agent,
                "pool" => &mut fields.pool,
                "changes" => &mut fields.changes,
                "details" => &mut fields.details,
                _ => {
                    *redactions += 1;
                    continue;
                }
            };
            *field = present(node);
        }
        fields
    }
}

/// The documented fields of an actor or a target.
#[derive(Default)]
struct Parts<'n, 'a> {
    kind: Option<&'n Node<'a>>,
    id: Option<&'n Node<'a>>,
    email: Option<&'n Node<'a>>,
    label: Option<&'n Node<'a>>,
}

struct Judge<'r> {
    rules: &'r Rules<'r>,
    index: usize,
    errors: Vec<ItemError>,
    redactions: u32,
}

impl Judge<'_> {
    /// None only when an error was found; what is absent because of one is as good as none.
    fn event(&mut self, fields: &Fields<'_, '_>, raw_id: Option<&str>) -> Option<SafeEvent> {
        let occurred = self.occurred(fields.occurred_at);
        let action = self.action(fields.action);
        let outcome = self.outcome(fields.outcome);
        let reason = self.reason(fields.reason, outcome.as_ref());
        let actor = fields.actor.and_then(|it| self.actor(it));
        let target = fields.target.and_then(|it| self.target(it));
        self.pool(fields.pool);
        let id = raw_id.map(|it| self.source_id(it));
        let request_id = self.opaque_id(fields.request_id, "/request_id");
        let ip = self.ip(fields.ip);
        let client = self.client(fields.user_agent);
        let changes = match fields.changes {
            Some(Node::List(list)) => entries::changes(list, self.rules, &mut self.redactions),
            other => self.no_entries(other, "/changes"),
        };
        let details = match fields.details {
            Some(Node::Map(map)) => entries::details(map, self.rules, &mut self.redactions),
            other => self.no_entries(other, "/details"),
        };
        Some(SafeEvent {
            id,
            item: None,
            occurred,
            action: action?,
            outcome: outcome?.outcome,
            reason,
            actor,
            target,
            request_id,
            ip,
            client,
            changes,
            details,
            redactions: self.redactions,
        })
    }

    fn occurred(&mut self, node: Option<&Node<'_>>) -> Option<Time> {
        let text = self.text(node, "/occurred_at")?;
        self.checked(Time::parse(text, self.rules.now), "/occurred_at")
    }

    fn action(&mut self, node: Option<&Node<'_>>) -> Option<ActionName> {
        let text = self.required(node, "/action")?;
        self.checked(ActionName::parse(text), "/action")
    }

    fn outcome(&mut self, node: Option<&Node<'_>>) -> Option<Told> {
        let text = self.required(node, "/outcome")?;
        let outcome = match text {
            "denied" => Some(Outcome::Failure),
            _ => Outcome::parse(text),
        };
        let Some(outcome) = outcome else {
            self.error("/outcome", ItemCode::NotSupported);
            return None;
        };
        Some(Told {
            outcome,
            denied: text == "denied",
        })
    }

    /// The sender's own reason; a denial without one is its own.
    fn reason(&mut self, node: Option<&Node<'_>>, told: Option<&Told>) -> Option<Word> {
        let text = self.filled(node, "/reason");
        let reason = text.and_then(|it| self.kept(Word::parse("reason", it)));
        let was_denied = told.is_some_and(|it| it.denied);
        reason.or_else(|| was_denied.then(|| Word::fixed("denied")))
    }

    fn actor(&mut self, node: &Node<'_>) -> Option<Actor> {
        let parts = self.parts(node, "/actor", "type", true)?;
        let kind = self.required(parts.kind, "/actor/type");
        let kind = kind.and_then(|it| {
            let kind = ActorType::parse(it);
            if kind.is_none() {
                self.error("/actor/type", ItemCode::NotSupported);
            }
            kind
        });
        let faults = self.errors.len();
        let id = self.opaque_id(parts.id, "/actor/id");
        let email = self.email(parts.email);
        let label = self.label(parts.label, "/actor/label");
        let is_named = id.is_some() || email.is_some() || label.is_some();
        if kind == Some(ActorType::User) && !is_named && faults == self.errors.len() {
            self.error("/actor", ItemCode::Missing);
        }
        Some(Actor {
            kind: kind?,
            id,
            email,
            label,
        })
    }

    fn target(&mut self, node: &Node<'_>) -> Option<Target> {
        let parts = self.parts(node, "/target", "kind", false)?;
        let kind = self.required(parts.kind, "/target/kind");
        let kind = kind.and_then(|it| self.checked(TargetKind::parse(it), "/target/kind"));
        let id = self.opaque_id(parts.id, "/target/id");
        let label = self.label(parts.label, "/target/label");
        Some(Target {
            kind: kind?,
            id,
            label,
        })
    }

    fn parts<'n, 'a>(
        &mut self,
        node: &'n Node<'a>,
        pointer: &str,
        kind: &str,
        has_email: bool,
    ) -> Option<Parts<'n, 'a>> {
        let Node::Map(map) = node else {
            self.error(pointer, ItemCode::WrongType);
            return None;
        };
        let mut parts = Parts::default();
        for (key, node) in map {
            match key.as_str() {
                "id" => parts.id = present(node),
                "label" => parts.label = present(node),
                "email" if has_email => parts.email = present(node),
                it if it == kind => parts.kind = Some(node),
                _ => self.redactions += 1,
            }
        }
        Some(parts)
    }

    fn source_id(&mut self, text: &str) -> SourceId {
        let kept = match self.rules.mode {
            GateMode::Gated => SourceId::or_digest(text, self.rules.digester),
            GateMode::Sealed => (SourceId::digest(text, self.rules.digester), true),
        };
        self.counted(kept)
    }

    fn opaque_id(&mut self, node: Option<&Node<'_>>, pointer: &str) -> Option<OpaqueId> {
        let text = self.filled(node, pointer)?;
        let kept = match self.rules.mode {
            GateMode::Gated => OpaqueId::or_digest(text, self.rules.digester),
            GateMode::Sealed => (OpaqueId::digest(text, self.rules.digester), true),
        };
        Some(self.counted(kept))
    }

    fn label(&mut self, node: Option<&Node<'_>>, pointer: &str) -> Option<Label> {
        let text = self.filled(node, pointer)?;
        let kept = match self.rules.mode {
            GateMode::Gated => Label::or_digest(text, self.rules.digester),
            GateMode::Sealed => (Label::digest(text, self.rules.digester), true),
        };
        Some(self.counted(kept))
    }

    fn email(&mut self, node: Option<&Node<'_>>) -> Option<Email> {
        let text = self.filled(node, "/actor/email")?;
        let kept = Email::or_digest(text, self.rules.digester);
        Some(self.counted(kept))
    }

    fn pool(&mut self, node: Option<&Node<'_>>) {
        let slug = self.text(node, "/pool");
        if slug.is_some_and(|it| it != self.rules.pool_slug) {
            self.error("/pool", ItemCode::PoolMismatch);
        }
    }

    fn ip(&mut self, node: Option<&Node<'_>>) -> Option<Ip> {
        let text = self.filled(node, "/ip")?;
        self.kept(Ip::parse(text))
    }

    fn client(&mut self, node: Option<&Node<'_>>) -> Option<Client> {
        let text = self.filled(node, "/user_agent")?;
        self.kept(Client::from_user_agent(text).ok_or(Refusal::Length))
    }

    fn no_entries<T>(&mut self, node: Option<&Node<'_>>, pointer: &str) -> Vec<T> {
        if node.is_some() {
            self.error(pointer, ItemCode::WrongType);
        }
        Vec::new()
    }

    // --- The ways a value is taken ---

    fn text<'n>(&mut self, node: Option<&'n Node<'_>>, pointer: &str) -> Option<&'n str> {
        let text = node?.as_text();
        if text.is_none() {
            self.error(pointer, ItemCode::WrongType);
        }
        text
    }

    fn required<'n>(&mut self, node: Option<&'n Node<'_>>, pointer: &str) -> Option<&'n str> {
        if node.is_none() {
            self.error(pointer, ItemCode::Missing);
        }
        self.text(node, pointer)
    }

    /// Many senders write an absent value as an empty text.
    fn filled<'n>(&mut self, node: Option<&'n Node<'_>>, pointer: &str) -> Option<&'n str> {
        self.text(node, pointer).filter(|it| !it.trim().is_empty())
    }

    /// What cannot be kept rejects the item.
    fn checked<T>(&mut self, value: Result<T, Refusal>, pointer: &str) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.error(pointer, code_of(refusal));
                None
            }
        }
    }

    /// What cannot be kept is dropped and counted.
    fn kept<T>(&mut self, value: Result<T, Refusal>) -> Option<T> {
        self.redactions += u32::from(value.is_err());
        value.ok()
    }

    fn counted<T>(&mut self, (value, was_digested): (T, bool)) -> T {
        self.redactions += u32::from(was_digested);
        value
    }

    fn error(&mut self, pointer: &str, code: ItemCode) {
        let pointer = format!("/{}{pointer}", self.index);
        self.errors.push(ItemError::new(pointer, code));
    }
}

struct Told {
    outcome: Outcome,
    denied: bool,
}

fn code_of(refusal: Refusal) -> ItemCode {
    match refusal {
        Refusal::Length => ItemCode::TooLong,
        Refusal::Range => ItemCode::OutOfRange,
        Refusal::Plain
        | Refusal::IdAsLabel
        | Refusal::Url
        | Refusal::Assignment
        | Refusal::Head
        | Refusal::Run
        | Refusal::Mass
        | Refusal::Shape => ItemCode::Malformed,
    }
}
