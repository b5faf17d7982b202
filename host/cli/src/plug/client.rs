//! A client of the admin API.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use cordboard_core::text::line;
use cordboard_doctor::http::{self, cause};
use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde_json::Value;
use url::{Host, Url};

use crate::terminal::{Output, print, print_json};
use crate::{CliError, ConfigFile, secret_env};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time limit for each piece of a response. The bridge compiles a pushed plug before it answers.
const READ_TIMEOUT: Duration = Duration::from_secs(5 * 60);
/// Longer than any response of the admin API.
const MAX_ANSWER_LEN: usize = 64 << 20;

/// Which bridge to call, and with which token.
#[derive(Debug, Args)]
pub struct Admin {
    #[command(flatten)]
    config: ConfigFile,
    /// Address of the admin API [default: `admin-listen` of the configuration].
    #[arg(long, value_name = "URL")]
    admin: Option<String>,
    /// Environment variable that holds the admin token.
    #[arg(long, value_name = "NAME", default_value = "CORDBOARD_ADMIN_TOKEN")]
    token_env: String,
    #[command(flatten)]
    pub output: Output,
}

impl Admin {
    /// Creates a client for the bridge.
    ///
    /// # Errors
    /// Fails if the token, the address or the configuration is missing or invalid.
    pub fn client(&self) -> Result<Client, CliError> {
        let token = secret_env("--token-env", &self.token_env)
            .map_err(|why| CliError::new(format!("{why}; `cordboard token new` creates a token")))?;
        let base = match &self.admin {
            Some(admin) => given(admin)?,
            None => {
                let config = self.config.load().map_err(|error| {
                    CliError::new(format!("{error}\nto call a bridge without its configuration, use --admin URL"))
                })?;
                config.admin_base()
            }
        };
        let mut token = HeaderValue::from_str(&format!("Bearer {}", token.trim()))
            .map_err(|_| CliError::new("the token contains characters that no token has: set the variable again"))?;
        token.set_sensitive(true);
        // Connect directly: no proxy may see the token.
        let http = reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT);
        Ok(Client { http: http::direct(http)?, base, token })
    }

    /// Prints an answer of the bridge, as JSON or as text.
    ///
    /// # Errors
    /// Fails if writing to stdout fails.
    pub fn print(&self, answer: &Value, text: impl FnOnce(&Value) -> String) -> Result<ExitCode, CliError> {
        if self.output.json { print_json(answer) } else { print(&text(answer)) }
    }
}

/// Validates the value of `--admin`. The token must not cross a public network unencrypted.
fn given(text: &str) -> Result<String, CliError> {
    let invalid = |hint: &str| CliError::new(format!("--admin {hint}"));
    let url = Url::parse(text).map_err(|_| invalid("takes an address such as `http://127.0.0.1:8081`"))?;
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(invalid("takes an address without user, query and fragment: remove them"));
    }
    let is_local = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_private(),
        Some(Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unique_local(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match url.scheme() {
        "http" if !is_local => Err(invalid("would send the token unencrypted: use an `https://` address")),
        "http" | "https" => Ok(url.as_str().trim_end_matches('/').to_owned()),
        _ => Err(invalid("takes an `https://` address, or an `http://` address in a private network")),
    }
}

/// A client of a bridge's admin API.
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: HeaderValue,
}

impl Client {
    /// Sends a GET request.
    pub async fn get(&self, path: &str, query: &[(&str, String)]) -> Result<Value, CliError> {
        self.send(self.http.get(self.address(path)).query(query)).await
    }

    /// Sends a POST request.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, CliError> {
        let request = self.http.post(self.address(path)).header(CONTENT_TYPE, "application/json");
        self.send(request.body(body.to_string())).await
    }

    /// Uploads a plug.
    pub async fn push(&self, file: Vec<u8>) -> Result<Value, CliError> {
        let request = self.http.post(self.address("plugs")).header(CONTENT_TYPE, "application/wasm");
        self.send(request.body(file)).await
    }

    fn address(&self, path: &str) -> String {
        format!("{}/admin/v1/{path}", self.base)
    }

    async fn send(&self, request: RequestBuilder) -> Result<Value, CliError> {
        let unanswered = |error: reqwest::Error| {
            let cause = cause(error);
            CliError::new(format!(
                "no answer from {} ({cause}): check that `cordboard serve` is running there, or set --admin",
                self.base
            ))
        };
        let mut response = request.header(AUTHORIZATION, self.token.clone()).send().await.map_err(unanswered)?;
        let (body, _) = http::read(&mut response, MAX_ANSWER_LEN).await.map_err(unanswered)?;
        let status = response.status();
        let problem = serde_json::from_slice::<Value>(&body).ok();
        match problem {
            Some(answer) if status.is_success() => Ok(answer),
            Some(Value::Object(problem)) if problem.contains_key("detail") => {
                let detail = problem.get("detail").and_then(Value::as_str).unwrap_or_default();
                // A rejected configuration has one fault per line.
                let lines: Vec<_> = detail.lines().map(|problem| line(problem, 2_000)).collect();
                Err(CliError::new(lines.join("\n")))
            }
            _ => Err(CliError::new(format!(
                "{} is not the admin API of a bridge ({status}): set --admin to the address of `admin-listen`",
                self.base
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_never_sent_unencrypted_over_a_public_network() {
        for (text, expected) in [
            ("https://bridge.example.com:8081/", "https://bridge.example.com:8081"),
            ("http://127.0.0.1:8081", "http://127.0.0.1:8081"),
            ("http://[::1]:8081", "http://[::1]:8081"),
            ("http://10.1.2.3:8081/ops", "http://10.1.2.3:8081/ops"),
            ("http://localhost:8081", "http://localhost:8081"),
        ] {
            assert_eq!(given(text).unwrap(), expected);
        }
        for wrong in [
            "bridge.example.com",
            "http://bridge.example.com",
            "http://192.0.2.1",
            "ftp://localhost",
            "https://u@h",
            "https://:p@h",
            "https://h?a",
            "https://h#a",
        ] {
            assert!(given(wrong).is_err(), "{wrong}");
        }
    }
}
