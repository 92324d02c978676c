//! Proving once more, in a session, that one is who one is.
use zeroize::Zeroizing;

use crate::app::App;
use crate::base::Result;
use crate::gate::Person;
use crate::model::{Attempt, Reason};

/// Compares the person's password. Guesses in one session are paused like those of a browser, so
/// that a stolen session does not open the account.
pub async fn password(
    app: &App,
    person: &Person,
    sent: Zeroizing<String>,
) -> Result<Result<(), Reason>> {
    let session = person.session.id.bytes();
    let attempt = Attempt::of_browser(app.forms().digest(&[b"proof\0", session]));
    if app.admit(&attempt).is_none() {
        return Ok(Err(Reason::Paused));
    }
    let email = person.operator.email.clone();
    let phc = app.store().operators.by_email(email).await?;
    let phc = phc.map(|(_, phc)| phc);
    match app.passwords().verify(sent, phc).await {
        Ok(true) => {
            app.succeed(&attempt);
            Ok(Ok(()))
        }
        Ok(false) => Ok(Err(Reason::WrongPassword)),
        Err(busy) => {
            app.take_back(&attempt);
            Err(busy)
        }
    }
}
