//! `/sign-in` and `/sign-out`. One answer for every attempt that fails, in the same time.
use zeroize::Zeroizing;

use super::around::{bare, local_path};
use super::cookies;
use super::opening::{self, Proved};
use crate::app::App;
use crate::base::{Error, Kind, Phc, Result};
use crate::gate::{Device, SessionToken, SignedIn, doer, is_session_over, person_typed, stranger};
use crate::http::{CLEAR_SITE_DATA, Form, Request, Response, encoded};
use crate::model::safe::Label;
use crate::model::{
    Action, Attempt, By, Doer, FAILURES_MAX, Operator, OperatorState, OwnEvent, PAUSE_MINUTES,
    Pending, Reached, Reason, RecordId, RecordKind,
};
use crate::store::Factor;
use crate::views::sign_in::{self, Limit, Note, Page};

pub async fn show(app: App, request: Request) -> Result<Response> {
    if app.store().operators.is_empty() {
        return Ok(Response::redirect("/setup"));
    }
    let next = local_path(request.query_value("next").unwrap_or_default());
    let note = if is_session_over(&app, &request).await? {
        Note::SessionEnded
    } else {
        Note::None
    };
    Ok(Response::html(page(&request, next, "", note)))
}

pub async fn sign_in(app: App, request: Request, form: Form) -> Result<Response> {
    let email = form.get("email").unwrap_or_default().trim().to_owned();
    let next = local_path(form.get("next").unwrap_or_default()).to_owned();
    let password = form.secret("password").unwrap_or_default();
    let account = app.store().operators.by_email(email.clone()).await?;
    let known = account.as_ref().map(|(it, _)| it);
    let attempt = attempt(&app, &request, &email, known);
    let is_known_browser = attempt.known_browser.is_some();
    let (refused, reached) = match app.admit(&attempt) {
        None => (Reason::Paused, Vec::new()),
        Some(reached) => match check(&app, &attempt, account.as_ref(), password).await? {
            Ok((operator, seen)) => {
                let proved = Proved {
                    operator,
                    seen: seen.clone(),
                    is_known_browser,
                };
                return go_on(&app, &request, proved, &next).await;
            }
            Err(refused) => (refused, reached),
        },
    };
    let failed = failure(&app, &request, &email, known, refused);
    let failed = failed.map(|(by, it)| (by, it.flag("is_known_browser", is_known_browser)));
    let pauses = reached
        .into_iter()
        .filter_map(|it| pause(&app, &request, known, it));
    record(&app, failed.into_iter().chain(pauses).collect());
    // Only who knows the password reads that it is over.
    let note = match refused {
        Reason::Expired => Note::Expired,
        _ => Note::Refused,
    };
    let html = page(&request, &next, &email, note);
    Ok(Response::html(html).status(403))
}

/// Compares the password, or a dummy where there is none to compare with.
async fn check<'a>(
    app: &App,
    attempt: &Attempt,
    account: Option<&'a (Operator, Phc)>,
    password: Zeroizing<String>,
) -> Result<std::result::Result<&'a (Operator, Phc), Reason>> {
    let active = account.filter(|(it, _)| it.state == OperatorState::Active);
    let phc = active.map(|(_, phc)| phc.clone());
    let matches = match app.passwords().verify(password, phc).await {
        Ok(matches) => matches,
        Err(busy) => {
            app.take_back(attempt);
            return Err(busy);
        }
    };
    Ok(match (active, account) {
        (Some((operator, _)), _) if matches && !operator.may_enter(app.clock().now()) => {
            Err(Reason::Expired)
        }
        (Some(account), _) if matches => {
            app.succeed(attempt);
            Ok(account)
        }
        (Some(_), _) => Err(Reason::WrongPassword),
        (None, Some(_)) => Err(Reason::AccountDeactivated),
        (None, None) => Err(Reason::UnknownAccount),
    })
}

pub async fn sign_out(
    app: App,
    request: Request,
    signed_in: SignedIn,
    _: Form,
) -> Result<Response> {
    let by = signed_in.by(&request);
    app.store().sessions.close(by, signed_in.session).await?;
    Ok(Response::redirect("/sign-in")
        .with_cookie(&cookies::no_session(&request))
        .with(CLEAR_SITE_DATA, "\"cache\", \"storage\""))
}

