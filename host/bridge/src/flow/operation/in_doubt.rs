//! Tracks what an operation may leave behind at a provider.

use cordboard_core::outbound::{Consequence, consequence};

use cordboard_egress::summary;
use cordboard_runtime::contract::effect::{Exchange, OutboundFailure, OutboundRequest};
use cordboard_store::Exchanged;

/// The result of a request that a crash interrupted.
const LOST: Exchange = Exchange::Failed(OutboundFailure::Unreachable);

/// The maximum number of lost requests, and of requests that were carried out, that the operator is shown.
const MAX_SENTENCES: usize = 4;

/// Non-idempotent requests whose results the operation may not have used.
#[derive(Default)]
pub struct InDoubt {
    /// The subject of the operation, for the operator: ` for the meeting “…”`.
    pub about: String,
    lost: Vec<String>,
    made: Vec<String>,
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
                    let made = format!(
                        "{summary} was carried out{about}, but the operation failed: check the provider for leftovers"
                    );
                    add(&mut self.made, made);
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
        let lost = format!("{summary} may have been carried out{about}, but {why}: check the provider for leftovers");
        add(&mut self.lost, lost);
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

    /// Returns what the operator should check, as sentences.
    pub fn leftover(&self, succeeded: bool) -> Option<String> {
        let made: &[String] = if succeeded { &[] } else { &self.made };
        let sentences = [self.lost.as_slice(), made].concat();
        (!sentences.is_empty()).then(|| sentences.join("; "))
    }
}

/// Adds a sentence, unless an equal one is there: a plug may repeat a request. Further ones say nothing new.
fn add(sentences: &mut Vec<String>, sentence: String) {
    if sentences.len() < MAX_SENTENCES && !sentences.contains(&sentence) {
        sentences.push(sentence);
    }
}
