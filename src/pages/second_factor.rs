//! `/account/second-factor` and `/account/recovery-codes`: one's own second factor.
use zeroize::Zeroizing;

use super::around::bare;
use super::fields::text;
use super::{cookies, proof};
use crate::app::App;
use crate::base::{Error, Hash, Kind, Result, hex, random, unhex};
use crate::gate::{Debt, SessionToken, SignedIn};
use crate::http::{Form, Request, Response, encoded};
use crate::model::{Action, RECOVERY_CODES, Reason, RecoveryCode, Seed};
use crate::store::{Enrolment, OwnFactor};
use crate::views::second_factor::{self, Ask, Codes, Question, Setup};

/// A new seed at every look; the form carries it sealed, so that nothing is kept before a code
/// proved it.
pub async fn show(app: App, request: Request, signed_in: SignedIn) -> Result<Response> {
    let seed = Seed::new(random::bytes());
    let html = setup(&app, &request, &signed_in, &seed, None)?;
    Ok(Response::html(html))
}

pub async fn enroll(
    app: App,
    request: Request,
    signed_in: SignedIn,
    form: Form,
) -> Result<Response> {
    let sealed = unhex(text(&form, "setup")).unwrap_or_default();
    let opened = app.store().sealer().open(&place(&signed_in), &sealed);
    let seed = opened.ok().and_then(|it| Seed::from_opened(&it));
    let Some(seed) = seed else {
        return Ok(Response::redirect("/account/second-factor"));
    };
    let Some(step) = seed.step_of(text(&form, "code"), app.clock().now()) else {
        let event = proof::event(Action::AuthTotpEnroll, &signed_in);
        let reason = Reason::WrongCode;
        proof::record_failure(&app, &request, &signed_in, event, reason).await?;
        let problem = Some("That is not the code that the app shows for this key now.");
        let html = setup(&app, &request, &signed_in, &seed, problem)?;
        return Ok(Response::html(html).status(422));
    };
    let (codes, digests) = new_codes();
    let (own, token) = own(&request, &signed_in, Action::AuthTotpEnroll);
    let new = Enrolment {
        seed,
        step,
        codes: digests,
    };
    app.store().factors.enroll(own, new).await?;
    let cookie = cookies::session(&request, &token);
    Ok(receipt(&request, &codes).with_cookie(&cookie))
}

pub async fn ask_remove(app: App, request: Request, signed_in: SignedIn) -> Result<Response> {
    refuse_without(&app, &signed_in)?;
    let html = question(&request, &signed_in, Question::Remove, None);
    Ok(Response::html(html))
}

/// Whoever may not go without one can only replace it.
pub async fn remove(app: App, request: Request, signed_in: SignedIn, _: Form) -> Result<Response> {
    let required = app.store().settings.current().totp_required;
    if required.applies_to(signed_in.operator.role) {
        let event = proof::event(Action::AuthTotpRemove, &signed_in);
        let reason = Reason::InvalidState;
        proof::record_failure(&app, &request, &signed_in, event, reason).await?;
        let problem = Some("This instance requires a second factor. Replace the app instead.");
        let html = question(&request, &signed_in, Question::Remove, problem);
        return Ok(Response::html(html).status(409));
    }
    let (own, token) = own(&request, &signed_in, Action::AuthTotpRemove);
    app.store().factors.remove(own).await?;
    let cookie = cookies::session(&request, &token);
    Ok(Response::redirect("/account").with_cookie(&cookie))
}

pub async fn ask_codes(app: App, request: Request, signed_in: SignedIn) -> Result<Response> {
    refuse_without(&app, &signed_in)?;
    let html = question(&request, &signed_in, Question::RenewCodes, None);
    Ok(Response::html(html))
}

pub async fn renew_codes(
    app: App,
    request: Request,
    signed_in: SignedIn,
    _: Form,
) -> Result<Response> {
    if let Err(refusal) = refuse_without(&app, &signed_in) {
        let event = proof::event(Action::AuthRecoveryCodesCreate, &signed_in);
        let reason = Reason::InvalidState;
        proof::record_failure(&app, &request, &signed_in, event, reason).await?;
        return Err(refusal);
    }
    let (codes, digests) = new_codes();
    let (by, no) = (signed_in.by(&request), signed_in.operator.no);
    app.store().factors.renew_codes(by, no, digests).await?;
    Ok(receipt(&request, &codes))
}

fn refuse_without(app: &App, signed_in: &SignedIn) -> Result<()> {
    if app.store().factors.has(signed_in.operator.no) {
        return Ok(());
    }
    Err(Error::new(Kind::NotFound, "There is no second factor."))
}

fn own(request: &Request, signed_in: &SignedIn, action: Action) -> (OwnFactor, SessionToken) {
    let token = SessionToken::new();
    let own = OwnFactor {
        by: signed_in.by(request),
        event: proof::event(action, signed_in),
        operator_no: signed_in.operator.no,
        session_no: signed_in.session.no,
        digest: token.digest(),
    };
    (own, token)
}

fn new_codes() -> (Vec<Zeroizing<String>>, Vec<Hash>) {
    let codes = (0..RECOVERY_CODES).map(|_| RecoveryCode::new(&random::bytes()));
    codes.map(|it| (it.reveal(), it.digest())).unzip()
}

/// What the form carries opens in this session alone.
fn place(signed_in: &SignedIn) -> String {
    format!("second_factor|setup|{}", signed_in.session.id)
}

fn setup(
    app: &App,
    request: &Request,
    signed_in: &SignedIn,
    seed: &Seed,
    error: Option<&str>,
) -> Result<String> {
    let instance = &app.store().settings.current().instance_name;
    let issuer = if instance.is_empty() {
        "Annals"
    } else {
        instance
    };
    let email = &signed_in.operator.email;
    let sealed = app.store().sealer().seal(&place(signed_in), seed.bytes())?;
    Ok(second_factor::setup(&Setup {
        bare: bare(request),
        csrf: &signed_in.form_token,
        email,
        is_required: signed_in.owes == Some(Debt::SecondFactor),
        is_replacement: app.store().factors.has(signed_in.operator.no),
        address: &seed.address(&encoded(issuer), &encoded(email)),
        secret: &seed.text(),
        sealed: &hex(&sealed),
        error,
    }))
}

/// The answer to the form is the one page that ever shows the codes.
fn receipt(request: &Request, codes: &[Zeroizing<String>]) -> Response {
    let codes = codes.iter().map(|it| it.as_str()).collect();
    Response::html(second_factor::codes(&Codes {
        bare: bare(request),
        codes,
    }))
}

fn question(
    request: &Request,
    signed_in: &SignedIn,
    question: Question,
    error: Option<&str>,
) -> String {
    second_factor::ask(&Ask {
        bare: bare(request),
        csrf: &signed_in.form_token,
        question,
        error,
    })
}
