//! A bridge with two accounts, a token for all of them and tokens for one.

use cordboard::config::TokenHash;
use cordboard::plug::LibraryOptions;
use cordboard_tests::bridge::{Bridge, Installation};
use cordboard_tests::http::{Answer, Request};
use cordboard_tests::hubspot::{self, ACCOUNT, APP};
use serde_json::Value;
use tokio::sync::OnceCell;

use super::schema;

/// An account to which the token [`ACME`] has no access.
pub const OTHER: u64 = 7;
/// A token for all accounts.
pub const OPERATOR: &str = "the-token-of-the-operator";
/// A token for [`ACCOUNT`].
pub const ACME: &str = "the-token-of-acme";
/// A token for [`ACCOUNT`] that may push.
pub const BUILDS: &str = "the-token-of-acmes-builds";

pub fn config() -> String {
    let connection = |account: u64| {
        format!(
            "[account.{account}.connection.rooms]\nplug = \"jitsi\"\n\
             settings = {{ host = \"https://meet.example.org\" }}\n"
        )
    };
    let other = format!("[account.{OTHER}]\napp = {APP}\nconferencing = \"rooms\"\n{}", connection(OTHER));
    let token = |name: &str, token: &str, account: &str| {
        format!("[admin.token.{name}]\nsha256 = \"{}\"\n{account}\n", TokenHash::of(token).written())
    };
    let tokens = token("operator", OPERATOR, "")
        + &token("acme", ACME, &format!("account = {ACCOUNT}"))
        + &token("builds", BUILDS, &format!("account = {ACCOUNT}\npush = true"));
    hubspot::config("conferencing = \"rooms\"", &(connection(ACCOUNT) + &other + &tokens))
}

pub struct Fixture {
    pub installation: Installation,
    pub bridge: Bridge,
    document: OnceCell<Value>,
}

impl Fixture {
    pub async fn open() -> Self {
        Self::with(&config()).await
    }

    pub async fn with(config: &str) -> Self {
        let installation = Installation::new();
        let bridge = installation.open(config).await;
        Self { installation, bridge, document: OnceCell::new() }
    }

    /// Opens a bridge with these library options.
    pub async fn with_library(config: &str, library: LibraryOptions) -> Self {
        let installation = Installation::new();
        let bridge = installation.open_library(config, library).await;
        Self { installation, bridge, document: OnceCell::new() }
    }

    /// Sends a request with a token, and checks successful answers against the OpenAPI document.
    pub async fn ask(&self, token: &str, request: Request) -> Answer {
        let (method, path) = (request.method.clone(), request.target.split('?').next().unwrap().to_owned());
        let answer = self.send(request.header("authorization", &format!("Bearer {token}"))).await;
        if answer.status < 300 {
            schema::check(self.document().await, &method, &path, &answer);
        } else {
            assert!(!answer.problem().is_empty());
        }
        answer
    }

    /// Sends a request unchanged.
    pub async fn send(&self, request: Request) -> Answer {
        request.send(self.bridge.operators).await
    }

    /// Returns the OpenAPI document, which is requested once.
    pub async fn document(&self) -> &Value {
        let read = || async {
            let request = Request::get("/admin/v1/openapi.json").header("authorization", &format!("Bearer {OPERATOR}"));
            self.send(request).await.json()
        };
        self.document.get_or_init(read).await
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        self.ask(token, Request::get(&format!("/admin/v1/{path}"))).await
    }

    pub async fn post(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.ask(token, Request::post(&format!("/admin/v1/{path}"), body.to_string())).await
    }

    /// Pushes a plug, asserts that it is admitted, and returns its digest.
    pub async fn push(&self, file: Vec<u8>) -> String {
        let answer = self.ask(OPERATOR, Request::new("POST", "/admin/v1/plugs", file)).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.member("digest")
    }

    /// Returns the audit entries, newest first: actor, action, from, to.
    pub async fn audit(&self, token: &str, query: &str) -> Vec<[String; 4]> {
        let answer = self.get(token, &format!("audit{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let entries = answer.json()["entries"].as_array().unwrap().clone();
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
        entries.iter().map(|entry| ["actor", "action", "from", "to"].map(|name| text(entry, name))).collect()
    }
}
