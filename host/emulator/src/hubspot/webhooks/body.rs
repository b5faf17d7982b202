//! What webhooks carry: the documented fields, in their order.

use serde::Serialize;

/// `userVerifyUrl`: whether a user is known to the app.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyUser<'a> {
    /// HubSpot's number of the account.
    pub portal_id: u64,
    /// The user's address.
    pub user_email: &'a str,
}

/// `createMeetingUrl`: a meeting is booked.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateMeeting<'a> {
    /// HubSpot's number of the account.
    pub portal_id: u64,
    /// HubSpot's number of the user whose meeting it is.
    pub user_id: u64,
    /// The user's address; where users are verified, the id that came of it.
    pub user_email: &'a str,
    /// What the meeting is called.
    pub topic: &'a str,
    /// `MEETINGS` or `MANUAL`.
    pub source: &'a str,
    /// Epoch milliseconds.
    pub start_time: u64,
    /// Epoch milliseconds.
    pub end_time: u64,
}

/// `updateMeetingUrl`: a meeting's topic or times have changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateMeeting<'a> {
    /// What the app called the conference.
    pub conference_id: &'a str,
    /// As the meeting was made.
    pub user_id: u64,
    /// As the meeting was made.
    pub user_email: &'a str,
    /// HubSpot's number of the account.
    pub portal_id: u64,
    /// What the meeting is called now.
    pub topic: &'a str,
    /// Epoch milliseconds.
    pub start_time: u64,
    /// Epoch milliseconds.
    pub end_time: u64,
}

/// `deleteMeetingUrl`: a meeting is off.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteMeeting<'a> {
    /// What the app called the conference: nothing else is said.
    pub conference_id: &'a str,
}

/// `url` of the help desk's channel connection: a user wants to connect a number.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhoneNumbers {
    /// HubSpot's number of the app.
    pub app_id: u64,
    /// HubSpot's number of the account.
    pub portal_id: u64,
    /// HubSpot's number of the user.
    pub user_id: u64,
}
