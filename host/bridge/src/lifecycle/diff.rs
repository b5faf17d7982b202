//! Compares two plugs over the recorded operations of a connection.

use std::sync::Arc;

use crate::flow;
use crate::flow::compare::{Difference, replay};
use crate::topology::Generation;
use cordboard_config::PlugRef;
use cordboard_runtime::Plug;
use cordboard_store::{ConnectionId, OwnerId};

use super::content::Content;
use super::restore::{display_name, record};
use super::target::connection;
use super::{Lifecycle, LifecycleError, Result};

/// The maximum number of operations in a comparison. Each may use a plug's whole budget, twice.
const MAX_OPERATIONS: usize = 10_000;
/// The maximum number of differences in a result.
const MAX_MISMATCHES: usize = 100;

/// The result of a comparison.
#[derive(Debug, Default)]
pub struct Diff {
    /// The number of operations and webhook requests replayed with both plugs.
    pub compared: usize,
    /// How many of them had the same result.
    pub same: usize,
    /// The newest ones that did not.
    pub differences: Vec<Mismatch>,
    /// The names and versions of both plugs, for display.
    pub names: [String; 2],
}

/// An operation in which two plugs differ.
#[derive(Debug)]
pub struct Mismatch {
    /// The id of the operation or webhook request.
    pub id: String,
    /// The kind of operation, such as `create`.
    pub kind: &'static str,
    /// When it started, in epoch milliseconds.
    pub at: u64,
    /// The first step in which the plugs differ.
    pub difference: Difference,
}

impl Lifecycle {
    /// Replays the last operations of a connection with two plugs, the live settings and the recorded answers. The
    /// comparison is exact up to the first effect that differs. No effect is performed.
    ///
    /// # Errors
    /// Returns an error if there is no such connection or plug, their roles differ, or the store fails.
    pub async fn diff(&self, one: &PlugRef, other: &PlugRef, id: &ConnectionId, last: usize) -> Result<Diff> {
        let plugs = [self.plug(one).await?, self.plug(other).await?];
        let topology = self.topology();
        let connection = connection(&topology, id)?;
        let role = connection.generation.plug.role();
        if let Some(plug) = plugs.iter().find(|plug| plug.role() != role) {
            let (digest, other) = (plug.digest(), plug.role());
            let why = format!("{id} needs a {role} plug, but {digest} is a {other} plug: name another");
            return Err(LifecycleError::Rejected(why));
        }
        let number = connection.generation.number;
        let owner = OwnerId::Connection(id.clone());
        let record = record(self.store.as_ref(), &owner, number).await?;
        let content = Content::decrypted(&self.vault, &owner, number, &record.content)?;
        let names = plugs.each_ref().map(display_name);
        let generations = plugs.map(|plug: Plug| Arc::new(content.with(number, &plug)));
        let recorded = flow::recorded(self.store.as_ref(), id, last.min(MAX_OPERATIONS)).await?;
        // Replaying blocks for as long as the plugs run.
        let compared = tokio::task::spawn_blocking(move || compare(&recorded, &generations)).await?;
        Ok(Diff { names, ..compared })
    }
}

fn compare(recorded: &[flow::Recorded], [one, other]: &[Arc<Generation>; 2]) -> Diff {
    let mut diff = Diff::default();
    for operation in recorded {
        let [first, second] = [one, other].map(|generation| replay(operation, generation));
        diff.compared += 1;
        if first.after == second.after && first.step == second.step {
            diff.same += 1;
        } else if diff.differences.len() < MAX_MISMATCHES {
            // The plug that got less far did something else there; the other one did what is recorded.
            let after = first.after.min(second.after);
            let step_at = |replayed: flow::compare::Replayed| match operation.effects.get(after) {
                Some(effect) if replayed.after > after => flow::compare::Step::Effect(effect.clone()),
                _ => replayed.step,
            };
            let difference = Difference { after, one: step_at(first), other: step_at(second) };
            diff.differences.push(Mismatch {
                id: operation.id.clone(),
                kind: operation.invocation.kind(),
                at: operation.at,
                difference,
            });
        }
    }
    diff
}
