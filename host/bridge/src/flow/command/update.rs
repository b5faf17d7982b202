//! Updates a conference to match its meeting.

use std::sync::Arc;

use cordboard_core::command::Update;
use cordboard_core::{hex, record};
use sha2::{Digest, Sha256};

use crate::flow::ApiError;
use crate::flow::operation::{Invocation, Run, begin, json};
use cordboard_runtime::CallError;
use cordboard_runtime::contract::crm::{Change as RequestedChange, Outcome};
use cordboard_store::{Change, OperationKind};

use super::caller::{Caller, Purpose};
use super::commands::Commands;
use super::conference::{self, without_connection};
use super::execute::execute;
use super::result::CommandResult;
use super::user::person;

/// Updates a conference of this app and account.
pub async fn update(caller: &Caller<'_>, requested: RequestedChange) -> Result<CommandResult, ApiError> {
    let RequestedChange { conference_id: id, mut meeting } = requested;
    let (app, account) = (caller.app.clone(), &caller.account(&meeting.account_id)?.id);
    let stored = conference::find(caller.commands.store.as_ref(), &app, &id).await?;
    stored.check_update(account.as_str())?;
    let in_flight = caller.admit(account, Purpose::Change)?;
    let key = caller.commands.update_keys.key(&id, hex(&Sha256::digest(json(&meeting))));
    let work = move |commands: Arc<Commands>| async move {
        let topology = commands.topology.load();
        let _guard = commands.conference_locks.lock(&id).await;
        // The previous holder of the lock may have changed or deleted the conference.
        let stored = conference::find(commands.store.as_ref(), &app, &id).await?;
        stored.check_update(&meeting.account_id)?;
        let current = stored.at_provider();
        let begin = |plug: &str| begin(OperationKind::Update, Some(app.clone()), &stored.connection, plug, Some(&id));
        let Some(connection) = topology.connection(&stored.connection) else {
            let operation = begin("")?;
            let record = record::Conference::new(&id, &app, &stored.connection, stored.created_at, current, &meeting);
            let updated = Change::PutConference(record.map_err(CallError::ContractBroken)?);
            return without_connection(commands.store.as_ref(), operation, Outcome::Updated, updated).await;
        };
        let generation = connection.serving(&id);
        // Journaled as the plug sees the user, because a resumed operation must see the same.
        meeting.user = person(commands.store.as_ref(), connection, generation, meeting.user).await?;
        let (operation, update) = (begin(generation.plug.digest())?, Invocation::Update(Update { current, meeting }));
        let mut run = Run::begin(&commands.executor, connection, generation, operation, update).await?;
        run.created_at = stored.created_at;
        execute(&commands, run).await
    };
    caller.share(in_flight, key, work).await
}
