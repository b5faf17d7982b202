//! Changes the topic or times of meetings.

use crate::hubspot::state::meetings::Meeting;
use crate::hubspot::webhooks::{self, UpdateMeeting};
use crate::hubspot::{HubSpot, Refusal};

use super::session::Session;
use super::{Booking, Change, booked, check, settle};

impl HubSpot {
    /// Changes a booked meeting and calls the app's webhook, if it is set. If the webhook fails, the meeting stays
    /// unchanged and has the reason in `problem`.
    ///
    /// # Errors
    /// Returns an error if no such meeting is booked, it is being changed concurrently, or the change is invalid.
    pub async fn change(&self, id: &str, change: &Change) -> Result<Booking, Refusal> {
        let (number, meeting, _turn) = booked(self, id)?;
        if *change == Change::default() {
            let why = "the change is empty: set `topic`, `startTime` or `endTime`";
            return Err(Refusal::Invalid(why.to_owned()));
        }
        let changed = Meeting {
            topic: change.topic.clone().unwrap_or_else(|| meeting.topic.clone()),
            start_time: change.start_time.unwrap_or(meeting.start_time),
            end_time: change.end_time.unwrap_or(meeting.end_time),
            problem: None,
            ..meeting
        };
        check(&changed.topic, changed.start_time, changed.end_time)?;
        let mut session = Session::new(self);
        let answered = tell(self, &mut session, &changed).await;
        Ok(settle(self, number, changed, answered, session.calls))
    }
}

async fn tell(hubspot: &HubSpot, session: &mut Session<'_>, meeting: &Meeting) -> Result<(), String> {
    let Some(video) = hubspot.state().settings.video.get() else { return Ok(()) };
    let (Some(url), Some(conference_id)) = (&video.update, &meeting.conference_id) else { return Ok(()) };
    let user_email = session.verify(&video, meeting.account_id, &meeting.user_email).await?;
    let body = webhooks::body(&UpdateMeeting {
        conference_id,
        user_id: meeting.user_id,
        user_email: &user_email,
        portal_id: meeting.account_id,
        topic: &meeting.topic,
        start_time: meeting.start_time,
        end_time: meeting.end_time,
    });
    session.tell("update-meeting", url, body).await
}
