//! `annals serve --demo`: plays the script into a fresh instance, through the same doors that
//! people and programs use, under a clock that the script sets.
use serde::Serialize;
use zeroize::Zeroizing;

use super::script::{self, Delivery, KEYS, PEOPLE, POOLS, Person, Step, What};
use crate::app::App;
use crate::base::{DAY_MS, Error, Kind as Failure, MINUTE_MS, Millis, OrFail, Phc, Result, random};
use crate::gate::{self, SessionToken};
use crate::intake::{Format, PoolAsserted, Submitted};
use crate::model::safe::{Client, Email, Ip, Label};
use crate::model::{
    Action, ApiKey, By, Flood, GateMode, KeyAct, KeyState, Operator, OwnEvent, Permission, Reason,
    RecordId, RecordKind, Role, Scope, Session, Settings, Token, ViaKind, request_id, time,
};
use crate::store::{Asked, Events, Factor, FirstOwner, NewKey, NewOperator, NewSession, Origin};

/// What the first look needs.
pub struct Demo {
    pub email: &'static str,
    pub password: Zeroizing<String>,
    pub write_key: Token,
}

pub async fn play(app: &App) -> Result<Demo> {
    let now = app.clock().now();
    let password = Zeroizing::new(words());
    let phc = app.passwords().hash(password.clone()).await?;
    let mut stage = Stage::set(app, now, &phc).await?;
    for step in script::write(now) {
        app.clock().set(step.at_ms);
        stage.act(step).await?;
    }
    app.clock().follow_the_system();
    Ok(Demo {
        email: PEOPLE[0].email,
        password,
        write_key: stage.spare,
    })
}

/// The instance as the script needs it, and what it remembers between two steps.
struct Stage<'a> {
    app: &'a App,
    operators: Vec<Operator>,
    keys: Vec<ApiKey>,
    sessions: Vec<Option<Session>>,
    flood: Flood,
    spare: Token,
    number: u64,
}

impl<'a> Stage<'a> {
    async fn set(app: &'a App, now: Millis, phc: &Phc) -> Result<Self> {
        app.clock().set(now - script::DAYS * DAY_MS - 3 * MINUTE_MS);
        let store = app.store();
        let owner = bootstrap(app, phc).await?;
        let by = act(app, &PEOPLE[0], &owner, None);
        for slug in POOLS {
            store
                .pools
                .create(by.clone(), slug.to_owned(), slug)
                .await?;
        }
        let mut operators = vec![owner];
        for person in &PEOPLE[1..] {
            let slugs = person
                .pools
                .iter()
                .map(|it| POOLS[*it].to_owned())
                .collect();
            let new = new_operator(person, phc)?;
            operators.push(store.operators.create(by.clone(), new, slugs).await?);
        }
        let mut keys = Vec::new();
        for (name, pool) in KEYS {
            keys.push(key(app, &by, name, pool, Permission::Write).await?.0);
        }
        key(app, &by, "grafana", 0, Permission::Read).await?;
        let (_, spare) = key(app, &by, "first-event", 1, Permission::Write).await?;
        Ok(Self {
            app,
            sessions: operators.iter().map(|_| None).collect(),
            operators,
            keys,
            flood: Flood::default(),
            spare,
            number: 0,
        })
    }

    async fn act(&mut self, step: Step) -> Result<()> {
        match step.what {
            What::SignIn(person) => self.sign_in(person, step.at_ms).await,
            What::SignOut(person) => self.sign_out(person).await,
            What::WrongPassword(person, address) => {
                self.wrong_password(person, address, step.at_ms).await
            }
            What::PauseKey(person, key) => self.key(person, key, KeyAct::Pause).await,
            What::ResumeKey(person, key) => self.key(person, key, KeyAct::Resume).await,
            What::RevokeKey(person, key) => self.key(person, key, KeyAct::Revoke).await,
            What::Deliver(delivery) => self.deliver(&delivery, step.at_ms).await,
        }
    }

