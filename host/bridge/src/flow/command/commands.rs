//! Carries out commands with the plugs of accounts, whoever issues them: the CRM, recovery or a background task.

use std::sync::Arc;

use crate::flow::ApiError;
use crate::flow::answer::Answers;
use crate::flow::concurrency::{KeyedMutex, SingleFlight};
use crate::flow::operation::Executor;
use crate::topology::CurrentTopology;
use cordboard_store::Store;

use super::result::CommandResult;
use super::update_keys::UpdateKeys;

/// Carries out commands. Equal ones share work, and changes of a conference take turns.
pub struct Commands {
    pub(in crate::flow) store: Arc<dyn Store>,
    pub(in crate::flow) topology: Arc<CurrentTopology>,
    pub(in crate::flow) executor: Arc<Executor>,
    pub(in crate::flow) answers: Arc<Answers>,
    pub(in crate::flow) conference_locks: Arc<KeyedMutex>,
    pub(in crate::flow) single_flight: Arc<SingleFlight<Result<CommandResult, ApiError>>>,
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
