//! `/confirm`: a factor proved again before a change that needs a fresh one.
use super::around::{bare, local_path};
use super::{cookies, proof};
use crate::app::App;
use crate::base::Result;
use crate::gate::{SessionToken, SignedIn, keep, still};
use crate::http::{Form, Request, Response};
use crate::model::{Action, Reason};
use crate::store::Factor;
use crate::views::step_up::{self, Page};

pub async fn show(app: App, request: Request, signed_in: SignedIn) -> Result<Response> {
    let next = local_path(request.query_value("next").unwrap_or_default());
    let html = step_up::page(&page(&app, &request, &signed_in, next, None, None));
    Ok(Response::html(html))
}

pub async fn confirm(
    app: App,
    request: Request,
    signed_in: SignedIn,
    form: Form,
) -> Result<Response> {
    if request.query_value("late").is_some() {
        return ask_late(&app, &request, &signed_in, &form);
    }
    let next = local_path(form.get("next").unwrap_or_default());
    let kept = still(&form);
    let event = proof::event(Action::AuthStepUp, &signed_in).word("purpose", purpose(next));
    let has_factor = app.store().factors.has(signed_in.operator.no);
    let factor = if has_factor {
        Factor::Code(form.secret("code").unwrap_or_default())
    } else {
        Factor::Password
    };
    let event = event.word("method", factor.method());
    let refused = if has_factor {
        None
    } else {
        let sent = form.secret("password").unwrap_or_default();
        proof::password(&app, &signed_in, sent).await?.err()
    };
    if let Some(reason) = refused {
        proof::record_failure(&app, &request, &signed_in, event, reason).await?;
        return Ok(refuse(&app, &request, &signed_in, next, kept));
    }
    let token = SessionToken::new();
    let (by, session) = (signed_in.by(&request), signed_in.session.clone());
    let sessions = &app.store().sessions;
    let confirmed = sessions.confirm(by, session, event, token.digest(), factor);
    match confirmed.await? {
        Ok(()) => {
            let cookie = cookies::session(&request, &token);
            let on = match kept {
                Some(_) => Response::passed_on(next),
                None => Response::redirect(next),
            };
            Ok(on.with_cookie(&cookie))
        }
        Err(Reason::WrongCode) => Ok(refuse(&app, &request, &signed_in, next, kept)),
        Err(reason) => {
            let event = proof::event(Action::AuthStepUp, &signed_in).word("method", "totp");
            proof::record_failure(&app, &request, &signed_in, event, reason).await?;
            Ok(refuse(&app, &request, &signed_in, next, kept))
        }
    }
}

/// A form was sent to another page, and came too late. It waits on this one.
fn ask_late(app: &App, request: &Request, signed_in: &SignedIn, form: &Form) -> Result<Response> {
    let next = local_path(request.query_value("next").unwrap_or_default());
    let kept = keep(app, &signed_in.session, next, form)?;
    let html = step_up::page(&page(app, request, signed_in, next, Some(&kept), None));
    Ok(Response::html(html))
}

fn refuse(
    app: &App,
    request: &Request,
    signed_in: &SignedIn,
    next: &str,
    kept: Option<&str>,
) -> Response {
    let refused = Some(proof::REFUSED);
    let html = step_up::page(&page(app, request, signed_in, next, kept, refused));
    Response::html(html).status(403)
}

/// What it is confirmed for, by the first part of the address.
fn purpose(next: &str) -> &'static str {
    const PURPOSES: [&str; 6] = [
        "operators",
        "invites",
        "pools",
        "settings",
        "account",
        "upstreams",
    ];
    let first = next.trim_start_matches('/').split(['/', '?', '#']).next();
    let known = PURPOSES.into_iter().find(|it| Some(*it) == first);
    known.unwrap_or("other")
}

fn page<'a>(
    app: &App,
    request: &Request,
    signed_in: &'a SignedIn,
    next: &'a str,
    kept: Option<&'a str>,
    error: Option<&'a str>,
) -> Page<'a> {
    Page {
        bare: bare(request),
        csrf: &signed_in.form_token,
        email: &signed_in.operator.email,
        next,
        asks_code: app.store().factors.has(signed_in.operator.no),
        kept,
        error,
    }
}
