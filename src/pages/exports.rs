//! `/audit-logs.csv` · `/audit-logs.ndjson`: everything that the filters of the page match.
use super::around::bare;
use super::audit_logs::parse;
use crate::app::App;
use crate::base::{Error, Kind, Result};
use crate::gate::Person;
use crate::http::{CHECKPOINT, Packer, Pieces, ROW_COUNT, Request, Response};
use crate::model::{ExportFormat, Filter, Parsed, Reason, Zone};
use crate::store::{Export, Question};
use crate::views::{Times, error};

pub async fn csv(app: App, request: Request, person: Person) -> Result<Response> {
    export(app, request, person, ExportFormat::Csv).await
}

pub async fn ndjson(app: App, request: Request, person: Person) -> Result<Response> {
    export(app, request, person, ExportFormat::Ndjson).await
}

async fn export(
    app: App,
    request: Request,
    person: Person,
    format: ExportFormat,
) -> Result<Response> {
    let pools = app.store().pools.list(&person.scope);
    let seen = app.store().events.seen_actions(&person.scope);
    // A position in the pages has no meaning here: all that matches is exported.
    let parsed = parse(&request, &pools, &seen);
    if parsed.warnings.count() > 0 {
        return refuse(&app, &request, &person, &parsed, format).await;
    }
    let by = person.by(&request);
    let now = app.clock().now();
    let name = file_name(&parsed.filter, &person.zone, now, format);
    let question = Question {
        scope: person.scope,
        filter: parsed.filter,
        zone: person.zone,
        now,
    };
    let export = app.store().exports.begin(by, question, format).await?;
    let is_packed = request.may_compress();
    let (response, pieces) = Response::download(format.content_type(), &name, is_packed);
    let response = response
        .with_text(CHECKPOINT, &export.checkpoint().to_string())
        .with_text(ROW_COUNT, &export.rows().to_string());
    tokio::spawn(send(export, pieces, Packer::new(is_packed)));
    Ok(response)
}

/// Reads no piece before there is room for it: a peer that takes slowly holds one piece, and
/// neither a reader nor the write-ahead log.
async fn send(mut export: Export, pieces: Pieces, mut packer: Packer) {
    while let Ok(room) = pieces.room().await {
        match export.next().await {
            Ok(Some(text)) => match packer.piece(text).await {
                Ok(piece) => room.put(piece),
                Err(_) => return,
            },
            Ok(None) => match packer.end() {
                Some(rest) => room.put(rest),
                None => return room.end(),
            },
            Err(error) => {
                // The peer sees a broken connection, not a shorter file.
                tracing::error!(?error, "an export was cut");
                return;
            }
        }
    }
    tracing::info!("an export was not taken to its end");
}

/// What is left out of a page with a warning would be missing from a file without one.
async fn refuse(
    app: &App,
    request: &Request,
    person: &Person,
    parsed: &Parsed,
    format: ExportFormat,
) -> Result<Response> {
    let by = person.by(request);
    let exports = &app.store().exports;
    exports
        .refuse(by, &parsed.filter, format, Reason::InvalidItems)
        .await?;
    let faults: Vec<_> = parsed.warnings.iter().map(|it| it.fault()).collect();
    let error = Error::new(Kind::InvalidFilter, "A filter cannot be used.");
    let html = error::page(&error::Page {
        bare: bare(request),
        status: 400,
        what: Some(&format!("Nothing was exported. {}.", faults.join(". "))),
        request_id: request.id(),
    });
    Ok(Response::html(html).status_of(&error))
}

/// `audit-logs-edge-2026-11-25.csv`: the Pool, if one is selected, and the day it was made.
fn file_name(filter: &Filter, zone: &Zone, now: i64, format: ExportFormat) -> String {
    let pool = filter.pool.as_ref();
    let pool = pool.map_or_else(String::new, |it| format!("{}-", it.slug));
    let day = Times { now, zone }.date(now);
    format!("audit-logs-{pool}{day}.{}", format.as_str())
}
