//! User actions that call the app: booking, changing and canceling a meeting, and connecting a number.
//!
//! If `userVerifyUrl` is set, it is called first, and the id that it answers replaces the user's email address in the
//! next call. If it fails, no other webhook is called. HubSpot does not document what happens if a webhook fails; here
//! the action has no effect and can be repeated.

mod book;
mod change;
mod crm;
mod numbers;
mod session;

use serde::{Deserialize, Serialize};

use super::state::meetings::{Meeting, MeetingGuard};
use super::text::truncate;
use super::{Account, Call, HubSpot, RequestError, Source, Status, User, clock};

pub use numbers::{Numbers, PhoneNumber};

/// The length limit of a topic, in characters.
const MAX_TOPIC_LEN: usize = 1000;

/// A meeting to book.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewMeeting {
    /// The account.
    pub account_id: u64,
    /// The user; `None` for the account's first.
    #[serde(default)]
    pub user_id: Option<u64>,
    /// The title.
    pub topic: String,
    /// The start, in epoch milliseconds.
    pub start_time: u64,
    /// The end, in epoch milliseconds.
    pub end_time: u64,
    /// The place of booking.
    #[serde(default)]
    pub source: Source,
}

/// A change of a meeting; `None` keeps a value.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Change {
    /// The title.
    pub topic: Option<String>,
    /// The start, in epoch milliseconds.
    pub start_time: Option<u64>,
    /// The end, in epoch milliseconds.
    pub end_time: Option<u64>,
}

/// The result of booking, changing or canceling a meeting.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Booking {
    /// The meeting afterwards; `problem` has the reason of a failure.
    pub meeting: Meeting,
    /// The webhook calls, in order.
    pub calls: Vec<Call>,
}

/// Returns an account and one of its users, by default the first.
fn account_and_user(hubspot: &HubSpot, account: u64, user: Option<u64>) -> Result<(&Account, &User), RequestError> {
    let unknown = |why: String| RequestError::NotFound(format!("{why}: GET /emulator/state lists accounts and users"));
    let found = hubspot.options().account(account);
    let found = found.ok_or_else(|| unknown(format!("there is no account {account}")))?;
    let of_account = match user {
        None => found.users.first(),
        Some(id) => found.users.iter().find(|user| user.id == id),
    };
    let named = || user.map_or_else(|| "no user".to_owned(), |id| format!("no user {id}"));
    of_account.map(|user| (found, user)).ok_or_else(|| unknown(format!("account {account} has {}", named())))
}

/// Checks the topic and times of a meeting.
fn validate(topic: &str, start: u64, end: u64) -> Result<(), RequestError> {
    if topic.chars().count() > MAX_TOPIC_LEN {
        return Err(RequestError::Invalid(format!("`topic` is longer than {MAX_TOPIC_LEN} characters: shorten it")));
    }
    if clock::iso(start).is_none() || clock::iso(end).is_none() || end <= start {
        let why = format!(
            "`endTime` {end} must come after `startTime` {start}, both in epoch milliseconds before the year 10000"
        );
        return Err(RequestError::Invalid(why));
    }
    Ok(())
}

/// Returns the id of a booked meeting, the meeting, and a guard for changing it.
fn lock_booked<'a>(hubspot: &'a HubSpot, id: &str) -> Result<(u64, Meeting, MeetingGuard<'a>), RequestError> {
    let meetings = &hubspot.state().meetings;
    let unknown = || {
        let id = truncate(id, 30);
        RequestError::NotFound(format!("there is no meeting {id}: GET /emulator/state lists all meetings"))
    };
    let number = id.parse().ok().filter(|number| meetings.get(*number).is_some()).ok_or_else(unknown)?;
    let guard = meetings.try_lock(number).ok_or_else(|| {
        RequestError::Conflict(format!("meeting {number} is being changed or canceled: try again when that is done"))
    })?;
    let meeting = meetings.get(number).ok_or_else(unknown)?;
    match meeting.status {
        Status::Booked => Ok((number, meeting, guard)),
        Status::Canceled => {
            Err(RequestError::Conflict(format!("meeting {number} is already canceled: book another one")))
        }
        Status::Failed => Err(RequestError::Conflict(format!(
            "meeting {number} has no conference, as its booking failed: book another"
        ))),
    }
}
