//! `/invites`: owners invite somebody, replace a link, take an invite back.
use zeroize::Zeroizing;

use super::around::shell;
use super::fields::{find_text, problem, text, version};
use super::operator_form::{boxes, email, role};
use super::pools::about;
use crate::app::App;
use crate::base::{Error, HOUR_MS, Kind, Millis, OrFail, Result, random};
use crate::gate::{Owner, Person};
use crate::http::{Form, Request, Response};
use crate::model::{
    Invite, InviteSecret, InviteState, Operator, OperatorState, PoolNo, PoolState, RecordId,
    RecordKind, Role,
};
use crate::store::NewInvite;
use crate::views::confirm::{self, Question};
use crate::views::invite::{self, LIVES};
use crate::views::invites::{self, List, STATES};
use crate::views::layout::Nav;
use crate::views::lead::{Lead, Named};
use crate::views::{Glyph, Times, nothing, receipt};

const LIFE: &str = "72";
const EMAIL_TAKEN: &str = "This email address has an account or an open invite.";

pub async fn list(app: App, request: Request, owner: Owner) -> Result<Response> {
    let person = owner.0;
    let (text, state) = find_text(&request, &STATES);
    let now = app.clock().now();
    let mut all = app.store().invites.list().await?;
    let total = all.len();
    all.retain(|it| {
        let is_found = it.email.to_lowercase().contains(&text.to_lowercase());
        is_found && (state.is_empty() || it.state_at(now).as_str() == state)
    });
    let world = World::of(&app, &person);
    let ids: Vec<_> = all.iter().map(|it| it.id.to_string()).collect();
    let html = invites::list(&List {
        shell: shell(&request, &person, "/invites"),
        times: times(&app, &person),
        text,
        state,
        invites: all
            .iter()
            .zip(&ids)
            .map(|(it, id)| invites::Invite {
                id,
                email: &it.email,
                is_owner: it.role == Role::Owner,
                pools: world.pools(it),
                invited_by: world.operator(it.created_by),
                expires: it.expires_ms,
                state: it.state_at(now).as_str(),
                href: href(it),
                acts: acts(it, now),
            })
            .collect(),
        total,
    });
    Ok(Response::html(html))
}

pub async fn record(app: App, request: Request, owner: Owner) -> Result<Response> {
    let person = owner.0;
    let found = find(&app, &request).await?;
    let world = World::of(&app, &person);
    let now = app.clock().now();
    let id = found.id.to_string();
    let html = invite::page(&invite::Invite {
        shell: shell(&request, &person, "/invites"),
        times: times(&app, &person),
        id: &id,
        email: &found.email,
        is_owner: found.role == Role::Owner,
        pools: world.pools(&found),
        invited_by: world.operator(found.created_by),
        created: found.created_ms,
        expires: found.expires_ms,
        state: found.state_at(now).as_str(),
        operator: world.operator(found.accepted_by),
        acts: acts(&found, now),
        about_href: &about(&id),
    });
    Ok(Response::html(html))
}

pub async fn show_new(app: App, request: Request, owner: Owner) -> Result<Response> {
    let fresh = Typed {
        email: "",
        role: Role::Admin.as_str(),
        pools: Vec::new(),
        life: LIFE,
    };
    Ok(Response::html(form_page(
        &app, &request, &owner.0, &fresh, None,
    )))
}

