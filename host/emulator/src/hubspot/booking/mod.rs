//! What people do at HubSpot that calls the app: they book a meeting, move it, cancel it, or want to connect a number.
//!
//! Where `userVerifyUrl` is set, it is asked first, and what it answers stands in for the user's address in the next
//! call; where it refuses, the app is not called for anything else. What HubSpot does when the app refuses a change or
//! cannot be reached, it does not document: here that has not happened, and can be tried again.

mod book;
mod cancel;
mod change;
mod crm;
mod numbers;
mod session;

use serde::{Deserialize, Serialize};

use super::state::meetings::{Meeting, MeetingGuard};
use super::state::objects::ObjectType;
use super::text::cut;
use super::{Account, Call, HubSpot, Refusal, Source, User, clock};

pub use numbers::{Numbers, PhoneNumber};

/// Characters of a topic.
const TOPIC: usize = 1000;

/// A meeting to be booked.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewMeeting {
    /// In whose account.
    pub account_id: u64,
    /// For which user; none for the account's first.
    #[serde(default)]
    pub user_id: Option<u64>,
    /// What it is called.
    pub topic: String,
    /// Epoch milliseconds.
    pub start_time: u64,
    /// Epoch milliseconds.
    pub end_time: u64,
    /// Where it is booked.
    #[serde(default)]
    pub source: Source,
}

/// What changes of a meeting; none stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Change {
    /// What it is called.
    pub topic: Option<String>,
    /// Epoch milliseconds.
    pub start_time: Option<u64>,
    /// Epoch milliseconds.
    pub end_time: Option<u64>,
}

/// What came of booking, moving or cancelling.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Booking {
    /// The meeting as it is now; `problem` says what went wrong.
    pub meeting: Meeting,
    /// The calls that were made, in their order.
    pub calls: Vec<Call>,
}

/// The account and its user, or its first where none is named.
fn who(hubspot: &HubSpot, account: u64, user: Option<u64>) -> Result<(&Account, &User), Refusal> {
    let unknown = |what: String| Refusal::Unknown(format!("{what}: GET /emulator/state lists accounts and users"));
    let Some(found) = hubspot.options().account(account) else {
        return Err(unknown(format!("there is no account {account}")));
    };
    let of_account = match user {
        None => found.users.first(),
        Some(id) => found.users.iter().find(|user| user.id == id),
    };
    let named = || user.map_or_else(|| "no user".to_owned(), |id| format!("no user {id}"));
    of_account.map(|user| (found, user)).ok_or_else(|| unknown(format!("account {account} has {}", named())))
}

/// Whether a meeting can be like that.
fn check(topic: &str, start: u64, end: u64) -> Result<(), Refusal> {
    if topic.chars().count() > TOPIC {
        return Err(Refusal::Invalid(format!("`topic` is longer than {TOPIC} characters: shorten it")));
    }
    if clock::iso(start).is_none() || clock::iso(end).is_none() || end <= start {
        let why = format!(
            "`endTime` {end} must come after `startTime` {start}, both in epoch milliseconds before the year 10000"
        );
        return Err(Refusal::Invalid(why));
    }
    Ok(())
}

/// The meeting that is to be moved or cancelled, with its number and the turn to do so.
fn booked<'a>(hubspot: &'a HubSpot, id: &str) -> Result<(u64, Meeting, MeetingGuard<'a>), Refusal> {
    let meetings = &hubspot.state().meetings;
    let unknown = || {
        let id = cut(id, 30);
        Refusal::Unknown(format!("no meeting {id} was booked here: GET /emulator/state lists them"))
    };
    let number = id.parse().ok().filter(|number| meetings.get(*number).is_some()).ok_or_else(unknown)?;
    let guard = meetings.try_lock(number).ok_or_else(|| {
        Refusal::Conflict(format!("meeting {number} is being changed or cancelled: wait until that is done"))
    })?;
    let meeting = meetings.get(number).ok_or_else(unknown)?;
    match meeting.status {
        super::Status::Booked => Ok((number, meeting, guard)),
        super::Status::Canceled => {
            Err(Refusal::Conflict(format!("meeting {number} is cancelled already: book another one")))
        }
        super::Status::Failed => {
            Err(Refusal::Conflict(format!("meeting {number} got no conference when it was booked: book another one")))
        }
    }
}

/// Where the app took it, the meeting is now as it was wanted, also in the CRM; otherwise it stays as it was and has the
/// problem.
fn settle(hubspot: &HubSpot, number: u64, wanted: Meeting, answered: Result<(), String>, calls: Vec<Call>) -> Booking {
    if answered.is_ok() {
        let properties = crm::properties(&wanted);
        // Who archived the object has done without it.
        let _ = hubspot.state().objects.update(wanted.account_id, ObjectType::Meeting, number, properties);
    }
    let kept = hubspot.state().meetings.update(number, |meeting| match answered {
        Ok(()) => *meeting = wanted.clone(),
        Err(problem) => meeting.problem = Some(hubspot.state().calls.masked(problem)),
    });
    Booking { meeting: kept.unwrap_or(wanted), calls }
}
