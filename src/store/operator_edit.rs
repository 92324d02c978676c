//! The form that edits an operator: name, address, role and Pools are one change. Each difference
//! is an event of its own kind; what stays as it is writes nothing.
use rusqlite::Connection;

use super::change::{Recorded, Stop};
use super::operator_changes::{Act, Subject, end, is_last_owner, pools_of, refused, unassigned};
use super::operators::{Operators, assigned};
use super::{operator_rows, pool_rows, session_rows};
use crate::base::{Error, Kind, Result};
use crate::model::safe::{Detail, Email, Label, Word};
use crate::model::{Action, Operator, OwnEvent, Pool, Reason, Role, Session};

/// What the form asks for.
pub struct Edit {
    pub email: Email,
    pub name: Label,
    pub role: Role,
    /// Slugs of an admin's Pools; an owner needs none.
    pub pools: Vec<String>,
}

/// One difference: what is recorded, and what is then stored.
struct Step {
    event: OwnEvent,
    change: Change,
}

enum Change {
    Fields,
    Assign(Pool),
    Unassign(Pool),
}

impl Operators {
    /// Another role ends the sessions, and promotion the assignments.
    pub async fn edit(&self, act: Act, edit: Edit) -> Result<()> {
        self.0
            .change(act.by.clone(), move |proposal| {
                let conn = proposal.conn();
                let subject = Subject::read(conn, &act)?;
                let before = &subject.operator;
                let after = Operator {
                    email: edit.email.as_str().to_owned(),
                    name: edit.name.as_str().to_owned(),
                    role: edit.role,
                    ..before.clone()
                };
                let steps = checked(conn, &subject, &after, steps(conn, before, &after, &edit)?)?;
                let sessions = if before.role == after.role {
                    Vec::new()
                } else {
                    session_rows::open_of(conn, before.no)?
                };
                let mut steps = steps.into_iter();
                let Some(first) = steps.next() else {
                    return Ok(proposal.unchanged(()));
                };
                let mut recorded = proposal.record(first.event)?;
                store(&recorded, &after, &sessions, first.change)?;
                for step in steps {
                    recorded = recorded.and(step.event)?;
                    store(&recorded, &after, &sessions, step.change)?;
                }
                Ok(recorded.done(()))
            })
            .await
    }
}

/// Every difference, the person's own fields first: they are what a refusal is recorded as.
fn steps(conn: &Connection, before: &Operator, after: &Operator, edit: &Edit) -> Result<Vec<Step>> {
    let now = pools_of(conn, before.no)?;
    let wanted = wanted(conn, edit)?;
    let has = |pools: &[Pool], pool: &Pool| pools.iter().any(|it| it.no == pool.no);
    let cause = if after.role == before.role {
        "edited"
    } else {
        "role_changed"
    };
    let fields = fields(before, after).map(|event| Step {
        event,
        change: Change::Fields,
    });
    let added = wanted.iter().filter(|it| !has(&now, it)).map(|pool| Step {
        event: assigned(after, pool),
        change: Change::Assign(pool.clone()),
    });
    let removed = now.iter().filter(|it| !has(&wanted, it)).map(|pool| Step {
        event: unassigned(after, pool, cause),
        change: Change::Unassign(pool.clone()),
    });
    Ok(fields.into_iter().chain(added).chain(removed).collect())
}

fn wanted(conn: &Connection, edit: &Edit) -> Result<Vec<Pool>> {
    if edit.role == Role::Owner {
        return Ok(Vec::new());
    }
    let mut pools = pool_rows::all(conn)?;
    let is_known = |slug: &String| pools.iter().any(|it| it.slug == *slug);
    if !edit.pools.iter().all(is_known) {
        return Err(Error::new(Kind::Invalid, "Choose Pools from the list."));
    }
    pools.retain(|it| edit.pools.contains(&it.slug));
    Ok(pools)
}

/// One event for what changed of the person; none: nothing did.
fn fields(before: &Operator, after: &Operator) -> Option<OwnEvent> {
    let mut event =
        OwnEvent::new(Action::OperatorUpdate).on(&before.id, Label::gate(&after.name).ok());
    let label = |text: &str| Label::gate(text).ok().map(Detail::Label);
    let word = |role: Role| Some(Detail::Word(Word::fixed(role.as_str())));
    let mut is_other = false;
    if before.name != after.name {
        event = event.changed("name", label(&before.name), label(&after.name));
        is_other = true;
    }
    if before.email != after.email {
        event = event.changed("email", label(&before.email), label(&after.email));
        is_other = true;
    }
    if before.role != after.role {
        event = event.changed("role", word(before.role), word(after.role));
        is_other = true;
    }
    is_other.then_some(event)
}

/// The steps, if all of them may be taken.
fn checked(
    conn: &Connection,
    subject: &Subject,
    after: &Operator,
    mut steps: Vec<Step>,
) -> Result<Vec<Step>, Stop> {
    if steps.is_empty() {
        return Ok(steps);
    }
    if let Some(reason) = refusal(conn, subject, after)? {
        let first = steps.swap_remove(0);
        let event = match first.change {
            // What was wanted did not come about: no difference is told.
            Change::Fields => subject.event(Action::OperatorUpdate),
            Change::Assign(_) | Change::Unassign(_) => first.event,
        };
        return Err(refused(event, reason));
    }
    let is_closed = |it: &Step| match &it.change {
        Change::Assign(pool) => !pool.state.is_open_to_admins(),
        Change::Fields | Change::Unassign(_) => false,
    };
    match steps.iter().position(is_closed) {
        Some(at) => Err(refused(steps.swap_remove(at).event, Reason::InvalidState)),
        None => Ok(steps),
    }
}

fn refusal(conn: &Connection, subject: &Subject, after: &Operator) -> Result<Option<Reason>> {
    let before = &subject.operator;
    if let Some(reason) = subject.refusal() {
        return Ok(Some(reason));
    }
    if before.role == Role::Owner && after.role != Role::Owner {
        if subject.is_own {
            return Ok(Some(Reason::OwnAccount));
        }
        if is_last_owner(conn, before)? {
            return Ok(Some(Reason::LastOwner));
        }
    }
    let namesake = operator_rows::by_email(conn, &after.email)?;
    let is_taken = namesake.is_some_and(|(it, _)| it.no != before.no);
    Ok(is_taken.then_some(Reason::NameTaken))
}

fn store(
    recorded: &Recorded<'_, '_>,
    after: &Operator,
    sessions: &[Session],
    change: Change,
) -> Result<()> {
    match change {
        Change::Fields => {
            operator_rows::update(recorded, after)?;
            end(recorded, sessions)
        }
        Change::Assign(pool) => operator_rows::set_assigned(recorded, after.no, pool.no, true),
        Change::Unassign(pool) => operator_rows::set_assigned(recorded, after.no, pool.no, false),
    }
}
