//! A telephony plug with a mistake, which the conformance tests must find: it returns numbers as people write them.
//!
//! It must not depend on the conformance tests, which know it only as a file.

use cordboard_plug::{Context, Description, Failure, PhoneNumber, Telephony};

/// The plug.
pub struct Careless;

impl Telephony for Careless {
    fn describe() -> Description {
        cordboard_plug::describe("careless", "Has mistakes", env!("CARGO_PKG_VERSION"))
    }

    async fn phone_numbers(_context: &Context<'_>, _user_id: String) -> Result<Vec<PhoneNumber>, Failure> {
        let number = |e164: &str, extension: Option<&str>| PhoneNumber {
            e164: e164.to_owned(),
            extension: extension.map(str::to_owned),
            friendly_name: String::new(),
        };
        Ok(vec![number("+18001231234", Some("ext. 1")), number("0800 123 12 34", None)])
    }
}

cordboard_plug::export!(telephony: Careless);
