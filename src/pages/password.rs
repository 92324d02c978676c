//! `/password`: one's own password is changed. Of whoever has a temporary one, nothing else opens.
use zeroize::Zeroizing;

use super::around::{bare, local_path};
use super::{cookies, proof};
use crate::app::App;
use crate::base::{Phc, Result};
use crate::gate::{Debt, SessionToken, SignedIn};
use crate::http::{Form, Request, Response};
use crate::model::{Action, OwnEvent, Reason, WeakPassword, check_password};
use crate::store::PasswordChange;
use crate::views::password::{self, Page};

/// Why a new password is not taken, as recorded and as said.
struct Refused(Reason, &'static str);

pub async fn show(app: App, request: Request, signed_in: SignedIn) -> Result<Response> {
    let next = next(request.query_value("next"), &signed_in);
    let html = page(&app, &request, &signed_in, next, None);
    Ok(Response::html(html))
}

pub async fn change(
    app: App,
    request: Request,
    signed_in: SignedIn,
    form: Form,
) -> Result<Response> {
    let next = next(form.get("next"), &signed_in).to_owned();
    let seen = match prove(&app, &signed_in, &form).await? {
        Ok(seen) => seen,
        Err(refused) => return refuse(&app, &request, &signed_in, &next, refused).await,
    };
    let wanted = form.secret("password").unwrap_or_default();
    let password = match taken(&app, &signed_in, &seen, wanted).await? {
        Ok(password) => password,
        Err(refused) => return refuse(&app, &request, &signed_in, &next, refused).await,
    };
    let token = SessionToken::new();
    let change = PasswordChange {
        event: event(&signed_in),
        operator_no: signed_in.operator.no,
        seen,
        password,
        session_no: signed_in.session.no,
        digest: token.digest(),
    };
    let by = signed_in.by(&request);
    app.store().operators.change_password(by, change).await?;
    Ok(Response::redirect(&next).with_cookie(&cookies::session(&request, &token)))
}

/// Whoever has just proved a temporary password need not copy it twice.
fn asks_current(app: &App, signed_in: &SignedIn) -> bool {
    !is_required(signed_in) || !signed_in.session.is_confirmed(app.clock().now())
}

fn is_required(signed_in: &SignedIn) -> bool {
    signed_in.owes == Some(Debt::Password)
}

/// The hash of the present password, once it is proved.
async fn prove(app: &App, signed_in: &SignedIn, form: &Form) -> Result<Result<Phc, Refused>> {
    if !asks_current(app, signed_in) {
        let no = signed_in.operator.no;
        return Ok(Ok(app.store().operators.password_of(no).await?));
    }
    let sent = form.secret("current").unwrap_or_default();
    let proved = proof::password(app, signed_in, sent).await?;
    Ok(proved.map_err(|reason| Refused(reason, proof::REFUSED)))
}

/// The hash of the new password, if it is one that may be taken.
async fn taken(
    app: &App,
    signed_in: &SignedIn,
    seen: &Phc,
    wanted: Zeroizing<String>,
) -> Result<Result<Phc, Refused>> {
    let operator = &signed_in.operator;
    let instance = &app.store().settings.current().instance_name;
    let about = [operator.email.as_str(), &operator.name, instance];
    let weak = |sentence| Ok(Err(Refused(Reason::WeakPassword, sentence)));
    if let Err(it) = check_password(&wanted, &about) {
        return weak(WeakPassword::sentence(it));
    }
    let (passwords, seen) = (app.passwords(), Some(seen.clone()));
    if passwords.verify(wanted.clone(), seen).await? {
        return weak("That is the password you have now. Choose another one.");
    }
    Ok(Ok(passwords.hash(wanted).await?))
}

async fn refuse(
    app: &App,
    request: &Request,
    signed_in: &SignedIn,
    next: &str,
    refused: Refused,
) -> Result<Response> {
    let Refused(reason, sentence) = refused;
    proof::record_failure(app, request, signed_in, event(signed_in), reason).await?;
    let html = page(app, request, signed_in, next, Some(sentence));
    Ok(Response::html(html).status(422))
}

fn event(signed_in: &SignedIn) -> OwnEvent {
    let is_required = is_required(signed_in);
    proof::event(Action::AuthPasswordChange, signed_in).flag("is_required", is_required)
}

fn next<'a>(sent: Option<&'a str>, signed_in: &SignedIn) -> &'a str {
    let otherwise = if is_required(signed_in) {
        "/audit-logs"
    } else {
        "/account"
    };
    local_path(sent.unwrap_or(otherwise))
}

fn page(
    app: &App,
    request: &Request,
    signed_in: &SignedIn,
    next: &str,
    error: Option<&str>,
) -> String {
    password::page(&Page {
        bare: bare(request),
        csrf: &signed_in.form_token,
        email: &signed_in.operator.email,
        is_required: is_required(signed_in),
        asks_current: asks_current(app, signed_in),
        next,
        error,
    })
}
