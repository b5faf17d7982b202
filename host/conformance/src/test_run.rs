//! A plug under test: what it does under all faults, and with all that a sender may send.

use std::cell::OnceCell;

use super::fault_scenario::{FAULT_SCENARIOS, FaultScenario};
use super::inputs;
use super::operation::Operation;
use super::payloads::{self, Payload};
use super::setup::Setup;
use super::step::Output;
use super::transcript::{Transcript, TranscriptEnd, follow};
use cordboard::contract::conference::Conference;
use cordboard::contract::effect::{Context, Exchange, OutboundRequest, OutboundResponse};
use cordboard::contract::http::WebhookRequest;
use cordboard::plug::{CallError, Plug, Role, rules};

/// Calls that are answered well before faults begin, at most.
const MAX_HEALTHY: usize = 4;
/// A plug that broke so often in one operation breaks again, and may take its time.
const MAX_BROKEN: usize = 3;

/// A plug under test. What several checks look at is had once.
pub struct TestRun<'a> {
    pub(super) plug: &'a Plug,
    pub(super) setup: &'a Setup,
    pub(super) context: Context,
    conference: OnceCell<Conference>,
    transcripts: OnceCell<Vec<Attempt>>,
    payload_attempts: OnceCell<Vec<Attempt>>,
    broken: OnceCell<bool>,
}

/// An operation that was tried.
pub(super) struct Attempt {
    pub operation: &'static str,
    /// How, for the begin of a sentence.
    pub says: String,
    /// What the last calls were answered, and how many were answered well before; none where all were.
    pub scenario: Option<(usize, FaultScenario)>,
    pub transcript: Transcript,
}

impl<'a> TestRun<'a> {
    /// Begins one.
    pub fn new(plug: &'a Plug, setup: &'a Setup) -> Self {
        Self {
            plug,
            setup,
            context: setup.context(plug.description()),
            conference: OnceCell::new(),
            transcripts: OnceCell::new(),
            payload_attempts: OnceCell::new(),
            broken: OnceCell::new(),
        }
    }

    /// All operations of the contract, with plain inputs.
    pub(super) fn operations(&self) -> Vec<Operation> {
        match self.plug.role() {
            Role::Provider => {
                let made = || self.conference().clone();
                let mut operations = vec![
                    Operation::create(inputs::meeting()),
                    Operation::update(made(), inputs::moved()),
                    Operation::delete(made()),
                    Operation::verify_user(inputs::EMAIL.to_owned()),
                ];
                operations.extend(self.plain_requests().into_iter().map(Operation::receive));
                operations
            }
            Role::Crm => {
                let mut operations: Vec<_> = self.plain_requests().into_iter().map(Operation::decode).collect();
                operations.extend(inputs::outcomes().into_iter().map(|(_, outcome)| Operation::encode(outcome)));
                if self.plug.has_settings() {
                    operations.extend(Operation::of_settings());
                }
                operations
            }
            Role::Telephony => [7, 0, u64::MAX].map(Operation::phone_numbers).into(),
        }
    }

    /// The samples, and an empty object to each route that has none.
    fn plain_requests(&self) -> Vec<WebhookRequest> {
        payloads::plain(self.plug.description(), &self.setup.samples)
    }

    /// Follows an operation while its vendor answers as in the samples.
    pub(super) fn healthy(&self, context: &Context, operation: &Operation) -> Transcript {
        follow(self.plug, context, operation, |_, request| self.healthy_answer(request))
    }

    /// As the samples have it. What they have not is not there.
    pub(super) fn healthy_answer(&self, request: &OutboundRequest) -> Exchange {
        let unknown = OutboundResponse { status: 404, headers: Vec::new(), body: b"{}".to_vec() };
        Exchange::Answered(self.setup.samples.answer(request).cloned().unwrap_or(unknown))
    }

    /// A conference that the plug made, or one that it might have made.
    pub(super) fn conference(&self) -> &Conference {
        self.conference.get_or_init(|| {
            let transcript = self.healthy(&self.context, &Operation::create(inputs::meeting()));
            match transcript.end {
                TranscriptEnd::Output(Output::Conference(made)) if rules::conference(&made).is_ok() => made,
                _ => inputs::conference(),
            }
        })
    }

