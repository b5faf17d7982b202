//! Verifies users at the provider.

use cordboard_core::api_error::ApiError;
use cordboard_core::command::VerifyUser;
use cordboard_core::types::conference::Person;
use cordboard_core::types::crm::Outcome;
use cordboard_core::types::provider;

use crate::command::run;
use crate::config::Connection;
use crate::crm::CrmRequest;
use crate::keys::key;
use crate::spin::store::Store;

/// Looks up a user. The id found identifies the user in later requests.
pub(super) async fn verify(
    crm_request: &CrmRequest<'_>,
    connection: &Connection,
    store: &Store,
    email: &str,
) -> Result<Outcome, ApiError> {
    if is_verified(connection, store, email).await? {
        // The CRM sends the id from an earlier answer in place of the address.
        return Ok(Outcome::User(Some(email.to_owned())));
    }
    let target = crm_request.target(connection, "", 0);
    let verify = VerifyUser(email.to_owned());
    run(connection, store, &target, &verify, |context| provider::verify_user(context, &verify.0)).await
}

/// Marks the user as verified if the plug returned this id earlier.
pub(super) async fn person(connection: &Connection, store: &Store, user: Person) -> Result<Person, ApiError> {
    match user {
        Person::Email(text)
            if connection.description.capabilities.knows_users && is_verified(connection, store, &text).await? =>
        {
            Ok(Person::Verified(text))
        }
        other => Ok(other),
    }
}

async fn is_verified(connection: &Connection, store: &Store, id: &str) -> Result<bool, ApiError> {
    store.has(&key("user", &connection.key(), id)).await
}
