//! Flat event names.

use crate::types::meeting_event::{
    AccountNotice, ArtifactState, CallStatus, CaptureChange, EventData, MeetingChange, ParticipantChange, SessionChange,
};

/// A flat name to filter events by, such as `participant.joined`: the contract's name of the subject, and of the
/// change. Ends in `other` if the contract has only the provider's own name for the change.
pub fn kind(data: &EventData) -> &'static str {
    match data {
        EventData::Meeting(changed) => match changed.change {
            MeetingChange::Scheduled => "meeting.scheduled",
            MeetingChange::Updated => "meeting.updated",
            MeetingChange::Cancelled => "meeting.cancelled",
        },
        EventData::Session(changed) => match changed.change {
            SessionChange::Started => "session.started",
            SessionChange::Ended => "session.ended",
        },
        EventData::Participant(changed) => match changed.change {
            ParticipantChange::Joined => "participant.joined",
            ParticipantChange::Left(_) => "participant.left",
            ParticipantChange::RoleChanged => "participant.role-changed",
        },
        EventData::Capture(changed) => match changed.change {
            CaptureChange::Started => "capture.started",
            CaptureChange::Paused => "capture.paused",
            CaptureChange::Resumed => "capture.resumed",
            CaptureChange::Stopped => "capture.stopped",
            CaptureChange::Failed => "capture.failed",
        },
        EventData::Artifact(changed) => match changed.state {
            ArtifactState::Ready => "artifact.ready",
            ArtifactState::Failed => "artifact.failed",
            ArtifactState::Deleted => "artifact.deleted",
        },
        EventData::Attendance(_) => "attendance.reported",
        EventData::Call(changed) => match changed.status {
            CallStatus::New => "call.new",
            CallStatus::Dialed => "call.dialed",
            CallStatus::Answered => "call.answered",
            CallStatus::Connected => "call.connected",
            CallStatus::Ended => "call.ended",
            CallStatus::Rejected => "call.rejected",
            CallStatus::NoAnswer => "call.no-answer",
            CallStatus::Cancelled => "call.cancelled",
            CallStatus::NotEnabled => "call.not-enabled",
            CallStatus::Failed => "call.failed",
            CallStatus::Other(_) => "call.other",
        },
        EventData::Alias(_) => "alias",
        EventData::Account(notice) => match notice {
            AccountNotice::PictureAccepted => "account.picture-accepted",
            AccountNotice::PictureFailed => "account.picture-failed",
            AccountNotice::FileAdded(_) => "account.file-added",
            AccountNotice::FileDeleted(_) => "account.file-deleted",
            AccountNotice::Other(_) => "account.other",
        },
    }
}
