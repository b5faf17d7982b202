//! Runs a plug under test: with all fault scenarios, and with all payloads that a sender may send.

use std::cell::OnceCell;

use super::fault_scenario::{FAULT_SCENARIOS, FaultScenario};
use super::inputs;
use super::operation::Operation;
use super::payloads::{self, Payload};
use super::setup::Setup;
use super::step::Output;
use super::transcript::{Transcript, TranscriptEnd, run_to_completion};
use cordboard::contract::conference::Conference;
use cordboard::contract::effect::{Context, Exchange, OutboundRequest, OutboundResponse};
use cordboard::contract::http::WebhookRequest;
use cordboard::plug::{CallError, Plug, Role, rules};

/// The maximum number of healthy answers before the faults begin.
const MAX_HEALTHY: usize = 4;
/// The number of failed calls after which to give up on an operation, since each may take the full time limit.
const MAX_BROKEN: usize = 3;

/// A plug under test. Results that several checks examine are computed once.
pub struct TestRun<'a> {
    pub(super) plug: &'a Plug,
    pub(super) setup: &'a Setup,
    pub(super) context: Context,
    conference: OnceCell<Conference>,
    attempts: OnceCell<Vec<Attempt>>,
    payload_attempts: OnceCell<Vec<Attempt>>,
    broken: OnceCell<bool>,
}

/// A tested operation.
pub(super) struct Attempt {
    pub operation: &'static str,
    /// A description of the attempt, as the beginning of a sentence.
    pub description: String,
    /// The number of healthy answers, and the fault with which all later requests were answered. None without faults.
    pub scenario: Option<(usize, FaultScenario)>,
    pub transcript: Transcript,
}

