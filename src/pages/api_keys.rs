//! `/api-keys`: list, create with a receipt shown once, pause, resume, revoke.
use super::around::shell;
use super::fields::{text, version};
use super::log_address::Address;
use super::pools::about;
use crate::app::App;
use crate::base::{DAY_MS, Kind, Millis, OrFail, Result};
use crate::gate::Person;
use crate::http::{Form, Request, Response};
use crate::model::{
    ApiKey, Filter, GateMode, KeyState, Permission, Pool, PoolState, RecordId, RecordKind, Token,
};
use crate::store::NewKey;
use crate::views::api_keys::{self, List, Receipt, Typed};
use crate::views::confirm::{self, Question};
use crate::views::{Choice, Times, api_key, nothing};

const FRESH: Typed<'_> = Typed {
    name: "",
    pool: "",
    permission: api_keys::Permission::Write,
    expires: "90",
};

pub async fn list(app: App, request: Request, person: Person) -> Result<Response> {
    let shown = Shown::read(&app, &person).await?;
    let html = shown.html(&app, &request, &person, FRESH, None, None);
    Ok(Response::html(html))
}

/// The answer to the form is the one page that ever shows the key.
pub async fn create(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    let text = |name| text(&form, name);
    let unlisted = "Choose from the lists.";
    let permission = Permission::parse(text("permission")).or_fail(Kind::Invalid, unlisted)?;
    let mode = match form.get("mode") {
        Some(mode) => GateMode::parse(mode).or_fail(Kind::Invalid, unlisted)?,
        None => GateMode::Gated,
    };
    let typed = Typed {
        name: text("name"),
        pool: text("pool"),
        permission: shown_permission(permission),
        expires: text("expires"),
    };
    let new = NewKey {
        pool_slug: typed.pool.to_owned(),
        name: typed.name.to_owned(),
        permission,
        mode,
        expires_ms: expires(typed.expires, app.clock().now())?,
    };
    let keys = &app.store().api_keys;
    let created = keys.create(person.by(&request), &person.scope, new).await;
    let shown = Shown::read(&app, &person).await?;
    match created {
        Ok((key, token)) => {
            let created = Some((&key, &token));
            let html = shown.html(&app, &request, &person, FRESH, None, created);
            Ok(Response::html(html))
        }
        Err(error) if error.kind().is_the_callers() => {
            let problem = Some(error.public());
            let html = shown.html(&app, &request, &person, typed, problem, None);
            Ok(Response::html(html).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

pub async fn record(app: App, request: Request, person: Person) -> Result<Response> {
    let key = find(&app, &request, &person).await?;
    let pools = app.store().pools.list(&person.scope);
    let pool = pools.iter().find(|it| it.no == key.pool_no);
    let now = app.clock().now();
    let id = key.id.to_string();
    let html = api_key::page(&api_key::ApiKey {
        shell: shell(&request, &person, "/api-keys"),
        times: Times {
            now,
            zone: &person.zone,
        },
        id: &id,
        name: &key.name,
        prefix: &key.prefix,
        permission: key.permission.as_str(),
        mode: key.mode,
        pool_name: pool.map_or("", |it| &it.name),
        pool_href: pool.map(|it| format!("/pools/{}", it.id)),
        last_used: key.used_ms,
        expires: key.expires_ms,
        state: state(&key, now),
        about_href: &about(&id),
    });
    Ok(Response::html(html))
}

pub async fn ask_pause(app: App, request: Request, person: Person) -> Result<Response> {
    ask(&app, &request, &person, KeyState::Paused).await
}

pub async fn ask_resume(app: App, request: Request, person: Person) -> Result<Response> {
    ask(&app, &request, &person, KeyState::Active).await
}

pub async fn ask_revoke(app: App, request: Request, person: Person) -> Result<Response> {
    ask(&app, &request, &person, KeyState::Revoked).await
}

pub async fn pause(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    set(&app, &request, &person, &form, KeyState::Paused).await
}

pub async fn resume(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    set(&app, &request, &person, &form, KeyState::Active).await
}

pub async fn revoke(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    set(&app, &request, &person, &form, KeyState::Revoked).await
}

async fn ask(app: &App, request: &Request, person: &Person, to: KeyState) -> Result<Response> {
    let key = find(app, request, person).await?;
    let (question, verb) = words(to);
    let html = confirm::page(&confirm::Page {
        shell: shell(request, person, "/api-keys"),
        question,
        name: &key.name,
        action_href: &format!("/api-keys/{}/{verb}", key.id),
        version: key.recorded_seq,
        back_href: "/api-keys",
        error: None,
        fields: nothing(),
    });
    Ok(Response::html(html))
}

async fn set(
    app: &App,
    request: &Request,
    person: &Person,
    form: &Form,
    to: KeyState,
) -> Result<Response> {
    let key = find(app, request, person).await?;
    app.store()
        .api_keys
        .set_state(
            person.by(request),
            &person.scope,
            key.id,
            to,
            Some(version(form)),
        )
        .await?;
    Ok(Response::redirect("/api-keys"))
}

async fn find(app: &App, request: &Request, person: &Person) -> Result<ApiKey> {
    let nothing = "There is no such API key.";
    let id = request
        .captured("id")
        .and_then(|it| RecordId::parse(RecordKind::ApiKey, it))
        .or_fail(Kind::NotFound, nothing)?;
    let key = app.store().api_keys.find(&person.scope, id).await?;
    key.or_fail(Kind::NotFound, nothing)
}

fn words(to: KeyState) -> (&'static Question, &'static str) {
    match to {
        KeyState::Paused => (&api_key::PAUSE, "pause"),
        KeyState::Active => (&api_key::RESUME, "resume"),
        KeyState::Revoked => (&api_key::REVOKE, "revoke"),
    }
}

/// Days of life as the form sends them; "never" is none.
fn expires(days: &str, now: Millis) -> Result<Option<Millis>> {
    if days == "never" {
        return Ok(None);
    }
    let offered = api_keys::EXPIRES.iter().any(|it| it.value == days);
    let days: Option<i64> = days.parse().ok().filter(|_| offered);
    let days = days.or_fail(Kind::Invalid, "Choose from the list when the key expires.")?;
    Ok(Some(now + days * DAY_MS))
}

fn state(key: &ApiKey, now: Millis) -> &'static str {
    if key.state != KeyState::Revoked && key.is_expired(now) {
        return "expired";
    }
    key.state.as_str()
}

fn shown_permission(permission: Permission) -> api_keys::Permission {
    match permission {
        Permission::Write => api_keys::Permission::Write,
        Permission::Read => api_keys::Permission::Read,
    }
}

/// The keys and their Pools as of now.
struct Shown {
    keys: Vec<(String, ApiKey)>,
    pools: Vec<Pool>,
}

impl Shown {
    async fn read(app: &App, person: &Person) -> Result<Self> {
        let keys = app.store().api_keys.list(&person.scope).await?;
        Ok(Self {
            keys: keys.into_iter().map(|it| (it.id.to_string(), it)).collect(),
            pools: app.store().pools.list(&person.scope),
        })
    }

    fn html(
        &self,
        app: &App,
        request: &Request,
        person: &Person,
        typed: Typed<'_>,
        error: Option<&str>,
        created: Option<(&ApiKey, &Token)>,
    ) -> String {
        let now = app.clock().now();
        let created_id = created.map(|(key, _)| key.id.to_string());
        let open = self.pools.iter().filter(|it| it.state == PoolState::Active);
        let pools: Vec<_> = open
            .map(|it| Choice {
                value: &it.slug,
                label: &it.name,
            })
            .collect();
        api_keys::list(&List {
            shell: shell(request, person, "/api-keys"),
            times: Times {
                now,
                zone: &person.zone,
            },
            keys: self.keys.iter().map(|it| self.line(it, now)).collect(),
            form: (!pools.is_empty()).then_some(api_keys::Form {
                pools,
                typed,
                error,
            }),
            receipt: created.map(|(key, token)| Receipt {
                id: created_id.as_deref().unwrap_or_default(),
                name: &key.name,
                secret: token.reveal(),
                permission: shown_permission(key.permission),
                pool_name: self.pool_name(key),
                expires: key.expires_ms,
                base_url: request.base_url(),
            }),
        })
    }

    fn line<'a>(&'a self, (id, key): &'a (String, ApiKey), now: Millis) -> api_keys::Key<'a> {
        let pool = self.pools.iter().find(|it| it.no == key.pool_no);
        let takes_changes = pool.is_some_and(|it| it.state == PoolState::Active);
        let to = |allowed: bool, verb| allowed.then(|| format!("/api-keys/{id}/{verb}"));
        api_keys::Key {
            id,
            name: &key.name,
            prefix: &key.prefix,
            permission: shown_permission(key.permission),
            pool_name: self.pool_name(key),
            last_used: key.used_ms,
            expires: key.expires_ms,
            state: state(key, now),
            href: format!("/api-keys/{id}"),
            activity_href: Address::of(&Filter {
                target: Some(id.clone()),
                ..Filter::default()
            }),
            pause_href: to(key.state == KeyState::Active, "pause"),
            resume_href: to(key.state == KeyState::Paused && takes_changes, "resume"),
            revoke_href: to(key.state != KeyState::Revoked, "revoke"),
        }
    }

    fn pool_name(&self, key: &ApiKey) -> &str {
        let pool = self.pools.iter().find(|it| it.no == key.pool_no);
        pool.map_or("", |it| &it.name)
    }
}
