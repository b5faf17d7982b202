//! Validates the form of results, independent of the input.

use std::collections::BTreeSet;

use super::checks::names;
use super::step::Output;
use cordboard::contract::effect::Piece;
use cordboard::contract::http::WebhookResponse;
use cordboard::contract::meeting_event::MeetingEvent;
use cordboard::contract::provider::Receipt;
use cordboard::contract::telephone::PhoneNumber;
use cordboard::plug::rules;

/// The longest message of a failure, in bytes.
const MAX_MESSAGE_LEN: usize = 4096;

/// The fault of a result, as a clause, and the name of the check that reports it.
pub(super) fn fault(output: &Output) -> Option<(&'static str, String)> {
    let reported = |check: &'static str| move |why: String| (check, why);
    match output {
        Output::Conference(made) => rules::conference(made).err().map(reported(names::CONFERENCES)),
        Output::User(Some(id)) if !rules::is_id(id) => {
            Some((names::USERS, "the user's id is empty, longer than 512 bytes or not plain text".to_owned()))
        }
        Output::Receipt(receipt) => response(&receipt.response)
            .err()
            .map(reported(names::RECEIPTS))
            .or_else(|| events(receipt).err().map(reported(names::EVENTS))),
        Output::Response(answer) => response(answer).err().map(reported(names::ANSWERS)),
        Output::Numbers(numbers) => numbers.iter().find_map(|one| number(one).err()).map(reported(names::NUMBERS)),
        _ => output.message().and_then(|why| message(why).err()).map(reported(names::FAILURES)),
    }
}

/// Whether the check with this name is about a result.
pub(super) fn is_checked(output: &Output, check: &str) -> bool {
    match output {
        Output::Conference(_) => check == names::CONFERENCES,
        Output::User(Some(_)) => check == names::USERS,
        Output::Receipt(receipt) => check == names::RECEIPTS || check == names::EVENTS && !receipt.events.is_empty(),
        Output::Numbers(numbers) => check == names::NUMBERS && !numbers.is_empty(),
        _ => false,
    }
}

fn response(response: &WebhookResponse) -> Result<(), String> {
    rules::headers(response)?;
    if response.body.iter().any(|piece| matches!(piece, Piece::Secret(_))) {
        return Err("its body contains a secret, which the host does not send".to_owned());
    }
    Ok(())
}

fn events(receipt: &Receipt) -> Result<(), String> {
    rules::events(&receipt.events)?;
    receipt.events.iter().try_for_each(event)
}

fn event(event: &MeetingEvent) -> Result<(), String> {
    if event.conference.as_ref().is_some_and(|conference| conference.id.is_empty()) {
        return Err("an event's conference has an empty id: give no conference instead".to_owned());
    }
    match event.dedupe_key.as_ref().map(String::len) {
        Some(0) => return Err("an event's dedupe key is empty: give no key instead".to_owned()),
        Some(bytes) if bytes > rules::MAX_DEDUPE_KEY => {
            let max = rules::MAX_DEDUPE_KEY;
            return Err(format!("an event's dedupe key has {bytes} bytes, and keys longer than {max} are ignored"));
        }
        _ => {}
    }
    let mut pointers = BTreeSet::new();
    for (pointer, text) in &event.extras {
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return Err(format!("an extra's key `{}` is not a JSON pointer", excerpt(pointer)));
        }
        if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
            return Err(format!("the extra at `{}` is not valid JSON", excerpt(pointer)));
        }
        if !pointers.insert(pointer) {
            return Err(format!("there are two extras at `{}`", excerpt(pointer)));
        }
    }
    Ok(())
}

fn excerpt(text: &str) -> String {
    cordboard_core::text::line(text, 80)
}

fn number(number: &PhoneNumber) -> Result<(), String> {
    let digits = |text: &String| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !cordboard_core::is_e164(&number.e164) {
        return Err(format!("`{}` is not E.164: `+`, then 2 to 15 digits, the first not 0", excerpt(&number.e164)));
    }
    if !number.extension.as_ref().is_none_or(digits) {
        return Err(format!("the extension of {} is not made of digits", number.e164));
    }
    Ok(())
}

fn message(why: &str) -> Result<(), String> {
    match why.len() {
        0 => Err("the failure has an empty message".to_owned()),
        bytes if bytes > MAX_MESSAGE_LEN => {
            Err(format!("the failure has a message of {bytes} bytes, of at most {MAX_MESSAGE_LEN}"))
        }
        _ => Ok(()),
    }
}
