//! What owners do to operators that are there: each is a change with its event, and none of them
//! takes the last active owner away or is done to oneself.
use rusqlite::Connection;

use super::change::{Done, Proposal, Recorded, Stop};
use super::operators::Operators;
use super::{factor_rows, operator_rows, pool_rows, session_rows, setting_rows};
use crate::base::{Error, Kind, Millis, Phc, Result};
use crate::model::safe::Label;
use crate::model::{
    Action, By, Operator, OperatorState, OwnEvent, Pool, PoolNo, Reason, RecordId, Role, Session,
    TEMPORARY_MS,
};

/// Who does something to whom, seen in which version.
pub struct Act {
    pub by: By,
    /// Number of the operator who acts; none: the command line.
    pub by_no: Option<i64>,
    pub id: RecordId,
    /// None: whatever it is now.
    pub version: Option<i64>,
}

/// The operator that a change is about, as of its transaction.
pub struct Subject {
    pub operator: Operator,
    pub is_own: bool,
    is_stale: bool,
}

impl Operators {
    /// Ends the sessions at once. From then on nothing that belongs to the operator opens
    /// anything.
    pub async fn deactivate(&self, act: Act) -> Result<()> {
        self.0
            .change(act.by.clone(), move |proposal| {
                let subject = Subject::read(proposal.conn(), &act)?;
                let operator = &subject.operator;
                if operator.state == OperatorState::Deactivated {
                    return Ok(proposal.unchanged(()));
                }
                let (conn, now) = (proposal.conn(), proposal.now());
                let open = session_rows::open_of(conn, operator.no)?;
                let event = subject.event(Action::OperatorDeactivate);
                if let Some(reason) = subject.refusal() {
                    return Err(refused(event, reason));
                }
                if subject.is_own {
                    return Err(refused(event, Reason::OwnAccount));
                }
                if is_last_owner(conn, operator)? {
                    return Err(refused(event, Reason::LastOwner));
                }
                let tokens = operator_rows::live_tokens(conn, operator.no)?;
                let event = event
                    .count("session_count", alive(conn, &open, now)?)
                    .count("token_count", tokens);
                let recorded = proposal.record(event)?;
                let deactivated = Operator {
                    state: OperatorState::Deactivated,
                    ..operator.clone()
                };
                operator_rows::update(&recorded, &deactivated)?;
                end(&recorded, &open)?;
                Ok(recorded.done(()))
            })
            .await
    }

    /// Lets a deactivated operator sign in again, with this temporary password. False: the
    /// operator was active, and the password is void.
    pub async fn reactivate(&self, act: Act, password: Phc) -> Result<bool> {
        self.0
            .change(act.by.clone(), move |proposal| {
                let subject = Subject::read(proposal.conn(), &act)?;
                if subject.operator.state == OperatorState::Active {
                    return Ok(proposal.unchanged(false));
                }
                let event = subject.event(Action::OperatorReactivate);
                if let Some(reason) = subject.refusal() {
                    return Err(refused(event, reason));
                }
                let recorded = proposal.record(event)?;
                let until = recorded.now() + TEMPORARY_MS;
                operator_rows::set_temporary(&recorded, subject.operator.no, &password, until)?;
                Ok(recorded.done(true))
            })
            .await
    }

    /// Replaces the password by a temporary one, and ends the sessions.
    pub async fn reset_password(&self, act: Act, password: Phc) -> Result<()> {
        self.0
            .change(act.by.clone(), move |proposal| {
                let subject = Subject::read(proposal.conn(), &act)?;
                let no = subject.operator.no;
                let open = session_rows::open_of(proposal.conn(), no)?;
                let event = subject.event(Action::OperatorPasswordReset);
                if let Some(reason) = subject.refusal_of_a_reset() {
                    return Err(refused(event, reason));
                }
                let ended = alive(proposal.conn(), &open, proposal.now())?;
                let recorded = proposal.record(event.count("session_count", ended))?;
                let until = recorded.now() + TEMPORARY_MS;
                operator_rows::set_temporary(&recorded, no, &password, until)?;
                factor_rows::reopen(&recorded, no)?;
                end(&recorded, &open)?;
                Ok(recorded.done(()))
            })
            .await
    }

    /// Takes the second factor and its recovery codes away, and ends the sessions.
    pub async fn reset_second_factor(&self, act: Act) -> Result<()> {
        self.0
            .change(act.by.clone(), move |proposal| {
                let subject = Subject::read(proposal.conn(), &act)?;
                let no = subject.operator.no;
                if factor_rows::find(proposal.conn(), no)?.is_none() {
                    return Ok(proposal.unchanged(()));
                }
                let open = session_rows::open_of(proposal.conn(), no)?;
                let event = subject.event(Action::OperatorTotpReset);
                if let Some(reason) = subject.refusal_of_a_reset() {
                    return Err(refused(event, reason));
                }
                let ended = alive(proposal.conn(), &open, proposal.now())?;
                let recorded = proposal.record(event.count("session_count", ended))?;
                factor_rows::clear(&recorded, no)?;
                end(&recorded, &open)?;
                Ok(recorded.done(()))
            })
            .await
    }

