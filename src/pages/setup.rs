//! `/setup`: the first owner, by whoever can read the one-time code on the host.
use super::around::bare;
use super::entry;
use crate::app::App;
use crate::base::random;
use crate::base::{Error, Kind, Result};
use crate::gate::{Device, SessionToken, person_named, stranger};
use crate::http::{Form, Request, Response};
use crate::model::{Action, Doer, OwnEvent, Reason, RecordId, RecordKind, Role, Settings, Zone};
use crate::store::{FirstOwner, NewOperator, Origin};
use crate::views::setup::{self, Page, Typed};

pub async fn show(app: App, request: Request) -> Result<Response> {
    refuse_when_done(&app)?;
    let code = request.query_value("code").unwrap_or_default();
    let typed = Typed {
        setup_code: code,
        name: "",
        email: "",
        zone: "UTC",
    };
    Ok(page(&request, typed, None))
}

pub async fn create(app: App, request: Request, form: Form) -> Result<Response> {
    refuse_when_done(&app)?;
    let text = |name| form.get(name).unwrap_or_default().trim();
    let typed = Typed {
        // Typed once more after a mistake: what was sent might be somebody's password.
        setup_code: "",
        name: text("name"),
        email: text("email"),
        zone: text("zone"),
    };
    if !app.try_setup_code(text("setup_code"))? {
        record_wrong_code(&app, &request).await?;
        let problem =
            "The setup code is wrong. It is in the file setup-code of the data directory.";
        return Ok(page(&request, typed, Some(problem)));
    }
    let entry = match entry::read(&form) {
        Ok(entry) => entry,
        Err(problem) => return Ok(page(&request, typed, Some(problem))),
    };
    let Some(zone) = Zone::parse(typed.zone) else {
        let problem = "Choose a time zone from the list.";
        return Ok(page(&request, typed, Some(problem)));
    };
    let by = stranger(&request, person_named(&entry.email, &entry.name));
    let token = SessionToken::new();
    let first = FirstOwner {
        owner: NewOperator {
            email: entry.email,
            name: entry.name,
            role: Role::Owner,
            password: app.passwords().hash(entry.password).await?,
            origin: Origin::SetUp,
        },
        settings: Settings {
            time_zone: zone.name().to_owned(),
            ..Settings::default()
        },
        session: RecordId::new(RecordKind::Session, random::bytes()),
        session_digest: token.digest(),
        session_life_ms: Settings::default().session_limits().life_ms,
    };
    let owner = app.store().operators.bootstrap(by, first).await?;
    app.forget_setup_code();
    let device = Device::of(&request).remember(&app, &request, &owner.id);
    Ok(Response::redirect("/audit-logs")
        .with_cookie(&super::cookies::session(&request, &token))
        .with_cookie(&device))
}

/// Once anybody exists, the page is gone for good.
fn refuse_when_done(app: &App) -> Result<()> {
    if app.store().operators.is_empty() {
        return Ok(());
    }
    Err(Error::new(Kind::NotFound, "There is no such page."))
}

async fn record_wrong_code(app: &App, request: &Request) -> Result<()> {
    let Some(count) = app.note_flood("auth.bootstrap") else {
        return Ok(());
    };
    let event = OwnEvent::new(Action::AuthBootstrap)
        .failed(Reason::SetupCodeWrong)
        .word("method", "setup_code")
        .count("attempt_count", i64::try_from(count).unwrap_or(i64::MAX));
    let nobody = Doer::System("set-up page");
    app.store()
        .sessions
        .record_failure(stranger(request, nobody), event)
        .await
}

fn page(request: &Request, typed: Typed<'_>, error: Option<&str>) -> Response {
    let html = setup::page(&Page {
        bare: bare(request),
        csrf: "",
        typed,
        zones: Zone::names(),
        error,
    });
    match error {
        Some(_) => Response::html(html).status(422),
        None => Response::html(html),
    }
}
