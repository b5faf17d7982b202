//! Two plugs compared over what was asked of a connection before, ahead of a switch.

use std::sync::Arc;

use crate::config::PlugRef;
use crate::flow;
use crate::flow::compare::{Difference, replay};
use crate::plug::Plug;
use crate::store::ConnectionId;
use crate::world::Generation;

use super::content::Content;
use super::restore::named;
use super::target::connection;
use super::{Lifecycle, LifecycleError, Result};

/// Operations that are compared at once, at most: each may take a plug's whole budget, twice.
const MOST: usize = 10_000;
/// Differences that are told.
const TOLD: usize = 100;

/// What came of comparing.
#[derive(Debug, Default)]
pub struct Diff {
    /// How many operations and deliveries were put to both.
    pub compared: usize,
    /// How many they answered alike.
    pub same: usize,
    /// The newest that they did not.
    pub differences: Vec<Found>,
    /// Names and versions of both plugs, for people.
    pub names: [String; 2],
}

/// An operation that two plugs do not answer alike.
#[derive(Debug)]
pub struct Found {
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
        let world = self.board.world();
        let connection = connection(&world, id)?;
        let role = connection.generation.plug.role();
        if let Some(plug) = plugs.iter().find(|plug| plug.role() != role) {
            let why = format!("{id} has a {role} plug, and {} is a {}'s: name another", plug.digest(), plug.role());
            return Err(LifecycleError::Refused(why));
        }
        let number = connection.generation.number;
        let record = self.record(id, number).await?;
        let content = Content::unsealed(&self.vault, id, number, &record.content)?;
        let names = plugs.each_ref().map(named);
        let generations = plugs.map(|plug: Plug| Arc::new(content.with(number, &plug)));
        let recorded = flow::recorded(&self.board, id, last.min(MOST)).await?;
        // It takes as long as the plugs take: not on a thread that others wait for.
        let compared = tokio::task::spawn_blocking(move || compare(&recorded, &generations));
        let compared = compared.await.map_err(|error| LifecycleError::Ours(error.to_string()))?;
        Ok(Diff { names, ..compared })
    }
}

fn compare(recorded: &[flow::Recorded], [one, other]: &[Arc<Generation>; 2]) -> Diff {
    let mut diff = Diff::default();
    for asked in recorded {
        let [first, second] =
            [one, other].map(|generation| replay(&asked.asked, &asked.context, &asked.effects, generation));
        diff.compared += 1;
        if first.after == second.after && first.step == second.step {
            diff.same += 1;
        } else if diff.differences.len() < TOLD {
            // Who went less far did something else there; the other did what is recorded.
            let after = first.after.min(second.after);
            let there = |replayed: flow::compare::Replayed| match asked.effects.get(after) {
                Some(effect) if replayed.after > after => flow::compare::Step::Effect(effect.clone()),
                _ => replayed.step,
            };
            let difference = Difference { after, one: there(first), other: there(second) };
            diff.differences.push(Found { id: asked.id.clone(), kind: asked.asked.kind(), at: asked.at, difference });
        }
    }
    diff
}
