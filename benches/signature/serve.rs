//! The servers that are measured, each in a process of its own with one worker thread.

use std::{io::Write, path::PathBuf};

use axum::{
    Router,
    http::{HeaderMap, HeaderValue, header},
    response::IntoResponse,
    routing::get,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use wxdesk::{
    infra::clock::{Chance, Clock},
    server::{app, listen, router, telemetry},
};

use crate::cold;

/// The route all of them answer.
pub const PATH: &str = "/api/v1/jssdk/signature";

/// `--serve app FOLDER`, `--serve bare LENGTH`, `--serve dressed LENGTH`: says its address and serves until it is killed.
pub fn serve(words: &[String]) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        let argument = words.get(1).map(String::as_str).unwrap_or_default();
        match words.first().map(String::as_str) {
            Some("app") => {
                telemetry::metrics();
                let core =
                    app::open_core(cold::place(PathBuf::from(argument)), cold::settings(), Clock::system(), Chance::system()).await?;
                let app = app::App::open(core, CancellationToken::new()).await?;
                app.hire(&app.crew);
                listen::serve(listener, router::site(&app), CancellationToken::new()).await;
            }
            Some("bare") => axum::serve(listener, constant(argument.parse()?, json_only())).await?,
            _ => axum::serve(listener, constant(argument.parse()?, all_headers())).await?,
        }
        Ok(())
    })
}

fn constant(length: usize, headers: HeaderMap) -> Router {
    let body: &'static str = "x".repeat(length).leak();
    Router::new().route(PATH, get(move || std::future::ready((headers.clone(), body).into_response())))
}

fn json_only() -> HeaderMap {
    HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))])
}

/// As many header bytes as a signature has.
fn all_headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    let gate = wxdesk::server::security::Gate {
        proxies: std::sync::Arc::new(wxdesk::infra::net::Proxies::new(Vec::new())),
        public_host: String::new(),
        secure: false,
        clock: Clock::system(),
    };
    gate.dress(&mut headers);
    wxdesk::features::jssdk::server::Signer::headers(headers)
}
