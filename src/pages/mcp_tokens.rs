//! `/account/mcp-tokens`: an operator's own tokens: create with a receipt shown once, rename,
//! delete.
use super::around::shell;
use super::fields::{text, version};
use super::pools::about;
use crate::app::App;
use crate::base::{DAY_MS, Error, Kind, Millis, OrFail, Result};
use crate::gate::Person;
use crate::http::{Form, Request, Response};
use crate::model::safe::Label;
use crate::model::{McpToken, RecordId, RecordKind, Token};
use crate::store::{McpTokenAsked, NewMcpToken};
use crate::views::lasting::EXPIRES;
use crate::views::mcp_tokens::{self, HREF, Line, List, Receipt};
use crate::views::{Times, confirm, nothing};

const NOTHING: &str = "There is no such MCP token.";

/// What is shown again of a form that was refused.
#[derive(Clone, Copy)]
struct Typed<'a> {
    name: &'a str,
    expires: &'a str,
    error: Option<&'a str>,
}

const FRESH: Typed<'_> = Typed {
    name: "",
    expires: "90",
    error: None,
};

pub async fn list(app: App, request: Request, person: Person) -> Result<Response> {
    let html = page(&app, &request, &person, FRESH, None).await?;
    Ok(Response::html(html))
}

/// The answer to the form is the one page that ever shows the token.
pub async fn create(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    let typed = Typed {
        name: text(&form, "name"),
        expires: text(&form, "expires"),
        error: None,
    };
    match made(&app, &request, &person, typed).await {
        Ok((token, secret)) => {
            let made = Some((&token, &secret));
            let html = page(&app, &request, &person, FRESH, made).await?;
            Ok(Response::html(html))
        }
        Err(error) if error.kind().is_the_callers() => {
            let error_said = Some(error.public());
            let typed = Typed {
                error: error_said,
                ..typed
            };
            let html = page(&app, &request, &person, typed, None).await?;
            Ok(Response::html(html).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

pub async fn ask_rename(app: App, request: Request, person: Person) -> Result<Response> {
    let token = find(&app, &request, &person)?;
    Ok(Response::html(rename_form(
        &request,
        &person,
        &token,
        &token.name,
        None,
    )))
}

pub async fn rename(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    let asked = asked(&request, &person, &form)?;
    let typed = text(&form, "name");
    let renamed = match label(typed) {
        Ok(name) => {
            let tokens = &app.store().mcp_tokens;
            tokens.rename(person.by(&request), asked, name).await
        }
        Err(error) => Err(error),
    };
    answer(&app, &request, &person, renamed, |token, error| {
        rename_form(&request, &person, token, typed, Some(error))
    })
}

pub async fn ask_delete(app: App, request: Request, person: Person) -> Result<Response> {
    let token = find(&app, &request, &person)?;
    Ok(Response::html(delete_form(&request, &person, &token, None)))
}

pub async fn delete(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    let asked = asked(&request, &person, &form)?;
    let tokens = &app.store().mcp_tokens;
    let deleted = tokens.delete(person.by(&request), asked).await;
    answer(&app, &request, &person, deleted, |token, error| {
        delete_form(&request, &person, token, Some(error))
    })
}

async fn made(
    app: &App,
    request: &Request,
    person: &Person,
    typed: Typed<'_>,
) -> Result<(McpToken, Token)> {
    let new = NewMcpToken {
        operator_no: person.operator.no,
        name: label(typed.name)?,
        expires_ms: expires(typed.expires, app.clock().now())?,
    };
    app.store().mcp_tokens.create(person.by(request), new).await
}

/// Back to the list; a refused form is shown again.
fn answer(
    app: &App,
    request: &Request,
    person: &Person,
    done: Result<()>,
    again: impl FnOnce(&McpToken, &str) -> String,
) -> Result<Response> {
    match done {
        Ok(()) => Ok(Response::redirect(HREF)),
        Err(error) if error.kind().is_the_callers() => {
            // Whatever else is wrong with the form, there may be nothing to show it for.
            let token = find(app, request, person)?;
            Ok(Response::html(again(&token, error.public())).status_of(&error))
        }
        Err(error) => Err(error),
    }
}

async fn page(
    app: &App,
    request: &Request,
    person: &Person,
    typed: Typed<'_>,
    made: Option<(&McpToken, &Token)>,
) -> Result<String> {
    let now = app.clock().now();
    let tokens = app.store().mcp_tokens.list(person.operator.no).await?;
    let line = |it: &'_ McpToken| (it.id.to_string(), it.state_at(now));
    let named: Vec<_> = tokens.iter().map(|it| (line(it), it)).collect();
    let is_allowed = app.store().settings.current().mcp_enabled;
    Ok(mcp_tokens::list(&List {
        shell: shell(request, person, HREF),
        times: Times {
            now,
            zone: &person.zone,
        },
        tokens: named
            .iter()
            .map(|((id, state), it)| Line {
                name: &it.name,
                prefix: &it.prefix,
                last_used: it.used_ms,
                expires: it.expires_ms,
                state: state.as_str(),
                id,
                activity_href: person.is_owner().then(|| about(id)),
            })
            .collect(),
        form: is_allowed.then_some(mcp_tokens::Form {
            name: typed.name,
            expires: typed.expires,
            error: typed.error,
        }),
        receipt: made.map(|(token, secret)| Receipt {
            name: &token.name,
            secret: secret.reveal(),
            expires: token.expires_ms,
            base_url: request.base_url(),
        }),
    }))
}

fn rename_form(
    request: &Request,
    person: &Person,
    token: &McpToken,
    typed: &str,
    error: Option<&str>,
) -> String {
    mcp_tokens::rename(&mcp_tokens::Rename {
        shell: shell(request, person, HREF),
        name: &token.name,
        typed,
        version: token.recorded_seq,
        action_href: &format!("{HREF}/{}/rename", token.id),
        error,
    })
}

fn delete_form(
    request: &Request,
    person: &Person,
    token: &McpToken,
    error: Option<&str>,
) -> String {
    confirm::page(&confirm::Page {
        shell: shell(request, person, HREF),
        question: &mcp_tokens::DELETE,
        name: &token.name,
        action_href: &format!("{HREF}/{}/delete", token.id),
        version: token.recorded_seq,
        back_href: HREF,
        error,
        fields: nothing(),
    })
}

fn label(typed: &str) -> Result<Label> {
    Label::gate(typed).map_err(|it| Error::new(Kind::Invalid, it.sentence()))
}

/// Days of life as the form sends them; "never" is none.
fn expires(days: &str, now: Millis) -> Result<Option<Millis>> {
    if days == "never" {
        return Ok(None);
    }
    let offered = EXPIRES.iter().any(|it| it.value == days);
    let days: Option<i64> = days.parse().ok().filter(|_| offered);
    let days = days.or_fail(
        Kind::Invalid,
        "Choose from the list when the token expires.",
    )?;
    Ok(Some(now + days * DAY_MS))
}

fn asked(request: &Request, person: &Person, form: &Form) -> Result<McpTokenAsked> {
    Ok(McpTokenAsked {
        operator_no: person.operator.no,
        id: id(request)?,
        version: version(form),
    })
}

fn find(app: &App, request: &Request, person: &Person) -> Result<McpToken> {
    let found = app
        .store()
        .mcp_tokens
        .find(person.operator.no, id(request)?);
    found.or_fail(Kind::NotFound, NOTHING)
}

fn id(request: &Request) -> Result<RecordId> {
    let id = request.captured("id");
    id.and_then(|it| RecordId::parse(RecordKind::McpToken, it))
        .or_fail(Kind::NotFound, NOTHING)
}
