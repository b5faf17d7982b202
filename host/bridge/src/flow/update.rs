//! Updates a conference to match its meeting.

use std::sync::Arc;

use cordboard_core::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use cordboard_core::rules;
use cordboard_runtime::contract::conference::{Conference, Meeting};
use cordboard_runtime::contract::crm::{Change as RequestedChange, Outcome};
use cordboard_runtime::contract::effect::{Context, Failure};
use cordboard_runtime::{CallError, Plug};
use cordboard_store::{Change, OperationKind};

use super::command_result::CommandResult;
use super::commands::{Commands, Purpose};
use super::execute::Run;
use super::invocation::Invocation;
use super::operation::{begin, json, without_connection};
use super::plug_command::{CallResult, Caller, Ended, PlugCommand, execute, share};
use super::user::person;
use super::{ApiError, conference};

const LEFTOVER: &str =
    "the meeting changed, but the plug cannot change its conference at the provider: change it there by hand";

/// The update of a conference to match its meeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Update {
    /// The conference at the provider.
    current: Conference,
    /// The meeting as it is now.
    meeting: Meeting,
}

/// Updates a conference of this app and account.
pub(super) async fn update(caller: &Caller<'_>, requested: RequestedChange) -> Result<CommandResult, ApiError> {
    let RequestedChange { conference_id: id, mut meeting } = requested;
    let (app, account) = (caller.app.clone(), &caller.account(&meeting.account_id)?.id);
    let known = conference::find(caller.commands.store.as_ref(), &app, &id).await?;
    if known.connection.account != *account || known.deleted_at.is_some() {
        return Err(ApiError::NotFound("conference"));
    }
    let in_flight = caller.admit(account, Purpose::Change)?;
    let key = caller.commands.update_keys.key(&id, hex(&Sha256::digest(json(&meeting))));
    let work = move |commands: Arc<Commands>| async move {
        let topology = commands.topology.load();
        let _guard = commands.conference_locks.lock(&id).await;
        // The previous holder of the lock may have changed or deleted the conference.
        let known = conference::find(commands.store.as_ref(), &app, &id).await?;
        if known.deleted_at.is_some() {
            return Err(ApiError::NotFound("conference"));
        }
        let current = conference::at_provider(&known);
        let begin = |plug: &str| begin(OperationKind::Update, Some(app.clone()), &known.connection, plug, Some(&id));
        let Some(connection) = topology.connection(&known.connection) else {
            let operation = begin("")?;
            let record = conference::record(&operation, known.created_at, &current, &meeting);
            let updated = Change::PutConference(record.map_err(CallError::ContractBroken)?);
            return without_connection(commands.store.as_ref(), operation, Outcome::Updated, updated).await;
        };
        let generation = connection.serving(&id);
        // Journaled as the plug sees the user, because a resumed operation must see the same.
        meeting.user = person(commands.store.as_ref(), connection, generation, meeting.user).await?;
        let (operation, update) = (begin(generation.plug.digest())?, Invocation::Update(Update { current, meeting }));
        let mut run = Run::begin(&commands.executor, connection, generation, operation, update).await?;
        run.created_at = known.created_at;
        execute(&commands, run).await
    };
    share(caller.commands, in_flight, key, work).await
}

impl PlugCommand for Update {
    type Output = Conference;

    fn call(&self, plug: &Plug, context: &Context) -> CallResult<Conference> {
        plug.update(context, &self.current, &self.meeting)
    }

    fn end(&self, run: &Run<'_>, result: Result<Conference, Failure>) -> Result<Ended, String> {
        let (after, leftover) = match &result {
            Ok(after) => {
                rules::conference(after)?;
                (after, None)
            }
            // The CRM cannot do anything about it, but the operator can.
            Err(Failure::Unsupported) => (&self.current, Some(LEFTOVER)),
            Err(failure) => return Ok(Ended::with(Outcome::Failed(failure.clone()))),
        };
        let record = conference::record(run.operation(), run.created_at, after, &self.meeting)?;
        Ok(Ended { outcome: Outcome::Updated, changes: vec![Change::PutConference(record)], leftover })
    }
}
