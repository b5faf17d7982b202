//! Updates a conference to match its meeting.

use serde::{Deserialize, Serialize};

use super::{Change, Ended, PlugCommand, Target};
use crate::record::Conference;
use crate::rules;
use crate::types::conference::{Conference as AtProvider, Meeting};
use crate::types::crm::Outcome;
use crate::types::effect::Failure;

const LEFTOVER: &str =
    "the meeting changed, but the plug cannot change its conference at the provider: change it there by hand";

/// The update of a conference to match its meeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Update {
    /// The conference at the provider.
    pub current: AtProvider,
    /// The meeting as it is now.
    pub meeting: Meeting,
}

impl PlugCommand for Update {
    type Output = AtProvider;

    fn end(&self, target: &Target<'_>, result: Result<AtProvider, Failure>) -> Result<Ended, String> {
        let (after, leftover) = match result {
            Ok(after) => {
                rules::conference(&after)?;
                (after, None)
            }
            // The CRM cannot do anything about it, but the operator can.
            Err(Failure::Unsupported) => (self.current.clone(), Some(LEFTOVER)),
            Err(failure) => return Ok(Ended::unchanged(Outcome::Failed(failure))),
        };
        let Target { app, connection, conference: id, created_at, .. } = *target;
        let record = Conference::new(id, app, connection, created_at, after, &self.meeting)?;
        let updated = Ended::changed(Outcome::Updated, Change::Updated(Box::new(record)));
        Ok(Ended { leftover, ..updated })
    }
}
