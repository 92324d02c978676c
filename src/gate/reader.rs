//! Programs that read: the bearer of a Pool API key that may read, or of an operator's own token.
use std::future::Future;

use super::bearer::{Holder, Refused, unauthenticated};
use crate::app::App;
use crate::base::{HOUR_MS, Result};
use crate::http::{Method, Request, Response, Route, Surface};
use crate::model::{Action, Permission, Pool, Scope};

/// Proof that the request carried a credential that may read, and what it may see at this moment.
pub struct Reader {
    pub scope: Scope,
    /// Those in the scope.
    pub pools: Vec<Pool>,
}

pub fn reader<H, F>(method: Method, path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, Reader) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, request: Request| async move {
        if let Some((holder, refused)) = Holder::exposed(&app, &request) {
            if let Some(holder) = holder {
                note_refusal(&app, &request, &holder, &refused).await;
            }
            return Err(refused.error);
        }
        let holder = Holder::of(&app, &request).ok_or_else(unauthenticated)?;
        if let Err(refused) = open(&app, &holder) {
            note_refusal(&app, &request, &holder, &refused).await;
            return Err(refused.error);
        }
        note_read(&app, &request, &holder).await;
        let reader = reader_of(&app, &holder);
        handler(app, request, reader).await
    };
    Route::new(
        method,
        path,
        "read key or MCP token",
        Surface::Programs,
        check,
    )
}

fn open(app: &App, holder: &Holder) -> Result<(), Refused> {
    holder.is_open(app)?;
    holder.may(Permission::Read)
}

fn reader_of(app: &App, holder: &Holder) -> Reader {
    match holder {
        Holder::Key(_, pool) => Reader {
            scope: Scope::of_key(pool),
            pools: vec![pool.clone()],
        },
        Holder::Token(_, operator) => {
            let scope = app.store().operators.scope(operator);
            let pools = app.store().pools.list(&scope);
            Reader { scope, pools }
        }
    }
}

/// Once an hour for each credential: that it reads is worth knowing, each page of it is not.
async fn note_read(app: &App, request: &Request, holder: &Holder) {
    let now = app.clock().now();
    match holder {
        Holder::Key(key, _) => app.store().api_keys.note_use(key, now).await,
        Holder::Token(token, _) => app.store().mcp_tokens.note_use(token, now).await,
    }
    let what = format!("audit.read {}", holder.id());
    if app.note_seldom(&what, 1, HOUR_MS).is_some() {
        let event = holder.event(Action::AuditRead).word("tool", "api");
        app.note(holder.by(request), event).await;
    }
}

async fn note_refusal(app: &App, request: &Request, holder: &Holder, refused: &Refused) {
    let event = holder.event(Action::AuditRead).word("tool", "api");
    let event = event.failed(refused.reason);
    app.note_refused(holder.by(request), event).await;
}
