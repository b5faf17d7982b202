//! `…/extensions/calling/{appId}/settings/channel-connection`

use cordboard_plug::http::JsonBody;
use cordboard_plug::{Endpoint, EndpointPatch, EndpointSettings, Response, SettingsError};
use serde_json::Value;

use super::address::https;
use super::api::json;
use crate::routes;

const URL: &str = "url";
const IS_READY: &str = "isReady";

/// Returns the body that creates the channel connection. HubSpot refuses a second one.
pub fn body(settings: &EndpointSettings) -> Result<JsonBody, SettingsError> {
    let mut body = JsonBody::new();
    for endpoint in settings.endpoints.iter().filter(|endpoint| endpoint.purpose == routes::PHONE_NUMBERS) {
        https(URL, &endpoint.url)?;
        body = body.member(URL, endpoint.url.as_str()).member(IS_READY, endpoint.enabled);
    }
    Ok(body)
}

/// Returns the body that updates the channel connection. HubSpot keeps omitted fields.
pub fn patch(patch: EndpointPatch) -> Result<JsonBody, SettingsError> {
    if patch.url.is_none() && patch.enabled.is_none() {
        return Err(SettingsError::Invalid("the update is empty: set `url` or `isReady`".to_owned()));
    }
    patch.url.iter().try_for_each(|url| https(URL, url))?;
    Ok(JsonBody::new().member_if(URL, patch.url).member_if(IS_READY, patch.enabled))
}

/// Reads the channel connection in a response. Its times are extras, as HubSpot formats them: ISO 8601, or
/// `2024-04-30 12:01`.
pub fn read(answer: &Response) -> Result<EndpointSettings, SettingsError> {
    let missing =
        |name: &str| SettingsError::Unavailable(format!("HubSpot's answer has no `{name}`: correct `api-url`"));
    let body = json(answer)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let endpoint = Endpoint {
        purpose: routes::PHONE_NUMBERS.to_owned(),
        url: text(URL).ok_or_else(|| missing(URL))?,
        enabled: body.get(IS_READY).and_then(Value::as_bool).ok_or_else(|| missing(IS_READY))?,
    };
    let times = ["createdAt", "updatedAt"].into_iter().filter_map(|name| Some((name.to_owned(), text(name)?)));
    Ok(EndpointSettings { endpoints: vec![endpoint], extras: times.collect() })
}
