//! Encodes telephone numbers for the help desk.

use cordboard_plug::PhoneNumber;
use cordboard_plug::text::is_e164;
use serde_json::{Value, json};

/// How much of a name HubSpot shows, in characters.
const MAX_FRIENDLY_NAME_LEN: usize = 24;

/// Returns `{"phoneNumbers":[{"e164PhoneNumber","extension","friendlyName"}]}`, in the order given. Omits numbers that
/// are not E.164, which HubSpot requires: one invalid entry must not hide the user's other numbers.
pub fn numbers(found: Vec<PhoneNumber>) -> Value {
    let numbers: Vec<Value> = found.into_iter().filter(|number| is_e164(&number.e164)).map(entry).collect();
    json!({ "phoneNumbers": numbers })
}

fn entry(number: PhoneNumber) -> Value {
    let name: String = number.friendly_name.chars().take(MAX_FRIENDLY_NAME_LEN).collect();
    let mut entry = json!({ "e164PhoneNumber": number.e164, "friendlyName": name });
    if let (Some(extension), Some(members)) = (number.extension, entry.as_object_mut())
        && !extension.is_empty()
    {
        members.insert("extension".to_owned(), extension.into());
    }
    entry
}
