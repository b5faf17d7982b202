//! Tests of the checks against real servers: bridges, proxies, the HubSpot emulator and unrelated servers.

mod bridge;
mod clock;
mod front;
mod hubspot;
mod providers;
mod public_url;
mod report;

use std::net::SocketAddr;
use std::sync::LazyLock;

use axum::Router;
use tokio::net::TcpListener;

use super::commands::Commands;
use super::finding::{Finding, Verdict};
use cordboard::config::{Config, PlugRef};
use cordboard::ingress::{ServeLimits, serve};
use cordboard::plug::Plug;
use cordboard::registry::Plugs;

const APP: u64 = 54_321;
const SECRET: &str = "3f1c2f0e-7a7b-4c43-9a51-0d6a7a0c9b11";

static PLUGS: LazyLock<Plugs> = LazyLock::new(|| {
    let mut plugs = Plugs::read_only(&config("public-url = \"https://bridge.example.com\""), None).unwrap();
    for name in ["hubspot", "iotum"] {
        plugs.load(&PlugRef::Name(name.to_owned()));
    }
    plugs
});

fn plug(name: &str) -> &'static Plug {
    PLUGS.get(&PlugRef::Name(name.to_owned())).unwrap()
}

fn config(text: &str) -> Config {
    Config::parse(text, "".as_ref(), &|_| None).unwrap()
}

/// Returns the commands for a configuration in the default file.
fn commands(config: &Config) -> Commands<'static> {
    Commands::of(config, "cordboard.toml".as_ref())
}

/// Serves the router for as long as the test runs.
async fn served(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, router, ServeLimits::default(), std::future::pending()));
    at
}

/// Returns an address on which nothing listens.
async fn closed() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// Asserts a finding's verdict and subject, and that its details contain all of `says`.
#[track_caller]
fn assert_found(finding: &Finding, verdict: Verdict, about: &str, says: &[&str]) {
    assert_eq!((finding.verdict, finding.about.as_str()), (verdict, about), "{}", finding.says);
    for words in says {
        assert!(finding.says.contains(words), "“{words}” is not in: {}", finding.says);
    }
}

/// Returns the only finding.
#[track_caller]
fn only(findings: Vec<Finding>) -> Finding {
    let [finding] = <[Finding; 1]>::try_from(findings).unwrap();
    finding
}
