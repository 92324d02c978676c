//! What somebody who is signed in has to do before anything else, and where whoever may not come
//! in goes instead.
use crate::app::App;
use crate::http::{Request, Response};

/// What has to be done before anything else opens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Debt {
    /// The password is a temporary one, which somebody else knows.
    Password,
    /// The instance requires a second factor.
    SecondFactor,
}

/// Where somebody goes who may not come in here, or not yet.
pub enum Elsewhere {
    SignIn,
    Debt(Debt),
    /// Has to prove a factor again, and comes back to the page.
    Confirm,
    /// The same for a form: it changed nothing yet, and goes along.
    ConfirmLate,
}

impl Debt {
    fn page(self) -> &'static str {
        match self {
            Self::Password => "/password",
            Self::SecondFactor => "/account/second-factor",
        }
    }
}

impl Elsewhere {
    pub fn answer(self, app: &App, request: &Request) -> Response {
        match self {
            Self::SignIn if app.store().operators.is_empty() => Response::redirect("/setup"),
            Self::SignIn => Response::redirect(&request.with_next("/sign-in")),
            Self::Debt(debt) => Response::redirect(&request.with_next(debt.page())),
            Self::Confirm => Response::redirect(&request.with_next("/confirm")),
            Self::ConfirmLate => {
                let to = request.with_next("/confirm");
                Response::passed_on(&format!("{to}&late=1"))
            }
        }
    }
}
