//! A user's telephone numbers.

use std::sync::Arc;

use crate::contract::crm::{NumbersQuery, Outcome};
use crate::plug::{CallError, rules};
use crate::store::OperationKind;
use crate::world::{Account, Admitted};

use super::ApiError;
use super::asked::Asked;
use super::drive::{End, Run, Stop};
use super::landed::{Landed, broke_off, broken};
use super::operation::{begin, json};
use super::switchboard::Switchboard;

/// Asks the account's telephony plug.
pub(super) async fn numbers(
    board: &Arc<Switchboard>,
    app: u64,
    account: &Account,
    asker: Admitted,
    query: NumbersQuery,
) -> Result<Landed, ApiError> {
    let Some(connection) = account.telephony.clone() else { return Ok(Landed::cannot()) };
    let user = query.user_id;
    let key = format!("phone-numbers {} {user}", connection.id);
    let work = {
        let board = Arc::clone(board);
        async move {
            let generation = connection.serving_by(|| user.to_string());
            let operation = begin(OperationKind::PhoneNumbers, Some(app), &connection, generation, None)?;
            let mut run = Run::begin(&board, &connection, generation, operation, Asked::PhoneNumbers(user)).await?;
            let outcome =
                match run.drive(|plug, context| Ok(plug.phone_numbers(context, user)?.map_err(Stop::from))).await? {
                    End::Done(numbers) => match rules::numbers(&numbers) {
                        Ok(()) => Outcome::PhoneNumbers(numbers),
                        Err(why) => return broken(run, CallError::ContractBroken(why), None).await,
                    },
                    End::Failed(failure) => Outcome::Failed(failure),
                    End::Broken(error) => return broken(run, error, None).await,
                };
            let succeeded = !matches!(outcome, Outcome::Failed(_));
            if run.had_effects() || !succeeded {
                run.end(json(&outcome), succeeded, None, Vec::new()).await?;
            }
            Ok(Landed::new(outcome))
        }
    };
    board.flights.join(asker, key, work).await.unwrap_or_else(|| Err(broke_off()))
}
