//! The bodies of webhooks: the documented fields, in order.

use serde::Serialize;

use crate::hubspot::Source;

/// `userVerifyUrl`: HubSpot asks whether the app knows a user.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyUser<'a> {
    /// The account's id.
    pub portal_id: u64,
    /// The user's email address.
    pub user_email: &'a str,
}

/// `createMeetingUrl`: a meeting is booked.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateMeeting<'a> {
    /// The account's id.
    pub portal_id: u64,
    /// The id of the user whose meeting it is.
    pub user_id: u64,
    /// The user's email address, or the id that the app returned for it.
    pub user_email: &'a str,
    /// The meeting's title.
    pub topic: &'a str,
    /// The place of booking.
    pub source: Source,
    /// The start, in epoch milliseconds.
    pub start_time: u64,
    /// The end, in epoch milliseconds.
    pub end_time: u64,
}

/// `updateMeetingUrl`: a meeting's topic or times changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateMeeting<'a> {
    /// The app's id of the conference.
    pub conference_id: &'a str,
    /// The id of the user whose meeting it is.
    pub user_id: u64,
    /// The user's email address, or the id that the app returned for it.
    pub user_email: &'a str,
    /// The account's id.
    pub portal_id: u64,
    /// The meeting's new title.
    pub topic: &'a str,
    /// The new start, in epoch milliseconds.
    pub start_time: u64,
    /// The new end, in epoch milliseconds.
    pub end_time: u64,
}

/// `deleteMeetingUrl`: a meeting was cancelled.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteMeeting<'a> {
    /// The app's id of the conference, which is the only field.
    pub conference_id: &'a str,
}

/// `url` of the help desk's channel connection: a user wants to connect a number.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhoneNumbers {
    /// The app's id.
    pub app_id: u64,
    /// The account's id.
    pub portal_id: u64,
    /// The user's id.
    pub user_id: u64,
}
