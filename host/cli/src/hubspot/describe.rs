//! What went wrong, in the words of this command: the library and the plugs' kit know vendors, providers and connections,
//! which here are HubSpot and the app.

use cordboard::app_settings::{AppSettingsError, Call};
use cordboard::contract::settings::SettingsError;

/// The status of a vendor that has such a thing already.
const CONFLICT: u16 = 409;

/// A sentence that names the fix.
pub(super) fn error(error: &AppSettingsError) -> String {
    match error {
        // HubSpot's own words follow, and stay as they are.
        error if error.error_response().is_some() => error.to_string().replacen("the vendor", "HubSpot", 1),
        AppSettingsError::Settings(SettingsError::Unavailable(why), Some(_)) if why.starts_with("the provider") => {
            format!("{}: look at the network of this machine, and at `api-url` where it is set", ours(error))
        }
        error => ours(error),
    }
}

/// The same of a change: what it met there, or that it may have been made without an answer.
pub(super) fn change_error(call: &Call, error: &AppSettingsError) -> String {
    let said = self::error(error);
    let is_there = matches!(call, Call::CreateChannelConnection(_))
        && error.error_response().is_some_and(|error_response| error_response.status == CONFLICT);
    match is_there {
        true => format!("{said}; `cordboard hubspot calling update` changes what is there"),
        false if error.may_be_done() => {
            format!("{said}; HubSpot may have taken the change all the same: look with `get` before you try again")
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
    fn only_our_own_words_are_put_otherwise() {
        let error_response = ErrorResponse {
            status: 400,
            category: String::new(),
            message: "the vendor and the provider".to_owned(),
            correlation_id: None,
        };
        assert_eq!(
            self::error(&AppSettingsError::Settings(SettingsError::Refused(error_response), None)),
            "HubSpot answered 400 “the vendor and the provider”: correct what it names"
        );
        assert_eq!(
            self::error(&AppSettingsError::Settings(
                SettingsError::Unavailable("the provider cannot be reached".to_owned()),
                Some(Unanswered { reason: "no connection".to_owned(), reached: false })
            )),
            "HubSpot cannot be reached (no connection): look at the network of this machine, and at `api-url` where it \
             is set"
        );
        assert_eq!(
            self::error(&AppSettingsError::Settings(SettingsError::RateLimited(Some(7)), None)),
            "HubSpot takes no more requests for now: try again in 7 s"
        );
    }

    #[test]
    fn a_change_without_an_answer_may_have_been_made_where_it_reached_hubspot() {
        let said = |reached| {
            let unanswered = Unanswered { reason: "the connection was lost".to_owned(), reached };
            let error = SettingsError::Unavailable("the provider cannot be reached".to_owned());
            change_error(&Call::DeleteVideoConferencing, &AppSettingsError::Settings(error, Some(unanswered)))
        };
        assert!(said(true).ends_with("may have taken the change all the same: look with `get` before you try again"));
        assert!(!said(false).contains("may have taken"), "{}", said(false));
    }
}
