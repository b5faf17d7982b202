//! A running emulator and requests to it.

use cordboard_emulator::hubspot::{Account, HubSpot, Options, User};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub const APP: u64 = 54321;
pub const SECRET: &str = "client-secret-of-the-tests";
pub const ACME: u64 = 123_123;
pub const GLOBEX: u64 = 456_456;

/// A response.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        let media_type = self.headers["content-type"].to_str().unwrap();
        assert!(media_type.starts_with("application/json") || media_type.starts_with("application/problem+json"));
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

/// An emulator that runs until the end of the test.
pub struct Running {
    pub hubspot: HubSpot,
    pub base: String,
    pub http: reqwest::Client,
}

/// Returns options with two accounts, no limits and no delays.
pub fn options() -> Options {
    let mut options = Options::new(APP, SECRET).unwrap();
    let user = |id, email: &str| User { id, email: email.to_owned() };
    options.accounts = vec![
        Account::new(ACME, vec![user(123, "ada@acme.example"), user(124, "alan@acme.example")]).unwrap(),
        Account::new(GLOBEX, vec![user(456, "grace@globex.example")]).unwrap(),
    ];
    options.custom_properties = vec!["my_own".to_owned(), "other".to_owned()];
    options
}

/// Returns a path in every version.
pub fn versions(v3: String, dated: impl Fn(&str) -> String) -> Vec<String> {
    [v3].into_iter().chain(["2025-09", "2026-03", "2026-09"].map(dated)).collect()
}

impl Running {
    pub async fn start() -> Self {
        Self::with(options()).await
    }

    pub async fn with(options: Options) -> Self {
        let hubspot = HubSpot::new(options).unwrap();
        let base = serve(hubspot.router()).await;
        Self { hubspot, base, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    /// Sends a request with an optional JSON body.
    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        send(with(self.request(method, path), body)).await
    }

    /// Sends a request with a bearer token.
    pub async fn ask_as(&self, token: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
        send(with(self.request(method, path).bearer_auth(token), body)).await
    }

    /// Sends a request with the developer's key.
    pub async fn develop(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let path = format!("{path}?hapikey={}", self.hubspot.options().developer_key);
        self.ask(method, &path, body).await
    }

    /// Obtains an access token of an account.
    pub async fn token(&self, account: u64) -> String {
        let answer = self.exchange("/oauth/v1/token", &self.refresh_form(account)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    pub fn refresh_form(&self, account: u64) -> Vec<(&'static str, String)> {
        let options = self.hubspot.options();
        vec![
            ("grant_type", "refresh_token".to_owned()),
            ("client_id", options.client_id.clone()),
            ("client_secret", options.client_secret.clone()),
            ("refresh_token", options.account(account).unwrap().refresh_token.clone()),
        ]
    }

    pub async fn exchange(&self, path: &str, form: &[(&str, String)]) -> Answer {
        send(self.request(Method::POST, path).form(form)).await
    }

    /// Sets the webhooks to paths below an address.
    pub async fn set_webhooks(&self, base: &str, verify: bool) {
        let mut settings = json!({
            "createMeetingUrl": format!("{base}/create"),
            "updateMeetingUrl": format!("{base}/update"),
            "deleteMeetingUrl": format!("{base}/delete"),
        });
        if verify {
            settings["userVerifyUrl"] = json!(format!("{base}/verify"));
        }
        let path = format!("/crm/v3/extensions/videoconferencing/settings/{APP}");
        assert_eq!(self.develop(Method::PUT, &path, Some(settings)).await.status, 200);
    }
}

fn with(request: RequestBuilder, body: Option<Value>) -> RequestBuilder {
    match body {
        None => request,
        Some(body) => request.header("content-type", "application/json").body(body.to_string()),
    }
}

pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap() }
}

/// Serves on a free loopback port and returns scheme, host and port.
pub async fn serve(router: axum::Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    base
}

/// Asserts that an answer is an error in HubSpot's format with this category.
pub fn is_error(answer: &Answer, status: u16, category: Option<&str>) {
    assert_eq!(answer.status, status, "{}", answer.text);
    let body = answer.json();
    assert_eq!(body["status"], "error");
    assert_eq!(body.get("category").and_then(Value::as_str), category, "{body}");
    assert!(!body["message"].as_str().unwrap().is_empty());
    let id = body["correlationId"].as_str().unwrap();
    assert!(id.len() == 36 && id.split('-').count() == 5, "{id}");
}