    /// Whether plain inputs already break it: then nothing else is worth looking at.
    pub(super) fn is_broken(&self) -> bool {
        *self
            .broken
            .get_or_init(|| self.operations().iter().any(|operation| operation.step(self.plug, &self.context).is_err()))
    }

    /// All operations with plain inputs under all faults: first as the connection is at the beginning, then with what it
    /// remembers.
    pub(super) fn transcripts(&self) -> &[Attempt] {
        self.transcripts
            .get_or_init(|| self.operations().iter().flat_map(|operation| self.with_faults(operation)).collect())
    }

    fn with_faults(&self, operation: &Operation) -> Vec<Attempt> {
        let mut attempts = self.in_all_scenarios(&self.context, operation, "");
        let state = attempts.first().map(|healthy| healthy.transcript.state.clone()).unwrap_or_default();
        if state != self.context.state {
            let later = Context { state, ..self.context.clone() };
            attempts.extend(self.in_all_scenarios(&later, operation, " and what it remembered at hand"));
        }
        attempts
    }

    /// First the one in which all is well.
    fn in_all_scenarios(&self, context: &Context, operation: &Operation, with: &str) -> Vec<Attempt> {
        let name = operation.name;
        let transcript = self.healthy(context, operation);
        let calls = transcript.calls().count();
        // One that does not end by itself is tried once under each fault.
        let max_healthy = if matches!(transcript.end, TranscriptEnd::Endless) { 1 } else { MAX_HEALTHY };
        let mut broken = usize::from(matches!(transcript.end, TranscriptEnd::Broken(_)));
        let mut attempts = vec![Attempt {
            operation: name,
            says: format!("`{name}` with plain input{with}"),
            scenario: None,
            transcript,
        }];
        for healthy in 0..calls.min(max_healthy) {
            for scenario in FAULT_SCENARIOS {
                if broken == MAX_BROKEN {
                    return attempts;
                }
                let transcript = follow(self.plug, context, operation, |number, request| {
                    if number < healthy { self.healthy_answer(request) } else { scenario.exchange() }
                });
                broken += usize::from(matches!(transcript.end, TranscriptEnd::Broken(_)));
                let calls = match healthy {
                    0 => "all calls".to_owned(),
                    1 => "all calls after the first".to_owned(),
                    _ => format!("all calls after the first {healthy}"),
                };
                let says = format!("`{name}` with {calls} answered {}{with}", scenario.words());
                attempts.push(Attempt { operation: name, says, scenario: Some((healthy, scenario)), transcript });
            }
        }
        attempts
    }

    /// What became of all that a sender may send.
    pub(super) fn payload_attempts(&self) -> &[Attempt] {
        self.payload_attempts.get_or_init(|| {
            let mut broken = 0;
            let mut attempts = Vec::new();
            for Payload { says, request } in payloads::all(self.plug.description(), &self.setup.samples) {
                let operation = match self.plug.role() {
                    Role::Crm => Operation::decode(request),
                    Role::Provider => Operation::receive(request),
                    // Its contract takes none.
                    Role::Telephony => break,
                };
                let transcript = self.healthy(&self.context, &operation);
                broken += usize::from(matches!(transcript.end, TranscriptEnd::Broken(_)));
                attempts.push(Attempt { operation: operation.name, says, scenario: None, transcript });
                if broken > MAX_BROKEN {
                    break;
                }
            }
            attempts
        })
    }
}

/// How a call broke, for the author: a clause.
pub(super) fn broke(error: &CallError) -> String {
    match error {
        CallError::Trapped(how) => format!("it breaks off ({how})"),
        CallError::OutOfTime => "it takes longer than a call may".to_owned(),
        CallError::OutOfMemory => "it wants more memory than a call may have".to_owned(),
        CallError::TooMuchData => "it gives a longer result than it may".to_owned(),
        CallError::ContractBroken(how) => format!("it breaks its contract ({how})"),
        CallError::WrongRole | CallError::Busy | CallError::Unavailable(_) => error.to_string(),
    }
}
