//! What Annals talks about: types and rules. No I/O, no clock, no SQL, no HTML.
mod actions;
mod body;
pub mod catalogue;
mod category;
mod event;
mod facts;
mod id;
mod json;
mod kinds;
mod pool;
pub mod reason;
pub mod safe;
mod theme;
pub mod time;
pub mod wording;

pub use actions::Action;
pub use body::{ActorSnapshot, Body, ChangeEntry, PoolSnapshot, TargetSnapshot, Value, Via};
pub use category::{Family, Icon};
pub use event::{Entry, Event, Frame};
pub use facts::Clause;
pub use id::{RecordId, RecordKind};
pub use kinds::{ActorType, EventKind, Outcome, ViaKind};
pub use pool::{Pool, PoolNo, PoolState};
pub use reason::Reason;
pub use theme::Theme;