impl<'a> TestRun<'a> {
    /// Creates a test run. Checks trigger the calls that they need.
    pub fn new(plug: &'a Plug, setup: &'a Setup) -> Self {
        Self {
            plug,
            setup,
            context: setup.context(plug.description()),
            conference: OnceCell::new(),
            attempts: OnceCell::new(),
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
                    Operation::update(made(), inputs::rescheduled_meeting()),
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
                    let routes = self.plug.routes().iter();
                    operations.extend(routes.flat_map(|route| Operation::of_settings(&route.name)));
                }
                operations
            }
            Role::Telephony => {
                ["7", "0", "18446744073709551615", "005Dn000001WXyzIAG"].map(Operation::phone_numbers).into()
            }
        }
    }

    /// The sample webhooks, and an empty object for each route without one.
    fn plain_requests(&self) -> Vec<WebhookRequest> {
        payloads::samples_or_empty(self.plug.description(), &self.setup.samples)
    }

    /// Runs an operation with the vendor's answers from the samples.
    pub(super) fn healthy(&self, context: &Context, operation: &Operation) -> Transcript {
        run_to_completion(self.plug, context, operation, |_, request| self.healthy_answer(request))
    }

    /// The answer from the samples, or 404 if they have none.
    pub(super) fn healthy_answer(&self, request: &OutboundRequest) -> Exchange {
        let unknown = OutboundResponse { status: 404, headers: Vec::new(), body: b"{}".to_vec() };
        Exchange::Answered(self.setup.samples.answer(request).cloned().unwrap_or(unknown))
    }

    /// A conference that the plug created, or a fixed one if it created none.
    pub(super) fn conference(&self) -> &Conference {
        self.conference.get_or_init(|| {
            let transcript = self.healthy(&self.context, &Operation::create(inputs::meeting()));
            match transcript.end {
                TranscriptEnd::Output(Output::Conference(made)) if rules::conference(&made).is_ok() => made,
                _ => inputs::conference(),
            }
        })
    }

    /// Whether the plug fails even with plain inputs, so that no other check is meaningful.
    pub(super) fn is_broken(&self) -> bool {
        *self
            .broken
            .get_or_init(|| self.operations().iter().any(|operation| operation.step(self.plug, &self.context).is_err()))
    }

    /// All operations with plain inputs in all fault scenarios: first without state, then with the state they stored.
    pub(super) fn attempts(&self) -> &[Attempt] {
        self.attempts
            .get_or_init(|| self.operations().iter().flat_map(|operation| self.with_faults(operation)).collect())
    }

    fn with_faults(&self, operation: &Operation) -> Vec<Attempt> {
        let mut attempts = self.in_all_scenarios(&self.context, operation, "");
        let state = attempts.first().map(|healthy| healthy.transcript.state.clone()).unwrap_or_default();
        if state != self.context.state {
            let later = Context { state, ..self.context.clone() };
            attempts.extend(self.in_all_scenarios(&later, operation, " (with stored state)"));
        }
        attempts
    }

    /// Runs an operation without faults, and then in all fault scenarios.
    fn in_all_scenarios(&self, context: &Context, operation: &Operation, with: &str) -> Vec<Attempt> {
        let name = operation.name;
        let transcript = self.healthy(context, operation);
        let calls = transcript.calls().count();
        // An operation that exceeds a limit is tried only once in each scenario.
        let max_healthy = if matches!(transcript.end, TranscriptEnd::Violation(_)) { 1 } else { MAX_HEALTHY };
        let mut broken = usize::from(matches!(transcript.end, TranscriptEnd::Broken(_)));
        let mut attempts = vec![Attempt {
            operation: name,
            description: format!("`{name}` with plain input{with}"),
            scenario: None,
            transcript,
        }];
        for healthy in 0..calls.min(max_healthy) {
            for scenario in FAULT_SCENARIOS {
                if broken == MAX_BROKEN {
                    return attempts;
                }
                let transcript = run_to_completion(self.plug, context, operation, |number, request| {
                    if number < healthy { self.healthy_answer(request) } else { scenario.exchange() }
                });
                broken += usize::from(matches!(transcript.end, TranscriptEnd::Broken(_)));
                let calls = match healthy {
                    0 => "all calls".to_owned(),
                    1 => "all calls after the first".to_owned(),
                    _ => format!("all calls after the first {healthy}"),
                };
                let description = format!("`{name}` with {calls} {}{with}", scenario.describe());
                attempts.push(Attempt {
                    operation: name,
                    description,
                    scenario: Some((healthy, scenario)),
                    transcript,
                });
            }
        }
        attempts
    }

    /// All attempts, including those with webhook payloads.
    pub(super) fn attempts_and_payloads(&self) -> impl Iterator<Item = &Attempt> {
        self.attempts().iter().chain(self.payload_attempts())
    }

    /// The results for all payloads that a sender may send.
    pub(super) fn payload_attempts(&self) -> &[Attempt] {
        self.payload_attempts.get_or_init(|| {
            let mut broken = 0;
            let mut attempts = Vec::new();
            for Payload { description, request } in payloads::all(self.plug.description(), &self.setup.samples) {
                let operation = match self.plug.role() {
                    Role::Crm => Operation::decode(request),
                    Role::Provider => Operation::receive(request),
                    // The contract has no webhooks.
                    Role::Telephony => break,
                };
                let transcript = self.healthy(&self.context, &operation);
                broken += usize::from(matches!(transcript.end, TranscriptEnd::Broken(_)));
                attempts.push(Attempt { operation: operation.name, description, scenario: None, transcript });
                if broken > MAX_BROKEN {
                    break;
                }
            }
            attempts
        })
    }
}

/// Describes a failed call for the plug's author, as a clause.
pub(super) fn describe_call_error(error: &CallError) -> String {
    match error {
        CallError::Trapped(why) => format!("it traps ({why})"),
        CallError::OutOfTime => "it exceeds its time limit".to_owned(),
        CallError::OutOfMemory => "it exceeds its memory limit".to_owned(),
        CallError::TooMuchData => "its result is too large".to_owned(),
        CallError::ContractBroken(why) => format!("it violates its contract ({why})"),
        CallError::WrongRole | CallError::Busy | CallError::Unavailable(_) => error.to_string(),
    }
}
