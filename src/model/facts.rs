//! What the registry knows about an action, and the short words its table is written in.
use super::carried::Carried;
use super::category::Family;

/// What is known about one action.
#[derive(Clone, Copy)]
pub struct Facts {
    pub name: &'static str,
    pub family: Family,
    pub target: TargetRule,
    /// None: the action cannot succeed, only fail.
    pub done: Option<Done>,
    /// None: the action cannot fail.
    pub failed: Option<Failed>,
    /// When it is recorded, as one sentence.
    pub when: &'static str,
    /// Beside what every event has.
    pub carries: &'static [Carried],
}

/// What a target of the action is, and whether the sentence names it.
#[derive(Clone, Copy)]
pub struct TargetRule {
    /// None: the action has no target.
    pub kind: Option<&'static str>,
    pub named: bool,
}

#[derive(Clone, Copy)]
pub struct Done {
    pub title: &'static str,
    /// Follows the actor: "rotated API key".
    pub past: &'static str,
}

#[derive(Clone, Copy)]
pub struct Failed {
    pub title: &'static str,
    pub clause: Clause,
}

/// How a failure is told.
#[derive(Clone, Copy)]
pub enum Clause {
    /// Follows "tried to": "rotate API key".
    Tried(&'static str),
    /// Follows the actor as it stands: what happened was the failure itself.
    Told(&'static str),
}

pub const NEVER_DONE: Option<Done> = None;
pub const NEVER_FAILED: Option<Failed> = None;

/// The sentence ends with the target's name.
pub const fn named(kind: &'static str) -> TargetRule {
    TargetRule {
        kind: Some(kind),
        named: true,
    }
}

/// The sentence is whole without the target.
pub const fn implied(kind: &'static str) -> TargetRule {
    TargetRule {
        kind: Some(kind),
        named: false,
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "a column of the table, where others are none"
)]
pub const fn done(title: &'static str, past: &'static str) -> Option<Done> {
    Some(Done { title, past })
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "a column of the table, where others are none"
)]
pub const fn tried(title: &'static str, infinitive: &'static str) -> Option<Failed> {
    Some(Failed {
        title,
        clause: Clause::Tried(infinitive),
    })
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "a column of the table, where others are none"
)]
pub const fn told(title: &'static str, past: &'static str) -> Option<Failed> {
    Some(Failed {
        title,
        clause: Clause::Told(past),
    })
}
