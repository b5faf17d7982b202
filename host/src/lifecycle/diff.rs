//! Two plugs compared over what was asked of a connection before, ahead of a switch.

use std::sync::Arc;

use crate::config::PlugRef;
use crate::flow;
use crate::flow::compare::{Difference, replay};
use crate::plug::Plug;
use crate::store::ConnectionId;
use crate::topology::Generation;

use super::content::Content;
use super::restore::display_name;
use super::target::connection;
use super::{Lifecycle, LifecycleError, Result};

/// Operations that are compared at once, at most: each may take a plug's whole budget, twice.
const MAX_OPERATIONS: usize = 10_000;
/// Differences that are told.
const MAX_MISMATCHES: usize = 100;

/// What came of comparing.
#[derive(Debug, Default)]
pub struct Diff {
    /// How many operations and deliveries were put to both.
    pub compared: usize,
    /// How many they answered alike.
    pub same: usize,
    /// The newest that they did not.
    pub differences: Vec<Mismatch>,
    /// Names and versions of both plugs, for people.
    pub names: [String; 2],
}

/// An operation that two plugs do not answer alike.
#[derive(Debug)]
pub struct Mismatch {
    /// The operation, or the delivery.
    pub id: String,
    /// What was asked, such as `create`.
    pub kind: &'static str,
    /// When, in epoch milliseconds.
    pub at: u64,
    /// Where they part.
    pub difference: Difference,
}

impl Lifecycle {
    /// Puts the last operations of a connection to two plugs, with the live settings, and the answers from outside that
    /// came then. It is exact up to the first effect that differs, which is the finding. Nothing is done.
    ///
    /// # Errors
    /// Where there is no such connection or plug, where their roles differ, or the store fails.
    pub async fn diff(&self, one: &PlugRef, other: &PlugRef, id: &ConnectionId, last: usize) -> Result<Diff> {
        let plugs = [self.plug(one).await?, self.plug(other).await?];
        let topology = self.state.topology();
        let connection = connection(&topology, id)?;
        let role = connection.generation.plug.role();
        if let Some(plug) = plugs.iter().find(|plug| plug.role() != role) {
            let why = format!("{id} has a {role} plug, and {} is a {}'s: name another", plug.digest(), plug.role());
            return Err(LifecycleError::Rejected(why));
        }
        let number = connection.generation.number;
        let record = self.record(id, number).await?;
        let content = Content::decrypted(&self.vault, id, number, &record.content)?;
        let names = plugs.each_ref().map(display_name);
        let generations = plugs.map(|plug: Plug| Arc::new(content.with(number, &plug)));
        let recorded = flow::recorded(&self.state, id, last.min(MAX_OPERATIONS)).await?;
        // It takes as long as the plugs take: not on a thread that others wait for.
        let compared = tokio::task::spawn_blocking(move || compare(&recorded, &generations));
        let compared = compared.await.map_err(|error| LifecycleError::Unavailable(error.to_string()))?;
        Ok(Diff { names, ..compared })
    }
}

fn compare(recorded: &[flow::Recorded], [one, other]: &[Arc<Generation>; 2]) -> Diff {
    let mut diff = Diff::default();
    for operation in recorded {
        let [first, second] = [one, other]
            .map(|generation| replay(&operation.invocation, &operation.context, &operation.effects, generation));
        diff.compared += 1;
        if first.after == second.after && first.step == second.step {
            diff.same += 1;
        } else if diff.differences.len() < MAX_MISMATCHES {
            // Who went less far did something else there; the other did what is recorded.
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
