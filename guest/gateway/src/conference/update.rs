//! Updates a conference to match its meeting.

use cordboard_core::api_error::ApiError;
use cordboard_core::command::Update;
use cordboard_core::types::crm::{Change, Outcome};
use cordboard_core::types::provider;

use super::find::set_changed;
use super::user::person;
use super::{connection_of, find, orphaned};
use crate::command::run;
use crate::config::Accounts;
use crate::crm::CrmRequest;
use crate::spin::store::Store;

/// Updates a conference of this app and account.
pub(super) async fn update(
    crm_request: &CrmRequest<'_>,
    accounts: &Accounts,
    store: &Store,
    change: &Change,
) -> Result<Outcome, ApiError> {
    let conference = find(store, &crm_request.app.id, &change.conference_id).await?;
    let mut meeting = change.meeting.clone();
    conference.check_update(&meeting.account_id)?;
    let Some(connection) = connection_of(crm_request, accounts, &conference).await? else {
        return orphaned(crm_request, store, &conference).await;
    };
    set_changed(store, &conference.id).await?;
    meeting.user = person(&connection, store, meeting.user).await?;
    let update = Update { current: conference.at_provider(), meeting };
    let target = crm_request.target(&connection, &conference.id, conference.created_at);
    let plug_call = |context: &_| provider::update(context, &update.current, &update.meeting);
    run(&connection, store, &target, &update, plug_call).await
}
