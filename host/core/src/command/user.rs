//! Verifies users with the provider.

use serde::{Deserialize, Serialize};

use super::{Change, Ended, PlugCommand, Target};
use crate::rules::is_id;
use crate::types::crm::Outcome;
use crate::types::effect::Failure;

/// The lookup of a user of the provider by e-mail address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerifyUser(pub String);

impl PlugCommand for VerifyUser {
    type Output = Option<String>;

    fn end(&self, _: &Target<'_>, result: Result<Option<String>, Failure>) -> Result<Ended, String> {
        match result {
            Ok(Some(id)) if id != self.0 => {
                if !is_id(&id) {
                    return Err("the user's id is empty, too long or not text".to_owned());
                }
                Ok(Ended::changed(Outcome::User(Some(id.clone())), Change::UserVerified(id)))
            }
            Ok(user) => Ok(Ended::unchanged(Outcome::User(user))),
            // A provider without users accepts every user.
            Err(Failure::Unsupported) => Ok(Ended::unchanged(Outcome::User(Some(self.0.clone())))),
            Err(failure) => Ok(Ended::unchanged(Outcome::Failed(failure))),
        }
    }
}
