//! Describes errors in the terms of this command: the library speaks of vendors, providers and connections, which here
//! are HubSpot and the app.

use cordboard::app_settings::{AppSettingsError, Call};
use cordboard::contract::settings::SettingsError;

use super::fields::PHONE_NUMBERS;

/// The status for something that already exists.
const CONFLICT: u16 = 409;

/// Describes an error, with a hint.
pub(super) fn error(error: &AppSettingsError) -> String {
    match error {
        // Only the first mention is ours: HubSpot's message follows and stays verbatim.
        error if error.error_response().is_some() => error.to_string().replacen("the vendor", "HubSpot", 1),
        AppSettingsError::Settings(SettingsError::Unavailable(why), Some(_)) if why.starts_with("the provider") => {
            format!("{}: check this machine's network, and `api-url` if it is set", ours(error))
        }
        error => ours(error),
    }
}

/// Describes the error of a change. Says if the channel connection already exists, or if HubSpot may have applied the
/// change although no answer came.
pub(super) fn change_error(call: &Call, error: &AppSettingsError) -> String {
    let said = self::error(error);
    let is_there = matches!(call, Call::Set(new) if new.endpoints.iter().any(|one| one.purpose == PHONE_NUMBERS))
        && error.error_response().is_some_and(|error_response| error_response.status == CONFLICT);
    match is_there {
        true => format!("{said}; use `cordboard hubspot calling update` to change the existing one"),
        false if error.may_be_done() => {
            format!("{said}; HubSpot may have applied the change anyway: check with `get` before you retry")
        }
        false => said,
    }
}

fn ours(error: &AppSettingsError) -> String {
    let words = [("the vendor", "HubSpot"), ("the provider", "HubSpot"), ("the connection's", "the app's")];
    words.into_iter().fold(error.to_string(), |said, (theirs, ours)| said.replace(theirs, ours))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cordboard::app_settings::Unanswered;
    use cordboard::contract::settings::ErrorResponse;

    #[test]
    fn only_our_own_terms_are_replaced() {
        let error_response = ErrorResponse {
            status: 400,
            category: String::new(),
            message: "the vendor and the provider".to_owned(),
            correlation_id: None,
        };
        assert_eq!(
            self::error(&AppSettingsError::Settings(SettingsError::Refused(error_response), None)),
            "HubSpot answered 400 “the vendor and the provider”: fix what it names"
        );
        assert_eq!(
            self::error(&AppSettingsError::Settings(
                SettingsError::Unavailable("the provider cannot be reached".to_owned()),
                Some(Unanswered { reason: "no connection".to_owned(), reached: false })
            )),
            "HubSpot cannot be reached (no connection): check this machine's network, and `api-url` if it is set"
        );
        assert_eq!(
            self::error(&AppSettingsError::Settings(SettingsError::RateLimited(Some(7)), None)),
            "HubSpot is limiting requests: try again in 7 s"
        );
    }

    #[test]
    fn a_change_that_reached_hubspot_may_have_been_applied() {
        let said = |reached| {
            let unanswered = Unanswered { reason: "the connection was lost".to_owned(), reached };
            let error = SettingsError::Unavailable("the provider cannot be reached".to_owned());
            change_error(&Call::Delete(Vec::new()), &AppSettingsError::Settings(error, Some(unanswered)))
        };
        assert!(said(true).ends_with("may have applied the change anyway: check with `get` before you retry"));
        assert!(!said(false).contains("may have applied"), "{}", said(false));
    }
}
