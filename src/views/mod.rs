//! HTML. A view is a function from one struct to a page; it asks nobody for anything.
pub mod account;
pub mod api_key;
pub mod api_keys;
pub mod audit_logs;
pub mod bookmarks;
mod card;
pub mod confirm;
pub mod drawer;
pub mod error;
pub mod event_catalogue;
pub mod export;
mod facts;
pub mod filters;
pub mod histogram;
mod icons;
pub mod invitation;
pub mod invite;
pub mod invites;
pub mod key_form;
pub mod key_receipt;
pub mod lasting;
pub mod layout;
pub mod lead;
pub mod live;
pub mod mcp_tokens;
pub mod operator;
pub mod operator_form;
pub mod operators;
mod parts;
pub mod password;
mod person_fields;
pub mod picker;
pub mod pool;
pub mod pool_form;
pub mod pools;
mod qr;
pub mod receipt;
mod record;
pub mod saved_views;
pub mod second_factor;
mod sentence;
pub mod sessions;
pub mod setting_fields;
pub mod settings;
pub mod setup;
pub mod shortcuts;
pub mod sign_in;
pub mod sign_in_code;
mod spans;
pub mod step_up;
pub mod table;
mod times;
pub mod upstream;
pub mod upstreams;

pub use icons::Glyph;
pub use parts::{Choice, nothing};
pub use person_fields::PoolBox;
pub use times::Times;

#[cfg(test)]
mod checks;
#[cfg(test)]
mod sample_factors;
#[cfg(test)]
mod sample_keys;
#[cfg(test)]
mod sample_logs;
#[cfg(test)]
mod sample_people;
#[cfg(test)]
mod sample_pools;
#[cfg(test)]
mod sample_settings;
#[cfg(test)]
mod sample_sources;
#[cfg(test)]
mod sample_views;
#[cfg(test)]
mod sample_world;
#[cfg(test)]
mod samples;
