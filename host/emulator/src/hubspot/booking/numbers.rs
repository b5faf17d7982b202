//! Requests a user's phone numbers for the help desk.

use serde::Serialize;
use serde_json::{Value, json};

use crate::hubspot::{Call, HubSpot, RequestError, webhooks};

use super::account_and_user;
use super::session::Session;

/// The maximum number of phone numbers in one answer.
const MAX_NUMBERS: usize = 1000;

/// How much of a friendly name HubSpot shows, in characters.
const MAX_FRIENDLY_NAME_LEN: usize = 24;

/// The result of requesting numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Numbers {
    /// The numbers that the user may choose from.
    pub phone_numbers: Vec<PhoneNumber>,
    /// The reason of a failure.
    pub problem: Option<String>,
    /// The webhook call.
    pub calls: Vec<Call>,
}

/// A phone number as HubSpot shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhoneNumber {
    /// `+` and digits.
    pub e164_phone_number: String,
    /// The extension. HubSpot accepts it, but cannot connect a number with one.
    pub extension: Option<String>,
    /// The name, of at most 24 characters.
    pub friendly_name: Option<String>,
}

impl HubSpot {
    /// Requests from the app the numbers that a user may connect.
    ///
    /// # Errors
    /// Returns an error if the account or user is unknown, or the app has no channel connection that is ready.
    pub async fn phone_numbers(&self, account: u64, user: u64) -> Result<Numbers, RequestError> {
        let (account, user) = account_and_user(self, account, Some(user))?;
        let channel = self.state().settings.channel.get().ok_or_else(|| {
            let why = "the app has no channel connection: \
                       create one with `cordboard hubspot calling create --from-config --is-ready true`";
            RequestError::Conflict(why.to_owned())
        })?;
        if !channel.ready {
            let why = "the channel connection's `isReady` is false: \
                       set it with `cordboard hubspot calling update --is-ready true`";
            return Err(RequestError::Conflict(why.to_owned()));
        }
        let mut session = Session::new(self);
        let app = self.options().app;
        let body = webhooks::body([("appId", json!(app)), ("portalId", json!(account.id)), ("userId", json!(user.id))]);
        let answer = session.request_json("phone-numbers", &channel.url, body).await;
        let (phone_numbers, problem) = match answer.and_then(|answer| numbers(&answer)) {
            Ok(numbers) => (numbers, None),
            Err(problem) => (Vec::new(), Some(self.state().calls.masked(problem))),
        };
        Ok(Numbers { phone_numbers, problem, calls: session.calls })
    }
}

fn numbers(answer: &Value) -> Result<Vec<PhoneNumber>, String> {
    let list = answer.get("phoneNumbers").and_then(Value::as_array).filter(|list| list.len() <= MAX_NUMBERS);
    let list = list.ok_or_else(|| {
        format!("the phone-numbers webhook answered 200 without a `phoneNumbers` list of at most {MAX_NUMBERS}")
    })?;
    list.iter().enumerate().map(|(place, entry)| number(place, entry)).collect()
}

fn number(place: usize, entry: &Value) -> Result<PhoneNumber, String> {
    let invalid = |why| format!("the phone-numbers webhook's `phoneNumbers[{place}]` {why}");
    let text = |member| match entry.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(invalid(format!("has a `{member}` that is not a string"))),
    };
    let e164 = text("e164PhoneNumber")?.filter(|number| is_e164(number));
    Ok(PhoneNumber {
        e164_phone_number: e164.ok_or_else(|| invalid("has no `e164PhoneNumber` such as `+18001231234`".to_owned()))?,
        extension: text("extension")?,
        friendly_name: text("friendlyName")?.map(|name| name.chars().take(MAX_FRIENDLY_NAME_LEN).collect()),
    })
}

fn is_e164(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or_default();
    (2..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_numbers_are_accepted() {
        let answer = json!({ "phoneNumbers": [
            { "e164PhoneNumber": "+18001231234", "extension": "1", "friendlyName": "My cell phone number that is long" },
            { "e164PhoneNumber": "+49301234567" },
        ] });
        let numbers = numbers(&answer).unwrap();
        assert_eq!(numbers[0].friendly_name.as_deref(), Some("My cell phone number tha"));
        assert_eq!((&numbers[0].extension, &numbers[1].extension), (&Some("1".to_owned()), &None));
    }

    #[test]
    fn an_invalid_number_is_reported() {
        for (entry, why) in [
            (json!({ "e164PhoneNumber": "0800" }), "`phoneNumbers[0]` has no"),
            (json!({ "friendlyName": "x" }), "`phoneNumbers[0]` has no"),
            (json!({ "e164PhoneNumber": "+18001231234", "extension": 1 }), "`extension` that is not a string"),
        ] {
            let problem = numbers(&json!({ "phoneNumbers": [entry] })).unwrap_err();
            assert!(problem.contains(why), "{problem}");
        }
        assert!(numbers(&json!([])).is_err());
    }
}
