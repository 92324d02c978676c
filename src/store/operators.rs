//! Operators: who may sign in, the first owner, and those who are added later.
use rusqlite::Connection;

use super::change::{Recorded, Stop};
use super::db::Db;
use super::{operator_rows, pool_rows, session_rows, setting_rows};
use crate::base::{Error, Hash, Kind, Millis, Phc, Result, random};
use crate::model::safe::{Email, Label};
use crate::model::{
    Action, By, OPERATORS_MAX, Operator, OperatorState, OwnEvent, Pool, Reason, RecordId,
    RecordKind, Role, Scope, Section, Session, Settings, TEMPORARY_MS,
};

#[derive(Clone)]
pub struct Operators(pub(super) Db);

/// A person whose texts are checked already.
pub struct NewOperator {
    pub email: Email,
    pub name: Label,
    pub role: Role,
    pub password: Phc,
    pub origin: Origin,
}

/// How somebody becomes an operator.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Origin {
    SetUp,
    CommandLine,
    /// Added by an owner, who knows the password: it only opens the page to change it.
    Console,
}

/// What the set-up page decides.
pub struct FirstOwner {
    pub owner: NewOperator,
    pub settings: Settings,
    pub session: RecordId,
    pub session_digest: Hash,
    pub session_life_ms: i64,
}

impl Origin {
    fn as_str(self) -> &'static str {
        match self {
            Self::SetUp => "setup_code",
            Self::CommandLine => "command_line",
            Self::Console => "console",
        }
    }
}

impl Operators {
    pub fn new(db: Db) -> Self {
        Self(db)
    }

    /// Whether there is nobody yet: the set-up page exists only then.
    pub fn is_empty(&self) -> bool {
        self.0.standing().operators().is_empty()
    }

    pub fn list(&self) -> Vec<Operator> {
        self.0.standing().operators().to_vec()
    }

    pub fn by_no(&self, no: i64) -> Option<Operator> {
        self.0.standing().operator(no).cloned()
    }

    pub fn find(&self, id: &RecordId) -> Option<Operator> {
        let standing = self.0.standing();
        standing.operators().iter().find(|it| it.id == *id).cloned()
    }

    /// The Pools that the operator is assigned to, in whatever state.
    pub fn assigned(&self, operator_no: i64) -> Vec<Pool> {
        self.0.standing().assigned(operator_no).cloned().collect()
    }

    /// When an operator last signed in.
    pub async fn last_sign_in(&self, operator_no: i64) -> Result<Option<i64>> {
        self.0
            .read(move |conn| session_rows::last_started(conn, operator_no))
            .await
    }

    /// The version that an edit of the operator, or of the assignments, must name.
    pub async fn version(&self, operator_no: i64) -> Result<i64> {
        self.0
            .read(move |conn| operator_rows::version(conn, operator_no))
            .await
    }

    /// What the operator may see at this moment.
    pub fn scope(&self, operator: &Operator) -> Scope {
        let standing = self.0.standing();
        Scope::of_operator(operator.role, standing.assigned(operator.no))
    }

    /// The account with this address and its password hash; deleted ones have none.
    pub async fn by_email(&self, email: String) -> Result<Option<(Operator, Phc)>> {
        self.0
            .read(move |conn| operator_rows::by_email(conn, &email))
            .await
    }

    /// Creates the first owner, the settings and the first session together; fails once anybody
    /// exists.
    pub async fn bootstrap(&self, by: By, first: FirstOwner) -> Result<Operator> {
        let browser = by.session_label();
        self.0
            .change(by, move |proposal| {
                let owner = operator(&first.owner, 1, proposal.now());
                let event = OwnEvent::new(Action::AuthBootstrap)
                    .word("method", first.owner.origin.as_str());
                if !operator_rows::all(proposal.conn())?.is_empty() {
                    return Err(Stop::refused(event, Reason::InvalidState, Kind::NotFound));
                }
                let (now, life) = (proposal.now(), first.session_life_ms);
                let session = Session::opened(first.session, owner.no, now, life);
                let recorded = proposal
                    .record(event.on(&owner.id, Some(first.owner.name.clone())))?
                    .and(
                        OwnEvent::new(Action::AuthSignIn)
                            .on(&session.id, browser)
                            .word("method", "setup_code"),
                    )?;
                operator_rows::insert(&recorded, &owner, &first.owner.password)?;
                session_rows::insert(&recorded, &session, &first.session_digest)?;
                store_settings(&recorded, &first.settings)?;
                Ok(recorded.done(owner))
            })
            .await
    }

