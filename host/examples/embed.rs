//! Mounts the bridge in an axum service: public routes under one path, operator routes under another.
//!
//! `cargo run -p cordboard --example embed -- cordboard.toml`

use std::error::Error;
use std::path::PathBuf;

use axum::Router;
use axum::routing::get;
use cordboard::{Bridge, Config};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("cordboard.toml"), PathBuf::from);
    // `public-url` ends with the path that the bridge is mounted under: `https://platform.example.com/meetings`.
    let config = Config::load(&file)?;
    let bridge = Bridge::start(&config).await?;

    let service = Router::new()
        .route("/", get(|| async { "the platform's own page\n" }))
        .nest("/meetings", bridge.router())
        .nest("/internal/bridge", bridge.operators());

    let listener = TcpListener::bind(config.listen).await?;
    // Registers the listener, so that plugs cannot call this service.
    bridge.listens_on(listener.local_addr()?);
    axum::serve(listener, service).with_graceful_shutdown(interrupted()).await?;
    bridge.stop().await;
    Ok(())
}

async fn interrupted() {
    // Without signals there is nothing to wait for: serve until the process ends.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
