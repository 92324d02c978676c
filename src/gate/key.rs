//! Programs: the bearer of a Pool API key.
use std::future::Future;

use crate::app::App;
use crate::base::{Error, Kind, Result};
use crate::http::{Method, Request, Response, Route, Surface};
use crate::model::{ApiKey, GateMode, KeyState, Permission, Pool, PoolState, Scope, Token};

/// Proof that the request carried a key that may write, of a Pool that takes events.
pub struct WriteKey {
    pub key: ApiKey,
    pub pool: Pool,
}

impl WriteKey {
    /// A Pool may demand of all its sources what a key demands of itself.
    pub fn mode(&self) -> GateMode {
        self.key.mode.or_stricter(self.pool.mode)
    }
}

/// Proof that the request carried a key that may read, and what it may see.
pub struct ReadKey {
    pub pool: Pool,
    pub scope: Scope,
}

pub fn write_key<H, F>(method: Method, path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, WriteKey) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, request: Request| async move {
        let (key, pool) = bearer(&app, &request, Permission::Write)?;
        if pool.state != PoolState::Active {
            return Err(Error::new(
                Kind::PoolNotActive,
                "This key's Pool does not take events now.",
            ));
        }
        handler(app, request, WriteKey { key, pool }).await
    };
    Route::new(method, path, "write key", Surface::Programs, check)
}

pub fn read_key<H, F>(method: Method, path: &'static str, handler: H) -> Route<App>
where
    H: Fn(App, Request, ReadKey) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    let check = move |app: App, request: Request| async move {
        let (key, pool) = bearer(&app, &request, Permission::Read)?;
        app.store().api_keys.note_use(&key, app.clock().now()).await;
        let scope = Scope::of_key(&pool);
        handler(app, request, ReadKey { pool, scope }).await
    };
    Route::new(method, path, "read key", Surface::Programs, check)
}

/// One answer for every credential that opens nothing; nothing of the body is read before.
fn bearer(app: &App, request: &Request, needed: Permission) -> Result<(ApiKey, Pool)> {
    let now = app.clock().now();
    let refused = || Error::new(Kind::Unauthenticated, "A valid API key is required.");
    let (key, pool) = request
        .bearer()
        .and_then(Token::parse)
        .and_then(|token| app.store().api_keys.by_digest(&token.digest(), now))
        .ok_or_else(refused)?;
    match key.state_at(now) {
        KeyState::Revoked | KeyState::Expired => return Err(refused()),
        KeyState::Paused => return Err(Error::new(Kind::Paused, "This key is paused.")),
        KeyState::Active => {}
    }
    if pool.state == PoolState::Deleted {
        return Err(refused());
    }
    if key.permission != needed {
        return Err(Error::new(
            Kind::NotPermitted,
            "This key does not have the permission for that.",
        ));
    }
    Ok((key, pool))
}
