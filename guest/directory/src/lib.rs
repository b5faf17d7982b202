//! Telephony plug that gets a user's numbers from a JSON endpoint of your own.
//!
//! Like every plug, it depends on the kit `cordboard_plug` and must not depend on a host or on system interfaces.
//!
//! It sends `GET` to the setting `url`, with `{user-id}` replaced by the user's id at the CRM. The endpoint answers
//!
//! ```json
//! {"numbers":[{"number":"+18001231234","extension":"1","name":"Front desk"},{"number":"+41443334455"}]}
//! ```
//!
//! or 404 for a user without numbers. README.md in this folder specifies the endpoint.

mod answer;
mod endpoint;
mod key;
mod list;

use cordboard_plug::settings::outbound;
use cordboard_plug::{Context, Description, Failure, PhoneNumber, Request, Telephony};

/// Gets users' numbers from an endpoint.
pub struct Directory;

impl Telephony for Directory {
    fn describe() -> Description {
        let mut description = cordboard_plug::describe(
            "directory",
            "Telephone numbers of users, from a JSON endpoint of your own",
            env!("CARGO_PKG_VERSION"),
        );
        description.settings = vec![
            endpoint::URL.declared(),
            outbound(key::KEY, "Key sent to the endpoint; if unset, requests are not authenticated", false),
            key::HEADER.declared(),
        ];
        description.outbound_hosts = vec![endpoint::URL.host()];
        description
    }

    async fn phone_numbers(context: &Context<'_>, user_id: String) -> Result<Vec<PhoneNumber>, Failure> {
        let endpoint = context.settings.get(&endpoint::URL)?;
        let header = context.settings.get(&key::HEADER)?;
        let mut request = Request::get(endpoint.of_user(&user_id)).header("accept", "application/json");
        if context.settings.has_secret(key::KEY) {
            request = header.add_to(request);
        }
        answer::numbers(&context.http.send(request).await?)
    }
}

cordboard_plug::export!(telephony: Directory);
