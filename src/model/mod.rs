//! What Annals talks about: types and rules. No I/O, no clock, no SQL, no HTML.
mod body;
mod client;
mod digester;
mod event;
mod gate;
mod heads;
mod id;
mod json;
mod kinds;
mod plain;
mod pool;
mod refusal;
mod runs;
pub mod safe;
mod shapes;
pub mod time;
pub mod vocabulary;
mod words;

pub use body::{ActorSnapshot, Body, ChangeEntry, PoolSnapshot, TargetSnapshot, Value, Via};
pub use digester::Digester;
pub use event::{Entry, Event, Frame};
pub use id::{RecordId, RecordKind};
pub use kinds::{ActorType, EventKind, GateMode, Outcome, ViaKind};
pub use pool::{Pool, PoolNo, PoolState};
pub use refusal::Refusal;
