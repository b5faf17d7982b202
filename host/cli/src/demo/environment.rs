//! Starts and stops the bridge and the emulators of the demo.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use axum::Router;
use cordboard_emulator::hubspot::{self, Forward, HubSpot, User};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::CliError;
use crate::server_group::{self, ServerGroup};
use cordboard::Bridge;
use cordboard::config::Config;
use cordboard::ingress::ingest_path;
use cordboard::random::random_id;
use cordboard::server::{self, ServeLimits};
use cordboard::store::ConnectionId;

use super::fixtures::{ACME, ADMINISTRATOR, APP, Account, GLOBEX, NOBODY, PUBLIC_URL};
use super::iotum::Iotum;

/// The secrets that the parties share, generated for each run.
pub struct Secrets {
    /// Authenticates HubSpot to the bridge.
    pub client_secret: String,
    /// Authenticates iotum to the bridge.
    pub signing_token: String,
    /// Authenticates simplex Meeting to the bridge.
    pub api_key: String,
}

/// The running bridge and emulators.
pub struct Environment {
    /// Base URL of the bridge.
    pub bridge_url: String,
    /// Base URL of the HubSpot emulator, and of its page.
    pub hubspot_url: String,
    /// Base URL of the iotum emulator.
    pub iotum_url: String,
    /// The bridge, for inspection.
    pub bridge: Bridge,
    /// The HubSpot emulator, for booking.
    pub hubspot: HubSpot,
    /// The iotum emulator, for inspection.
    pub iotum: Iotum,
    /// The secrets.
    pub secrets: Secrets,
    /// Path to the bridge's configuration file.
    pub config: PathBuf,
    servers: ServerGroup,
    folder: TempDir,
}

impl Environment {
    /// Starts everything, with the bridge on this loopback port; 0 picks a free one.
    ///
    /// # Errors
    /// Fails if the port is in use or no temporary folder can be created.
    pub async fn start(port: u16) -> Result<Self, CliError> {
        let folder = TempDir::with_prefix("cordboard-demo-").map_err(|error| {
            CliError::new(format!("cannot create a temporary folder ({error}): set TMPDIR to a writable folder"))
        })?;
        let secrets = Secrets { client_secret: random_id()?, signing_token: random_id()?, api_key: random_id()? };
        let password = random_id()?;
        let (bridge_at, bridge_listener) = listen(port).await?;
        let (operators_at, operators_listener) = listen(0).await?;
        let (iotum_at, iotum_listener) = listen(0).await?;
        let (hubspot_at, hubspot_listener) = listen(0).await?;
        let bridge_url = format!("http://{bridge_at}");
        let (iotum_url, hubspot_url) = (format!("http://{iotum_at}"), format!("http://{hubspot_at}"));
        let iotum = Iotum::new(ADMINISTRATOR, &password);
        let hubspot = hubspot(&secrets.client_secret, &bridge_url)?;
        let mut servers = ServerGroup::default();
        serve(&mut servers, iotum_listener, iotum.router());
        serve(&mut servers, hubspot_listener, hubspot.router());

        let config = folder.path().join("cordboard.toml");
        let text = include_str!("cordboard.toml")
            .replace("$listen", &bridge_at.to_string())
            .replace("$admin-listen", &operators_at.to_string())
            .replace("$public-url", PUBLIC_URL)
            .replace("$at-hubspot", &hubspot_at.to_string())
            .replace("$at-iotum", &iotum_at.to_string())
            .replace("$developer-key", &hubspot.options().developer_key)
            .replace("$email", ADMINISTRATOR)
            .replace("$client-secret", &secrets.client_secret)
            .replace("$api-key", &secrets.api_key)
            .replace("$password", &password)
            .replace("$signing-token", &secrets.signing_token);
        fs::write(&config, text)?;
        let configured = Config::load(&config)?;
        let bridge = Bridge::start(&configured).await?;
        [bridge_at, operators_at].into_iter().for_each(|address| bridge.listens_on(address));
        serve(&mut servers, bridge_listener, bridge.router());
        serve(&mut servers, operators_listener, bridge.operators());
        Ok(Self { bridge_url, hubspot_url, iotum_url, bridge, hubspot, iotum, secrets, config, servers, folder })
    }

    /// Returns the ingest address of a connection's route, or `None` if it has none.
    pub fn ingest(&self, account: Account, connection: &str, route: &str) -> Option<String> {
        let id = ConnectionId::new(account.id, connection);
        let topology = self.bridge.topology();
        let key = topology.connection(&id)?.ingest.clone()?;
        Some(format!("{}{}", self.bridge_url, ingest_path(key.expose(), route)))
    }

    /// Returns the folder with the configuration and the data.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Stops the servers, then the bridge, and removes the folder.
    ///
    /// # Errors
    /// Fails if a server has failed or the folder cannot be removed.
    pub async fn shutdown(self) -> Result<(), CliError> {
        let Self { bridge, servers, folder, .. } = self;
        servers.stop().await?;
        bridge.stop().await;
        folder
            .close()
            .map_err(|error| CliError::new(format!("cannot remove the demo's folder ({error}): remove it by hand")))
    }
}

fn serve(servers: &mut ServerGroup, listener: TcpListener, router: Router) {
    let stopped = servers.stopped();
    servers.start(server::serve(listener, router, ServeLimits::default(), stopped));
}

async fn listen(port: u16) -> Result<(SocketAddr, TcpListener), CliError> {
    let hint = if port == 0 { "check the system's firewall" } else { "omit `--port` to use a free one" };
    let listener = server_group::listen((Ipv4Addr::LOCALHOST, port).into(), hint).await?;
    Ok((listener.local_addr()?, listener))
}

/// Creates the HubSpot emulator with both accounts. It forwards requests for the public address to the bridge, in place
/// of a proxy.
fn hubspot(client_secret: &str, bridge_url: &str) -> Result<HubSpot, CliError> {
    let user = |id, email: &str| User { id, email: email.to_owned() };
    let acme = vec![user(ACME.user, ACME.email)];
    let globex = vec![user(GLOBEX.user, GLOBEX.email), user(NOBODY.0, NOBODY.1)];
    let mut options = hubspot::Options::new(APP, client_secret)?;
    options.accounts = vec![hubspot::Account::new(ACME.id, acme)?, hubspot::Account::new(GLOBEX.id, globex)?];
    options.forwards = vec![Forward { public: PUBLIC_URL.to_owned(), to: bridge_url.to_owned() }];
    Ok(HubSpot::new(options)?)
}