/// The answer to the form is the one page that ever shows the link.
pub async fn create(app: App, request: Request, owner: Owner, form: Form) -> Result<Response> {
    let person = owner.0;
    let typed = Typed {
        email: text(&form, "email"),
        role: text(&form, "role"),
        pools: form.all("pool").collect(),
        life: text(&form, "life"),
    };
    let secret = secret();
    let created = match typed.checked(&person, &secret) {
        Ok(new) => {
            // One that is over does not stand in the way, whether or not that was recorded.
            app.store().invites.expire(app.clock().now()).await?;
            app.store().invites.create(person.by(&request), new).await
        }
        Err(error) => Err(error),
    };
    match created {
        Ok(invite) => Ok(shown_once(&app, &request, &person, &invite, &secret)),
        Err(error) if error.kind().is_the_callers() => {
            let problem = Some(problem(&error, EMAIL_TAKEN));
            let html = form_page(&app, &request, &person, &typed, problem);
            Ok(Response::html(html).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

pub async fn ask_renew(app: App, request: Request, owner: Owner) -> Result<Response> {
    let invite = find(&app, &request).await?;
    Ok(Response::html(question(
        &request, &owner.0, &invite, true, None,
    )))
}

pub async fn renew(app: App, request: Request, owner: Owner, form: Form) -> Result<Response> {
    let person = owner.0;
    let invite = find(&app, &request).await?;
    let secret = secret();
    let renewed = match life(text(&form, "life")) {
        Ok(life) => {
            let (by, read) = (person.by(&request), (invite.id, version(&form)));
            let invites = &app.store().invites;
            invites.renew(by, read, life, secret.digest()).await
        }
        Err(error) => Err(error),
    };
    match renewed {
        Ok(renewed) => Ok(shown_once(&app, &request, &person, &renewed, &secret)),
        Err(error) if error.kind().is_the_callers() => {
            let html = question(&request, &person, &invite, true, Some(&error));
            Ok(Response::html(html).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

pub async fn ask_revoke(app: App, request: Request, owner: Owner) -> Result<Response> {
    let invite = find(&app, &request).await?;
    Ok(Response::html(question(
        &request, &owner.0, &invite, false, None,
    )))
}

pub async fn revoke(app: App, request: Request, owner: Owner, form: Form) -> Result<Response> {
    let person = owner.0;
    let invite = find(&app, &request).await?;
    let (by, read) = (person.by(&request), (invite.id, version(&form)));
    match app.store().invites.revoke(by, read).await {
        Ok(()) => Ok(Response::redirect(&href(&invite))),
        Err(error) if error.kind().is_the_callers() => {
            let html = question(&request, &person, &invite, false, Some(&error));
            Ok(Response::html(html).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

/// What the form holds.
struct Typed<'a> {
    email: &'a str,
    role: &'a str,
    pools: Vec<&'a str>,
    life: &'a str,
}

impl Typed<'_> {
    fn checked(&self, person: &Person, secret: &InviteSecret) -> Result<NewInvite> {
        let mut pools: Vec<_> = self.pools.iter().map(|it| (*it).to_owned()).collect();
        pools.sort_unstable();
        pools.dedup();
        Ok(NewInvite {
            email: email(self.email)?,
            role: role(self.role)?,
            pools,
            life_ms: life(self.life)?,
            digest: secret.digest(),
            by_no: person.operator.no,
        })
    }
}

/// What the numbers in an invite stand for.
struct World {
    pools: Vec<(PoolNo, String)>,
    operators: Vec<Operator>,
}

impl World {
    fn of(app: &App, person: &Person) -> Self {
        Self {
            pools: app
                .store()
                .pools
                .list(&person.scope)
                .into_iter()
                .map(|it| match it.state {
                    PoolState::Deleted => (it.no, format!("{} (deleted)", it.name)),
                    PoolState::Active | PoolState::Disabled | PoolState::Archived => {
                        (it.no, it.name)
                    }
                })
                .collect(),
            operators: app.store().operators.list(),
        }
    }

    fn pools(&self, invite: &Invite) -> Vec<&str> {
        let invited = self.pools.iter().filter(|it| invite.pools.contains(&it.0));
        invited.map(|(_, name)| name.as_str()).collect()
    }

    fn operator(&self, no: Option<i64>) -> Option<Named<'_>> {
        let found = self.operators.iter().find(|it| Some(it.no) == no)?;
        let is_deleted = found.state == OperatorState::Deleted;
        let href = (!is_deleted).then(|| format!("/operators/{}", found.id));
        Some(Named {
            name: &found.name,
            lead: Lead::of(href, is_deleted),
        })
    }
}

async fn find(app: &App, request: &Request) -> Result<Invite> {
    let nothing = "There is no such invite.";
    let id = request
        .captured("id")
        .and_then(|it| RecordId::parse(RecordKind::Invite, it))
        .or_fail(Kind::NotFound, nothing)?;
    let invite = app.store().invites.find(id).await?;
    invite.or_fail(Kind::NotFound, nothing)
}

/// `/invites/…` alone is for the links that are passed on.
fn href(invite: &Invite) -> String {
    format!("/invites/id/{}", invite.id)
}

fn acts(invite: &Invite, now: Millis) -> Vec<(&'static str, String, bool)> {
    let state = invite.state_at(now);
    let is_active = state == InviteState::Active;
    let renews = is_active || state == InviteState::Expired;
    let renew = renews.then(|| ("Replace link…", format!("{}/renew", href(invite)), false));
    let revoke = is_active.then(|| ("Revoke…", format!("{}/revoke", href(invite)), true));
    renew.into_iter().chain(revoke).collect()
}

/// 256 bits.
fn secret() -> InviteSecret {
    InviteSecret::new(&Zeroizing::new(random::bytes()))
}

/// Hours as the form sends them.
fn life(hours: &str) -> Result<Millis> {
    let offered = LIVES.iter().any(|it| it.value == hours);
    let hours: Option<Millis> = hours.parse().ok().filter(|_| offered);
    let hours = hours.or_fail(
        Kind::Invalid,
        "Choose from the list how long the link works.",
    )?;
    Ok(hours * HOUR_MS)
}

fn question(
    request: &Request,
    person: &Person,
    invite: &Invite,
    renews: bool,
    error: Option<&Error>,
) -> String {
    let (question, verb): (&'static Question, _) = if renews {
        (&invite::RENEW, "renew")
    } else {
        (&invite::REVOKE, "revoke")
    };
    confirm::page(&confirm::Page {
        shell: shell(request, person, "/invites"),
        question,
        name: &format!("for {}", invite.email),
        action_href: &format!("{}/{verb}", href(invite)),
        version: invite.recorded_seq,
        back_href: &href(invite),
        error: error.map(Error::public),
        fields: if renews {
            invite::life(LIFE)
        } else {
            nothing()
        },
    })
}

fn form_page(
    app: &App,
    request: &Request,
    person: &Person,
    typed: &Typed<'_>,
    error: Option<&str>,
) -> String {
    let pools = app.store().pools.list(&person.scope);
    invite::form(&invite::Form {
        shell: shell(request, person, "/invites"),
        email: typed.email,
        is_owner: typed.role == Role::Owner.as_str(),
        pools: boxes(&pools, &typed.pools),
        life: typed.life,
        error,
    })
}

fn shown_once(
    app: &App,
    request: &Request,
    person: &Person,
    invite: &Invite,
    secret: &InviteSecret,
) -> Response {
    let title = format!("Invite link for {}", invite.email);
    let is_owner = invite.role == Role::Owner;
    let html = receipt::page(&receipt::Page {
        shell: shell(request, person, "/invites"),
        nav: Nav::Operators,
        title: &title,
        glyph: Glyph::Invite,
        secret: &secret.link(request.base_url()),
        copy: "Copy link",
        hint: "Pass it on in a way that others cannot read. Whoever opens it first becomes this \
               operator.",
        facts: invite::link(
            &invite.email,
            is_owner,
            invite.expires_ms,
            times(app, person),
        ),
        done_href: &href(invite),
        lost: "Lost it? Replace the link.",
    });
    Response::html(html)
}

fn times<'a>(app: &App, person: &'a Person) -> Times<'a> {
    Times {
        now: app.clock().now(),
        zone: &person.zone,
    }
}
