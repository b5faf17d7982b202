//! Reads the data of an event by its kind. Also reads undocumented fields where they make sense, since iotum's lists of
//! fields are incomplete and grow.

use cordboard_plug::Rejection;
use cordboard_plug::meeting_event::{
    AccountNotice, ArtifactChanged, ArtifactKind, ArtifactState, CallChanged, CallDirection, CallStatus,
    CaptureChanged, EventData, File, LeaveReason, Link, LinkRole, ParticipantChange, ParticipantChanged, Role,
    SessionChanged, Venue,
};

use super::kind::Kind;
use super::payload::Payload;

/// Reads the data of an event.
///
/// # Errors
/// Returns `malformed`, naming the first missing required field.
pub fn read(kind: Kind, payload: &mut Payload) -> Result<EventData, Rejection> {
    Ok(match kind {
        Kind::Session(change) => EventData::Session(SessionChanged { change, snapshot: None }),
        Kind::Capture(medium, change) => EventData::Capture(CaptureChanged { medium, change }),
        Kind::Recording => {
            let id = payload.need_id("recording_id")?;
            let download = payload.find_address("download_link");
            ready(ArtifactKind::Recording, Some(id), [link(LinkRole::Download, download), None])
        }
        Kind::Transcript => ready(ArtifactKind::Transcript, None, [None, None]),
        Kind::StreamPreview => {
            // A preview has no id; its addresses distinguish it from the previous one.
            let video = payload.find_marking_address("video_url");
            let image = payload.find_marking_address("image_url");
            ready(ArtifactKind::StreamPreview, None, [link(LinkRole::Video, video), link(LinkRole::Image, image)])
        }
        Kind::Joined(venue) => {
            let id = payload.need_id("participant_id")?;
            let role = payload.find_word("participant_role").map(role);
            participant(id, role, venue, ParticipantChange::Joined, payload.find_address("meeting_url"))
        }
        Kind::Left(venue) => {
            let id = payload.need_id("participant_id")?;
            let role = payload.find_word("participant_role").map(role);
            let reason = payload.find_word("reason_for_leaving").map(reason);
            participant(id, role, venue, ParticipantChange::Left(reason), None)
        }
        Kind::RoleChanged => {
            let id = payload.need_id("participant_id")?;
            let role = role(payload.need_word("participant_role")?);
            participant(id, Some(role), Venue::Conference, ParticipantChange::RoleChanged, None)
        }
        Kind::Dialout => EventData::Call(CallChanged {
            direction: CallDirection::Outbound,
            participant_id: Some(payload.need_id("participant_id")?),
            status: status(payload.need_word("status")?),
            // Read as an id, since the sender may write it as a number.
            phone_number: payload.find_id("phone_number"),
        }),
        Kind::Alias => EventData::Alias(payload.need_id("original_conference_id")?),
        Kind::PictureAccepted => whose(payload, AccountNotice::PictureAccepted)?,
        Kind::PictureFailed => whose(payload, AccountNotice::PictureFailed)?,
        Kind::FileAdded => EventData::Account(AccountNotice::FileAdded(file(payload)?)),
        Kind::FileDeleted => EventData::Account(AccountNotice::FileDeleted(file(payload)?)),
    })
}

fn ready(kind: ArtifactKind, id: Option<String>, links: [Option<Link>; 2]) -> EventData {
    let links = links.into_iter().flatten().collect();
    EventData::Artifact(ArtifactChanged { kind, state: ArtifactState::Ready, id, links, token: None })
}

fn link(role: LinkRole, url: Option<String>) -> Option<Link> {
    url.map(|url| Link { role, url, relative: false, expires_at: None })
}

fn participant(
    id: String,
    role: Option<Role>,
    venue: Venue,
    change: ParticipantChange,
    join_url: Option<String>,
) -> EventData {
    EventData::Participant(ParticipantChanged { id: Some(id), name: None, email: None, role, venue, change, join_url })
}

/// Returns a notice, which requires the host that it is about.
fn whose(payload: &mut Payload, notice: AccountNotice) -> Result<EventData, Rejection> {
    payload.need_id("host_id")?;
    Ok(EventData::Account(notice))
}

fn file(payload: &mut Payload) -> Result<File, Rejection> {
    Ok(File { id: payload.need_id("id")?, name: payload.need_text("filename")?, size: payload.find_number("size") })
}

fn role(word: String) -> Role {
    match word.as_str() {
        "organizer" => Role::Organizer,
        "moderator" => Role::Moderator,
        "participant" => Role::Participant,
        _ => Role::Other(word),
    }
}

fn reason(word: String) -> LeaveReason {
    match word.as_str() {
        "user_exit" => LeaveReason::UserExit,
        "user_dropped" => LeaveReason::UserDropped,
        "host_kicked" => LeaveReason::HostKicked,
        "host_kicked_blocked" => LeaveReason::HostKickedBlocked,
        _ => LeaveReason::Other(word),
    }
}

fn status(word: String) -> CallStatus {
    match word.as_str() {
        "new" => CallStatus::New,
        "dialed" => CallStatus::Dialed,
        "answered" => CallStatus::Answered,
        "rejected" => CallStatus::Rejected,
        "noanswer" => CallStatus::NoAnswer,
        "cancelled" => CallStatus::Cancelled,
        "notenabled" => CallStatus::NotEnabled,
        _ => CallStatus::Other(word),
    }
}
