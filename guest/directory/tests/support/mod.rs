//! Helpers shared by the tests.
#![allow(dead_code, reason = "not every test needs all of it")]

use cordboard_directory::Directory;
use cordboard_plug::effect::{Exchange, OutboundResponse};
use cordboard_plug::testing::{Script, ScriptRun};
use cordboard_plug::{Failure, PhoneNumber, Telephony};

pub const URL: &str = "https://pbx.example.com/users/{user-id}/numbers";

/// A connection with only the URL set.
pub fn connected() -> Script {
    Script::new().setting("url", URL)
}

/// Requests the numbers of user 123.
pub fn ask(script: Script) -> ScriptRun<Vec<PhoneNumber>, Failure> {
    script.run(async |context| Directory::phone_numbers(context, "123".to_owned()).await).unwrap()
}

/// Returns the result of an answer with an arbitrary body.
pub fn answered(status: u16, body: &[u8]) -> Result<Vec<PhoneNumber>, Failure> {
    let mut script = connected();
    let answer = OutboundResponse { status, headers: Vec::new(), body: body.to_vec() };
    script.context().exchanges.push(Exchange::Answered(answer));
    ask(script).result
}

/// Returns the message of an unusable answer.
pub fn unavailable(status: u16, body: &[u8]) -> String {
    match answered(status, body) {
        Err(Failure::Unavailable(why)) => why,
        other => panic!("{other:?}"),
    }
}

pub fn number(e164: &str, extension: Option<&str>, name: &str) -> PhoneNumber {
    PhoneNumber { e164: e164.to_owned(), extension: extension.map(str::to_owned), friendly_name: name.to_owned() }
}
