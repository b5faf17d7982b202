//! Tests of the checks against real servers: bridges, proxies, the HubSpot emulator and unrelated servers.

mod bridge;
mod clock;
mod front;
mod hubspot;
mod providers;
mod public_url;

use std::net::SocketAddr;
use std::sync::LazyLock;

use axum::Router;
use reqwest::Client;
use tokio::net::TcpListener;

use super::finding::{Finding, Verdict};
use super::{Doctor, TIMEOUT, http};
use cordboard::config::{Config, PlugRef};
use cordboard::plug::Plug;
use cordboard::registry::Plugs;
use cordboard::server::{ServeLimits, serve};

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

/// Returns a doctor for a configuration in the default file.
fn doctor(config: &Config) -> Doctor<'_> {
    Doctor::new(config, "").unwrap()
}

/// Returns the doctor's client.
fn client() -> Client {
    http::direct(Client::builder().timeout(TIMEOUT)).unwrap()
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

/// Asserts a finding's verdict and subject, and that its message contains all of `parts`.
#[track_caller]
fn assert_found(finding: &Finding, verdict: Verdict, about: &str, parts: &[&str]) {
    assert_eq!((finding.verdict, finding.about.as_str()), (verdict, about), "{}", finding.message);
    for part in parts {
        assert!(finding.message.contains(part), "“{part}” is not in: {}", finding.message);
    }
}

/// Returns the only finding.
#[track_caller]
fn only(findings: Vec<Finding>) -> Finding {
    let [finding] = <[Finding; 1]>::try_from(findings).unwrap();
    finding
}
