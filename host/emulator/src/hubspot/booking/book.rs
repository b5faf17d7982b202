//! Books meetings.

use serde_json::{Value, json};
use url::Url;

use crate::hubspot::state::meetings::{Meeting, Status};
use crate::hubspot::state::objects::ObjectType;
use crate::hubspot::state::settings::Video;
use crate::hubspot::{HubSpot, RequestError, webhooks};

use super::session::Session;
use super::{Booking, NewMeeting, account_and_user, crm, validate};

/// The length limit of each text in the app's answer, in characters: that of a HubSpot property.
const MAX_TEXT_LEN: usize = 65_536;

impl HubSpot {
    /// Books a meeting and requests a conference from the app. If that fails, the meeting is `failed` and has the
    /// reason in `problem`.
    ///
    /// # Errors
    /// Returns an error if the meeting is invalid, the account or user is unknown, or the app has no webhook for
    /// meetings.
    pub async fn book(&self, new: &NewMeeting) -> Result<Booking, RequestError> {
        let (account, user) = account_and_user(self, new.account_id, new.user_id)?;
        validate(&new.topic, new.start_time, new.end_time)?;
        let video = self.state().settings.video.get().ok_or_else(|| {
            let why = "the app's createMeetingUrl is not set: \
                       set it with `cordboard hubspot video set --from-config`";
            RequestError::Conflict(why.to_owned())
        })?;
        if !self.state().meetings.make_room() {
            return Err(RequestError::LimitReached(
                "there are too many meetings: cancel some or restart the emulator".to_owned(),
            ));
        }
        let id = self.state().objects.reserve();
        let mut meeting = Meeting {
            id: id.to_string(),
            account_id: account.id,
            user_id: user.id,
            user_email: user.email.clone(),
            topic: new.topic.clone(),
            start_time: new.start_time,
            end_time: new.end_time,
            source: new.source,
            status: Status::Failed,
            conference_id: None,
            conference_url: None,
            conference_details: None,
            problem: None,
        };
        let mut session = Session::new(self);
        match create(&mut session, &video, &meeting).await {
            Err(problem) => meeting.problem = Some(self.state().calls.masked(problem)),
            Ok(conference) => {
                let [conference_id, conference_url, conference_details] = conference.map(Some);
                let status = Status::Booked;
                meeting = Meeting { status, conference_id, conference_url, conference_details, ..meeting };
                let properties = crm::properties(&meeting);
                let object = self.state().objects.create(id, account.id, ObjectType::Meeting, properties, Vec::new());
                meeting.problem = object.err().map(|error| format!("the CRM did not add the meeting: {error}"));
            }
        }
        self.state().meetings.add(id, meeting.clone());
        Ok(Booking { meeting, calls: session.calls })
    }
}

/// Requests a conference. Returns its id, URL and details.
async fn create(session: &mut Session<'_>, video: &Video, meeting: &Meeting) -> Result<[String; 3], String> {
    let user_email = session.verify(video, meeting.account_id, &meeting.user_email).await?;
    let body = webhooks::body([
        ("portalId", json!(meeting.account_id)),
        ("userId", json!(meeting.user_id)),
        ("userEmail", json!(user_email)),
        ("topic", json!(meeting.topic)),
        ("source", json!(meeting.source)),
        ("startTime", json!(meeting.start_time)),
        ("endTime", json!(meeting.end_time)),
    ]);
    conference(&session.request_json("create-meeting", &video.create, body).await?)
}

fn conference(answer: &Value) -> Result<[String; 3], String> {
    let text = |member| answer.get(member).and_then(Value::as_str).filter(|text| !text.is_empty());
    let need = |member| match text(member) {
        Some(text) if text.chars().count() <= MAX_TEXT_LEN => Ok(text.to_owned()),
        Some(_) => {
            Err(format!("the create-meeting webhook answered a `{member}` of more than {MAX_TEXT_LEN} characters"))
        }
        None => Err(format!("the create-meeting webhook answered 200 without a string `{member}`, which is required")),
    };
    let (id, url, details) = (need("conferenceId")?, need("conferenceUrl")?, need("conferenceDetails")?);
    match Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
        true => Ok([id, url, details]),
        false => Err("the create-meeting webhook answered a `conferenceUrl` that cannot be opened: \
                      it must be an http:// or https:// address"
            .to_owned()),
    }
}
