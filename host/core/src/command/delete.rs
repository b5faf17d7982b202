//! Deletes a conference.

use serde::{Deserialize, Serialize};

use super::{Change, Ended, PlugCommand, Target};
use crate::types::conference::Conference as AtProvider;
use crate::types::crm::Outcome;
use crate::types::effect::Failure;

const LEFTOVER: &str =
    "the meeting was deleted, but the plug cannot delete its conference at the provider: delete it there by hand";

/// The deletion of this conference at the provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delete(pub AtProvider);

impl PlugCommand for Delete {
    type Output = ();

    fn end(&self, _: &Target<'_>, result: Result<(), Failure>) -> Result<Ended, String> {
        let leftover = match result {
            Ok(()) | Err(Failure::NotFound) => None,
            Err(Failure::Unsupported) => Some(LEFTOVER),
            Err(failure) => return Ok(Ended::unchanged(Outcome::Failed(failure))),
        };
        Ok(Ended { leftover, ..Ended::changed(Outcome::Deleted, Change::Deleted) })
    }
}
