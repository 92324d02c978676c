//! Programs that deliver: the bearer of a Pool API key that may write.
use std::future::Future;

use super::bearer::{Holder, Refused, unauthenticated};
use super::doer::stranger;
use crate::app::App;
use crate::base::{DAY_MS, Error, Kind, Result};
use crate::http::{Method, Problem, Request, Response, Route, Surface};
use crate::intake::Sighting;
use crate::model::safe::Label;
use crate::model::{
    Action, ApiKey, By, Doer, GateMode, OwnEvent, Permission, Pool, PoolState, Reason, ViaKind,
};

/// Proof that the request carried a key that may write, of a Pool that takes events.
pub struct WriteKey {
    pub key: ApiKey,
    pub pool: Pool,
}

pub fn write_key<H, F>(method: Method, path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, WriteKey) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, request: Request| async move {
        if let Some((holder, refused)) = Holder::exposed(&app, &request) {
            note_refusal(&app, &request, holder, refused.reason).await;
            return Err(refused.error);
        }
        let holder = Holder::of(&app, &request);
        if let Err(refused) = open(&app, holder.as_ref()) {
            note_refusal(&app, &request, holder, refused.reason).await;
            return Err(refused.error);
        }
        match holder {
            Some(Holder::Key(key, pool)) => match app.admit_delivery(&key) {
                Ok(()) => handler(app, request, WriteKey { key, pool }).await,
                Err(seconds) => Ok(too_fast(seconds).into()),
            },
            Some(Holder::Token(..)) | None => Err(unauthenticated()),
        }
    };
    Route::new(method, path, "write key", Surface::Programs, check)
}

impl WriteKey {
    /// A Pool may demand of all its sources what a key demands of itself.
    pub fn mode(&self) -> GateMode {
        self.key.mode.or_stricter(self.pool.mode)
    }

    /// Records that this delivery, or a part of it, was not taken. In a flood only some are.
    pub async fn refused(&self, app: &App, request: &Request, reason: Reason, rejected: usize) {
        let holder = Holder::Key(self.key.clone(), self.pool.clone());
        let mut event = holder.event(Action::DeliveryRefuse);
        if rejected > 0 {
            let rejected = i64::try_from(rejected).unwrap_or(i64::MAX);
            event = event.count("rejected_count", rejected);
        }
        let event = event.failed(reason);
        app.note_refused(itself(request), event).await;
    }

    /// Records that credentials came in a delivery, each kind in each field once a day. What they
    /// were is known to nobody.
    pub async fn saw(&self, app: &App, request: &Request, seen: &[Sighting]) {
        for Sighting {
            field,
            pattern,
            hits,
        } in seen
        {
            let what = format!("seen {} {field} {pattern}", self.key.no);
            let Some(hits) = app.note_seldom(&what, *hits, DAY_MS) else {
                continue;
            };
            let event = OwnEvent::new(Action::RedactionCredentialSeen)
                .in_pool(&self.pool)
                .on(&self.key.id, Label::gate(&self.key.name).ok())
                .word("field", field)
                .word("pattern", pattern)
                .count("hit_count", i64::try_from(hits).unwrap_or(i64::MAX));
            app.note(itself(request), event).await;
        }
    }
}

fn open(app: &App, holder: Option<&Holder>) -> Result<(), Refused> {
    let Some(holder) = holder else {
        return Err(Refused {
            error: unauthenticated(),
            reason: Reason::Denied,
        });
    };
    holder.is_open(app)?;
    holder.may(Permission::Write)?;
    match holder {
        Holder::Key(_, pool) if pool.state != PoolState::Active => Err(Refused {
            error: Error::new(
                Kind::PoolNotActive,
                "This key's Pool does not take events now.",
            ),
            reason: Reason::InvalidState,
        }),
        Holder::Key(..) | Holder::Token(..) => Ok(()),
    }
}

/// Nothing is lost by it, so nothing is recorded: the sender keeps its events and comes back.
fn too_fast(seconds: i64) -> Problem {
    let message = "This key sends more events than it may. Send the same request again later.";
    Problem::new(Kind::RateLimited, message).after(seconds)
}

async fn note_refusal(app: &App, request: &Request, holder: Option<Holder>, reason: Reason) {
    // Whoever sends no credential at all was not going to deliver.
    if holder.is_none() && request.bearer().is_none() {
        return;
    }
    let event = match &holder {
        Some(holder) => holder.event(Action::DeliveryRefuse),
        None => OwnEvent::new(Action::DeliveryRefuse),
    };
    // Strangers with made-up credentials are one to a flood.
    app.note_refused(itself(request), event.failed(reason))
        .await;
}

/// Annals, upon a request.
fn itself(request: &Request) -> By {
    By {
        via: ViaKind::Api,
        ..stranger(request, Doer::System("Annals"))
    }
}
