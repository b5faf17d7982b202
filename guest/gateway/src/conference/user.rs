//! Verifies users at the provider.

use cordboard_core::api_error::ApiError;
use cordboard_core::rules::is_id;
use cordboard_core::types::conference::Person;
use cordboard_core::types::effect::Failure;

use crate::config::Connection;
use crate::execute::execute;
use crate::keys::key;
use crate::plugs::crm::Outcome;
use crate::plugs::provider;
use crate::spin::store::Store;

/// Looks up a user. The id found identifies the user in later requests.
pub(super) async fn verify(connection: &Connection, store: &Store, email: &str) -> Result<Outcome, ApiError> {
    if store.has(&key("user", &connection.key(), email)).await? {
        // The CRM sends the id from an earlier answer in place of the address.
        return Ok(Outcome::User(Some(email.to_owned())));
    }
    match execute(connection, store, |context| provider::verify_user(context, email)).await? {
        Ok(Some(id)) if id != email => {
            if !is_id(&id) {
                return Err(ApiError::PlugFailed("the user's id is empty, too long or not text".to_owned()));
            }
            store.set(&key("user", &connection.key(), &id), &true).await?;
            Ok(Outcome::User(Some(id)))
        }
        Ok(user) => Ok(Outcome::User(user)),
        // A provider without users accepts every user.
        Err(Failure::Unsupported) => Ok(Outcome::User(Some(email.to_owned()))),
        Err(failure) => Ok(Outcome::Failed(failure)),
    }
}

/// Marks the user as verified if the plug returned this id earlier.
pub(super) async fn person(connection: &Connection, store: &Store, user: Person) -> Result<Person, ApiError> {
    match user {
        Person::Email(text)
            if connection.description.capabilities.knows_users
                && store.has(&key("user", &connection.key(), &text)).await? =>
        {
            Ok(Person::Verified(text))
        }
        other => Ok(other),
    }
}
