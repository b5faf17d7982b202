//! Estimates how much a change writes, and names its account, before the change is queued.

use cordboard_core::AccountId;
use cordboard_core::rules::{effect_bytes, event_bytes};
use cordboard_core::types::effect::Exchange;

use super::change::Change;
use super::journaled::JournaledEffect;
use super::record::{InboundRequest, Scope};

/// The most that pruning removes at a time, which gives it a transaction of its own.
const PRUNED: usize = 4 << 20;

/// The overhead of a row: numbers, keys and index entries.
const ROW: usize = 256;

impl Change {
    /// Returns the account that the change belongs to, if the change names one.
    pub fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Begin(operation) => Some(&operation.connection.account),
            Self::SetState { scope, .. } | Self::DeleteState { scope, .. } => match scope {
                Scope::Connection(connection) => Some(&connection.account),
                Scope::App { account, .. } => Some(account),
                Scope::Operation(_) => None,
            },
            Self::PutConference(conference) => Some(&conference.connection.account),
            Self::Alias { connection, .. } | Self::VerifiedUser { connection, .. } => Some(&connection.account),
            Self::PutInboundRequest(inbound_request) => inbound_request.owner.account(),
            Self::AppendEvent(event) => Some(&event.connection.account),
            Self::PutDifference(record) => Some(&record.connection.account),
            Self::RecordEffect { .. }
            | Self::RecordExchange { .. }
            | Self::Finish { .. }
            | Self::AnswerAcknowledged { .. }
            | Self::AnswerReopened { .. }
            | Self::AnswerRepeated { .. }
            | Self::AnswerLost { .. }
            | Self::DeleteConference { .. }
            | Self::PutGeneration(_)
            | Self::PutServing(_)
            | Self::Audit(_)
            | Self::Acknowledge { .. }
            | Self::PutRetention(_)
            | Self::Prune { .. } => None,
        }
    }

    /// Estimates the bytes that the change writes. A change that only marks, moves or drops records counts as a row.
    pub fn bytes(&self) -> usize {
        ROW + match self {
            Self::Begin(operation) => operation.input.len() + operation.context.len(),
            Self::RecordEffect { effect: JournaledEffect::Whole(effect), .. } => effect_bytes(effect),
            Self::RecordEffect { effect: JournaledEffect::Refused { refused }, .. } => {
                refused.summary.len() + refused.why.len()
            }
            Self::RecordExchange { exchange, .. } => exchange_bytes(exchange),
            Self::SetState { entry, .. } => entry.key.len() + entry.value.len(),
            Self::DeleteState { keys, .. } => keys.iter().map(|key| ROW + key.len()).sum(),
            Self::Finish { ending, .. } => ending.outcome.len() + ending.leftover.as_ref().map_or(0, String::len),
            Self::PutConference(conference) => {
                conference.details.len()
                    + conference.topic.len()
                    + conference.join_url.len()
                    + conference.user.len()
                    + conference.provider_id.len()
            }
            Self::Alias { provider_id, original, .. } => provider_id.len() + original.len(),
            Self::VerifiedUser { id, .. } => id.len(),
            Self::PutInboundRequest(inbound_request) => inbound_request_bytes(inbound_request),
            Self::AppendEvent(event) => event_bytes(&event.event),
            Self::PutGeneration(record) => record.content.len(),
            Self::PutDifference(record) => record.live.len() + record.other.len(),
            Self::AnswerAcknowledged { .. }
            | Self::AnswerReopened { .. }
            | Self::AnswerRepeated { .. }
            | Self::AnswerLost { .. }
            | Self::DeleteConference { .. }
            | Self::PutServing(_)
            | Self::Audit(_)
            | Self::PutRetention(_) => 0,
            Self::Prune { .. } => PRUNED,
            Self::Acknowledge { operations, .. } => ROW.saturating_mul(operations.len()),
        }
    }
}

fn exchange_bytes(exchange: &Exchange) -> usize {
    match exchange {
        Exchange::Answered(answer) => {
            answer.body.len() + answer.headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>()
        }
        Exchange::Failed(_) | Exchange::Done => 0,
    }
}

fn inbound_request_bytes(inbound_request: &InboundRequest) -> usize {
    let headers: usize = inbound_request.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    inbound_request.body.len() + headers + inbound_request.query.len() + inbound_request.detail.len()
}
