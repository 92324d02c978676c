//! The credential that a program sends, and who holds it.
use super::doer::{doer, stranger};
use crate::app::App;
use crate::base::{Error, Kind, Result};
use crate::http::Request;
use crate::model::safe::{Label, OpaqueId};
use crate::model::{
    Action, ApiKey, By, Doer, KeyState, McpToken, McpTokenState, Operator, OperatorState, OwnEvent,
    Permission, Pool, PoolState, Reason, Token, ViaKind,
};

/// A credential that Annals issued, whether or not it still opens anything.
pub enum Holder {
    Key(ApiKey, Pool),
    Token(McpToken, Operator),
}

/// Why a credential does not open what was asked for.
pub struct Refused {
    pub error: Error,
    pub reason: Reason,
}

impl Holder {
    /// None for a credential that was never issued, or is mistyped.
    pub fn of(app: &App, request: &Request) -> Option<Self> {
        Self::by_token(app, &Token::parse(request.bearer()?)?)
    }

    /// Whose credential stands in the address. There it is logged on its way and kept in histories,
    /// so it opens nothing, whatever the header says.
    pub fn exposed(app: &App, request: &Request) -> Option<(Option<Self>, Refused)> {
        let mut texts = request.query().flat_map(|(name, value)| [name, value]);
        let token = texts.find_map(|it| Token::parse(it.trim_start_matches("Bearer ")))?;
        let message = "Send the key in the Authorization header, never in the address.";
        let refused = refused(Kind::Invalid, message, Reason::Denied);
        Some((Self::by_token(app, &token), refused))
    }

    fn by_token(app: &App, token: &Token) -> Option<Self> {
        let digest = token.digest();
        let (store, now) = (app.store(), app.clock().now());
        if let Some((key, pool)) = store.api_keys.by_digest(&digest, now) {
            return Some(Self::Key(key, pool));
        }
        let (token, operator) = store.mcp_tokens.by_digest(&digest)?;
        Some(Self::Token(token, operator))
    }

    /// Whether it opens anything now. One answer for whatever is over.
    pub fn is_open(&self, app: &App) -> Result<(), Refused> {
        let now = app.clock().now();
        match self {
            Self::Key(_, pool) if pool.state == PoolState::Deleted => Err(over(Reason::Revoked)),
            Self::Key(key, _) => match key.state_at(now) {
                KeyState::Active => Ok(()),
                KeyState::Paused => {
                    Err(refused(Kind::Paused, "This key is paused.", Reason::Paused))
                }
                KeyState::Revoked => Err(over(Reason::Revoked)),
                KeyState::Expired => Err(over(Reason::Expired)),
            },
            Self::Token(token, operator) => {
                match token.state_at(now) {
                    McpTokenState::Active => {}
                    McpTokenState::Expired => return Err(over(Reason::Expired)),
                    McpTokenState::Deleted => return Err(over(Reason::Revoked)),
                }
                if operator.state != OperatorState::Active {
                    return Err(over(Reason::AccountDeactivated));
                }
                if app.store().settings.current().mcp_enabled {
                    return Ok(());
                }
                let message = "MCP tokens are switched off.";
                Err(refused(Kind::NotPermitted, message, Reason::Denied))
            }
        }
    }

    /// Whether it is of a kind that may do this at all.
    pub fn may(&self, needed: Permission) -> Result<(), Refused> {
        let has = match self {
            Self::Key(key, _) => key.permission == needed,
            Self::Token(..) => needed == Permission::Read,
        };
        let message = "This key does not have the permission for that.";
        has.then_some(())
            .ok_or_else(|| refused(Kind::NotPermitted, message, Reason::Forbidden))
    }

    /// What tells this credential from all others.
    pub fn id(&self) -> String {
        match self {
            Self::Key(key, _) => key.id.to_string(),
            Self::Token(token, _) => token.id.to_string(),
        }
    }

    /// An event about it, filed where it belongs.
    pub fn event(&self, action: Action) -> OwnEvent {
        let event = OwnEvent::new(action);
        match self {
            Self::Key(key, pool) => event.in_pool(pool).on(&key.id, Label::gate(&key.name).ok()),
            Self::Token(token, _) => event.on(&token.id, Label::gate(&token.name).ok()),
        }
    }

    /// Whoever acts with it: a key is nobody but itself.
    pub fn by(&self, request: &Request) -> By {
        let doer = match self {
            Self::Key(key, _) => Doer::Credential {
                id: OpaqueId::record(&key.id),
                label: Label::gate(&key.name).ok(),
            },
            Self::Token(_, operator) => doer(operator),
        };
        By {
            via: ViaKind::Api,
            ..stranger(request, doer)
        }
    }
}

/// One answer for every credential that opens nothing; nothing of the body is read before.
pub fn unauthenticated() -> Error {
    Error::new(Kind::Unauthenticated, "A valid API key is required.")
}

fn over(reason: Reason) -> Refused {
    Refused {
        error: unauthenticated(),
        reason,
    }
}

fn refused(kind: Kind, message: &'static str, reason: Reason) -> Refused {
    Refused {
        error: Error::new(kind, message),
        reason,
    }
}
