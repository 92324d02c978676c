//! `/operators/new` and `/operators/{id}/edit`: somebody is added, or changed.
use super::around::shell;
use super::fields::{problem, text, version};
use super::{operators, secrets};
use crate::app::App;
use crate::base::{Error, Kind, Result};
use crate::gate::{Owner, Person};
use crate::http::{Form, Request, Response};
use crate::model::safe::{Email, Label};
use crate::model::{Operator, Pool, Refusal, Role};
use crate::store::{Act, Edit, NewOperator, Origin};
use crate::views::PoolBox;
use crate::views::operator_form::{self, Edited};

const EMAIL_TAKEN: &str = "An operator has this email address.";

/// What the form holds.
struct Typed<'a> {
    name: &'a str,
    email: &'a str,
    role: &'a str,
    pools: Vec<&'a str>,
}

/// The same, checked.
struct Checked {
    name: Label,
    email: Email,
    role: Role,
    pools: Vec<String>,
}

pub async fn show_new(app: App, request: Request, owner: Owner) -> Result<Response> {
    let fresh = Typed {
        name: "",
        email: "",
        role: Role::Admin.as_str(),
        pools: Vec::new(),
    };
    Ok(Response::html(page(
        &app, &request, &owner.0, None, &fresh, None,
    )))
}

/// The answer to the form is the one page that ever shows the temporary password.
pub async fn create(app: App, request: Request, owner: Owner, form: Form) -> Result<Response> {
    let person = owner.0;
    let typed = Typed::of(&form);
    let created = match typed.checked() {
        Ok(checked) => add(&app, &request, &person, checked).await,
        Err(error) => Err(error),
    };
    match created {
        Ok((operator, temporary)) => {
            let shown = secrets::Temporary {
                operator: &operator,
                password: &temporary,
            };
            Ok(shown.page(&app, &request, &person))
        }
        Err(error) if error.kind().is_the_callers() => {
            let problem = Some(problem(&error, EMAIL_TAKEN));
            let html = page(&app, &request, &person, None, &typed, problem);
            Ok(Response::html(html).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

pub async fn show_edit(app: App, request: Request, owner: Owner) -> Result<Response> {
    let operator = operators::find(&app, &request)?;
    let version = app.store().operators.version(operator.no).await?;
    let pools = app.store().operators.assigned(operator.no);
    let stored = Typed {
        name: &operator.name,
        email: &operator.email,
        role: operator.role.as_str(),
        pools: pools.iter().map(|it| it.slug.as_str()).collect(),
    };
    let edited = Some((&operator, version));
    let html = page(&app, &request, &owner.0, edited, &stored, None);
    Ok(Response::html(html))
}

pub async fn edit(app: App, request: Request, owner: Owner, form: Form) -> Result<Response> {
    let person = owner.0;
    let operator = operators::find(&app, &request)?;
    let typed = Typed::of(&form);
    let act = Act {
        by: person.by(&request),
        by_no: Some(person.operator.no),
        id: operator.id,
        version: Some(version(&form)),
    };
    let edited = match typed.checked() {
        Ok(checked) => {
            let edit = Edit {
                email: checked.email,
                name: checked.name,
                role: checked.role,
                pools: checked.pools,
            };
            app.store().operators.edit(act, edit).await
        }
        Err(error) => Err(error),
    };
    match edited {
        Ok(()) => Ok(Response::redirect(&operators::href(&operator))),
        Err(error) if error.kind().is_the_callers() => {
            let version = app.store().operators.version(operator.no).await?;
            let (edited, problem) = (
                Some((&operator, version)),
                Some(problem(&error, EMAIL_TAKEN)),
            );
            let html = page(&app, &request, &person, edited, &typed, problem);
            Ok(Response::html(html).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

async fn add(
    app: &App,
    request: &Request,
    person: &Person,
    checked: Checked,
) -> Result<(Operator, zeroize::Zeroizing<String>)> {
    let (temporary, password) = secrets::temporary(app).await?;
    let new = NewOperator {
        email: checked.email,
        name: checked.name,
        role: checked.role,
        password,
        origin: Origin::Console,
    };
    let by = person.by(request);
    let operators = &app.store().operators;
    let operator = operators.create(by, new, checked.pools).await?;
    Ok((operator, temporary))
}

impl<'a> Typed<'a> {
    fn of(form: &'a Form) -> Self {
        Self {
            name: text(form, "name"),
            email: text(form, "email"),
            role: text(form, "role"),
            pools: form.all("pool").collect(),
        }
    }

    fn checked(&self) -> Result<Checked> {
        let invalid = |sentence| Error::new(Kind::Invalid, sentence);
        let mut pools: Vec<_> = self.pools.iter().map(|it| (*it).to_owned()).collect();
        pools.sort_unstable();
        pools.dedup();
        Ok(Checked {
            name: Label::gate(self.name).map_err(|it| invalid(Refusal::sentence(it)))?,
            email: email(self.email)?,
            role: role(self.role)?,
            pools,
        })
    }
}

pub fn email(text: &str) -> Result<Email> {
    Email::parse(text).map_err(|refusal| {
        let problem = match refusal {
            // An address in form, and part of it as random as a credential.
            Refusal::Head | Refusal::Run | Refusal::Mass => refusal.sentence(),
            Refusal::Length
            | Refusal::Plain
            | Refusal::IdAsLabel
            | Refusal::Url
            | Refusal::Assignment
            | Refusal::Shape
            | Refusal::Range => "Write an e-mail address, such as ana@example.org.",
        };
        Error::new(Kind::Invalid, problem)
    })
}

pub fn role(text: &str) -> Result<Role> {
    Role::parse(text).ok_or_else(|| Error::new(Kind::Invalid, "Choose a role."))
}

/// The Pools that can be chosen, with those that are.
pub fn boxes<'a>(pools: &'a [Pool], chosen: &[&str]) -> Vec<PoolBox<'a>> {
    let open = pools.iter().filter(|it| it.state.is_open_to_admins());
    open.map(|it| PoolBox {
        slug: &it.slug,
        name: &it.name,
        is_chosen: chosen.contains(&it.slug.as_str()),
    })
    .collect()
}

fn page(
    app: &App,
    request: &Request,
    person: &Person,
    edited: Option<(&Operator, i64)>,
    typed: &Typed<'_>,
    error: Option<&str>,
) -> String {
    let pools = app.store().pools.list(&person.scope);
    let (action_href, back_href) = match edited {
        Some((it, _)) => (format!("{}/edit", operators::href(it)), operators::href(it)),
        None => ("/operators/new".to_owned(), "/operators".to_owned()),
    };
    operator_form::page(&operator_form::Form {
        shell: shell(request, person, "/operators"),
        edited: edited.map(|(it, version)| Edited {
            name: &it.name,
            version,
        }),
        name: typed.name,
        email: typed.email,
        is_owner: typed.role == Role::Owner.as_str(),
        pools: boxes(&pools, &typed.pools),
        action_href: &action_href,
        back_href: &back_href,
        error,
    })
}
