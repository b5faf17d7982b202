//! What an operation may leave behind at a provider.

use cordboard_core::outbound::{Consequence, consequence};

use crate::contract::effect::{Exchange, OutboundFailure, OutboundRequest};
use crate::egress::summary;
use crate::store::Exchanged;

/// Requests that must not be repeated, and of which the operation may not have taken up what they made.
#[derive(Default)]
pub(super) struct InDoubt {
    /// Names what the operation is about, for the operator: ` for the meeting “…”`.
    pub about: String,
    lost: Option<String>,
    made: Option<String>,
}

impl InDoubt {
    /// Takes note of what came of a request that has left us.
    pub fn record(&mut self, request: &OutboundRequest, exchange: &Exchange, reason: &str) {
        match exchange {
            _ if request.idempotent => {}
            Exchange::Answered(answer) => match consequence(answer.status) {
                Consequence::Nothing => {}
                Consequence::Done => {
                    let (summary, about) = (summary(request), &self.about);
                    self.made = Some(format!(
                        "{summary} was carried out{about}, but the plug made nothing of the answer: look at the provider \
                         what was made there"
                    ));
                }
                Consequence::InDoubt => self.record_lost(request, &format!("the answer was {}", answer.status)),
            },
            Exchange::Done | Exchange::Failed(OutboundFailure::RefusedByPolicy) => {}
            Exchange::Failed(_) => self.record_lost(request, reason),
        }
    }

    /// Takes note of a request of which it is not known whether it was carried out.
    pub fn record_lost(&mut self, request: &OutboundRequest, why: &str) {
        let (summary, about) = (summary(request), &self.about);
        self.lost = Some(format!(
            "{summary} may have been carried out{about}, but {why}: look at the provider whether something is left there"
        ));
    }

    /// Takes note of what was asked for before a crash and is not asked for any more.
    pub fn record_abandoned(&mut self, journaled: &[Exchanged]) {
        for Exchanged { effect, exchange } in journaled {
            let Some(request) = effect.request() else { continue };
            let lost = Exchange::Failed(OutboundFailure::Unreachable);
            self.record(request, exchange.as_ref().unwrap_or(&lost), "its answer was lost when the host stopped");
        }
    }

    /// What the operator should look at, in a sentence.
    pub fn into_leftover(self, succeeded: bool) -> Option<String> {
        self.lost.or(self.made.filter(|_| !succeeded))
    }
}
