//! Where the process log goes: standard error, as text or JSON, without color.
use std::io;

use tracing::Metadata;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{Targets, filter_fn};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Log, LogFormat};

pub fn start(log: &Log) {
    let asked: Targets = log.filter.parse().unwrap_or_default();
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(false);
    let lines = match log.format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    let lines = lines.with_filter(filter_fn(is_ours)).with_filter(asked);
    // A second start in one process would be a mistake of ours; the first one stands.
    let _ = tracing_subscriber::registry().with(lines).try_init();
}

/// Whatever is asked for: other crates know nothing of what a log line may hold, and would write
/// down headers and values.
fn is_ours(line: &Metadata<'_>) -> bool {
    let target = line.target();
    target == "annals" || target.starts_with("annals::")
}
