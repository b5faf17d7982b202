//! Creates a conference for a meeting.

use serde::{Deserialize, Serialize};

use super::{Change, Ended, PlugCommand, Target};
use crate::record::Conference;
use crate::rules;
use crate::text::short;
use crate::types::conference::{Conference as AtProvider, Meeting};
use crate::types::crm::{Created, Outcome};
use crate::types::effect::Failure;
use crate::types::manifest::Description;

/// The creation of a conference for this meeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Create(pub Meeting);

impl PlugCommand for Create {
    type Output = AtProvider;

    const UNUSABLE: Option<&'static str> =
        Some("the plug returned an unusable conference: check the provider for leftovers");

    fn about(&self) -> String {
        format!(" for the meeting “{}”", short(&self.0.topic))
    }

    fn end(&self, target: &Target<'_>, result: Result<AtProvider, Failure>) -> Result<Ended, String> {
        let made = match result {
            Ok(made) => made,
            Err(failure) => return Ok(Ended::unchanged(Outcome::Failed(failure))),
        };
        rules::conference(&made)?;
        let Target { app, connection, plug, public_url, conference: id, created_at } = *target;
        let record = Conference::new(id, app, connection, created_at, made, &self.0)?;
        Ok(Ended::changed(created(&record, public_url, plug), Change::Created(Box::new(record))))
    }
}

/// Returns the outcome of the create that created this conference, for it and for its repeats.
pub fn created(record: &Conference, public_url: &str, plug: &Description) -> Outcome {
    Outcome::Created(Created { id: record.id.clone(), conference: record.for_crm(public_url, plug) })
}
