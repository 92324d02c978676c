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

fn main() -> ExitCode {
    ExitCode::from(cli::run())
}
