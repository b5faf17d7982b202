//! Finds the host for a conference. At iotum every conference belongs to a host.

use cordboard_plug::text::line;
use cordboard_plug::{Failure, Person, Setting};
use serde_json::Value;

use super::endpoint::Endpoint;
use super::session::Session;
use super::{id_in, id_out};

/// The setting with the host for users who are not hosts.
pub const FALLBACK: Setting<String> =
    Setting::new("host-id", "Id at iotum of the host to use for users who are not hosts at iotum");
/// The setting with the company whose hosts to search.
pub const COMPANY: Setting<String> =
    Setting::new("company-id", "Id at iotum of your company, for administrators of several companies");

/// Returns the id of the host for a person's conferences.
///
/// # Errors
/// Returns `invalid` if the person is not a host and the setting `host-id` is not set, and the errors of
/// [`Session::call`].
pub async fn booking_host(session: &Session<'_>, person: &Person) -> Result<String, Failure> {
    let email = match person {
        Person::Verified(id) => return Ok(id.clone()),
        Person::Email(email) => email,
    };
    let fallback = id_if_set(session, &FALLBACK)?;
    match (directory(session).await?.host(email), fallback) {
        (Ok(Some(id)), _) | (_, Some(id)) => Ok(id),
        (Ok(None), None) => Err(Failure::Invalid(format!(
            "{} is not a host at iotum: add them as a host, or set `host-id` to use another host",
            line(email, 254)
        ))),
        (Err(failure), None) => Err(failure),
    }
}

/// Returns the id of the host with an email address, ignoring case.
///
/// # Errors
/// Returns `invalid` if iotum's list has no email addresses at all, and the errors of [`Session::call`].
pub async fn find(session: &Session<'_>, email: &str) -> Result<Option<String>, Failure> {
    directory(session).await?.host(email)
}

/// iotum's list of hosts. Its member `email` is reported by a client of the API but not documented by iotum, so a list
/// without any email address must not be mistaken for one without a match.
struct Directory(Vec<Value>);

impl Directory {
    fn host(&self, email: &str) -> Result<Option<String>, Failure> {
        let email = email.trim().to_lowercase();
        let mut addresses = self.0.iter().filter_map(|host| Some((host.get("email")?.as_str()?, host))).peekable();
        if !self.0.is_empty() && addresses.peek().is_none() {
            return Err(Failure::Invalid(
                "iotum's list of hosts has no email addresses to search: set `host-id` to use a fixed host, and turn \
                 off user verification in the CRM"
                    .to_owned(),
            ));
        }
        Ok(addresses
            .filter(|(address, _)| !email.is_empty() && address.trim().to_lowercase() == email)
            .find_map(|(_, host)| id_in(host, "host_id")))
    }
}

async fn directory(session: &Session<'_>) -> Result<Directory, Failure> {
    let company = id_if_set(session, &COMPANY)?;
    let body = session.body().member_if("company_id", company.as_deref().map(id_out));
    match session.call(Endpoint::LIST_HOSTS, body).await?.json()? {
        Value::Array(hosts) => Ok(Directory(hosts)),
        _ => Err(Failure::Unavailable("iotum's list of hosts is not a list".to_owned())),
    }
}

/// Returns a setting. An empty one counts as unset.
fn id_if_set(session: &Session<'_>, setting: &Setting<String>) -> Result<Option<String>, Failure> {
    Ok(session.context.settings.find(setting)?.filter(|id| !id.is_empty()))
}
