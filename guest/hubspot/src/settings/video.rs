//! `…/extensions/videoconferencing/settings/{appId}`

use cordboard_plug::http::JsonBody;
use cordboard_plug::{Endpoint, EndpointSettings, ErrorResponse, Response, SettingsError};
use serde_json::Value;

use super::address::https;
use super::api::json;
use super::error_response::silent;
use crate::routes;

/// HubSpot's only required field: without it, nothing is set.
const REQUIRED: &str = "createMeetingUrl";

/// HubSpot's fields, in its order, by the routes that their addresses lead to.
pub const FIELDS: [(&str, &str); 4] = [
    (routes::CREATE_MEETING, REQUIRED),
    (routes::UPDATE_MEETING, "updateMeetingUrl"),
    (routes::DELETE_MEETING, "deleteMeetingUrl"),
    (routes::VERIFY_USER, "userVerifyUrl"),
];

/// An address without a route. HubSpot does not document its purpose.
pub const FETCH_ACCOUNTS: &str = "fetchAccountsUri";

/// Returns the body that replaces all addresses. HubSpot deletes omitted ones, but would store a null or an empty
/// string.
pub fn body(settings: &EndpointSettings) -> Result<JsonBody, SettingsError> {
    let mut body = JsonBody::new();
    for (purpose, field) in FIELDS {
        for endpoint in settings.endpoints.iter().filter(|endpoint| endpoint.purpose == purpose) {
            https(field, &endpoint.url)?;
            if !endpoint.enabled {
                return Err(SettingsError::Invalid(format!("HubSpot cannot disable `{field}`: leave it out")));
            }
            body = body.member(field, endpoint.url.as_str());
        }
    }
    for (field, url) in &settings.extras {
        https(field, url)?;
        body = body.member(field, url.as_str());
    }
    Ok(body)
}

/// Reads the addresses in a response. Null fields are treated as absent.
pub fn read(answer: &Response) -> Result<EndpointSettings, SettingsError> {
    let body = json(answer)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    if text(REQUIRED).is_none() {
        return Err(SettingsError::NotFound(ErrorResponse {
            message: format!("HubSpot has no {REQUIRED} for the app"),
            ..silent(answer.status())
        }));
    }
    let endpoint = |(purpose, field): (&str, &str)| {
        text(field).map(|url| Endpoint { purpose: purpose.to_owned(), url, enabled: true })
    };
    Ok(EndpointSettings {
        endpoints: FIELDS.into_iter().filter_map(endpoint).collect(),
        extras: text(FETCH_ACCOUNTS).map(|url| (FETCH_ACCOUNTS.to_owned(), url)).into_iter().collect(),
    })
}
