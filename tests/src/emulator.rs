//! The stand-in for HubSpot, served on a free port of this machine.

use std::net::SocketAddr;
use std::sync::LazyLock;

use cordboard::app_settings::{AppSettings, Call};
use cordboard::contract::settings::{Endpoint, EndpointSettings};
use cordboard::plug::{Plug, builtin};
use cordboard_emulator::hubspot::{Account, Forward, HubSpot, Options, User};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::bridge::{Installation, PUBLIC_URL};
use crate::compiled::ENGINE;
use crate::hubspot::{ACCOUNT, APP, SECRET, target};
use crate::provider::USER;
use crate::served::Served;

/// The user of HubSpot's account, by HubSpot's number.
pub const USER_ID: u64 = 7;

/// The CRM plug that tells the emulator which addresses to call, compiled once.
static PLUG: LazyLock<Plug> = LazyLock::new(|| {
    ENGINE.load(builtin::find("hubspot").expect("a built-in plug")).unwrap_or_else(|error| panic!("{error}"))
});

/// The stand-in, until it is dropped.
pub struct Emulator {
    /// Where it listens.
    pub address: SocketAddr,
    /// The stand-in itself.
    pub hubspot: HubSpot,
    serving: JoinHandle<()>,
}

/// HubSpot with the app and account of the tests' configurations, which calls this bridge. The provider's stand-in
/// knows the account's user.
pub fn options(bridge: SocketAddr) -> Options {
    let mut options = Options::new(APP, SECRET).expect("options");
    let user = User { id: USER_ID, email: USER.to_owned() };
    options.accounts = vec![Account::new(ACCOUNT, vec![user]).expect("an account")];
    options.forwards = vec![Forward { public: PUBLIC_URL.to_owned(), to: format!("http://{bridge}") }];
    options
}

impl Emulator {
    /// Serves one.
    pub async fn serve(options: Options) -> Self {
        let hubspot = HubSpot::new(options).unwrap_or_else(|error| panic!("{error}"));
        let router = hubspot.router();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("a listener") });
        Self { address, hubspot, serving }
    }

    /// Serves one that was told, through the app's plug, to call what is served for everything.
    pub async fn calling(served: &impl Served, change: impl FnOnce(&mut Options)) -> Self {
        let mut options = options(served.address());
        change(&mut options);
        let emulator = Self::serve(options).await;
        emulator.tell().await;
        emulator
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    async fn tell(&self) {
        let key = &self.hubspot.options().developer_key;
        let config = Installation::new().config(&format!(
            "[app.{APP}]\nplug = \"hubspot\"\noutbound = {{ allow-private = true, allow = [\"{}\"] }}\n\
             settings = {{ client-secret = \"{SECRET}\", api-url = \"{}\", developer-api-key = \"{key}\" }}\n",
            self.address,
            self.url()
        ));
        let app = config.app(None).unwrap_or_else(|error| panic!("{error}"));
        let settings = AppSettings::of(app, &PLUG).unwrap_or_else(|error| panic!("{error}"));
        let routes = ["create-meeting", "update-meeting", "delete-meeting", "verify-user", "phone-numbers"];
        let endpoint = |route| Endpoint {
            purpose: str::to_owned(route),
            url: format!("{PUBLIC_URL}{}", target(route)),
            enabled: true,
        };
        let all = EndpointSettings { endpoints: routes.map(endpoint).into(), extras: Vec::new() };
        settings.ask(&Call::Set(all)).await.unwrap_or_else(|error| panic!("{error}"));
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
