//! What Annals talks about: types and rules. No I/O, no clock, no SQL, no HTML.
mod body;
mod date;
mod event;
mod id;
mod json;
mod kinds;
mod pool;
pub mod safe;
pub mod time;
mod zone;

pub use body::{ActorSnapshot, Body, ChangeEntry, PoolSnapshot, TargetSnapshot, Value, Via};
pub use event::{Entry, Event, Frame};
pub use id::{RecordId, RecordKind};
pub use kinds::{ActorType, EventKind, Outcome, ViaKind};
pub use pool::{Pool, PoolNo, PoolState};
