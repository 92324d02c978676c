//! `/sign-in/code` and `/sign-in/recovery`: the second step of signing in.
use super::around::{bare, local_path};
use super::fields::text;
use super::opening::{self, Proved};
use crate::app::App;
use crate::base::Result;
use crate::gate::PendingSignIn;
use crate::http::{Form, Request, Response};
use crate::model::{Action, Reason, RecoveryCode};
use crate::store::Factor;
use crate::views::sign_in_code::{self, Page, Step};

pub async fn show(_: App, request: Request, _: PendingSignIn) -> Result<Response> {
    Ok(Response::html(page(&request, Step::Code, None)))
}

pub async fn show_recovery(_: App, request: Request, _: PendingSignIn) -> Result<Response> {
    Ok(Response::html(page(&request, Step::Recovery, None)))
}

pub async fn check(
    app: App,
    request: Request,
    pending: PendingSignIn,
    form: Form,
) -> Result<Response> {
    let factor = Factor::Code(form.secret("code").unwrap_or_default());
    finish(&app, &request, &pending, &form, factor, Step::Code).await
}

pub async fn recover(
    app: App,
    request: Request,
    pending: PendingSignIn,
    form: Form,
) -> Result<Response> {
    let factor = Factor::Recovery(RecoveryCode::sent(text(&form, "code")).digest());
    finish(&app, &request, &pending, &form, factor, Step::Recovery).await
}

async fn finish(
    app: &App,
    request: &Request,
    pending: &PendingSignIn,
    form: &Form,
    factor: Factor,
    step: Step,
) -> Result<Response> {
    let next = local_path(form.get("next").unwrap_or_default());
    let proved = Proved {
        operator: &pending.operator,
        seen: pending.seen.clone(),
        is_known_browser: pending.is_known_browser,
    };
    let reason = match opening::open(app, request, proved, factor, next).await? {
        Ok(opened) => {
            app.end_pending(&pending.digest);
            return Ok(opened);
        }
        Err(reason) => reason,
    };
    let action = match step {
        Step::Code => Action::AuthSignIn,
        Step::Recovery => Action::AuthRecoveryCodeUse,
    };
    // Wrong codes of an app are counted where they are compared, and recorded there.
    if step == Step::Recovery || reason != Reason::WrongCode {
        opening::record_refused(app, request, &pending.operator, action, reason).await?;
    }
    let error = match reason {
        Reason::CodeReused => "This code was used already. Wait for the next one.",
        Reason::Paused => {
            "There were too many wrong codes. Ask an owner for a temporary password, or use a \
             recovery code."
        }
        _ => "That is not the code. After five tries, sign in again.",
    };
    let html = page_with(request, step, next, Some(error));
    Ok(Response::html(html).status(403))
}

fn page(request: &Request, step: Step, error: Option<&str>) -> String {
    let next = local_path(request.query_value("next").unwrap_or_default());
    page_with(request, step, next, error)
}

fn page_with(request: &Request, step: Step, next: &str, error: Option<&str>) -> String {
    sign_in_code::page(&Page {
        bare: bare(request),
        step,
        next,
        error,
    })
}
