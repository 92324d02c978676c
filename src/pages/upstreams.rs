//! `/upstreams`: list, and import from a credential document.
use super::around::shell;
use super::fields::text;
use super::pools::about;
use crate::app::App;
use crate::base::{Kind, OrFail, Result};
use crate::gate::Person;
use crate::http::{Form, Request, Response};
use crate::intake::{DocumentFault, read_document};
use crate::model::{GateMode, PoolState};
use crate::store::NewUpstream;
use crate::views::Choice;
use crate::views::upstreams::{self, Line, List};

const HREF: &str = "/upstreams";

/// What is shown again of a form that was refused: never the document.
#[derive(Clone, Copy)]
struct Typed<'a> {
    pool: &'a str,
    mode: GateMode,
}

pub async fn list(app: App, request: Request, person: Person) -> Result<Response> {
    let fresh = Typed {
        pool: "",
        mode: GateMode::Gated,
    };
    Ok(Response::html(page(&app, &request, &person, fresh, None)))
}

pub async fn import(app: App, request: Request, person: Person, form: Form) -> Result<Response> {
    let typed = Typed {
        pool: text(&form, "pool"),
        mode: mode(&form)?,
    };
    let read = read_document(form.get("document").unwrap_or_default());
    let fault = read.as_ref().err().copied();
    let new = NewUpstream {
        pool_slug: typed.pool.to_owned(),
        mode: typed.mode,
        document: read.ok(),
    };
    let upstreams = &app.store().upstreams;
    let imported = upstreams.import(person.by(&request), &person.scope, new);
    match imported.await {
        Ok(upstream) => Ok(Response::redirect(&format!("{HREF}/{}", upstream.id))),
        Err(error) if error.kind().is_the_callers() => {
            let said = fault
                .filter(|_| error.kind() == Kind::Invalid)
                .map_or(error.public(), DocumentFault::sentence);
            let html = page(&app, &request, &person, typed, Some(said));
            let response = Response::html(html).status_of(&error);
            Ok(match fault {
                Some(DocumentFault::TooLong) => response.status(413),
                _ => response,
            })
        }
        Err(error) => Err(error),
    }
}

/// As chosen from the two there are.
pub fn mode(form: &Form) -> Result<GateMode> {
    let mode = GateMode::parse(text(form, "mode"));
    mode.or_fail(Kind::Invalid, "Choose what becomes of names and ids.")
}

fn page(
    app: &App,
    request: &Request,
    person: &Person,
    typed: Typed<'_>,
    error: Option<&str>,
) -> String {
    let all = app.store().upstreams.list(&person.scope);
    let pools = app.store().pools.list(&person.scope);
    let named: Vec<_> = all.iter().map(|it| (it.id.to_string(), it)).collect();
    let open = pools.iter().filter(|it| it.state == PoolState::Active);
    let choices: Vec<_> = open
        .map(|it| Choice {
            value: &it.slug,
            label: &it.name,
        })
        .collect();
    let pool_name = |no| {
        pools
            .iter()
            .find(|it| it.no == no)
            .map_or("", |it| &it.name)
    };
    upstreams::list(&List {
        shell: shell(request, person, HREF),
        upstreams: named
            .iter()
            .map(|(id, it)| Line {
                name: &it.name,
                format: it.format,
                mode: it.mode,
                pool_name: pool_name(it.pool_no),
                state: it.state.as_str(),
                href: format!("{HREF}/{id}"),
                activity_href: about(id),
            })
            .collect(),
        form: (!choices.is_empty()).then_some(upstreams::Form {
            pools: choices,
            pool: typed.pool,
            mode: typed.mode,
            error,
        }),
    })
}
