//! Who may pass. A handler that needs a caller takes it as an argument, and only the gate can
//! make one: a route cannot forget its check.
mod bearer;
mod confirmed;
mod debt;
mod device;
mod doer;
mod form_token;
mod kept;
mod key;
mod origin;
mod pending;
mod person;
mod reader;
mod session;
mod signed_in;
mod views;
mod way;

pub use confirmed::{confirmed, confirmed_change, confirmed_owner, confirmed_owner_change};
pub use debt::Debt;
pub use device::Device;
pub use doer::{doer, newcomer, person_named, person_typed, stranger};
pub use kept::{keep, still};
pub use key::{WriteKey, write_key};
pub use origin::{form, local_program, open_page, open_program};
pub use pending::{PENDING_COOKIE, PendingSignIn, pending, pending_try};
pub use person::{
    Owner, Person, owner, owner_change, person, person_change, person_document, person_download,
    person_glance,
};
pub use reader::{Reader, reader};
pub use session::{SESSION_COOKIE, SessionToken};
pub use signed_in::{SignedIn, is_session_over, signed_in, signed_in_change};
