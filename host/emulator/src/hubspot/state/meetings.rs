//! What was booked here.

use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::lock;

/// Meetings that are held; of more, the oldest that is over or failed is forgotten.
const MAX_MEETINGS: usize = 1000;

/// A meeting and its conference.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Meeting {
    /// The id of its object in the CRM.
    pub id: String,
    /// Whose account.
    pub account_id: u64,
    /// Whose meeting.
    pub user_id: u64,
    /// The user's own address, whatever `userVerifyUrl` made of it.
    pub user_email: String,
    /// What it is called.
    pub topic: String,
    /// Epoch milliseconds.
    pub start_time: u64,
    /// Epoch milliseconds.
    pub end_time: u64,
    /// Where it was booked.
    pub source: Source,
    /// What became of it.
    pub status: Status,
    /// `conferenceId` of the app's answer.
    pub conference_id: Option<String>,
    /// `conferenceUrl` of the app's answer.
    pub conference_url: Option<String>,
    /// `conferenceDetails` of the app's answer.
    pub conference_details: Option<String>,
    /// What went wrong when it was last booked, moved or cancelled.
    pub problem: Option<String>,
}

/// Where a meeting was booked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Source {
    /// At a page for visitors.
    #[default]
    Meetings,
    /// By hand, in a record of the CRM.
    Manual,
}

impl Source {
    /// As webhooks say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meetings => "MEETINGS",
            Self::Manual => "MANUAL",
        }
    }
}

/// What became of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It has a conference.
    Booked,
    /// It is off.
    Canceled,
    /// It got no conference.
    Failed,
}

/// The meetings, by their ids.
#[derive(Default)]
pub struct Meetings {
    held: Mutex<BTreeMap<u64, Meeting>>,
    locked: Mutex<HashSet<u64>>,
}

/// Nobody else may change or cancel the meeting as long as this is there.
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
    /// All, oldest first.
    pub fn all(&self) -> Vec<Meeting> {
        lock(&self.held).values().cloned().collect()
    }

    /// The meeting with this id.
    pub fn get(&self, id: u64) -> Option<Meeting> {
        lock(&self.held).get(&id).cloned()
    }

    /// The turn to change or cancel a meeting. None while somebody else has it.
    pub fn try_lock(&self, id: u64) -> Option<MeetingGuard<'_>> {
        lock(&self.locked).insert(id).then(|| MeetingGuard { meetings: self, id })
    }

    /// Makes room for one more. False where there is none, since all are booked.
    pub fn make_room(&self) -> bool {
        let mut meetings = lock(&self.held);
        if meetings.len() < MAX_MEETINGS {
            return true;
        }
        let over = meetings.iter().find(|(_, meeting)| meeting.status != Status::Booked).map(|(id, _)| *id);
        over.is_some_and(|id| meetings.remove(&id).is_some())
    }

    /// Keeps a new meeting.
    pub fn add(&self, id: u64, meeting: Meeting) {
        lock(&self.held).insert(id, meeting);
    }

    /// Changes a meeting, and gives it back as it is now; none where there is no such meeting.
    pub fn update(&self, id: u64, change: impl FnOnce(&mut Meeting)) -> Option<Meeting> {
        let mut meetings = lock(&self.held);
        let meeting = meetings.get_mut(&id)?;
        change(meeting);
        Some(meeting.clone())
    }
}
