//! What is asked about an operator before it is done: deactivate, reactivate, reset, delete.
use super::around::shell;
use super::fields::version;
use super::{operators, secrets};
use crate::app::App;
use crate::base::{Error, Result};
use crate::gate::{Owner, Person};
use crate::http::{Form, Request, Response};
use crate::model::Operator;
use crate::store::Act;
use crate::views::confirm::{self, Question};
use crate::views::{nothing, operator};

#[derive(Clone, Copy)]
enum What {
    Deactivate,
    Reactivate,
    ResetPassword,
    ResetSecondFactor,
    Delete,
}

pub async fn ask_deactivate(app: App, request: Request, owner: Owner) -> Result<Response> {
    ask(&app, &request, &owner.0, What::Deactivate).await
}

pub async fn ask_reactivate(app: App, request: Request, owner: Owner) -> Result<Response> {
    ask(&app, &request, &owner.0, What::Reactivate).await
}

pub async fn ask_reset_password(app: App, request: Request, owner: Owner) -> Result<Response> {
    ask(&app, &request, &owner.0, What::ResetPassword).await
}

pub async fn ask_reset_factor(app: App, request: Request, owner: Owner) -> Result<Response> {
    ask(&app, &request, &owner.0, What::ResetSecondFactor).await
}

pub async fn ask_delete(app: App, request: Request, owner: Owner) -> Result<Response> {
    ask(&app, &request, &owner.0, What::Delete).await
}

pub async fn deactivate(app: App, request: Request, owner: Owner, form: Form) -> Result<Response> {
    act(&app, &request, &owner.0, &form, What::Deactivate).await
}

pub async fn reactivate(app: App, request: Request, owner: Owner, form: Form) -> Result<Response> {
    act(&app, &request, &owner.0, &form, What::Reactivate).await
}

pub async fn reset_password(
    app: App,
    request: Request,
    owner: Owner,
    form: Form,
) -> Result<Response> {
    act(&app, &request, &owner.0, &form, What::ResetPassword).await
}

pub async fn reset_factor(
    app: App,
    request: Request,
    owner: Owner,
    form: Form,
) -> Result<Response> {
    act(&app, &request, &owner.0, &form, What::ResetSecondFactor).await
}

pub async fn delete(app: App, request: Request, owner: Owner, form: Form) -> Result<Response> {
    act(&app, &request, &owner.0, &form, What::Delete).await
}

async fn ask(app: &App, request: &Request, person: &Person, what: What) -> Result<Response> {
    let operator = operators::find(app, request)?;
    let html = question(app, request, person, &operator, what, None).await?;
    Ok(Response::html(html))
}

async fn act(
    app: &App,
    request: &Request,
    person: &Person,
    form: &Form,
    what: What,
) -> Result<Response> {
    let operator = operators::find(app, request)?;
    match carry_out(app, request, person, form, &operator, what).await {
        Err(error) if error.kind().is_the_callers() => {
            let problem = Some(&error);
            let html = question(app, request, person, &operator, what, problem).await?;
            Ok(Response::html(html).status_of(&error))
        }
        done => done,
    }
}

async fn carry_out(
    app: &App,
    request: &Request,
    person: &Person,
    form: &Form,
    operator: &Operator,
    what: What,
) -> Result<Response> {
    let store = &app.store().operators;
    let act = Act {
        by: person.by(request),
        by_no: Some(person.operator.no),
        id: operator.id,
        version: Some(version(form)),
    };
    match what {
        What::Deactivate => store.deactivate(act).await?,
        What::ResetSecondFactor => store.reset_second_factor(act).await?,
        What::Delete => {
            store.delete(act).await?;
            return Ok(Response::redirect("/operators"));
        }
        What::Reactivate => {
            let (temporary, phc) = secrets::temporary(app).await?;
            if store.reactivate(act, phc).await? {
                return Ok(receipt(app, request, person, operator, &temporary));
            }
        }
        What::ResetPassword => {
            let (temporary, phc) = secrets::temporary(app).await?;
            store.reset_password(act, phc).await?;
            return Ok(receipt(app, request, person, operator, &temporary));
        }
    }
    Ok(Response::redirect(&operators::href(operator)))
}

/// The answer to the form is the one page that ever shows the temporary password.
fn receipt(
    app: &App,
    request: &Request,
    person: &Person,
    operator: &Operator,
    password: &str,
) -> Response {
    secrets::Temporary { operator, password }.page(app, request, person)
}

async fn question(
    app: &App,
    request: &Request,
    person: &Person,
    operator: &Operator,
    what: What,
    error: Option<&Error>,
) -> Result<String> {
    let (question, verb) = words(what);
    let href = operators::href(operator);
    let name = match what {
        What::ResetPassword | What::ResetSecondFactor => format!("of {}", operator.name),
        What::Deactivate | What::Reactivate | What::Delete => operator.name.clone(),
    };
    Ok(confirm::page(&confirm::Page {
        shell: shell(request, person, "/operators"),
        question,
        name: &name,
        action_href: &format!("{href}/{verb}"),
        version: app.store().operators.version(operator.no).await?,
        back_href: &href,
        error: error.map(Error::public),
        fields: nothing(),
    }))
}

fn words(what: What) -> (&'static Question, &'static str) {
    match what {
        What::Deactivate => (&operator::DEACTIVATE, "deactivate"),
        What::Reactivate => (&operator::REACTIVATE, "reactivate"),
        What::ResetPassword => (&operator::RESET_PASSWORD, "reset-password"),
        What::ResetSecondFactor => (&operator::RESET_SECOND_FACTOR, "reset-second-factor"),
        What::Delete => (&operator::DELETE, "delete"),
    }
}
