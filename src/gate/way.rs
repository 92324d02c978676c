//! The way in for pages and forms of people. Who asks is found out first, in one order for all of
//! them, and the handler is given the proof.
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::debt::{Debt, Elsewhere};
use super::form_token::FormTokens;
use super::kept::opened;
use super::origin::same_origin;
use crate::app::App;
use crate::base::Result;
use crate::http::{FORM_MAX, Form, Method, Reply, Request, Response, Route, Surface};
use crate::model::Session;

/// Whoever a way in can let through.
pub trait Caller: Send + 'static {
    fn session(&self) -> &Session;
    fn form_tokens(&self) -> &FormTokens;
}

/// Boxed, so that the hundred routes share one copy of each check.
pub type Soon<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Who asks; or where whoever may not come in goes.
pub type Admission<C> = Result<C, Elsewhere>;

/// Handlers, boxed for the same reason.
type Page<C> = Arc<dyn Fn(App, Request, C) -> Reply + Send + Sync>;
type Change<C> = Arc<dyn Fn(App, Request, C, Form) -> Reply + Send + Sync>;

type Admit<C> = for<'a> fn(&'a App, &'a Request, Asked) -> Soon<'a, Admission<C>>;

/// What of a route a check depends on.
#[derive(Clone, Copy)]
pub struct Asked {
    pub path: &'static str,
    /// What may be owed by whoever comes in here.
    pub settled: &'static [Debt],
}

pub struct Way<C> {
    who: &'static str,
    asked: Asked,
    admit: Admit<C>,
    form_max: usize,
    /// Only with a factor that was proved lately.
    is_confirmed: bool,
}

impl<C> Clone for Way<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Way<C> {}

impl<C: Caller> Way<C> {
    pub fn new(who: &'static str, path: &'static str, admit: Admit<C>) -> Self {
        Self {
            who,
            asked: Asked { path, settled: &[] },
            admit,
            form_max: FORM_MAX,
            is_confirmed: false,
        }
    }

    pub fn settling(mut self, settled: &'static [Debt]) -> Self {
        self.asked.settled = settled;
        self
    }

    pub fn confirmed(mut self) -> Self {
        self.is_confirmed = true;
        self
    }

    pub fn within(mut self, form_max: usize) -> Self {
        self.form_max = form_max;
        self
    }

    /// Nobody is sent to sign in, and whoever has to confirm first to do so; both come back here.
    pub fn page<H, F>(self, handler: H) -> Route<App>
    where
        H: Fn(App, Request, C) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Response>> + Send + 'static,
    {
        self.pages(Arc::new(move |app, request, caller| {
            Box::pin(handler(app, request, caller))
        }))
    }

    /// The form was sent from a page of ours and carries a token of the session.
    pub fn form<H, F>(self, handler: H) -> Route<App>
    where
        H: Fn(App, Request, C, Form) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Response>> + Send + 'static,
    {
        self.changes(Arc::new(move |app, request, caller, form| {
            Box::pin(handler(app, request, caller, form))
        }))
    }

    fn pages(self, handler: Page<C>) -> Route<App> {
        let check = move |app: App, request: Request| {
            let handler = Arc::clone(&handler);
            async move {
                let caller = match self.open(&app, &request).await? {
                    Ok(caller) => caller,
                    Err(elsewhere) => return Ok(elsewhere.answer(&app, &request)),
                };
                let tokens = caller.form_tokens().clone();
                Ok(tokens.fill(handler(app, request, caller).await?))
            }
        };
        let path = self.asked.path;
        Route::new(Method::GET, path, self.who, Surface::People, check)
    }

    fn changes(self, handler: Change<C>) -> Route<App> {
        let check = move |app: App, mut request: Request| {
            let handler = Arc::clone(&handler);
            async move {
                let (caller, form) = match self.open_form(&app, &mut request).await? {
                    Ok(both) => both,
                    Err(elsewhere) => return Ok(elsewhere.answer(&app, &request)),
                };
                let tokens = caller.form_tokens().clone();
                Ok(tokens.fill(handler(app, request, caller, form).await?))
            }
        };
        let path = self.asked.path;
        Route::new(Method::POST, path, self.who, Surface::People, check)
    }

    fn open<'a>(self, app: &'a App, request: &'a Request) -> Soon<'a, Admission<C>> {
        Box::pin(async move {
            let admitted = (self.admit)(app, request, self.asked).await?;
            Ok(match admitted {
                Ok(caller) if self.is_too_late(app, &caller) => Err(Elsewhere::Confirm),
                admitted => admitted,
            })
        })
    }

    fn open_form<'a>(
        self,
        app: &'a App,
        request: &'a mut Request,
    ) -> Soon<'a, Admission<(C, Form)>> {
        Box::pin(async move {
            same_origin(request)?;
            let caller = match (self.admit)(app, request, self.asked).await? {
                Ok(caller) => caller,
                Err(elsewhere) => return Ok(Err(elsewhere)),
            };
            let form = caller.form_tokens().form(request, self.form_max).await?;
            if self.is_too_late(app, &caller) {
                return Ok(Err(Elsewhere::ConfirmLate));
            }
            if !self.is_confirmed {
                return Ok(Ok((caller, form)));
            }
            let form = opened(app, caller.session(), request.path_and_query(), form)?;
            Ok(Ok((caller, form)))
        })
    }

    fn is_too_late(&self, app: &App, caller: &C) -> bool {
        self.is_confirmed && !caller.session().is_confirmed(app.clock().now())
    }
}
