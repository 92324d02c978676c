//! Handlers that answer programs.
mod answers;
pub mod events;
pub mod health;
pub mod metrics;
pub mod openapi;

#[cfg(test)]
mod measure;