    async fn sign_in(&mut self, person: usize, now: Millis) -> Result<()> {
        let operator = &self.operators[person];
        let token = SessionToken::new();
        let id = RecordId::new(RecordKind::Session, random::bytes());
        let limits = self.app.store().settings.current().session_limits();
        let new = NewSession {
            id,
            digest: token.digest(),
            operator: operator.clone(),
            life_ms: limits.life_ms,
            is_known_browser: true,
            seen: self.app.store().operators.password_of(operator.no).await?,
            factor: Factor::Password,
        };
        let by = act(self.app, &PEOPLE[person], operator, Some(id));
        let opened = self.app.store().sessions.open(by, new).await?;
        opened.map_err(|it| Error::new(Failure::NotPermitted, it.phrase()))?;
        let session = self.app.store().sessions.by_digest(token.digest()).await?;
        self.sessions[person] = session.filter(|it| it.is_alive(now, limits));
        Ok(())
    }

    async fn sign_out(&mut self, person: usize) -> Result<()> {
        let Some(session) = self.sessions[person].take() else {
            return Ok(());
        };
        let by = act(
            self.app,
            &PEOPLE[person],
            &self.operators[person],
            Some(session.id),
        );
        self.app.store().sessions.close(by, session).await
    }

    async fn wrong_password(
        &mut self,
        person: usize,
        address: &'static str,
        now: Millis,
    ) -> Result<()> {
        let operator = &self.operators[person];
        let Some(count) = self.flood.note(operator.email.as_str(), now) else {
            return Ok(());
        };
        let event = OwnEvent::new(Action::AuthSignIn)
            .failed(Reason::WrongPassword)
            .on(&operator.id, Label::gate(&operator.name).ok())
            .word("method", "password")
            .count("attempt_count", i64::try_from(count).unwrap_or_default());
        let by = By {
            ip: Ip::parse(address).ok(),
            ..act(self.app, &PEOPLE[person], operator, None)
        };
        self.app.store().sessions.record_failure(by, event).await
    }

    async fn key(&mut self, person: usize, key: usize, act: KeyAct) -> Result<()> {
        let operator = &self.operators[person];
        let asked = Asked {
            scope: self.app.store().operators.scope(operator),
            id: self.keys[key].id,
            version: None,
        };
        let by = self::act(self.app, &PEOPLE[person], operator, None);
        let keys = &self.app.store().api_keys;
        self.keys[key] = keys.set_state(by, asked, act).await?;
        Ok(())
    }

    async fn deliver(&mut self, delivery: &Delivery, now: Millis) -> Result<()> {
        let key = &self.keys[delivery.key];
        if key.state != KeyState::Active {
            return Ok(());
        }
        self.number += 1;
        let text = text(delivery, self.number, now);
        let pool = self.app.store().pools.by_no(key.pool_no);
        let pool = pool.internal("a demo key has no Pool")?;
        let asserted = PoolAsserted {
            id: pool.id.bytes(),
            slug: &pool.slug,
            own_keys: &pool.detail_keys,
        };
        let intake = self.app.intake();
        let mode = key.mode.or_stricter(pool.mode);
        let submitted = intake.read(text.as_bytes(), Format::Json, mode, &asserted, now)?;
        let events = submitted
            .items
            .into_iter()
            .map(|it| match it {
                Submitted::Event(event) => Ok(*event),
                Submitted::Rejected(_) => Err(Error::new(
                    Failure::Internal,
                    "a demo event breaks the rules of ingest",
                )),
            })
            .collect::<Result<Vec<_>>>()?;
        let delivery = request_id(now, random::bytes());
        let ready = Events::prepare(key, &pool, events, delivery, now);
        self.app.store().events.deliver(key, ready, now).await?;
        Ok(())
    }
}