/// In, or to the second step of whoever has a second factor.
async fn go_on(app: &App, request: &Request, proved: Proved<'_>, next: &str) -> Result<Response> {
    if !app.store().factors.has(proved.operator.no) {
        let opened = opening::open(app, request, proved, Factor::Password, next).await?;
        // Without a second factor there is none to be wrong.
        return opened.map_err(|it| Error::new(Kind::NotPermitted, it.phrase()));
    }
    let token = SessionToken::new();
    let pending = Pending {
        operator_no: proved.operator.no,
        seen: proved.seen,
        is_known_browser: proved.is_known_browser,
    };
    app.begin_pending(token.digest(), pending);
    let to = Response::redirect(&format!("/sign-in/code?next={}", encoded(next)));
    Ok(to.with_cookie(&cookies::pending(request, &token)))
}

/// The actor is the account that was tried; who it was is not verified.
fn failure(
    app: &App,
    request: &Request,
    email: &str,
    known: Option<&Operator>,
    reason: Reason,
) -> Option<(By, OwnEvent)> {
    // Unknown accounts count as one, or a list of addresses would fill the log.
    let account = known.map_or_else(String::new, |it| it.no.to_string());
    let what = format!("auth.sign_in {account}");
    let count = app.note_flood(&what)?;
    let mut event = OwnEvent::new(Action::AuthSignIn)
        .failed(reason)
        .word("method", "password")
        .count("attempt_count", i64::try_from(count).unwrap_or(i64::MAX));
    if let Some(operator) = known {
        event = event.on(&operator.id, Label::gate(&operator.name).ok());
    }
    let doer = known.map_or_else(|| person_typed(app.digester(), email), doer);
    Some((stranger(request, doer), event))
}

fn pause(
    app: &App,
    request: &Request,
    known: Option<&Operator>,
    reached: Reached,
) -> Option<(By, OwnEvent)> {
    let known = known.filter(|_| reached.limit.is_of_an_account());
    let account = known.map_or_else(String::new, |it| it.no.to_string());
    app.note_flood(&format!("auth.lockout {account}"))?;
    let mut event = OwnEvent::new(Action::AuthLockout)
        .failed(Reason::Paused)
        .count("attempt_count", i64::from(reached.limit.failures_max()))
        .time("until_at", Some(reached.until_ms));
    if let Some(operator) = known {
        event = event.on(&operator.id, Label::gate(&operator.name).ok());
    }
    let protection = Doer::System("sign-in protection");
    Some((stranger(request, protection), event))
}

/// The answer does not wait for it: not every failure is written down, and the time that writing
/// takes would tell which accounts there are. The refusal stands even where it cannot be recorded.
fn record(app: &App, events: Vec<(By, OwnEvent)>) {
    let store = app.store().clone();
    tokio::spawn(async move {
        for (by, event) in events {
            if let Err(error) = store.sessions.record_failure(by, event).await {
                tracing::error!(?error, "a refused sign-in was not recorded");
            }
        }
    });
}

/// What failures are counted by: the account as typed, from where, and in which browser.
fn attempt(app: &App, request: &Request, email: &str, known: Option<&Operator>) -> Attempt {
    let (email, network) = (email.to_lowercase(), request.client_network());
    let digest = |what: &[u8], email: &str, network: &str| {
        let parts = [what, email.as_bytes(), b"\0", network.as_bytes()];
        app.forms().digest(&parts)
    };
    // An account that is not there takes the same time.
    let nobody = RecordId::new(RecordKind::Operator, [0; 16]);
    let account = known.map_or(&nobody, |it| &it.id);
    Attempt {
        account: digest(b"account\0", &email, ""),
        address: digest(b"address\0", "", &network),
        place: digest(b"place\0", &email, &network),
        known_browser: Device::of(request).known_to(app, account),
    }
}

fn page(request: &Request, next: &str, email: &str, note: Note) -> String {
    sign_in::page(&Page {
        bare: bare(request),
        csrf: "",
        next,
        email,
        note,
        limit: Limit {
            attempts: FAILURES_MAX,
            minutes: u32::try_from(PAUSE_MINUTES).unwrap_or_default(),
        },
    })
}
