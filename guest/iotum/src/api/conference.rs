//! Creates and updates conferences.

use cordboard_plug::http::JsonBody;
use cordboard_plug::{Conference, Failure, Meeting};
use jiff::Timestamp;
use serde_json::Value;

use super::endpoint::Endpoint;
use super::session::Session;
use super::{id_in, id_out};
use crate::address::is_address;

const MINUTE: u64 = 60_000;

/// The subject and times of a conference in iotum's format. It has no agenda: the CRM sends none, and an update must
/// not overwrite one that a host wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    subject: String,
    /// `YYYY-MM-DD HH:MM:SS` in UTC.
    start: String,
    /// Minutes, rounded up, at least one.
    duration: u64,
}

impl Plan {
    /// Returns the plan of a meeting.
    ///
    /// # Errors
    /// Returns `invalid` if the meeting ends before it starts, or starts after the year 9999.
    pub fn of(meeting: &Meeting) -> Result<Self, Failure> {
        let Some(length) = meeting.end.checked_sub(meeting.start) else {
            return Err(Failure::Invalid("the meeting ends before it starts: correct its times".to_owned()));
        };
        let start = i64::try_from(meeting.start).ok().and_then(|start| Timestamp::from_millisecond(start).ok());
        let Some(start) = start else {
            return Err(Failure::Invalid("the meeting starts after the year 9999: correct its times".to_owned()));
        };
        Ok(Self {
            subject: meeting.topic.clone(),
            // RFC 3339 in UTC without a fraction, in iotum's notation.
            start: format!("{start:.0}").replace('T', " ").replace('Z', ""),
            duration: length.div_ceil(MINUTE).max(1),
        })
    }

    fn write(self, body: JsonBody) -> JsonBody {
        body.member("subject", self.subject)
            .member("start", self.start)
            .member("time_zone", "UTC")
            .member("duration", self.duration)
    }
}

/// Creates a conference.
///
/// # Errors
/// Returns `unavailable` if the answer lacks the id or the link, and the errors of [`Session::call`].
pub async fn create(session: &Session<'_>, host: &str, plan: Plan) -> Result<Conference, Failure> {
    let body = plan.write(session.body().member("host_id", id_out(host)));
    let answer = session.call(Endpoint::CREATE, body).await?.json()?;
    let id = id_in(&answer, "conference_id").ok_or_else(|| {
        Failure::Unavailable("iotum created a conference, but its answer has no conference_id".to_owned())
    })?;
    let join_url = room_url(&answer)?.ok_or_else(|| {
        Failure::Unavailable(format!("iotum created conference {id}, but its answer has no room_url"))
    })?;
    Ok(Conference { details: details(&join_url, &answer), join_url, id })
}

/// Updates a conference. It keeps its link if the answer has none.
///
/// # Errors
/// Returns `not-found` if iotum has no such conference, and the errors of [`Session::call`].
pub async fn update(session: &Session<'_>, current: Conference, plan: Plan) -> Result<Conference, Failure> {
    let body = plan.write(session.body().member("conference_id", id_out(&current.id)));
    let response = session.call(Endpoint::UPDATE, body).await?;
    // The answer to an update is undocumented, so an empty body is accepted too.
    if response.body().is_empty() {
        return Ok(current);
    }
    let answer = response.json()?;
    Ok(match room_url(&answer)? {
        Some(join_url) => Conference { details: details(&join_url, &answer), join_url, id: current.id },
        None => current,
    })
}

/// Reads the link for attendees.
fn room_url(answer: &Value) -> Result<Option<String>, Failure> {
    match answer.get("room_url") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(url)) if is_address(url, &["https"]) => Ok(Some(url.clone())),
        Some(_) => Err(Failure::Unavailable("iotum's answer has a room_url that is not an https address".to_owned())),
    }
}

/// Returns the joining instructions for attendees. Picks single members, since the answer also holds moderator secrets.
fn details(join_url: &str, answer: &Value) -> String {
    // A number in answers. A boolean, as in requests, only means that there is a code.
    match answer.get("one_time_access_code") {
        Some(Value::Number(code)) if code.is_u64() => format!("Join: {join_url}\nAccess code: {code}"),
        _ => format!("Join: {join_url}"),
    }
}

#[cfg(test)]
mod tests {
    use cordboard_plug::Person;

    use super::*;

    fn meeting(start: u64, end: u64) -> Meeting {
        Meeting {
            topic: "Talk".to_owned(),
            start,
            end,
            user_id: "1".to_owned(),
            user: Person::Email("a@example.com".to_owned()),
            account_id: "1".to_owned(),
            source: None,
        }
    }

    #[test]
    fn times_are_in_utc_and_minutes_are_rounded_up() {
        // 2026-03-29T01:30:00Z, within the hour skipped by daylight saving time in Europe.
        let start = 1_774_747_800_000;
        for (length, duration) in
            [(0, 1), (1, 1), (59_999, 1), (60_000, 1), (60_001, 2), (1_800_000, 30), (5_400_000, 90)]
        {
            let plan = Plan::of(&meeting(start, start + length)).unwrap();
            assert_eq!((plan.start.as_str(), plan.duration), ("2026-03-29 01:30:00", duration));
        }
        assert_eq!(Plan::of(&meeting(0, 1)).unwrap().start, "1970-01-01 00:00:00");
        assert_eq!(Plan::of(&meeting(999, 1999)).unwrap().start, "1970-01-01 00:00:00", "fractions are dropped");
    }

    #[test]
    fn impossible_times_are_invalid() {
        let failure = |start, end| Plan::of(&meeting(start, end)).unwrap_err();
        assert!(matches!(failure(2, 1), Failure::Invalid(why) if why.contains("ends before it starts")));
        for start in [253_402_300_800_000, u64::MAX] {
            assert!(matches!(failure(start, u64::MAX), Failure::Invalid(why) if why.contains("9999")));
        }
    }
}
