//! What Annals talks about: types and rules. No I/O, no clock, no SQL, no HTML.
mod actions;
mod body;
pub mod catalogue;
mod category;
mod date;
mod event;
mod facts;
mod flood;
mod id;
mod json;
mod key;
mod kinds;
mod operator;
mod own;
mod pool;
pub mod reason;
pub mod safe;
mod scope;
mod session;
mod settings;
mod theme;
mod throttle;
pub mod time;
pub mod wording;
mod zone;

pub use actions::Action;
pub use body::{ActorSnapshot, Body, ChangeEntry, PoolSnapshot, TargetSnapshot, Value, Via};
pub use category::{Family, Icon};
pub use date::Date;
pub use event::{Entry, Event, Frame};
pub use facts::Clause;
pub use flood::Flood;
pub use id::{RecordId, RecordKind};
pub use kinds::{ActorType, EventKind, Outcome, ViaKind};
<<<<<<< HEAD
pub use key::{ApiKey, KeyState, Permission, Token};
pub use operator::{Operator, OperatorState, Role, WeakPassword, check_password};
pub use own::{By, Doer, OwnEvent};
pub use pool::{Pool, PoolNo, PoolState, is_slug};
pub use reason::{Reason, phrase};
pub use scope::Scope;
pub use session::{LIFE_MAX_MS, SESSIONS_MAX, Session};
pub use settings::Settings;
pub use throttle::Throttle;
pub use wording::plain;
pub use zone::{Local, Zone};
=======
pub use pool::{Pool, PoolNo, PoolState};
pub use reason::Reason;
pub use theme::Theme;
>>>>>>> views
