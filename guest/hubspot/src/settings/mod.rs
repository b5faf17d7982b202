//! Implements the `settings` contract with HubSpot's two settings APIs, which hold the addresses that HubSpot calls.
//!
//! [`video`] and [`channel`] convert between endpoints and the bodies of the two APIs: `video` for meetings and users,
//! `channel` for telephone numbers. [`Api`] sends requests with the right address, version and credentials, and
//! [`error_response`] reads HubSpot's errors. [`address`] checks for `https` before anything is sent.

mod address;
mod api;
mod channel;
mod error_response;
mod video;

use cordboard_plug::effect::Method;
use cordboard_plug::manifest::Setting;
use cordboard_plug::settings::outbound;
use cordboard_plug::{Context, CrmSettings, EndpointPatch, EndpointSettings, ErrorResponse, Response, SettingsError};

use crate::{HubSpot, routes};
use api::{Api, Resource};

pub use api::URL as API_URL;

/// Returns the settings that these calls need.
pub fn declared() -> Vec<Setting> {
    vec![
        api::URL.declared(),
        api::VERSION.declared(),
        outbound(api::DEVELOPER_KEY, "Developer API key of the account that owns the app, sent as `hapikey`", false),
        outbound(
            api::DEVELOPER_TOKEN,
            "Token with the scope developers-write, sent as a bearer token in place of the key",
            false,
        ),
    ]
}

impl CrmSettings for HubSpot {
    async fn get_endpoints(
        context: &Context<'_>,
        app_id: String,
        purposes: Vec<String>,
    ) -> Result<EndpointSettings, SettingsError> {
        let (mut found, mut missing) = (Vec::new(), None);
        for resource in resources(purposes.iter().map(String::as_str))? {
            let answer = Api::of(context, resource, &app_id)?.send(Method::Get, None).await;
            match answer.and_then(|answer| resource.read(&answer)) {
                Ok(settings) => found.push(settings),
                Err(error @ SettingsError::NotFound(_)) => missing = Some(error),
                Err(error) => return Err(error),
            }
        }
        match missing {
            Some(error) if found.is_empty() => Err(error),
            _ => Ok(joined(found)),
        }
    }

    async fn set_endpoints(
        context: &Context<'_>,
        app_id: String,
        settings: EndpointSettings,
    ) -> Result<EndpointSettings, SettingsError> {
        let resources = resources(settings.endpoints.iter().map(|endpoint| endpoint.purpose.as_str()))?;
        for (name, _) in &settings.extras {
            if name != video::FETCH_ACCOUNTS || !resources.contains(&Resource::VideoConferencing) {
                return Err(SettingsError::Invalid(format!(
                    "`{name}` cannot be set with these endpoints: leave it out"
                )));
            }
        }
        // Everything is checked before the first request.
        let mut requests = Vec::new();
        for resource in resources {
            let (method, body) = match resource {
                Resource::VideoConferencing => (Method::Put, video::body(&settings)?),
                Resource::ChannelConnection => (Method::Post, channel::body(&settings)?),
            };
            requests.push((resource, Api::of(context, resource, &app_id)?, method, body));
        }
        let (mut stored, mut read) = (Vec::new(), Vec::new());
        for (resource, api, method, body) in requests {
            let answer = api.send(method, Some(body)).await.map_err(|error| after_storing(&stored, error))?;
            stored.push(resource.addresses());
            read.push(resource.read(&answer).map_err(|error| after_storing(&stored, error))?);
        }
        Ok(joined(read))
    }

    async fn update_endpoint(
        context: &Context<'_>,
        app_id: String,
        patch: EndpointPatch,
    ) -> Result<EndpointSettings, SettingsError> {
        let resource = Resource::of(&patch.purpose)?;
        if resource == Resource::VideoConferencing {
            return Err(SettingsError::Invalid(format!(
                "HubSpot cannot change the address of `{}` alone: set all addresses for meetings and users together",
                patch.purpose
            )));
        }
        let body = channel::patch(patch)?;
        let answer = Api::of(context, resource, &app_id)?.send(Method::Patch, Some(body)).await?;
        resource.read(&answer)
    }

    async fn delete_endpoints(
        context: &Context<'_>,
        app_id: String,
        purposes: Vec<String>,
    ) -> Result<(), SettingsError> {
        for resource in resources(purposes.iter().map(String::as_str))? {
            match Api::of(context, resource, &app_id)?.send(Method::Delete, None).await {
                // Nothing is set, for example because an earlier attempt deleted it.
                Ok(_) | Err(SettingsError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Resource {
    /// Returns the API that stores the address of a route.
    fn of(purpose: &str) -> Result<Self, SettingsError> {
        if purpose == routes::PHONE_NUMBERS {
            return Ok(Self::ChannelConnection);
        }
        if video::FIELDS.iter().any(|(route, _)| *route == purpose) {
            return Ok(Self::VideoConferencing);
        }
        Err(SettingsError::Invalid(format!("HubSpot has no address for `{purpose}`: use a route of this plug")))
    }

    /// Returns the addresses that the API stores, for messages.
    fn addresses(self) -> &'static str {
        match self {
            Self::VideoConferencing => "the addresses for meetings and users",
            Self::ChannelConnection => "the address for telephone numbers",
        }
    }

    /// Reads the endpoints in a response of the API.
    fn read(self, answer: &Response) -> Result<EndpointSettings, SettingsError> {
        match self {
            Self::VideoConferencing => video::read(answer),
            Self::ChannelConnection => channel::read(answer),
        }
    }
}

/// Returns the APIs that store the addresses of these routes.
fn resources<'a>(purposes: impl Iterator<Item = &'a str>) -> Result<Vec<Resource>, SettingsError> {
    let (mut seen, mut resources) = (Vec::new(), Vec::new());
    for purpose in purposes {
        if seen.contains(&purpose) {
            return Err(SettingsError::Invalid(format!("`{purpose}` is named twice: leave one out")));
        }
        seen.push(purpose);
        let resource = Resource::of(purpose)?;
        if !resources.contains(&resource) {
            resources.push(resource);
        }
    }
    if resources.is_empty() {
        return Err(SettingsError::Invalid("no endpoint is named: name at least one".to_owned()));
    }
    Ok(resources)
}

/// Adds to an error what HubSpot stored before it.
fn after_storing(stored: &[&str], mut error: SettingsError) -> SettingsError {
    if stored.is_empty() {
        return error;
    }
    if let SettingsError::RateLimited(_) = error {
        error = SettingsError::Unavailable("HubSpot is limiting requests".to_owned());
    }
    if let SettingsError::Invalid(text)
    | SettingsError::Unavailable(text)
    | SettingsError::Unauthorized(ErrorResponse { message: text, .. })
    | SettingsError::NotFound(ErrorResponse { message: text, .. })
    | SettingsError::Refused(ErrorResponse { message: text, .. }) = &mut error
    {
        let separator = if text.is_empty() { "" } else { "; " };
        let stored = stored.join(" and ");
        text.push_str(&format!(
            "{separator}HubSpot has already stored {stored}: read the endpoints and set what differs"
        ));
    }
    error
}

/// Joins the endpoints and extras of both APIs.
fn joined(parts: Vec<EndpointSettings>) -> EndpointSettings {
    let mut all = EndpointSettings { endpoints: Vec::new(), extras: Vec::new() };
    for part in parts {
        all.endpoints.extend(part.endpoints);
        all.extras.extend(part.extras);
    }
    all
}
