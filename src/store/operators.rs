//! Operators: who may sign in, the first owner, and those made on the command line.
use super::change::{Recorded, Stop};
use super::db::Db;
use super::{operator_rows, pool_rows, session_rows, setting_rows};
use crate::base::{Error, Hash, Kind, Phc, Result, random};
use crate::model::safe::{Email, Label};
use crate::model::{
    Action, By, Operator, OperatorState, OwnEvent, Pool, Reason, RecordId, RecordKind, Role, Scope,
    Session, Settings,
};

#[derive(Clone)]
pub struct Operators(Db);

/// A person whose texts are checked already.
pub struct NewOperator {
    pub email: Email,
    pub name: Label,
    pub role: Role,
    pub password: Phc,
}

/// What the set-up page decides.
pub struct FirstOwner {
    pub owner: NewOperator,
    pub settings: Settings,
    pub session: RecordId,
    pub session_digest: Hash,
    pub session_life_ms: i64,
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

    /// What the operator may see at this moment.
    pub fn scope(&self, operator: &Operator) -> Scope {
        let standing = self.0.standing();
        Scope::of_operator(operator.role, standing.assigned(operator.no))
    }

    /// The account with this address, in any state, and its password hash.
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
                let event = OwnEvent::new(Action::AuthBootstrap).word("method", "setup_code");
                if !operator_rows::all(proposal.conn())?.is_empty() {
                    return Err(Stop::refused(event, Reason::InvalidState, Kind::NotFound));
                }
                let session = Session {
                    no: 0,
                    id: first.session,
                    operator_no: owner.no,
                    started_ms: proposal.now(),
                    expires_ms: proposal.now() + first.session_life_ms,
                    used_ms: proposal.now(),
                    confirmed_ms: proposal.now(),
                };
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

    /// For the command line: an operator with a known password, and the Pools of an admin.
    pub async fn create(&self, by: By, new: NewOperator, slugs: Vec<String>) -> Result<Operator> {
        self.0
            .change(by, move |proposal| {
                let conn = proposal.conn();
                let pools = pools_named(pool_rows::all(conn)?, &slugs)?;
                let no = operator_rows::next_no(conn)?;
                let operator = operator(&new, no, proposal.now());
                let event = OwnEvent::new(Action::OperatorCreate)
                    .word("role", new.role.as_str())
                    .word("method", "command_line");
                if operator_rows::by_email(conn, new.email.as_str())?.is_some() {
                    return Err(Stop::refused(event, Reason::NameTaken, Kind::InvalidState));
                }
                let mut recorded =
                    proposal.record(event.on(&operator.id, Some(new.name.clone())))?;
                operator_rows::insert(&recorded, &operator, &new.password)?;
                for pool in &pools {
                    recorded = recorded.and(
                        OwnEvent::new(Action::OperatorAssign)
                            .in_pool(pool)
                            .on(&operator.id, Some(new.name.clone()))
                            .word("role", new.role.as_str()),
                    )?;
                    operator_rows::assign(&recorded, operator.no, pool.no)?;
                }
                Ok(recorded.done(operator))
            })
            .await
    }
}

fn operator(new: &NewOperator, no: i64, now: i64) -> Operator {
    Operator {
        no,
        id: RecordId::new(RecordKind::Operator, random::bytes()),
        email: new.email.as_str().to_owned(),
        name: new.name.as_str().to_owned(),
        role: new.role,
        state: OperatorState::Active,
        created_ms: now,
    }
}

fn store_settings(recorded: &Recorded<'_, '_>, settings: &Settings) -> Result<()> {
    setting_rows::insert(recorded, "instance_name", &settings.instance_name)?;
    setting_rows::insert(recorded, "time_zone", &settings.time_zone)
}

fn pools_named(pools: Vec<Pool>, slugs: &[String]) -> Result<Vec<Pool>> {
    let found: Vec<_> = pools
        .into_iter()
        .filter(|it| slugs.contains(&it.slug) && it.state.is_open_to_admins())
        .collect();
    if found.len() == slugs.len() {
        Ok(found)
    } else {
        Err(Error::new(
            Kind::NotFound,
            "There is no such Pool, or it was named twice.",
        ))
    }
}
