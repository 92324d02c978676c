//! Proving once more, in a session, that one is who one is.
use zeroize::Zeroizing;

use crate::app::App;
use crate::base::{Phc, Result};
use crate::gate::SignedIn;
use crate::http::Request;
use crate::model::safe::Label;
use crate::model::{Action, Attempt, OwnEvent, Reason};

/// One text, whether or not it is paused now.
pub const REFUSED: &str = "That is not right. After 6 wrong attempts, this pauses for 15 minutes.";

/// Compares the operator's password, and returns what it was compared with. Guesses in one session
/// are paused like those of a browser, so that a stolen session does not open the account.
pub async fn password(
    app: &App,
    signed_in: &SignedIn,
    sent: Zeroizing<String>,
) -> Result<Result<Phc, Reason>> {
    let session = signed_in.session.id.bytes();
    let attempt = Attempt::of_browser(app.forms().digest(&[b"proof\0", session]));
    if app.admit(&attempt).is_none() {
        return Ok(Err(Reason::Paused));
    }
    let phc = app
        .store()
        .operators
        .password_of(signed_in.operator.no)
        .await?;
    match app.passwords().verify(sent, Some(phc.clone())).await {
        Ok(true) => {
            app.succeed(&attempt);
            Ok(Ok(phc))
        }
        Ok(false) => Ok(Err(Reason::WrongPassword)),
        Err(busy) => {
            app.take_back(&attempt);
            Err(busy)
        }
    }
}

/// Something that one does to the own account.
pub fn event(action: Action, signed_in: &SignedIn) -> OwnEvent {
    let operator = &signed_in.operator;
    OwnEvent::new(action).on(&operator.id, Label::gate(&operator.name).ok())
}

/// Records that it failed, unless that is said often enough by now.
pub async fn record_failure(
    app: &App,
    request: &Request,
    signed_in: &SignedIn,
    event: OwnEvent,
    reason: Reason,
) -> Result<()> {
    let (action, no) = (event.action().name(), signed_in.operator.no);
    let Some(count) = app.note_flood(&format!("{action} {} {no}", reason.as_str())) else {
        return Ok(());
    };
    let event = event
        .failed(reason)
        .count("attempt_count", i64::try_from(count).unwrap_or(i64::MAX));
    app.store().record(signed_in.by(request), event).await
}
