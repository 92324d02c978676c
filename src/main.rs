//! Entry point: names the boxes, hands over to cli, turns the outcome into an exit code.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod api;
mod app;
mod assets;
mod base;
mod cli;
mod config;
mod gate;
mod http;
mod index;
mod intake;
mod ledger;
mod model;
mod pages;
mod routes;
mod server;
mod store;
mod views;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Measured: a single delivery takes a seventh less of the processor than with glibc's, a batch a
/// tenth. What one thread reads another commits and a third frees.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(cli::run())
}
