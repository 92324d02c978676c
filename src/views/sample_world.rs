//! A world for the tests of this box: every text realistic, or every text hostile.
use super::Times;
use super::layout::{Bare, Shell};
use crate::base::{HOUR_MS, MINUTE_MS, Millis};
use crate::model::time::Zone;
use crate::model::{
    Action, ActorSnapshot, ActorType, Body, ChangeEntry, DetailKeys, Event, EventKind, GateMode,
    Outcome, Pool, PoolNo, PoolSnapshot, PoolState, RecordId, RecordKind, SavedView,
    TargetSnapshot, Theme, Value, Via, ViaKind,
};

pub const NOW: Millis = 1_795_372_951_204;

/// What every text of the outside is replaced with; None: realistic texts.
#[derive(Clone, Copy)]
pub struct World {
    pub hostile: Option<&'static str>,
    pub zone: &'static Zone,
}

impl World {
    pub fn new(hostile: Option<&str>) -> Self {
        Self {
            hostile: hostile.map(keep),
            zone: Box::leak(Box::new(Zone::utc())),
        }
    }

    pub fn say(&self, real: &'static str) -> &'static str {
        self.hostile.unwrap_or(real)
    }

    pub fn own(&self, real: &'static str) -> String {
        self.say(real).to_owned()
    }

    #[expect(clippy::unnecessary_wraps, reason = "it fills optional fields")]
    pub fn some(&self, real: &'static str) -> Option<String> {
        Some(self.own(real))
    }

    pub fn times(&self) -> Times<'static> {
        Times {
            now: NOW,
            zone: self.zone,
        }
    }

