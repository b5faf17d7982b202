//! A conference brought up to what its meeting now is.

use cordboard_core::refusal::Refusal;
use cordboard_core::types::effect::Failure;

use super::find::{is_deleted, set_changed};
use super::user::person;
use super::{checked, connection_of, find, orphaned};
use crate::crm::Asked;
use crate::drive::drive;
use crate::kept::{Conference, key};
use crate::owner::Accounts;
use crate::plugs::crm::{Change, Outcome};
use crate::plugs::provider;
use crate::spin::log::say;
use crate::spin::store::Store;

/// Changes a conference of this app and account.
pub(super) async fn update(
    asked: &Asked<'_>,
    accounts: &Accounts,
    store: &Store,
    wanted: &Change,
) -> Result<Outcome, Refusal> {
    let found = find(store, asked.app.id, &wanted.conference_id).await?;
    let mut meeting = wanted.meeting.clone();
    if found.record.account != meeting.account_id || found.deleted {
        return Err(Refusal::Unknown("conference"));
    }
    let Some(connection) = connection_of(asked, accounts, &found.record).await? else {
        return orphaned(asked, store, &found).await;
    };
    let current = found.record;
    set_changed(store, &current.id).await?;
    meeting.user = person(&connection, store, meeting.user).await?;
    let before = current.at_provider();
    let after = match drive(&connection, store, |context| provider::update(context, &before, &meeting)).await? {
        Ok(after) => checked(after)?,
        Err(Failure::Unsupported) => {
            say(&format!("the plug cannot change conference {} at the provider: change it by hand", current.id));
            before
        }
        Err(failure) => return Ok(Outcome::Failed(failure)),
    };
    // The provider may have taken its time.
    if is_deleted(store, &current.id).await? {
        say(&format!(
            "conference {} was deleted while it was changed: see that it is gone at the provider",
            current.id
        ));
        return Err(Refusal::Unknown("conference"));
    }
    let record = Conference::made(current.id, current.app, &connection, &after, &meeting, current.created_at);
    store.set(&Conference::key(&record.id), &record).await?;
    if record.provider_id != current.provider_id {
        store.set(&key("known", &connection.key(), &record.provider_id), &record.id).await?;
    }
    Ok(Outcome::Updated)
}
