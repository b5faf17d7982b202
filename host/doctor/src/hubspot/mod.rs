//! HubSpot's settings with the addresses that it calls: their names, and errors in HubSpot's terms.

pub(crate) mod check;

use cordboard::app_settings::{AppSettings, AppSettingsError, Call};
use cordboard::config::Config;
use cordboard::contract::settings::{Endpoint, SettingsError};
use cordboard::ingress::app_path;

/// The routes that HubSpot calls for video conferencing, with HubSpot's fields for their addresses.
pub const VIDEO: [(&str, &str); 4] = [
    ("create-meeting", "createMeetingUrl"),
    ("update-meeting", "updateMeetingUrl"),
    ("delete-meeting", "deleteMeetingUrl"),
    ("verify-user", "userVerifyUrl"),
];

/// The route that HubSpot calls for telephone numbers. Its address is the `url` of the channel connection.
pub const PHONE_NUMBERS: &str = "phone-numbers";

/// Returns the call that reads the addresses of the routes in [`VIDEO`].
pub fn read_video() -> Call {
    Call::Get(VIDEO.map(|(purpose, _)| purpose.to_owned()).into())
}

/// Returns the call that reads the channel connection.
pub fn read_channel() -> Call {
    Call::Get(vec![PHONE_NUMBERS.to_owned()])
}

/// Returns an endpoint that is in use.
pub fn endpoint(purpose: &str, url: String) -> Endpoint {
    Endpoint { purpose: purpose.to_owned(), url, enabled: true }
}

/// Returns the public address of one of the app's routes.
pub fn address(config: &Config, settings: &AppSettings, route: &str) -> String {
    format!("{}{}", config.public_base(), app_path(settings.plug(), settings.app(), route))
}

/// Describes an error with a hint, in HubSpot's terms: the library speaks of vendors, providers and connections, which
/// here are HubSpot and the app.
pub fn describe(error: &AppSettingsError) -> String {
    let terms = [("the vendor", "HubSpot"), ("the provider", "HubSpot"), ("the connection's", "the app's")];
    let text = error.to_string();
    if error.error_response().is_some() {
        // Only the first mention is the library's: HubSpot's message follows and stays verbatim.
        return text.replacen("the vendor", "HubSpot", 1);
    }
    let text = terms.into_iter().fold(text, |text, (library, hubspot)| text.replace(library, hubspot));
    match error {
        AppSettingsError::Settings(SettingsError::Unavailable(why), Some(_)) if why.starts_with("the provider") => {
            format!("{text}: check this machine's network, and `api-url` if it is set")
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cordboard::app_settings::Unanswered;
    use cordboard::contract::settings::ErrorResponse;

    #[test]
    fn only_the_librarys_terms_are_replaced() {
        let error_response = ErrorResponse {
            status: 400,
            category: String::new(),
            message: "the vendor and the provider".to_owned(),
            correlation_id: None,
        };
        assert_eq!(
            describe(&AppSettingsError::Settings(SettingsError::Refused(error_response), None)),
            "HubSpot answered 400 “the vendor and the provider”: fix what it names"
        );
        assert_eq!(
            describe(&AppSettingsError::Settings(
                SettingsError::Unavailable("the provider cannot be reached".to_owned()),
                Some(Unanswered { reason: "no connection".to_owned(), reached: false })
            )),
            "HubSpot cannot be reached (no connection): check this machine's network, and `api-url` if it is set"
        );
        assert_eq!(
            describe(&AppSettingsError::Settings(SettingsError::RateLimited(Some(7)), None)),
            "HubSpot is limiting requests: try again in 7 s"
        );
    }
}
