//! What a person types on the host.
mod demo;
mod kinds;
mod script;