    /// Adds an operator, with the Pools of an admin.
    pub async fn create(&self, by: By, new: NewOperator, slugs: Vec<String>) -> Result<Operator> {
        self.0
            .change(by, move |proposal| {
                let conn = proposal.conn();
                let pools = pools_named(pool_rows::all(conn)?, &slugs)?;
                let pools = if new.role == Role::Owner {
                    &[]
                } else {
                    &pools[..]
                };
                let operator = operator(&new, operator_rows::next_no(conn)?, proposal.now());
                let event = OwnEvent::new(Action::OperatorCreate)
                    .word("role", new.role.as_str())
                    .word("method", new.origin.as_str());
                if let Some(reason) = refuses(conn, &new.email)? {
                    return Err(Stop::refused(event, reason, Kind::InvalidState));
                }
                let recorded = proposal.record(event.on(&operator.id, Some(new.name.clone())))?;
                let recorded = insert(recorded, &operator, &new.password, pools)?;
                Ok(recorded.done(operator))
            })
            .await
    }
}

/// Stores the operator whose creation was just recorded, and assigns the Pools.
pub fn insert<'a, 'tx>(
    mut recorded: Recorded<'a, 'tx>,
    operator: &Operator,
    password: &Phc,
    pools: &[Pool],
) -> Result<Recorded<'a, 'tx>, Stop> {
    operator_rows::insert(&recorded, operator, password)?;
    for pool in pools {
        recorded = recorded.and(assigned(operator, pool))?;
        operator_rows::set_assigned(&recorded, operator.no, pool.no, true)?;
    }
    Ok(recorded)
}

pub fn assigned(operator: &Operator, pool: &Pool) -> OwnEvent {
    OwnEvent::new(Action::OperatorAssign)
        .in_pool(pool)
        .on(&operator.id, Label::gate(&operator.name).ok())
        .word("role", operator.role.as_str())
}

fn refuses(conn: &Connection, email: &Email) -> Result<Option<Reason>> {
    if operator_rows::by_email(conn, email.as_str())?.is_some() {
        return Ok(Some(Reason::NameTaken));
    }
    let operators = operator_rows::all(conn)?.into_iter();
    let living = operators.filter(|it| it.state != OperatorState::Deleted);
    Ok((living.count() >= OPERATORS_MAX).then_some(Reason::OutOfRange))
}

fn operator(new: &NewOperator, no: i64, now: Millis) -> Operator {
    let is_temporary = new.origin == Origin::Console;
    Operator {
        no,
        id: RecordId::new(RecordKind::Operator, random::bytes()),
        email: new.email.as_str().to_owned(),
        name: new.name.as_str().to_owned(),
        role: new.role,
        state: OperatorState::Active,
        temporary_until_ms: is_temporary.then_some(now + TEMPORARY_MS),
        created_ms: now,
    }
}

fn store_settings(recorded: &Recorded<'_, '_>, settings: &Settings) -> Result<()> {
    let mut decided = Section::Instance.settings();
    decided.try_for_each(|it| setting_rows::set(recorded, it, settings))
}

/// The open Pools with these slugs.
pub fn pools_named(pools: Vec<Pool>, slugs: &[String]) -> Result<Vec<Pool>> {
    let found: Vec<_> = pools
        .into_iter()
        .filter(|it| slugs.contains(&it.slug) && it.state.is_open_to_admins())
        .collect();
    if found.len() == slugs.len() {
        Ok(found)
    } else {
        Err(Error::new(
            Kind::Invalid,
            "There is no such Pool, or it was named twice.",
        ))
    }
}
