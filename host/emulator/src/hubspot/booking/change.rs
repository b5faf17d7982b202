//! Changes and cancels meetings.

use serde_json::json;

use crate::hubspot::state::meetings::{Meeting, Status};
use crate::hubspot::state::objects::ObjectType;
use crate::hubspot::{HubSpot, RequestError, webhooks};

use super::session::Session;
use super::{Booking, Change, crm, lock_booked, validate};

impl HubSpot {
    /// Changes the topic or times of a booked meeting and calls the app's webhook, if it is set. If the webhook fails,
    /// the meeting stays unchanged and has the reason in `problem`.
    ///
    /// # Errors
    /// Returns an error if no such meeting is booked, it is being changed concurrently, or the change is invalid.
    pub async fn change(&self, id: &str, change: &Change) -> Result<Booking, RequestError> {
        let (number, meeting, _guard) = lock_booked(self, id)?;
        if *change == Change::default() {
            let why = "the change is empty: set `topic`, `startTime` or `endTime`";
            return Err(RequestError::Invalid(why.to_owned()));
        }
        let changed = Meeting {
            topic: change.topic.clone().unwrap_or_else(|| meeting.topic.clone()),
            start_time: change.start_time.unwrap_or(meeting.start_time),
            end_time: change.end_time.unwrap_or(meeting.end_time),
            problem: None,
            ..meeting
        };
        validate(&changed.topic, changed.start_time, changed.end_time)?;
        Ok(apply(self, number, changed).await)
    }

    /// Cancels a booked meeting and calls the app's webhook, if it is set. If the webhook fails, the meeting stays
    /// booked and has the reason in `problem`. Its object in the CRM remains, as `CANCELED`.
    ///
    /// # Errors
    /// Returns an error if no such meeting is booked, or it is being changed concurrently.
    pub async fn cancel(&self, id: &str) -> Result<Booking, RequestError> {
        let (number, meeting, _guard) = lock_booked(self, id)?;
        Ok(apply(self, number, Meeting { status: Status::Canceled, problem: None, ..meeting }).await)
    }
}

/// Notifies the app, and applies the change to the meeting and the CRM if the app accepts it; otherwise only records
/// the problem.
async fn apply(hubspot: &HubSpot, number: u64, changed: Meeting) -> Booking {
    let mut session = Session::new(hubspot);
    let result = notify(hubspot, &mut session, &changed).await;
    if result.is_ok() {
        let properties = crm::properties(&changed);
        // An archived object is not updated.
        let _ = hubspot.state().objects.update(changed.account_id, ObjectType::Meeting, number, properties);
    }
    let stored = hubspot.state().meetings.update(number, |meeting| match result {
        Ok(()) => *meeting = changed.clone(),
        Err(problem) => meeting.problem = Some(hubspot.state().calls.masked(problem)),
    });
    Booking { meeting: stored.unwrap_or(changed), calls: session.calls }
}

async fn notify(hubspot: &HubSpot, session: &mut Session<'_>, meeting: &Meeting) -> Result<(), String> {
    let Some(video) = hubspot.state().settings.video.get() else { return Ok(()) };
    let is_canceled = meeting.status == Status::Canceled;
    let url = if is_canceled { &video.delete } else { &video.update };
    let (Some(url), Some(conference_id)) = (url, &meeting.conference_id) else { return Ok(()) };
    let user_email = session.verify(&video, meeting.account_id, &meeting.user_email).await?;
    if is_canceled {
        let body = webhooks::body([("conferenceId", json!(conference_id))]);
        return session.notify("delete-meeting", url, body).await;
    }
    let body = webhooks::body([
        ("conferenceId", json!(conference_id)),
        ("userId", json!(meeting.user_id)),
        ("userEmail", json!(user_email)),
        ("portalId", json!(meeting.account_id)),
        ("topic", json!(meeting.topic)),
        ("startTime", json!(meeting.start_time)),
        ("endTime", json!(meeting.end_time)),
    ]);
    session.notify("update-meeting", url, body).await
}
