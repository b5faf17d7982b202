//! A plug that attacks its host, for tests.
//!
//! It must not use the kit's traits, which would prevent many of the attacks; it implements the contract's bindings.
//!
//! The open setting `mode` selects what every operation does: the name of a fixture in the list, or `ok` or `event`,
//! which are harmless; `event` reports an event. A fixture can also be built into the file (`default_mode`). With the
//! prefix `serving:`, a fixture is harmless during the self-test.

#![allow(clippy::result_large_err, reason = "the contract's own type")]

mod abuse;
mod default_mode;
mod description;
mod list;
mod operations;

use cordboard_plug::contract::provider::{Guest, ReceivePause};
use cordboard_plug::effect::{Context, Pause, Piece};
use cordboard_plug::meeting_event::{EventData, MeetingEvent, Organization, SessionChange, SessionChanged};
use cordboard_plug::{
    Conference, Description, Failure, Header, Meeting, Receipt, Rejection, WebhookRequest, WebhookResponse,
};

use operations::{Act, Interruption, answer_with_secrets, mode};

/// The hostile plug.
pub struct Hostile;

/// Dispatches to the function of each fixture. A fixture without a function does not compile.
macro_rules! dispatch {
    (
        operations { $($operation:ident: $_o:literal,)* }
        descriptions { $($description:ident: $_d:literal,)* }
        components { $($_component:ident: $_c:literal,)* }
    ) => {
        fn act(context: &Context) -> Act {
            match mode(context) {
                "ok" | "event" => Ok("ok".to_owned()),
                $(stringify!($operation) => operations::$operation(context),)*
                _ => Err(Interruption::Unknown),
            }
        }

        fn description() -> Description {
            match default_mode::default_mode() {
                $(stringify!($description) => description::$description(),)*
                _ => description::plain(),
            }
        }
    };
}
crate::every_fixture!(dispatch);

impl Guest for Hostile {
    fn describe() -> Description {
        description()
    }

    fn create(context: Context, _meeting: Meeting) -> Result<Conference, Pause> {
        conference(&context)
    }

    fn update(context: Context, _current: Conference, _meeting: Meeting) -> Result<Conference, Pause> {
        conference(&context)
    }

    fn delete(context: Context, _current: Conference) -> Result<(), Pause> {
        conference(&context).map(|_| ())
    }

    fn verify_user(context: Context, _email: String) -> Result<Option<String>, Pause> {
        conference(&context).map(|conference| Some(conference.id))
    }

    fn receive(context: Context, _request: WebhookRequest) -> Result<Receipt, ReceivePause> {
        let text = act(&context).map_err(|stop| match stop {
            Interruption::Effect(effect) => ReceivePause::Effect(effect),
            Interruption::Failed(why) => ReceivePause::Rejected(Rejection::Unsupported(why)),
            Interruption::Unknown => ReceivePause::Rejected(Rejection::Unsupported(UNKNOWN.to_owned())),
        })?;
        let (status, name) = match mode(&context) {
            "senseless_result" => (999, "content-type\r\nx-injected"),
            _ => (202, "content-type"),
        };
        let header = Header { name: name.to_owned(), value: b"text/plain".to_vec() };
        let body = match mode(&context) {
            "secret_in_answer" => answer_with_secrets(),
            _ => vec![Piece::Text(text)],
        };
        let events = match mode(&context) {
            "event" => vec![event()],
            "huge_event" => vec![MeetingEvent { source_event: "x".repeat(3 << 20), ..event() }],
            _ => Vec::new(),
        };
        Ok(Receipt { response: WebhookResponse { status, headers: vec![header], body }, events })
    }
}

const UNKNOWN: &str = "the setting `mode` has a value that this plug does not know";

fn conference(context: &Context) -> Result<Conference, Pause> {
    let details = act(context).map_err(|stop| match stop {
        Interruption::Effect(effect) => Pause::Effect(effect),
        Interruption::Failed(why) => Pause::Failed(Failure::Invalid(why)),
        Interruption::Unknown => Pause::Failed(Failure::Invalid(UNKNOWN.to_owned())),
    })?;
    Ok(match mode(context) {
        "senseless_result" => Conference { id: String::new(), join_url: "javascript:alert(1)\r\n".to_owned(), details },
        _ => Conference { id: "hostile-1".to_owned(), join_url: "https://hostile.example/1".to_owned(), details },
    })
}

fn event() -> MeetingEvent {
    MeetingEvent {
        source_event: "hook".to_owned(),
        occurred_at: None,
        conference: None,
        organization: Organization { company: None, host: None },
        data: EventData::Session(SessionChanged { change: SessionChange::Started, snapshot: None }),
        dedupe_key: None,
        extras: Vec::new(),
    }
}

cordboard_plug::export!(provider: Hostile);
