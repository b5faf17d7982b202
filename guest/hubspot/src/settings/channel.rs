//! `…/extensions/calling/{appId}/settings/channel-connection`

use cordboard_plug::effect::Method;
use cordboard_plug::http::JsonBody;
use cordboard_plug::{
    ChannelConnection, ChannelConnectionPatch, ChannelConnectionState, Context, Response, SettingsError,
};
use serde_json::Value;

use super::address::https;
use super::api::{Api, Resource, json};

const URL: &str = "url";
const IS_READY: &str = "isReady";

/// Reads the channel connection.
pub async fn get(context: &Context<'_>, app: u32) -> Result<ChannelConnectionState, SettingsError> {
    let api = Api::of(context, Resource::ChannelConnection, app)?;
    read(&api.send(Method::Get, None).await?)
}

/// Creates the channel connection.
pub async fn create(
    context: &Context<'_>,
    app: u32,
    settings: ChannelConnection,
) -> Result<ChannelConnectionState, SettingsError> {
    https(URL, &settings.url)?;
    let api = Api::of(context, Resource::ChannelConnection, app)?;
    let body = JsonBody::new().member(URL, settings.url).member(IS_READY, settings.is_ready);
    read(&api.send(Method::Post, Some(body)).await?)
}

/// Updates the channel connection; absent fields keep their values.
pub async fn update(
    context: &Context<'_>,
    app: u32,
    patch: ChannelConnectionPatch,
) -> Result<ChannelConnectionState, SettingsError> {
    if patch.url.is_none() && patch.is_ready.is_none() {
        return Err(SettingsError::Invalid("the update is empty: set `url` or `isReady`".to_owned()));
    }
    patch.url.iter().try_for_each(|url| https(URL, url))?;
    let api = Api::of(context, Resource::ChannelConnection, app)?;
    let body = JsonBody::new().member_if(URL, patch.url).member_if(IS_READY, patch.is_ready);
    read(&api.send(Method::Patch, Some(body)).await?)
}

/// Deletes the channel connection.
pub async fn delete(context: &Context<'_>, app: u32) -> Result<(), SettingsError> {
    let api = Api::of(context, Resource::ChannelConnection, app)?;
    api.send(Method::Delete, None).await.map(|_| ())
}

fn read(answer: &Response) -> Result<ChannelConnectionState, SettingsError> {
    let lacks = |what: &str| SettingsError::Unavailable(format!("HubSpot's answer has no `{what}`: correct `api-url`"));
    let body = json(answer)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    Ok(ChannelConnectionState {
        url: text(URL).ok_or_else(|| lacks(URL))?,
        is_ready: body.get(IS_READY).and_then(Value::as_bool).ok_or_else(|| lacks(IS_READY))?,
        created_at: text("createdAt"),
        updated_at: text("updatedAt"),
    })
}
