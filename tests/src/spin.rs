//! Builds the gateways with the commands in spin.toml, and runs them in a host for tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use cordboard_spin_host::{App, Manifest, Store};
use serde_json::{Value, json};

use crate::bridge::PUBLIC_URL;
use crate::emulator::USER_ID;
use crate::http::{Answer, Request};
use crate::hubspot::{ACCOUNT, APP, SECRET};
use crate::iotum::{INGEST_KEY, SIGNING_TOKEN};
use crate::provider::{EMAIL, PASSWORD, Provider};
use crate::served::{Served, comparable};
use crate::shared_scenarios::{NUMBER, PORTAL_API_KEY, PORTAL_KEY};

/// The operator's token for events and webhook requests.
pub const ADMIN_TOKEN: &str = "token of the operator";

/// Builds all components, and returns the folder of spin.toml.
///
/// # Panics
/// Panics if the build fails.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the repository");
        let manifest = Manifest::read(&root.join("spin.toml")).unwrap_or_else(|fault| panic!("{fault:#}"));
        for command in manifest.build_commands() {
            let output = Command::new("sh").args(["-c", command]).current_dir(&root).output().expect("a shell");
            assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        }
        root
    });
    &ROOT
}

/// Builds all components, and returns spin.toml.
///
/// # Panics
/// Panics if spin.toml is invalid.
pub fn manifest() -> Manifest {
    Manifest::read(&root().join("spin.toml")).unwrap_or_else(|fault| panic!("{fault:#}"))
}

/// Returns the variable `accounts`, with the accounts of [`shared_scenarios::config`](crate::shared_scenarios::config).
pub fn accounts(provider: &Provider) -> Value {
    json!({ ACCOUNT.to_string(): {
        "conferencing": "rooms",
        "telephony": "numbers",
        "connections": {
            "rooms": {
                "plug": "iotum",
                "ingest-key": INGEST_KEY,
                "outbound": { "allow-private": true, "allow": [provider.address.to_string()] },
                "settings": {
                    "host": format!("http://{}", provider.address),
                    "email": EMAIL, "password": PASSWORD, "signing-token": SIGNING_TOKEN,
                },
            },
            "numbers": {
                "plug": "phonebook",
                "settings": { USER_ID.to_string(): NUMBER },
            },
            "portal": {
                "plug": "veeting", "ingest-key": PORTAL_KEY, "settings": { "api-key": PORTAL_API_KEY },
            },
        },
    } })
}

/// Returns values for all variables without a default, and for the host of iotum.
pub fn variables(provider: &Provider) -> Vec<(String, String)> {
    [
        ("public_url", PUBLIC_URL.to_owned()),
        ("hubspot_app_id", APP.to_string()),
        ("hubspot_client_secret", SECRET.to_owned()),
        ("accounts", accounts(provider).to_string()),
        ("admin_token", ADMIN_TOKEN.to_owned()),
        ("iotum_host", format!("http://{}", provider.address)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// Returns the variables with another value for one of them.
pub fn with_variable(mut variables: Vec<(String, String)>, name: &str, value: &str) -> Vec<(String, String)> {
    variables.retain(|(other, _)| other != name);
    variables.push((name.to_owned(), value.to_owned()));
    variables
}

/// A running application, which stops when it is dropped.
pub struct Spin(pub App);

impl Spin {
    /// Starts the application with the configuration of the shared scenarios.
    pub async fn start(provider: &Provider) -> Self {
        Self::start_with(&manifest(), &variables(provider), Store::default()).await
    }

    /// Starts the application with other variables, or with an existing store.
    ///
    /// # Panics
    /// Panics if Spin would not start it.
    pub async fn start_with(manifest: &Manifest, variables: &[(String, String)], store: Store) -> Self {
        let variables: Vec<_> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Self(App::start(manifest, &variables, store).await.unwrap_or_else(|fault| panic!("{fault:#}")))
    }

    /// Sends a request as the operator.
    pub async fn ask(&self, method: &str, target: &str) -> Answer {
        operator(method, target).send(self.0.address).await
    }
}

/// Returns a request with the operator's token.
pub fn operator(method: &str, target: &str) -> Request {
    Request::new(method, target, "").header("authorization", &format!("Bearer {ADMIN_TOKEN}"))
}

/// Returns all events of an application, without the members that only Spin has.
///
/// # Panics
/// Panics if they cannot be read.
pub async fn reported_events(served: &impl Served) -> Vec<Value> {
    let answer = operator("GET", "/events?limit=1000&fresh=true").send(served.address()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let events = answer.json()["events"].as_array().expect("a list").clone();
    comparable(events)
}

impl Served for Spin {
    fn address(&self) -> std::net::SocketAddr {
        self.0.address
    }

    async fn reported_events(&self) -> Vec<Value> {
        reported_events(self).await
    }

    async fn backdate(&self, by: Duration) {
        self.0.store.stored(|values| {
            for (key, value) in values {
                if let Some(older) = older(key, value, by) {
                    *value = older;
                }
            }
        });
    }
}

/// Returns the stored value of a conference or a create with all times earlier, or `None` for other keys.
///
/// # Panics
/// Panics if the value is unreadable.
pub fn older(key: &str, value: &[u8], by: Duration) -> Option<Vec<u8>> {
    let by = u64::try_from(by.as_millis()).expect("a time");
    let times = match key.split_once(':')?.0 {
        "conference" => ["createdAt"].as_slice(),
        "flight" => &["since", "landed_at"],
        _ => return None,
    };
    let mut stored: Value = serde_json::from_slice(value).expect("JSON");
    for time in times {
        stored[time] = stored[time].as_u64().expect("a time").saturating_sub(by).into();
    }
    Some(stored.to_string().into_bytes())
}
