//! Telephony plug that takes users' numbers from its settings.
//!
//! Like every plug, it depends on the kit `cordboard_plug` and must not depend on a host or on system interfaces.
//!
//! ```toml
//! settings = { 123 = "+18001231234 ext 1 Front desk", 456 = ["+18001231235 Sales", "+41443334455 Zürich"] }
//! ```

mod entry;

use cordboard_plug::manifest::{Secrecy, Setting};
use cordboard_plug::{Context, Description, Failure, PhoneNumber, Telephony};

/// The phonebook plug.
pub struct Phonebook;

impl Telephony for Phonebook {
    fn describe() -> Description {
        let mut description = cordboard_plug::describe(
            "phonebook",
            "Telephone numbers of users, from the settings",
            env!("CARGO_PKG_VERSION"),
        );
        description.settings = vec![Setting {
            key: "*".to_owned(),
            summary: "Id of a user at the CRM; the values are numbers such as `+18001231234 ext 1 Front desk`"
                .to_owned(),
            secrecy: Secrecy::Open,
            required: false,
            default_value: None,
        }];
        description
    }

    async fn phone_numbers(context: &Context<'_>, user_id: String) -> Result<Vec<PhoneNumber>, Failure> {
        context
            .settings
            .all(&user_id)
            .map(|text| {
                entry::parse(text)
                    .map_err(|problem| Failure::Invalid(format!("a value of the setting `{user_id}` {problem}")))
            })
            .collect()
    }
}

cordboard_plug::export!(telephony: Phonebook);
