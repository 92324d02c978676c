//! `/api-keys`: the list, new keys, and the receipt that shows a secret once.
use super::around::shell;
use super::fields::{find_text, text};
use super::key_life::expires;
use super::log_address::Address;
use crate::app::App;
use crate::base::{Kind, Millis, OrFail, Result};
use crate::gate::Person;
use crate::http::{Form, Request, Response};
use crate::model::{ApiKey, Filter, GateMode, KeyAct, Permission, Pool, Token};
use crate::store::{Expires, NewKey};
use crate::views::api_keys::{self, List, STATES};
use crate::views::key_form::{self, Typed};
use crate::views::key_receipt::{Receipt, Replaced};
use crate::views::{Choice, Times};

const UNLISTED: &str = "Choose from the lists.";

/// A key whose secret was just made.
pub struct Made {
    pub key: ApiKey,
    pub token: Token,
    /// The public beginning of the secret that it replaces.
    pub before: Option<String>,
}

pub async fn list(app: App, request: Request, person: Person) -> Result<Response> {
    let shown = Shown::read(&app, &person).await?;
    let html = shown.html(&app, &request, &person, Typed::default(), None, None);
    Ok(Response::html(html))
}

/// The answer to the form is the one page that ever shows the key.
pub async fn create(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    let now = app.clock().now();
    let keys = &app.store().api_keys;
    let created = match new_key(&form, &person, now) {
        Ok(new) => keys.create(person.by(&request), &person.scope, new).await,
        Err(error) => Err(error),
    };
    match created {
        Ok((key, token)) => {
            let before = None;
            let made = Made { key, token, before };
            receipt(&app, &request, &person, &made).await
        }
        Err(error) if error.kind().is_the_callers() => {
            let shown = Shown::read(&app, &person).await?;
            let problem = Some(error.public());
            let html = shown.html(&app, &request, &person, typed(&form), problem, None);
            Ok(Response::html(html).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

/// The list with the secret above it.
pub async fn receipt(
    app: &App,
    request: &Request,
    person: &Person,
    made: &Made,
) -> Result<Response> {
    let shown = Shown::read(app, person).await?;
    let html = shown.html(app, request, person, Typed::default(), None, Some(made));
    Ok(Response::html(html))
}

/// What this person may do with a key now. A key is moved only where there is somewhere to go.
pub fn offered(key: &ApiKey, pools: &[Pool], person: &Person, now: Millis) -> Vec<KeyAct> {
    let Some(pool) = pools.iter().find(|it| it.no == key.pool_no) else {
        return Vec::new();
    };
    let has_others = pools.iter().any(|it| it.no != pool.no && it.takes_keys());
    let acts = KeyAct::ALL.into_iter();
    acts.filter(|act| *act != KeyAct::Move || has_others)
        .filter(|act| key.allows(*act, pool.state, person.is_owner(), now).is_ok())
        .collect()
}

pub fn choices<'a>(pools: impl Iterator<Item = &'a Pool>) -> Vec<Choice<'a>> {
    let pools = pools.filter(|it| it.takes_keys()).map(|it| Choice {
        value: &it.slug,
        label: &it.name,
    });
    pools.collect()
}

fn new_key(form: &Form, person: &Person, now: Millis) -> Result<NewKey> {
    let mode = form.get("mode").unwrap_or(GateMode::Gated.as_str());
    Ok(NewKey {
        pool_slug: text(form, "pool").to_owned(),
        name: text(form, "name").to_owned(),
        permission: Permission::parse(text(form, "permission")).or_fail(Kind::Invalid, UNLISTED)?,
        mode: GateMode::parse(mode).or_fail(Kind::Invalid, UNLISTED)?,
        expires_ms: match expires(form, &person.zone, now)? {
            Expires::At(ms) => Some(ms),
            Expires::Never | Expires::Unchanged => None,
        },
    })
}

fn typed(form: &Form) -> Typed<'_> {
    let fresh = Typed::default();
    Typed {
        name: text(form, "name"),
        pool: text(form, "pool"),
        permission: Permission::parse(text(form, "permission")).unwrap_or(fresh.permission),
        mode: GateMode::parse(text(form, "mode")).unwrap_or(fresh.mode),
        expires: text(form, "expires"),
        expires_on: text(form, "expires_on"),
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
        made: Option<&Made>,
    ) -> String {
        let now = app.clock().now();
        let pools = choices(self.pools.iter());
        let (text, state) = find_text(request, &STATES);
        let wanted = text.to_lowercase();
        let keys = self.keys.iter().filter(|(_, key)| {
            let has = |field: &str| field.to_lowercase().contains(&wanted);
            let is_of_state = state.is_empty() || key.state_at(now).as_str() == state;
            is_of_state && (has(&key.name) || has(&key.prefix))
        });
        api_keys::list(&List {
            shell: shell(request, person, "/api-keys"),
            times: Times {
                now,
                zone: &person.zone,
            },
            keys: keys.map(|it| self.line(it, person, now)).collect(),
            form: (!pools.is_empty()).then_some(key_form::Form {
                pools,
                typed,
                error,
            }),
            receipt: made.map(|it| self.receipt(it, request)),
            text,
            state,
            total: self.keys.len(),
        })
    }

    fn line<'a>(
        &'a self,
        (id, key): &'a (String, ApiKey),
        person: &Person,
        now: Millis,
    ) -> api_keys::Key<'a> {
        api_keys::Key {
            id,
            name: &key.name,
            prefix: &key.prefix,
            permission: key.permission,
            pool_name: self.pool_name(key),
            last_used: key.used_ms,
            expires: key.expires_ms,
            state: key.state_at(now).as_str(),
            href: format!("/api-keys/{id}"),
            activity_href: Address::of(&Filter {
                target: Some(id.clone()),
                ..Filter::default()
            }),
            acts: offered(key, &self.pools, person, now),
        }
    }

    fn receipt<'a>(&'a self, made: &'a Made, request: &'a Request) -> Receipt<'a> {
        let key = &made.key;
        let mut ids = self.keys.iter().filter(|it| it.1.id == key.id);
        Receipt {
            id: ids.next().map_or("", |it| &it.0),
            name: &key.name,
            secret: made.token.reveal(),
            permission: key.permission,
            pool_name: self.pool_name(key),
            expires: key.expires_ms,
            replaced: made.before.as_deref().map(|prefix| Replaced {
                prefix,
                until: key.old.as_ref().map(|it| it.until_ms),
            }),
            base_url: request.base_url(),
        }
    }

    fn pool_name(&self, key: &ApiKey) -> &str {
        let pool = self.pools.iter().find(|it| it.no == key.pool_no);
        pool.map_or("", |it| &it.name)
    }
}
