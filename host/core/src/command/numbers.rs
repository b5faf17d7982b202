//! Lists a user's telephone numbers.

use serde::{Deserialize, Serialize};

use super::{Ended, PlugCommand, Target};
use crate::rules;
use crate::types::crm::Outcome;
use crate::types::effect::Failure;
use crate::types::telephone::PhoneNumber;

/// The query for the telephone numbers of a user, given the CRM's id of the user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhoneNumbers(pub String);

impl PlugCommand for PhoneNumbers {
    type Output = Vec<PhoneNumber>;

    fn end(&self, _: &Target<'_>, result: Result<Vec<PhoneNumber>, Failure>) -> Result<Ended, String> {
        let outcome = match result {
            Ok(numbers) => {
                rules::numbers(&numbers)?;
                Outcome::PhoneNumbers(numbers)
            }
            Err(failure) => Outcome::Failed(failure),
        };
        Ok(Ended::unchanged(outcome))
    }
}
