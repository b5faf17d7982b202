//! `…/extensions/videoconferencing/settings/{appId}`

use cordboard_plug::effect::Method;
use cordboard_plug::http::JsonBody;
use cordboard_plug::{Context, ErrorResponse, Response, SettingsError, VideoConferencing};
use serde_json::Value;

use super::address::https;
use super::api::{Api, Resource, json};
use super::error_response::silent;

/// Reads the addresses.
pub async fn get(context: &Context<'_>, app: u32) -> Result<VideoConferencing, SettingsError> {
    let api = Api::of(context, Resource::VideoConferencing, app)?;
    read(&api.send(Method::Get, None).await?)
}

/// Replaces all addresses. HubSpot deletes omitted ones, but would store a null or an empty string.
pub async fn set(
    context: &Context<'_>,
    app: u32,
    settings: VideoConferencing,
) -> Result<VideoConferencing, SettingsError> {
    let fields = [
        ("createMeetingUrl", Some(settings.create_meeting_url)),
        ("updateMeetingUrl", settings.update_meeting_url),
        ("deleteMeetingUrl", settings.delete_meeting_url),
        ("userVerifyUrl", settings.user_verify_url),
        ("fetchAccountsUri", settings.fetch_accounts_uri),
    ];
    for (field, address) in &fields {
        address.iter().try_for_each(|address| https(field, address))?;
    }
    let body = fields.into_iter().fold(JsonBody::new(), |body, (field, address)| body.member_if(field, address));
    let api = Api::of(context, Resource::VideoConferencing, app)?;
    read(&api.send(Method::Put, Some(body)).await?)
}

/// Deletes the addresses.
pub async fn delete(context: &Context<'_>, app: u32) -> Result<(), SettingsError> {
    let api = Api::of(context, Resource::VideoConferencing, app)?;
    api.send(Method::Delete, None).await.map(|_| ())
}

/// Reads the addresses in a response. Null fields are treated as absent.
fn read(answer: &Response) -> Result<VideoConferencing, SettingsError> {
    let body = json(answer)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    // This is the only required field: without it, nothing is set.
    let create_meeting_url = text("createMeetingUrl").ok_or_else(|| {
        SettingsError::NotFound(ErrorResponse {
            message: "HubSpot has no createMeetingUrl for the app".to_owned(),
            ..silent(answer.status())
        })
    })?;
    Ok(VideoConferencing {
        create_meeting_url,
        update_meeting_url: text("updateMeetingUrl"),
        delete_meeting_url: text("deleteMeetingUrl"),
        user_verify_url: text("userVerifyUrl"),
        fetch_accounts_uri: text("fetchAccountsUri"),
    })
}
