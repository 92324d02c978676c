//! Lets somebody in again whose password or second factor is lost: the last resort, from the host.
//! Recorded like an owner's, by the command line.
use super::say::{say, say_to_stderr};
use super::store::with_existing_store;
use crate::base::{Error, Kind, Passwords, Result, random};
use crate::config::ResetOperator;
use crate::model::{
    Action, By, Operator, OperatorState, OwnEvent, Reason, TEMPORARY_PASSWORD_GROUPS,
};
use crate::store::{Act, Store};

/// The temporary password alone on standard output, once.
pub fn password(asked: ResetOperator) -> Result<()> {
    with_existing_store(&asked.data, async |store| {
        let operator = find(store, asked.email, Action::OperatorPasswordReset).await?;
        let password = random::readable(TEMPORARY_PASSWORD_GROUPS);
        let phc = Passwords::new().hash(password.clone()).await?;
        let done = store.operators.reset_password(act(&operator), phc).await;
        done.map_err(|it| explained(it, &operator))?;
        say(&password)?;
        say_to_stderr(
            "This temporary password is shown once and good for 72 hours. It opens the page to \
             choose a new one. The operator's sessions have ended.",
        );
        if store.factors.has(operator.no) {
            say_to_stderr(
                "The second factor stays. If it is lost too, and no owner can reset it in the \
                 console: annals operator reset-second-factor.",
            );
        }
        Ok(())
    })
}

pub fn second_factor(asked: ResetOperator) -> Result<()> {
    with_existing_store(&asked.data, async |store| {
        let operator = find(store, asked.email, Action::OperatorTotpReset).await?;
        if !store.factors.has(operator.no) {
            say_to_stderr("This operator has no second factor. Nothing was changed.");
            return Ok(());
        }
        let done = store.operators.reset_second_factor(act(&operator)).await;
        done.map_err(|it| explained(it, &operator))?;
        say_to_stderr(
            "The second factor and its recovery codes are gone, and the operator's sessions have \
             ended. The password alone signs in now.",
        );
        Ok(())
    })
}

/// An attempt on nobody is recorded too: whoever tries addresses on the host is to be seen.
async fn find(store: &Store, email: String, action: Action) -> Result<Operator> {
    if let Some((operator, _)) = store.operators.by_email(email).await? {
        return Ok(operator);
    }
    let attempt = OwnEvent::new(action).failed(Reason::UnknownAccount);
    store.record(By::command_line(), attempt).await?;
    Err(Error::new(
        Kind::NotFound,
        "no operator has this e-mail address",
    ))
}

fn act(operator: &Operator) -> Act {
    Act {
        by: By::command_line(),
        by_no: None,
        id: operator.id,
        version: None,
    }
}

fn explained(error: Error, operator: &Operator) -> Error {
    if operator.state != OperatorState::Deactivated {
        return error;
    }
    Error::new(
        error.kind(),
        "this operator is deactivated: an owner reactivates the account in the console",
    )
}
