//! Tests plugs without a host: runs operations natively and answers their effects from a script.

use std::collections::VecDeque;

use cordboard_core::engine::{self, Engine, Limits, PlugState, Step, Violation};
use cordboard_core::types::effect::{self, Effect, Exchange, Method, OutboundFailure, OutboundResponse, StateEntry};

use crate::Context;
use crate::replay::{Pause, run};

/// The context of an operation, and the responses to its calls, in order.
#[derive(Clone, Default)]
pub struct Script {
    context: Option<effect::Context>,
    answers: VecDeque<Exchange>,
}

/// The outcome of a scripted operation.
#[derive(Debug)]
pub struct ScriptRun<T, E> {
    /// The operation's result.
    pub result: Result<T, E>,
    /// The effects that it requested, in order.
    pub effects: Vec<Effect>,
}

/// Why a script failed.
#[derive(Debug, PartialEq)]
pub enum ScriptError {
    /// The operation made more calls than the script has responses.
    MissingAnswer(Effect),
    /// The script has this many responses that the operation did not use.
    UnusedAnswers(usize),
    /// The operation requested a different effect when it was run again.
    NotDeterministic(Effect),
    /// The operation exceeded a limit, so that a host would end it.
    Violation(Violation),
    /// The operation awaited something other than an effect.
    Stuck,
}

impl Script {
    /// Creates a script with an empty context: at 2026-01-02T03:04:05Z, with fixed random bytes.
    pub fn new() -> Self {
        Self::default()
    }

    /// The context, to inspect or change.
    pub fn context(&mut self) -> &mut effect::Context {
        self.context.get_or_insert_with(|| effect::Context {
            settings: Vec::new(),
            secrets: Vec::new(),
            state: Vec::new(),
            now: 1_767_323_045_000,
            random: (0..16).collect(),
            exchanges: Vec::new(),
        })
    }

    /// Sets an open setting.
    pub fn setting(mut self, key: &str, value: &str) -> Self {
        self.context().settings.push((key.to_owned(), value.to_owned()));
        self
    }

    /// Marks a secret setting as set.
    pub fn secret(mut self, key: &str) -> Self {
        self.context().secrets.push(key.to_owned());
        self
    }

    /// Adds a state entry to the connection. An empty value makes it a captured one.
    pub fn state(mut self, key: &str, value: &str) -> Self {
        self.context().state.push(StateEntry { key: key.to_owned(), value: value.to_owned(), expires_at: None });
        self
    }

    /// Adds the response to the next call.
    pub fn answer(self, status: u16, body: &str) -> Self {
        self.answer_with(status, &[("content-type", "application/json")], body)
    }

    /// Adds the response to the next call, with headers.
    pub fn answer_with(mut self, status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        self.answers.push_back(Exchange::Answered(OutboundResponse {
            status,
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: body.as_bytes().to_vec(),
        }));
        self
    }

    /// Makes the next call fail.
    pub fn fail(mut self, failure: OutboundFailure) -> Self {
        self.answers.push_back(Exchange::Failed(failure));
        self
    }

    /// Runs an operation to completion, as a host would: `set-state` and `delete-state` succeed without a response in
    /// the script, and captured values are blanked in responses.
    ///
    /// # Errors
    /// If the script does not match the operation's calls, or the operation is not deterministic or exceeds a limit.
    #[allow(clippy::result_large_err, reason = "tests")]
    pub fn run<T, E>(
        mut self,
        operation: impl AsyncFn(&Context<'_>) -> Result<T, E>,
    ) -> Result<ScriptRun<T, E>, ScriptError> {
        let context = self.context().clone();
        let state = PlugState::from(context.state.clone());
        let mut engine = Engine::new(context, state, Limits::default(), Vec::<Effect>::new());
        let result = loop {
            let outcome = run(engine.context(), &operation);
            // A host may start over after a crash, so every shorter run must request the same effects.
            if let Some(effect) = first_divergence(engine.context(), &engine.journal, &operation) {
                return Err(ScriptError::NotDeterministic(effect));
            }
            let outcome = match outcome {
                Ok(value) => Ok(value),
                Err(Pause::Effect(effect)) => Err(engine::Pause::Effect(effect)),
                Err(Pause::Failed(error)) => Err(engine::Pause::Failed(error)),
                Err(Pause::Stuck) => return Err(ScriptError::Stuck),
            };
            match engine.advance(outcome, false) {
                Step::Done(value) => break Ok(value),
                Step::Failed(error) => break Err(error),
                Step::Violation(violation) => return Err(ScriptError::Violation(violation)),
                Step::Continue => {}
                Step::Call(call) => match self.answers.pop_front() {
                    Some(exchange) => engine.simulate(&call, exchange),
                    None => return Err(ScriptError::MissingAnswer(Effect::Call(call.request))),
                },
            }
        };
        match self.answers.len() {
            0 => Ok(ScriptRun { result, effects: engine.journal }),
            left => Err(ScriptError::UnusedAnswers(left)),
        }
    }
}

/// Returns the first effect that the operation does not request again, given only the exchanges before it.
fn first_divergence<T, E>(
    context: &effect::Context,
    effects: &[Effect],
    operation: impl AsyncFn(&Context<'_>) -> Result<T, E>,
) -> Option<Effect> {
    let mut shorter = effect::Context { exchanges: Vec::new(), ..context.clone() };
    for (length, requested) in effects.iter().enumerate() {
        match run(&shorter, &operation) {
            Err(Pause::Effect(effect)) if effect == *requested => {}
            _ => return Some(requested.clone()),
        }
        shorter.exchanges.extend(context.exchanges.get(length).cloned());
    }
    None
}

impl<T, E> ScriptRun<T, E> {
    /// Formats the requests among the effects as text: method and URL, headers, an empty line, body. Secrets appear as
    /// `{secret:key}`, signatures as `{signature:key:text}`, captures as `capture pointer -> key`.
    pub fn wire(&self) -> Vec<String> {
        self.effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Call(call) => Some(wire(call)),
                _ => None,
            })
            .collect()
    }
}

fn wire(call: &effect::OutboundRequest) -> String {
    let method = match call.method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    };
    let mut text = format!("{method} {}\n", pieces(&call.url));
    if let Some((user, password)) = &call.basic {
        text += &format!("basic {user} {password}\n");
    }
    for (name, value) in &call.headers {
        text += &format!("{name}: {}\n", pieces(value));
    }
    for capture in &call.captures {
        text += &format!("capture {} -> {}\n", capture.pointer, capture.key);
    }
    if call.idempotent {
        text += "idempotent\n";
    }
    text + "\n" + &pieces(&call.body)
}

fn pieces(pieces: &[effect::Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            effect::Piece::Text(text) => text.clone(),
            effect::Piece::Secret(secret) => format!("{{secret:{}}}", secret.key),
            effect::Piece::Signature(signature) => format!("{{signature:{}:{}}}", signature.key, signature.text),
        })
        .collect()
}
