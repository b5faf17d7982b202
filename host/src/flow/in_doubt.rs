//! Tracks what an operation may leave behind at a provider.

use cordboard_core::outbound::{Consequence, consequence};

use crate::contract::effect::{Exchange, OutboundFailure, OutboundRequest};
use crate::egress::summary;
use crate::store::Exchanged;

/// The result of a request that a crash interrupted.
const LOST: Exchange = Exchange::Failed(OutboundFailure::Unreachable);

/// Non-idempotent requests whose results the operation may not have used.
#[derive(Default)]
pub(super) struct InDoubt {
    /// The subject of the operation, for the operator: ` for the meeting “…”`.
    pub about: String,
    lost: Option<String>,
    made: Option<String>,
}

impl InDoubt {
    /// Records the result of a request that was sent.
    pub fn record(&mut self, request: &OutboundRequest, exchange: &Exchange, reason: &str) {
        match exchange {
            _ if request.idempotent => {}
            Exchange::Answered(answer) => match consequence(answer.status) {
                Consequence::Nothing => {}
                Consequence::Done => {
                    let (summary, about) = (summary(request), &self.about);
                    self.made = Some(format!(
                        "{summary} was carried out{about}, but the plug did not use the answer: check the provider for \
                         leftovers"
                    ));
                }
                Consequence::InDoubt => self.record_lost(request, &format!("the answer was {}", answer.status)),
            },
            Exchange::Done | Exchange::Failed(OutboundFailure::RefusedByPolicy) => {}
            Exchange::Failed(_) => self.record_lost(request, reason),
        }
    }

    /// Records a request whose outcome is unknown.
    fn record_lost(&mut self, request: &OutboundRequest, why: &str) {
        let (summary, about) = (summary(request), &self.about);
        self.lost =
            Some(format!("{summary} may have been carried out{about}, but {why}: check the provider for leftovers"));
    }

    /// Records the requests of an interrupted run, whether or not the plug returns them again.
    pub fn record_interrupted(&mut self, recording: &[Exchanged]) {
        for Exchanged { effect, exchange } in recording {
            let Some(request) = effect.request() else { continue };
            match exchange {
                Some(exchange) => self.record(request, exchange, "no answer arrived"),
                None => self.record(request, &LOST, "the answer was lost when the host stopped"),
            }
        }
    }

    /// Returns what the operator should check, as a sentence.
    pub fn into_leftover(self, succeeded: bool) -> Option<String> {
        self.lost.or(self.made.filter(|_| !succeeded))
    }
}
