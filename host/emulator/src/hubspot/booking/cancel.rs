//! Cancels meetings.

use crate::hubspot::state::meetings::{Meeting, Status};
use crate::hubspot::webhooks::{self, DeleteMeeting};
use crate::hubspot::{HubSpot, Refusal};

use super::session::Session;
use super::{Booking, booked, settle};

impl HubSpot {
    /// Cancels a booked meeting and calls the app's webhook, if it is set. If the webhook fails, the meeting stays
    /// booked and has the reason in `problem`. Its object in the CRM remains, as `CANCELED`.
    ///
    /// # Errors
    /// Returns an error if no such meeting is booked, or it is being changed concurrently.
    pub async fn cancel(&self, id: &str) -> Result<Booking, Refusal> {
        let (number, meeting, _turn) = booked(self, id)?;
        let mut session = Session::new(self);
        let answered = tell(self, &mut session, &meeting).await;
        let canceled = Meeting { status: Status::Canceled, problem: None, ..meeting };
        Ok(settle(self, number, canceled, answered, session.calls))
    }
}

async fn tell(hubspot: &HubSpot, session: &mut Session<'_>, meeting: &Meeting) -> Result<(), String> {
    let Some(video) = hubspot.state().settings.video.get() else { return Ok(()) };
    let (Some(url), Some(conference_id)) = (&video.delete, &meeting.conference_id) else { return Ok(()) };
    session.verify(&video, meeting.account_id, &meeting.user_email).await?;
    session.tell("delete-meeting", url, webhooks::body(&DeleteMeeting { conference_id })).await
}
