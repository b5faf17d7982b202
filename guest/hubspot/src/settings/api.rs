//! Calls HubSpot's settings API: its address, the version of its paths and the credentials.

use std::str::FromStr;

use cordboard_plug::effect::{Escape, Method};
use cordboard_plug::http::{JsonBody, secret};
use cordboard_plug::{Context, Failure, Piece, Request, Response, Setting, SettingsError};
use serde_json::Value;

use super::error_response::judge;

/// The setting with the API's address.
pub const URL: Setting<ApiUrl> =
    Setting::new("api-url", "Address of HubSpot's API; override it for tests").or("https://api.hubapi.com");

/// The setting with the version of the paths. HubSpot's support for `v3` ends in September 2027.
pub const VERSION: Setting<Version> =
    Setting::new("api-version", "Version of HubSpot's settings API: v3, 2025-09, 2026-03 or 2026-09").or("v3");

/// Key of the setting sent as `hapikey`.
pub const DEVELOPER_KEY: &str = "developer-api-key";
/// Key of the setting sent as `Authorization: Bearer`.
pub const DEVELOPER_TOKEN: &str = "developer-access-token";

/// Scheme and authority, without a trailing slash.
#[derive(Debug, PartialEq)]
pub struct ApiUrl(String);

impl FromStr for ApiUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        let base = text.trim().trim_end_matches('/');
        let authority = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
        match authority {
            Some(authority) if !authority.is_empty() && authority.bytes().all(named) => Ok(Self(base.to_owned())),
            _ => Err("write a scheme and a host, such as `https://api.hubapi.com`"),
        }
    }
}

/// A version of HubSpot's paths. All versions have the same fields and methods.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Version {
    /// `/crm/v3/…`
    V3,
    /// `/crm/…/YYYY-MM/…`
    Dated(&'static str),
}

impl FromStr for Version {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "v3" => Ok(Self::V3),
            "2025-09" => Ok(Self::Dated("2025-09")),
            "2026-03" => Ok(Self::Dated("2026-03")),
            "2026-09" => Ok(Self::Dated("2026-09")),
            _ => Err("write `v3`, `2025-09`, `2026-03` or `2026-09`"),
        }
    }
}

/// A resource of an app's settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Resource {
    /// The addresses of the video conferencing webhooks.
    VideoConferencing,
    /// The help desk's channel connection.
    ChannelConnection,
}

/// Returns the path of a resource for an app.
fn path(version: Version, resource: Resource, app: u64) -> String {
    let (number, date) = match version {
        Version::V3 => ("/v3", String::new()),
        Version::Dated(date) => ("", format!("/{date}")),
    };
    match resource {
        Resource::VideoConferencing => format!("/crm{number}/extensions/videoconferencing{date}/settings/{app}"),
        Resource::ChannelConnection => {
            format!("/crm{number}/extensions/calling{date}/{app}/settings/channel-connection")
        }
    }
}

/// A client for one resource of an app's settings.
pub struct Api<'a> {
    context: &'a Context<'a>,
    address: String,
    by_token: bool,
}

impl<'a> Api<'a> {
    /// Reads the address and credentials from the settings.
    ///
    /// # Errors
    /// Returns `invalid` if a setting or the app's id is invalid, or both key and token are missing.
    pub fn of(context: &'a Context<'a>, resource: Resource, app: &str) -> Result<Self, SettingsError> {
        let ApiUrl(base) = context.settings.get(&URL).map_err(misconfigured)?;
        let version = context.settings.get(&VERSION).map_err(misconfigured)?;
        let by_token = context.settings.has_secret(DEVELOPER_TOKEN);
        if !by_token && !context.settings.has_secret(DEVELOPER_KEY) {
            return Err(SettingsError::Invalid(format!(
                "there are no credentials for HubSpot's API: set `{DEVELOPER_KEY}` or `{DEVELOPER_TOKEN}` in the app's \
                 settings"
            )));
        }
        let app = app.parse::<u64>().map_err(|_| {
            SettingsError::Invalid(format!("the app's id `{app}` is not a number, as HubSpot's are: correct it"))
        })?;
        Ok(Self { context, address: format!("{base}{}", path(version, resource, app)), by_token })
    }

    /// Sends a request and returns its successful response. Every method except POST is marked as idempotent.
    ///
    /// # Errors
    /// Returns HubSpot's error response, or the reason why there is no response.
    pub async fn send(&self, method: Method, body: Option<JsonBody>) -> Result<Response, SettingsError> {
        let mut url = vec![Piece::Text(self.address.clone())];
        if !self.by_token {
            url.extend([Piece::Text("?hapikey=".to_owned()), secret(DEVELOPER_KEY, Escape::Url)]);
        }
        let mut request = Request::to(method, url).header("accept", "application/json");
        if self.by_token {
            request = request.bearer(DEVELOPER_TOKEN);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        if !matches!(method, Method::Post) {
            request = request.idempotent();
        }
        judge(self.context.http.send(request).await?)
    }
}

/// Parses a response as JSON.
///
/// # Errors
/// Returns `unavailable` if it is not JSON.
pub fn json(answer: &Response) -> Result<Value, SettingsError> {
    serde_json::from_slice(answer.body())
        .map_err(|_| SettingsError::Unavailable("HubSpot's answer is not JSON: correct `api-url`".to_owned()))
}

/// Converts the error of an invalid setting.
fn misconfigured(failure: Failure) -> SettingsError {
    match failure {
        Failure::Invalid(sentence) => SettingsError::Invalid(sentence),
        _ => SettingsError::Invalid("a setting of the app is invalid: correct it".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_url_is_a_scheme_and_a_host() {
        for (text, base) in [
            ("https://api.hubapi.com", "https://api.hubapi.com"),
            (" https://api.hubapi.com/ ", "https://api.hubapi.com"),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000"),
        ] {
            assert_eq!(text.parse(), Ok(ApiUrl(base.to_owned())));
        }
        for wrong in [
            "",
            "api.hubapi.com",
            "https://",
            "https://a/b",
            "https://u@a",
            "ftp://a",
            "https://a?b",
            "https://a b",
            "https://a\nb",
            "https://{a}",
            "https://a%2eb",
            "https://ä",
        ] {
            assert!(wrong.parse::<ApiUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_version_has_its_paths() {
        let paths = |version: &str| {
            let version = version.parse().unwrap();
            [Resource::VideoConferencing, Resource::ChannelConnection].map(|resource| path(version, resource, 7))
        };
        assert_eq!(
            paths("v3"),
            [
                "/crm/v3/extensions/videoconferencing/settings/7",
                "/crm/v3/extensions/calling/7/settings/channel-connection"
            ]
        );
        assert_eq!(
            paths("2026-09"),
            [
                "/crm/extensions/videoconferencing/2026-09/settings/7",
                "/crm/extensions/calling/2026-09/7/settings/channel-connection"
            ]
        );
        assert!("2026-04".parse::<Version>().is_err());
    }
}
