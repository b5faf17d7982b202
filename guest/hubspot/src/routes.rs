//! The routes that HubSpot calls and how they authenticate it.

use cordboard_plug::core::signature_scheme::catalog;
use cordboard_plug::manifest::{Authenticity, IfUnset, Route};

/// `createMeetingUrl` of the video conference settings.
pub const CREATE_MEETING: &str = "create-meeting";
/// `updateMeetingUrl`
pub const UPDATE_MEETING: &str = "update-meeting";
/// `deleteMeetingUrl`
pub const DELETE_MEETING: &str = "delete-meeting";
/// `userVerifyUrl`
pub const VERIFY_USER: &str = "verify-user";
/// `url` of the help desk's channel connection.
pub const PHONE_NUMBERS: &str = "phone-numbers";

/// Key of the setting for verifying HubSpot's signatures.
pub const CLIENT_SECRET: &str = "client-secret";

/// Returns all five routes. HubSpot documents POST and JSON for the telephone numbers. For the others it documents JSON
/// bodies but no method; its other webhooks use POST.
pub fn all() -> Vec<Route> {
    [
        (CREATE_MEETING, "A user books a meeting with a video conference link"),
        (UPDATE_MEETING, "The title or the times of such a meeting changed"),
        (DELETE_MEETING, "Such a meeting was deleted"),
        (VERIFY_USER, "HubSpot asks whether the conferencing system knows a user"),
        (PHONE_NUMBERS, "A user connects a telephone number to the help desk"),
    ]
    .map(|(name, summary)| Route {
        name: name.to_owned(),
        summary: summary.to_owned(),
        methods: vec!["POST".to_owned()],
        media_types: vec!["application/json".to_owned()],
        authenticity: Authenticity::Signatures(catalog::hubspot()),
        secrets: vec![CLIENT_SECRET.to_owned()],
        if_unset: IfUnset::Refuse,
        headers: Vec::new(),
    })
    .into()
}
