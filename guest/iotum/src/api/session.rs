//! Manages the session. The token is captured: the host stores it between operations and inserts it into requests. The
//! plug sees neither the token nor the email address and password used to sign in.

use std::cell::Cell;
use std::str::FromStr;

use cordboard_plug::http::JsonBody;
use cordboard_plug::{Context, Failure, Request, Response, Setting};
use serde_json::Value;

use super::endpoint::{Endpoint, TOKEN};

/// The setting with the site that serves the enterprise API.
pub const HOST: Setting<Site> =
    Setting::new("host", "Name of your site at iotum, such as app.portal.example.com").required();
/// The key of the setting with the administrator's email address.
pub const EMAIL: &str = "email";
/// The key of the setting with the administrator's password.
pub const PASSWORD: &str = "password";

/// A site at iotum: scheme, host and port, without a trailing slash.
#[derive(Clone, Debug, PartialEq)]
pub struct Site(String);

impl FromStr for Site {
    /// The problem and its fix.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").unwrap_or(("https", text));
        let scheme = scheme.to_ascii_lowercase();
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let is_host = |char: char| char.is_ascii_alphanumeric() || ".-_:[]".contains(char);
        if !["https", "http"].contains(&scheme.as_str()) || authority.is_empty() || !authority.chars().all(is_host) {
            return Err("it is not a host with an optional scheme and port: remove path, query, user and password");
        }
        Ok(Self(format!("{scheme}://{authority}")))
    }
}

/// A client for the enterprise API, used by one operation.
pub struct Session<'a> {
    /// The context of the operation.
    pub context: &'a Context<'a>,
    site: Site,
    signed_in: Cell<bool>,
}

impl<'a> Session<'a> {
    /// Opens a session of this connection without sending anything.
    ///
    /// # Errors
    /// Returns `invalid` if a setting is missing or invalid.
    pub fn open(context: &'a Context<'a>) -> Result<Self, Failure> {
        let site = context.settings.get(&HOST)?;
        if let Some(missing) = [EMAIL, PASSWORD].iter().find(|key| !context.settings.has_secret(key)) {
            return Err(Failure::Invalid(format!("the setting `{missing}` is missing: add it to sign in at iotum")));
        }
        let signed_in = Cell::new(context.state.get(TOKEN).is_some());
        Ok(Self { context, site, signed_in })
    }

    /// Returns the body of a call, with the token in it.
    pub fn body(&self) -> JsonBody {
        JsonBody::new().secret("auth_token", TOKEN)
    }

    /// Sends a call. Replaces a token that iotum rejects, once.
    ///
    /// # Errors
    /// Returns an error if there is no answer, or the answer is an error ([`Endpoint::judge`]).
    pub async fn call(&self, endpoint: Endpoint, body: JsonBody) -> Result<Response, Failure> {
        if !self.signed_in.get() {
            self.sign_in().await?;
        }
        let mut response = self.post(endpoint, body.clone()).await?;
        if response.status() == 401 {
            // Overwrite the old token rather than deleting it first, since concurrent operations need one.
            self.sign_in().await?;
            response = self.post(endpoint, body).await?;
            if response.status() == 401 {
                return Err(self.turned_away().await);
            }
        }
        endpoint.judge(response)
    }

    async fn sign_in(&self) -> Result<(), Failure> {
        let endpoint = Endpoint::AUTHENTICATE;
        let body = JsonBody::new().secret("email", EMAIL).secret("password", PASSWORD);
        let response = self.post(endpoint, body).await?;
        if matches!(response.status(), 401 | 403) {
            return Err(self.turned_away().await);
        }
        // The host has redacted the token, so only its presence can be checked.
        let answer = endpoint.judge(response)?.json()?;
        if !matches!(answer.get("auth_token"), Some(Value::String(_) | Value::Number(_))) {
            return Err(Failure::Unavailable("iotum signed in, but its answer has no auth_token".to_owned()));
        }
        self.signed_in.set(true);
        Ok(())
    }

    /// Deletes the token after rejected credentials and returns the failure.
    async fn turned_away(&self) -> Failure {
        self.context.state.delete(&[TOKEN]).await;
        Failure::CredentialsRejected
    }

    async fn post(&self, endpoint: Endpoint, body: JsonBody) -> Result<Response, Failure> {
        let mut request = Request::post(format!("{}/enterprise_api/{}", self.site.0, endpoint.path)).json(body);
        if let Some(capture) = endpoint.capture {
            request = request.capture(capture.pointer, capture.key);
        }
        if endpoint.idempotent {
            request = request.idempotent();
        }
        Ok(self.context.http.send(request).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_a_host_with_scheme_and_port_at_most() {
        for (text, site) in [
            ("app.portal.example.com", "https://app.portal.example.com"),
            ("app.portal.example.com:8443", "https://app.portal.example.com:8443"),
            ("https://app.portal.example.com/", "https://app.portal.example.com"),
            ("HTTPS://app.portal.example.com", "https://app.portal.example.com"),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
            (" app.portal.example.com\n", "https://app.portal.example.com"),
            ("http://[::1]:9000", "http://[::1]:9000"),
        ] {
            assert_eq!(text.parse(), Ok(Site(site.to_owned())), "{text}");
        }
        for text in
            ["", "https://", "ftp://a.example", "a.example/x", "a.example?x", "u@a.example", "a b", "a.example//"]
        {
            assert!(text.parse::<Site>().is_err(), "{text}");
        }
    }
}