    pub fn shell(&self, is_owner: bool) -> Shell<'static> {
        Shell {
            instance: self.say("northwind"),
            name: self.say(if is_owner { "Ana Reyes" } else { "Priya Nair" }),
            email: self.say("ana.reyes@northwind.example"),
            is_owner,
            theme: Theme::System,
            shortcuts: true,
            csrf: self.say("c0ffee"),
            here: self.say("/audit-logs?outcome=failure"),
            is_insecure: false,
            views: Box::leak(Box::new([SavedView {
                no: 1,
                operator_no: 1,
                name: self.own("Failures this week"),
                query: self.own("outcome=failure&range=7d"),
                is_shared: true,
            }])),
        }
    }

    pub fn bare() -> Bare {
        Bare {
            theme: Theme::System,
            is_insecure: true,
        }
    }

    pub fn pool(&self) -> Pool {
        Pool {
            no: PoolNo::new(1).unwrap(),
            id: RecordId::new(RecordKind::Pool, [7; 16]),
            slug: self.own("edge-eu"),
            name: self.own("Edge Europe"),
            state: PoolState::Active,
            mode: GateMode::Gated,
            retention_days: None,
            detail_keys: DetailKeys::default(),
            created_ms: NOW - HOUR_MS,
            recorded_seq: 1,
        }
    }

    pub fn event(&self, seq: i64, action: &str, outcome: Outcome) -> Event {
        let is_own = Action::parse(action).is_some();
        let is_system = action.starts_with("audit.purge") || action.starts_with("upstream.fail");
        let is_bad = outcome == Outcome::Failure;
        let target = action.split('.').next().unwrap_or_default();
        let action = self.hostile.unwrap_or(action).to_owned();
        let body = Body {
            v: Body::VERSION,
            id: (!is_own).then(|| self.own("0190f3c2-7b1e-7c55-9d0e-3f7a5b1c2d4e")),
            occurred_ms: NOW - (2000 - seq) * 11 * MINUTE_MS - HOUR_MS,
            offset_min: Some(120),
            late: seq % 13 == 0,
            action,
            outcome,
            reason: is_bad.then(|| self.own("invalid_state")),
            actor: self.actor(is_system),
            target: Some(TargetSnapshot {
                kind: self.own(keep(target)),
                id: self.some("key_01J9ZK3YB6W8Q2M4N5P7R9T1VX"),
                label: self.some("edge-ingest-01"),
            }),
            pool: (seq % 3 != 0).then(|| PoolSnapshot {
                slug: self.own("edge-eu"),
                name: self.own("Edge Europe"),
            }),
            request_id: self.some("req_8PWKYCVVCWHBPMJFRK7N"),
            delivery_id: (!is_own).then(|| self.own("req_7ZWKYCVVCWHBPMJFRK7N")),
            ip: self.some("203.0.113.18"),
            client: self.some("Firefox 153"),
            changes: self.changes(),
            details: self.details(),
            via: Via {
                kind: if is_own { ViaKind::Web } else { ViaKind::Key },
                id: None,
                label: (!is_own).then(|| self.own("ci-runner")),
            },
            redactions: 2,
        };
        Event {
            seq,
            kind: if is_own {
                EventKind::Own
            } else {
                EventKind::Delivered
            },
            recorded_ms: body.occurred_ms + 40,
            leaf: [0xab; 32],
            body,
        }
    }

    fn actor(&self, is_system: bool) -> ActorSnapshot {
        if is_system {
            return ActorSnapshot {
                kind: ActorType::System,
                id: None,
                email: None,
                label: self.some("Retention job"),
            };
        }
        ActorSnapshot {
            kind: ActorType::User,
            id: self.some("op_01J9ZK3YB6W8Q2M4N5P7R9T1VX"),
            email: self.some("priya.nair@northwind.example"),
            label: self.some("Priya Nair"),
        }
    }

    fn changes(&self) -> Vec<ChangeEntry> {
        let text = |it: &'static str| Some(Value::Text(self.own(it)));
        let list = |it: &'static str, n| Some(Value::List(vec![self.own(it); n]));
        let change = |field, from, to| ChangeEntry {
            field: self.own(field),
            from,
            to,
        };
        vec![
            change("display_name", text("edge-ingest"), text("edge-ingest-01")),
            change(
                "requests_per_minute",
                Some(Value::Int(600)),
                Some(Value::Int(1200)),
            ),
            change("allowed_models", list("a", 4), list("b", 6)),
            change("secret", None, None),
            change("expires_at", None, text("2026-11-22T18:31:47.000Z")),
            change("label", text("h:0123456789abcdef"), text("edge")),
            change(
                "is_default",
                Some(Value::Bool(false)),
                Some(Value::Bool(true)),
            ),
        ]
    }

    fn details(&self) -> Vec<(String, Value)> {
        let text = |it: &'static str| Value::Text(self.own(it));
        vec![
            (self.own("key_prefix"), text("anp_edQ7M2")),
            (self.own("policy_mode"), text("selected")),
            (
                self.own("changed_fields"),
                Value::List(vec![self.own("label"), self.own("secret")]),
            ),
            (self.own("model_count"), Value::Int(i64::MIN)),
            (self.own("mfa_used"), Value::Bool(true)),
        ]
    }
}

pub fn keep(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

const STORY: [(&str, Outcome); 14] = [
    ("auth.sign_in", Outcome::Success),
    ("api_key.rotate", Outcome::Success),
    ("api_key.rotate", Outcome::Failure),
    ("api_key.update", Outcome::Success),
    ("upstream.refresh", Outcome::Failure),
    ("service.scale", Outcome::Success),
    ("member.add", Outcome::Failure),
    ("auth.sign_in", Outcome::Failure),
    ("pool.update", Outcome::Success),
    ("invite.create", Outcome::Success),
    ("settings.update", Outcome::Success),
    ("audit.purge", Outcome::Success),
    ("mcp_token.create", Outcome::Success),
    ("session.revoke", Outcome::Success),
];

/// A page of events, newest first. Fewer of the hostile ones: the test should stay quick.
pub fn events(world: &World) -> Vec<Event> {
    let number = match world.hostile {
        Some(_) => STORY.len(),
        None => 50,
    };
    let story = STORY.iter().cycle().take(number).enumerate();
    let seq = |place| 1999 - i64::try_from(place).unwrap();
    story
        .map(|(place, (action, outcome))| world.event(seq(place), action, *outcome))
        .collect()
}
