//! State and answers of the iotum emulator, based on iotum's documentation and on clients of its API: every call is a
//! POST of a JSON object with an `auth_token`, and errors have a `message`.

use serde_json::{Value, json};

use crate::demo::fixtures::{GLOBEX, HOST_ID};
use cordboard::flow::random_id;

const FIRST_CONFERENCE: u64 = 1_258_835;

/// Access code of the first conference; the following ones count up.
pub const FIRST_ACCESS_CODE: u64 = 5_551_234;

/// The first session expires after this many calls, to show its renewal; later ones do not expire.
const FIRST_SESSION: usize = 3;

/// A conference at iotum.
#[derive(Clone, Debug, PartialEq)]
pub struct Conference {
    /// `conference_id`
    pub id: u64,
    /// `host_id`
    pub host: u64,
    /// `subject`
    pub subject: String,
    /// `start`, as `YYYY-MM-DD HH:MM:SS`
    pub start: String,
    /// `time_zone`
    pub time_zone: String,
    /// `duration`, in minutes
    pub duration: u64,
    /// `one_time_access_code`
    pub access_code: u64,
}

impl Conference {
    /// `room_url`
    pub fn room_url(&self) -> String {
        format!("https://globex.iotum.example/conf/call/{}", self.access_code)
    }

    fn json(&self) -> Value {
        json!({
            "conference_id": self.id,
            "subject": self.subject,
            "agenda": "",
            "start": self.start,
            "time_zone": self.time_zone,
            "duration": self.duration,
            "active": false,
            "one_time_access_code": self.access_code,
            "participants": [],
            "moderators": [self.host],
            "room_url": self.room_url(),
            "recordings": [],
            "is_streaming": false,
            // Grants moderator rights, so no link or text for guests may contain it.
            "moderator_token": "not-for-guests",
        })
    }
}

/// iotum's state.
pub struct Books {
    email: String,
    password: String,
    /// Tokens with their remaining calls; `None` is unlimited.
    sessions: Vec<(String, Option<usize>)>,
    /// All conferences, oldest first.
    pub conferences: Vec<Conference>,
}

type Answer = Result<Value, (u16, &'static str)>;

impl Books {
    /// Creates the state with one administrator and no conferences.
    pub fn new(email: &str, password: &str) -> Self {
        let (email, password) = (email.to_owned(), password.to_owned());
        Self { email, password, sessions: Vec::new(), conferences: Vec::new() }
    }

    /// Answers a call with a status and JSON.
    pub fn answer(&mut self, path: &str, body: &Value) -> (u16, Value) {
        let answer = match path {
            "authenticate" => self.authenticate(body),
            _ => self.enter(body).and_then(|()| match path {
                "host/fetch_all" => Ok(hosts()),
                "conference/create" => self.create(body),
                "conference/update" => self.update(body),
                _ => Err((404, "No such method")),
            }),
        };
        answer.map_or_else(|(status, message)| (status, json!({ "message": message })), |answer| (200, answer))
    }

    fn authenticate(&mut self, body: &Value) -> Answer {
        if text(body, "email") != Some(&self.email) || text(body, "password") != Some(&self.password) {
            return Err((401, "Invalid credentials"));
        }
        let token = random_id().map_err(|_| (500, "No randomness"))?;
        let calls = self.sessions.is_empty().then_some(FIRST_SESSION);
        self.sessions.push((token.clone(), calls));
        Ok(json!({ "auth_token": token }))
    }

    fn enter(&mut self, body: &Value) -> Result<(), (u16, &'static str)> {
        let token = text(body, "auth_token");
        let session = self.sessions.iter_mut().find(|(known, _)| Some(known.as_str()) == token);
        match session {
            None => Err((401, "Missing auth_token or Invalid token")),
            Some((_, Some(0))) => Err((401, "Session expired")),
            Some((_, calls)) => {
                *calls = calls.map(|calls| calls - 1);
                Ok(())
            }
        }
    }

    fn create(&mut self, body: &Value) -> Answer {
        let number = self.conferences.len() as u64;
        let host = body.get("host_id").and_then(Value::as_u64).filter(|id| *id == HOST_ID);
        let mut conference = Conference {
            id: FIRST_CONFERENCE + number,
            host: host.ok_or((400, "host_id is no host of this company"))?,
            subject: String::new(),
            start: String::new(),
            time_zone: String::new(),
            duration: 0,
            access_code: FIRST_ACCESS_CODE + number,
        };
        plan(&mut conference, body)?;
        let answer = conference.json();
        self.conferences.push(conference);
        Ok(answer)
    }

    fn update(&mut self, body: &Value) -> Answer {
        let id = body.get("conference_id").and_then(Value::as_u64);
        let known = self.conferences.iter_mut().find(|conference| Some(conference.id) == id);
        let conference = known.ok_or((404, "No such conference"))?;
        plan(conference, body)?;
        Ok(conference.json())
    }
}

fn hosts() -> Value {
    json!([{ "host_id": HOST_ID, "name": "Grace", "role": "HOST", "email": GLOBEX.email }])
}

fn plan(conference: &mut Conference, body: &Value) -> Result<(), (u16, &'static str)> {
    let need = |member| text(body, member).filter(|text| !text.is_empty()).map(str::to_owned);
    conference.subject = need("subject").ok_or((400, "subject is missing"))?;
    conference.start = need("start").ok_or((400, "start is missing"))?;
    conference.time_zone = need("time_zone").ok_or((400, "time_zone is missing"))?;
    conference.duration = body.get("duration").and_then(Value::as_u64).ok_or((400, "duration is missing"))?;
    Ok(())
}

fn text<'a>(body: &'a Value, member: &str) -> Option<&'a str> {
    body.get(member)?.as_str()
}