async fn bootstrap(app: &App, phc: &Phc) -> Result<Operator> {
    let owner = new_operator(&PEOPLE[0], phc)?;
    let person = gate::person_named(&owner.email, &owner.name);
    let first = FirstOwner {
        owner,
        settings: Settings {
            instance_name: "northwind".to_owned(),
            ..Settings::default()
        },
        session: RecordId::new(RecordKind::Session, random::bytes()),
        session_digest: SessionToken::new().digest(),
        session_life_ms: Settings::default().session_limits().life_ms,
    };
    let by = By {
        doer: person,
        ..by(app, &PEOPLE[0])
    };
    app.store().operators.bootstrap(by, first).await
}

async fn key(
    app: &App,
    by: &By,
    name: &str,
    pool: usize,
    permission: Permission,
) -> Result<(ApiKey, Token)> {
    let new = NewKey {
        pool_slug: POOLS[pool].to_owned(),
        name: name.to_owned(),
        permission,
        mode: GateMode::Gated,
        expires_ms: None,
    };
    let keys = &app.store().api_keys;
    keys.create(by.clone(), &Scope::of_the_host(), new).await
}

fn new_operator(person: &Person, phc: &Phc) -> Result<NewOperator> {
    Ok(NewOperator {
        email: Email::parse(person.email).ok().internal("a demo address")?,
        name: Label::gate(person.name).ok().internal("a demo name")?,
        role: if person.pools.is_empty() {
            Role::Owner
        } else {
            Role::Admin
        },
        password: phc.clone(),
        origin: Origin::CommandLine,
    })
}

fn act(app: &App, person: &Person, operator: &Operator, session: Option<RecordId>) -> By {
    By {
        doer: gate::doer(operator),
        session,
        ..by(app, person)
    }
}

fn by(app: &App, person: &Person) -> By {
    By {
        ip: Ip::parse(person.address).ok(),
        client: Client::from_user_agent(person.browser),
        via: ViaKind::Web,
        request: Some(request_id(app.clock().now(), random::bytes())),
        ..By::command_line()
    }
}

/// One delivered event as its system would send it.
fn text(delivery: &Delivery, number: u64, now: Millis) -> String {
    #[derive(Serialize)]
    struct Actor<'a> {
        r#type: &'a str,
        id: String,
        label: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        email: Option<&'a str>,
    }
    let kind = delivery.kind;
    let (who, which) = (100 + delivery.actor, 100 + delivery.target);
    let (name, target) = (kind.actors[delivery.actor], kind.targets[delivery.target]);
    let system = kind.actors.len() == 1;
    let actor = Actor {
        r#type: if system { "system" } else { "user" },
        id: format!("u-{who}"),
        label: name,
        email: name.contains('@').then_some(name),
    };
    let actor = serde_json::to_string(&actor).unwrap_or_default();
    let (outcome, reason, changes) = if delivery.fails {
        ("failure", format!(r#","reason":"{}""#, kind.reason), "")
    } else {
        ("success", String::new(), kind.changes)
    };
    // Between what happens and its delivery is a moment.
    let at = time::rfc3339(now - delivery.age_ms - 400 - now / 7 % 900);
    format!(
        r#"{{"id":"demo-{number}","occurred_at":"{at}","action":"{}","outcome":"{outcome}"{reason},
        "actor":{actor},"target":{{"kind":"{}","id":"{}-{which}","label":"{target}"}},
        "request_id":"r-{number}","ip":"10.20.{}.{who}","changes":[{changes}],"details":{{{}}}}}"#,
        kind.action, kind.target, kind.target, delivery.key, kind.details,
    )
}

/// A password that can be read out and typed.
fn words() -> String {
    const WORDS: [&str; 32] = [
        "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "islet", "juniper",
        "kelp", "larch", "maple", "nectar", "otter", "pebble", "quartz", "river", "sable",
        "tundra", "umber", "violet", "willow", "yarrow", "zephyr", "basalt", "clover", "dune",
        "fennel", "glade", "harbor", "lichen",
    ];
    let bytes: [u8; 5] = random::bytes();
    bytes
        .iter()
        .map(|it| WORDS[usize::from(it % 32)])
        .collect::<Vec<_>>()
        .join("-")
}
