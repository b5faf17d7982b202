//! Carries out commands with the plugs of accounts, whoever issues them: the CRM, recovery or a background task.

use std::sync::Arc;

use crate::topology::CurrentTopology;
use cordboard_store::Store;

use super::ApiError;
use super::answers::Answers;
use super::command_result::CommandResult;
use super::executor::Executor;
use super::keyed_mutex::KeyedMutex;
use super::single_flight::SingleFlight;
use super::update_keys::UpdateKeys;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Creating something, or a query.
    New,
    /// Changing or deleting an existing conference.
    Change,
}

/// Carries out commands. Equal ones share work, and changes of a conference take turns.
pub struct Commands {
    pub(super) store: Arc<dyn Store>,
    pub(super) topology: Arc<CurrentTopology>,
    pub(super) executor: Arc<Executor>,
    pub(super) answers: Arc<Answers>,
    pub(super) conference_locks: Arc<KeyedMutex>,
    pub(super) single_flight: Arc<SingleFlight<Result<CommandResult, ApiError>>>,
    pub(super) update_keys: UpdateKeys,
}

impl Commands {
    /// Creates the service on top of an executor.
    pub fn new(executor: Arc<Executor>) -> Self {
        let conference_locks = Arc::<KeyedMutex>::default();
        Self {
            store: Arc::clone(&executor.store),
            topology: Arc::clone(&executor.topology),
            answers: Arc::new(Answers::new(Arc::clone(&executor.store), Arc::clone(&conference_locks))),
            executor,
            conference_locks,
            single_flight: Arc::default(),
            update_keys: UpdateKeys::default(),
        }
    }

    /// Returns the number of commands in progress, including those whose caller has disconnected.
    pub fn in_flight(&self) -> usize {
        self.single_flight.len()
    }

    /// Returns the number of answers that are being recorded as acknowledged or lost.
    pub fn marking(&self) -> usize {
        self.answers.marking()
    }
}