    /// Only from deactivated. A tombstone stays, so that past events keep a name.
    pub async fn delete(&self, act: Act) -> Result<()> {
        self.0
            .change(act.by.clone(), move |proposal| {
                let subject = Subject::read(proposal.conn(), &act)?;
                let event = subject.event(Action::OperatorDelete);
                if let Some(reason) = subject.refusal() {
                    return Err(refused(event, reason));
                }
                if subject.is_own {
                    return Err(refused(event, Reason::OwnAccount));
                }
                if subject.operator.state != OperatorState::Deactivated {
                    return Err(refused(event, Reason::InvalidState));
                }
                bury(proposal, &subject, event)
            })
            .await
    }
}

impl Subject {
    /// A deleted operator is not there.
    pub fn read(conn: &Connection, act: &Act) -> Result<Self> {
        let operator = operator_rows::find(conn, &act.id)?
            .filter(|it| it.state != OperatorState::Deleted)
            .ok_or_else(|| Error::new(Kind::NotFound, "There is no such operator."))?;
        let version = operator_rows::version(conn, operator.no)?;
        Ok(Self {
            is_own: act.by_no == Some(operator.no),
            is_stale: act.version.is_some_and(|it| it != version),
            operator,
        })
    }

    pub fn event(&self, action: Action) -> OwnEvent {
        OwnEvent::new(action).on(&self.operator.id, Label::gate(&self.operator.name).ok())
    }

    /// It was changed after it was read.
    pub fn refusal(&self) -> Option<Reason> {
        self.is_stale.then_some(Reason::Conflict)
    }

    /// Whoever resets a factor of their own would get around proving the present one.
    fn refusal_of_a_reset(&self) -> Option<Reason> {
        let is_active = self.operator.state == OperatorState::Active;
        self.refusal()
            .or(self.is_own.then_some(Reason::OwnAccount))
            .or((!is_active).then_some(Reason::InvalidState))
    }
}

pub fn refused(event: OwnEvent, reason: Reason) -> Stop {
    let kind = match reason {
        Reason::Conflict => Kind::ChangedMeanwhile,
        _ => Kind::InvalidState,
    };
    Stop::refused(event, reason, kind)
}

/// Counted in the transaction that would take one away.
pub fn is_last_owner(conn: &Connection, operator: &Operator) -> Result<bool> {
    let is_owner = |it: &Operator| it.role == Role::Owner && it.state == OperatorState::Active;
    if !is_owner(operator) {
        return Ok(false);
    }
    let mut others = operator_rows::all(conn)?.into_iter();
    Ok(!others.any(|it| it.no != operator.no && is_owner(&it)))
}

/// How many of these sessions still open something.
pub fn alive(conn: &Connection, sessions: &[Session], now: Millis) -> Result<i64> {
    let limits = setting_rows::all(conn)?.session_limits();
    let alive = sessions
        .iter()
        .filter(|it| it.is_alive(now, limits))
        .count();
    Ok(i64::try_from(alive).unwrap_or(i64::MAX))
}

pub fn end(recorded: &Recorded<'_, '_>, sessions: &[Session]) -> Result<()> {
    sessions
        .iter()
        .try_for_each(|it| session_rows::end(recorded, it))
}

pub fn unassigned(operator: &Operator, pool: &Pool, cause: &'static str) -> OwnEvent {
    OwnEvent::new(Action::OperatorUnassign)
        .in_pool(pool)
        .on(&operator.id, Label::gate(&operator.name).ok())
        .word("cause", cause)
}

/// The Pools to which an operator is assigned, in whatever state.
pub fn pools_of(conn: &Connection, operator_no: i64) -> Result<Vec<Pool>> {
    let assigned = operator_rows::assignments(conn)?;
    let is_assigned = |it: PoolNo| assigned.contains(&(operator_no, it));
    let pools = pool_rows::all(conn)?.into_iter();
    Ok(pools.filter(|it| is_assigned(it.no)).collect())
}

fn bury(proposal: Proposal<'_, '_>, subject: &Subject, event: OwnEvent) -> Result<Done<()>, Stop> {
    let operator = &subject.operator;
    let pools = pools_of(proposal.conn(), operator.no)?;
    let mut recorded = proposal.record(event)?;
    operator_rows::bury(&recorded, operator.no)?;
    factor_rows::clear(&recorded, operator.no)?;
    for pool in &pools {
        recorded = recorded.and(unassigned(operator, pool, "deleted"))?;
        operator_rows::set_assigned(&recorded, operator.no, pool.no, false)?;
    }
    Ok(recorded.done(()))
}
