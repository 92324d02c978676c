//! Handlers that answer people.
pub mod account;
pub mod api_keys;
mod around;
pub mod assets;
pub mod audit_logs;
mod cookies;
mod entry;
pub mod error;
mod fields;
mod links;
mod log_address;
mod log_form;
mod log_parts;
pub mod operators;
pub mod pools;
pub mod setup;
pub mod sign_in;
