//! iotum's 22 events, by name (iotum/community wiki, page Webhooks).

use cordboard_plug::meeting_event::{CaptureChange, Medium, SessionChange, Venue};

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A conference began or ended.
    Session(SessionChange),
    /// A recording, stream or broadcast began or ended.
    Capture(Medium, CaptureChange),
    /// A recording can be had.
    Recording,
    /// A transcript can be had; the event says neither which nor where.
    Transcript,
    /// There is a new preview of the stream.
    StreamPreview,
    /// Somebody came.
    Joined(Venue),
    /// Somebody left.
    Left(Venue),
    /// Somebody has another role.
    RoleChanged,
    /// A telephone is being called.
    Dialout,
    /// An access code leads to a new conference.
    Alias,
    /// A profile picture was taken.
    PictureAccepted,
    /// A profile picture was not taken.
    PictureFailed,
    /// A file is in the drive.
    FileAdded,
    /// A file is in the drive no more.
    FileDeleted,
}

impl Kind {
    /// The kind of an event, by iotum's name of it.
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

    /// Whether a conference has a part in it.
    pub fn has_conference(self) -> bool {
        !matches!(self, Self::PictureAccepted | Self::PictureFailed | Self::FileAdded | Self::FileDeleted)
    }
}
