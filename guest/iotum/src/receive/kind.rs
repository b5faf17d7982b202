//! The kinds of iotum's 22 events (iotum/community wiki, page Webhooks).

use cordboard_plug::meeting_event::{CaptureChange, Medium, SessionChange, Venue};

/// The kind of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A conference started or ended.
    Session(SessionChange),
    /// A recording, stream or broadcast started or stopped.
    Capture(Medium, CaptureChange),
    /// A recording is ready.
    Recording,
    /// A transcript is ready; the event has neither its id nor its address.
    Transcript,
    /// The stream has a new preview.
    StreamPreview,
    /// A participant joined.
    Joined(Venue),
    /// A participant left.
    Left(Venue),
    /// A participant's role changed.
    RoleChanged,
    /// The status of an outbound call changed.
    Dialout,
    /// An access code was reused for a new conference.
    Alias,
    /// A profile picture was accepted.
    PictureAccepted,
    /// The upload of a profile picture failed.
    PictureFailed,
    /// A file was added to the drive.
    FileAdded,
    /// A file was deleted from the drive.
    FileDeleted,
}

impl Kind {
    /// Returns the kind of an event by its name.
    pub fn of(event: &str) -> Option<Self> {
        Some(match event {
            "conference_start" => Self::Session(SessionChange::Started),
            "conference_end" => Self::Session(SessionChange::Ended),
            "start_recording" => Self::Capture(Medium::Recording, CaptureChange::Started),
            "stop_recording" => Self::Capture(Medium::Recording, CaptureChange::Stopped),
            "start_streaming" => Self::Capture(Medium::Streaming, CaptureChange::Started),
            "stop_streaming" => Self::Capture(Medium::Streaming, CaptureChange::Stopped),
            "start_broadcasting" => Self::Capture(Medium::Broadcasting, CaptureChange::Started),
            "stop_broadcasting" => Self::Capture(Medium::Broadcasting, CaptureChange::Stopped),
            "recording_ready" => Self::Recording,
            "transcription_ready" => Self::Transcript,
            "stream_preview_updated" => Self::StreamPreview,
            "enter_conference" => Self::Joined(Venue::Conference),
            "leave_conference" => Self::Left(Venue::Conference),
            "enter_livestream" => Self::Joined(Venue::Livestream),
            "leave_livestream" => Self::Left(Venue::Livestream),
            "participant_role_changed" => Self::RoleChanged,
            "dialout_status_change" => Self::Dialout,
            "one_time_access_code_reused" => Self::Alias,
            "profile_picture_upload_success" => Self::PictureAccepted,
            "profile_picture_upload_failure" => Self::PictureFailed,
            "drive_file_added" => Self::FileAdded,
            "drive_file_deleted" => Self::FileDeleted,
            _ => return None,
        })
    }

    /// Whether the event belongs to a conference.
    pub fn has_conference(self) -> bool {
        !matches!(self, Self::PictureAccepted | Self::PictureFailed | Self::FileAdded | Self::FileDeleted)
    }
}
