//! `/invites/{token}`: the invited person chooses a name and a password, and is signed in.
use zeroize::Zeroizing;

use super::around::bare;
use super::cookies;
use super::fields::text;
use crate::app::App;
use crate::base::{Error, Kind, Result, random};
use crate::gate::{Device, SessionToken, newcomer, stranger};
use crate::http::{Form, Request, Response};
use crate::model::safe::{Email, Label};
use crate::model::{
    Action, By, Doer, Invite, InviteSecret, OwnEvent, RecordId, RecordKind, Refusal, Role,
    WeakPassword, check_password,
};
use crate::store::{Acceptance, Closed};
use crate::views::invitation::{self, Page};

pub async fn show(app: App, request: Request) -> Result<Response> {
    let found = find(&app, &request).await?;
    let now = app.clock().now();
    match found.filter(|it| it.closed_for(now).is_none()) {
        Some(invite) => Ok(page(&app, &request, &invite, "", None)),
        None => Ok(closed(&request)),
    }
}

pub async fn accept(app: App, request: Request, form: Form) -> Result<Response> {
    let Some(invite) = find(&app, &request).await? else {
        let closed = Closed {
            invite: None,
            reason: crate::model::Reason::Denied,
        };
        return refuse(&app, &request, closed).await;
    };
    if let Some(reason) = invite.closed_for(app.clock().now()) {
        let invite = Some(invite);
        return refuse(&app, &request, Closed { invite, reason }).await;
    }
    let typed = text(&form, "name");
    let password = form.secret("password").unwrap_or_default();
    let name = match checked(&app, &invite, typed, &password) {
        Ok(name) => name,
        Err(problem) => {
            return Ok(page(&app, &request, &invite, typed, Some(problem)).status(422));
        }
    };
    let token = SessionToken::new();
    let operator = RecordId::new(RecordKind::Operator, random::bytes());
    let session = RecordId::new(RecordKind::Session, random::bytes());
    let by = By {
        session: Some(session),
        ..stranger(&request, newcomer(&operator, &invite.email, &name))
    };
    let acceptance = Acceptance {
        digest: secret(&request).digest(),
        operator,
        name,
        password: app.passwords().hash(password).await?,
        session,
        session_digest: token.digest(),
        session_life_ms: app.store().settings.current().session_limits().life_ms,
    };
    match app.store().invites.accept(by, acceptance).await? {
        Ok(operator) => {
            let device = Device::of(&request).remember(&app, &request, &operator.id);
            Ok(Response::redirect("/audit-logs")
                .with_cookie(&cookies::session(&request, &token))
                .with_cookie(&device))
        }
        Err(closed) => refuse(&app, &request, closed).await,
    }
}

/// The invite behind the link, whatever has become of it. Guessing is bounded.
async fn find(app: &App, request: &Request) -> Result<Option<Invite>> {
    let from = request.client_network();
    if !app.may_try_invite(&from) {
        return Err(Error::new(
            Kind::RateLimited,
            "Too many tries. Wait a minute.",
        ));
    }
    let invites = &app.store().invites;
    let found = invites.by_digest(secret(request).digest()).await?;
    if found.is_none() {
        app.miss_invite(&from);
    }
    Ok(found)
}

fn secret(request: &Request) -> InviteSecret {
    InviteSecret::sent(request.captured("token").unwrap_or_default())
}

fn checked(
    app: &App,
    invite: &Invite,
    name: &str,
    password: &Zeroizing<String>,
) -> Result<Label, &'static str> {
    let name = Label::gate(name).map_err(Refusal::sentence)?;
    let instance = &app.store().settings.current().instance_name;
    let about = [&invite.email, name.as_str(), instance];
    check_password(password, &about).map_err(WeakPassword::sentence)?;
    Ok(name)
}

/// Recorded with its reason; the page says none. Who it was is not known.
async fn refuse(app: &App, request: &Request, refused: Closed) -> Result<Response> {
    let which = refused.invite.as_ref().map_or(0, |it| it.no);
    let what = format!("invite.accept {which} {}", refused.reason.as_str());
    if let Some(count) = app.note_flood(&what) {
        let mut event = OwnEvent::new(Action::InviteAccept)
            .failed(refused.reason)
            .count("attempt_count", i64::try_from(count).unwrap_or(i64::MAX));
        let mut doer = Doer::System("invite page");
        if let Some(invite) = &refused.invite {
            event = event
                .on(&invite.id, Label::gate(&invite.email).ok())
                .word("role", invite.role.as_str());
            doer = Doer::Person {
                id: None,
                email: Email::parse(&invite.email).ok(),
                label: None,
            };
        }
        let by = stranger(request, doer);
        app.store().sessions.record_failure(by, event).await?;
    }
    Ok(closed(request))
}

/// The same bytes for every link that opens nothing.
fn closed(request: &Request) -> Response {
    Response::html(invitation::closed(bare(request))).status(404)
}

fn page(
    app: &App,
    request: &Request,
    invite: &Invite,
    name: &str,
    error: Option<&str>,
) -> Response {
    let pools: Vec<_> = invite
        .pools
        .iter()
        .filter_map(|it| app.store().pools.by_no(*it))
        .filter(|it| it.state.is_open_to_admins())
        .collect();
    Response::html(invitation::page(&Page {
        bare: bare(request),
        email: &invite.email,
        is_owner: invite.role == Role::Owner,
        pools: pools.iter().map(|it| it.name.as_str()).collect(),
        name,
        error,
    }))
}
