//! Who books: at iotum a conference belongs to a host.

use cordboard_plug::text::line;
use cordboard_plug::{Failure, Person, Setting};
use serde_json::Value;

use super::endpoint::Endpoint;
use super::session::Session;
use super::{id_in, id_out};

/// Who books for users that are not hosts.
pub const FALLBACK: Setting<String> =
    Setting::new("host-id", "iotum's id of the host under whom to book for users who are no hosts at iotum");
/// Which company's hosts to look among.
pub const COMPANY: Setting<String> =
    Setting::new("company-id", "iotum's id of your company; for administrators of several companies");

/// The id of the host under whom a person books.
///
/// # Errors
/// `invalid` where the person is no host and the setting `host-id` names none instead; otherwise as
/// [`Session::call`].
pub async fn who_books(session: &Session<'_>, person: &Person) -> Result<String, Failure> {
    let email = match person {
        Person::Verified(id) => return Ok(id.clone()),
        Person::Email(email) => email,
    };
    let fallback = id_if_set(session, &FALLBACK)?;
    match (directory(session).await?.host(email), fallback) {
        (Match::Host(id), _) | (_, Some(id)) => Ok(id),
        (Match::Nobody, None) => Err(Failure::Invalid(format!(
            "{} is no host at iotum: make them one, or set `host-id` to book under another",
            line(email, 254)
        ))),
        (Match::NoAddresses, None) => Err(no_addresses()),
    }
}

/// The id of the host with this e-mail address, in whatever case it is written.
///
/// # Errors
/// `invalid` where iotum's list has no e-mail addresses at all; otherwise as [`Session::call`].
pub async fn find(session: &Session<'_>, email: &str) -> Result<Option<String>, Failure> {
    match directory(session).await?.host(email) {
        Match::Host(id) => Ok(Some(id)),
        Match::Nobody => Ok(None),
        Match::NoAddresses => Err(no_addresses()),
    }
}

/// iotum's list of hosts. `email` stands in it by the account of a client of the API, not by iotum's documents: a list
/// without any must not pass for one in which nobody was found.
struct Directory(Vec<Value>);

enum Match {
    Host(String),
    Nobody,
    NoAddresses,
}

impl Directory {
    fn host(&self, email: &str) -> Match {
        let wanted = email.trim().to_lowercase();
        let mut addresses = self.0.iter().filter_map(|host| Some((host.get("email")?.as_str()?, host))).peekable();
        if !self.0.is_empty() && addresses.peek().is_none() {
            return Match::NoAddresses;
        }
        addresses
            .filter(|(address, _)| !wanted.is_empty() && address.trim().to_lowercase() == wanted)
            .find_map(|(_, host)| id_in(host, "host_id"))
            .map_or(Match::Nobody, Match::Host)
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

/// An empty setting is one that an operator has cleared.
fn id_if_set(session: &Session<'_>, setting: &Setting<String>) -> Result<Option<String>, Failure> {
    Ok(session.context.settings.find(setting)?.filter(|id| !id.is_empty()))
}

fn no_addresses() -> Failure {
    Failure::Invalid(
        "iotum's list of hosts has no e-mail addresses, so that nobody can be found in it: \
         set `host-id` to book under one host, and let the CRM verify no users"
            .to_owned(),
    )
}
