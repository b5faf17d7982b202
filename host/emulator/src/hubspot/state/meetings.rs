//! The meetings booked here.

use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::lock;

/// The maximum number of meetings; above it, the oldest that is canceled or failed is dropped.
const MAX_MEETINGS: usize = 1000;

/// A meeting and its conference.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Meeting {
    /// The id of its object in the CRM.
    pub id: String,
    /// The account.
    pub account_id: u64,
    /// The user.
    pub user_id: u64,
    /// The user's email address, even if `userVerifyUrl` returned an id for it.
    pub user_email: String,
    /// The title.
    pub topic: String,
    /// The start, in epoch milliseconds.
    pub start_time: u64,
    /// The end, in epoch milliseconds.
    pub end_time: u64,
    /// The place of booking.
    pub source: Source,
    /// The status.
    pub status: Status,
    /// `conferenceId` of the app's answer.
    pub conference_id: Option<String>,
    /// `conferenceUrl` of the app's answer.
    pub conference_url: Option<String>,
    /// `conferenceDetails` of the app's answer.
    pub conference_details: Option<String>,
    /// The reason why the last action on it failed.
    pub problem: Option<String>,
}

/// The place where a meeting was booked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Source {
    /// On a booking page for visitors.
    #[default]
    Meetings,
    /// Manually, in a CRM record.
    Manual,
}

/// The status of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It has a conference.
    Booked,
    /// It was canceled.
    Canceled,
    /// Booking failed, so it has no conference.
    Failed,
}

/// The meetings, by their ids.
#[derive(Default)]
pub struct Meetings {
    meetings: Mutex<BTreeMap<u64, Meeting>>,
    locked: Mutex<HashSet<u64>>,
}

/// Exclusive access for changing or canceling a meeting, released on drop.
pub struct MeetingGuard<'a> {
    meetings: &'a Meetings,
    id: u64,
}

impl Drop for MeetingGuard<'_> {
    fn drop(&mut self) {
        lock(&self.meetings.locked).remove(&self.id);
    }
}

impl Meetings {
    /// Returns all meetings, oldest first.
    pub fn all(&self) -> Vec<Meeting> {
        lock(&self.meetings).values().cloned().collect()
    }

    /// Returns the meeting with this id.
    pub fn get(&self, id: u64) -> Option<Meeting> {
        lock(&self.meetings).get(&id).cloned()
    }

    /// Locks a meeting for a change. Returns `None` if it is already locked.
    pub fn try_lock(&self, id: u64) -> Option<MeetingGuard<'_>> {
        lock(&self.locked).insert(id).then(|| MeetingGuard { meetings: self, id })
    }

    /// Makes room for a new meeting. Returns false if all existing ones are booked.
    pub fn make_room(&self) -> bool {
        let mut meetings = lock(&self.meetings);
        if meetings.len() < MAX_MEETINGS {
            return true;
        }
        let over = meetings.iter().find(|(_, meeting)| meeting.status != Status::Booked).map(|(id, _)| *id);
        over.is_some_and(|id| meetings.remove(&id).is_some())
    }

    /// Adds a meeting.
    pub fn add(&self, id: u64, meeting: Meeting) {
        lock(&self.meetings).insert(id, meeting);
    }

    /// Changes a meeting and returns the result, or `None` if there is no such meeting.
    pub fn update(&self, id: u64, change: impl FnOnce(&mut Meeting)) -> Option<Meeting> {
        let mut meetings = lock(&self.meetings);
        let meeting = meetings.get_mut(&id)?;
        change(meeting);
        Some(meeting.clone())
    }
}
