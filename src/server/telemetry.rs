//! Logs: text on a terminal, JSON otherwise; and the metrics recorder behind `/metrics`.

use std::io::IsTerminal;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Starts logging to standard error with a tracing filter.
///
/// # Errors
/// A sentence naming the filter that cannot be read.
pub fn start(filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(quiet(filter))
        .map_err(|_| anyhow::anyhow!("--log {filter:?} is not a tracing filter, such as info or wxdesk=debug."))?;
    // A log that cannot be written, as on a full disk, would be told of on the same standard error, by a call that panics where that fails.
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    if std::io::stderr().is_terminal() {
        builder.with_target(false).try_init().ok();
    } else {
        builder.json().flatten_event(true).try_init().ok();
    }
    Ok(())
}

/// Below our own words, the libraries' logs carry request addresses (with tokens in the query) and SQL values; they stay at warnings
/// whatever the filter says.
fn quiet(filter: &str) -> String {
    if filter == "off" {
        return filter.to_owned();
    }
    ["hyper", "hyper_util", "reqwest", "rustls", "h2", "sqlx", "tower_sessions", "tower_sessions_core", "tower_http"]
        .iter()
        .fold(filter.to_owned(), |filter, library| format!("{filter},{library}=warn"))
}

/// The recorder of this process, installed once.
pub fn metrics() -> PrometheusHandle {
    static HANDLE: std::sync::OnceLock<PrometheusHandle> = std::sync::OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new().build_recorder();
            let handle = recorder.handle();
            metrics::set_global_recorder(recorder).ok();
            handle
        })
        .clone()
}
