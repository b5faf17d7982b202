//! Tests of a plug without a host: an operation is run natively, and a script answers what it asks for.

use std::collections::VecDeque;

use cordboard_core::types::effect::{self, Effect, Exchange, Method, OutboundFailure, OutboundResponse, StateEntry};

use crate::Context;
use crate::replay::{Pause, run};

/// What an operation finds, and what it is answered, in order.
#[derive(Clone, Default)]
pub struct Script {
    context: Option<effect::Context>,
    answers: VecDeque<Exchange>,
}

/// What came of a scripted operation.
#[derive(Debug)]
pub struct ScriptRun<T, E> {
    /// Its result.
    pub result: Result<T, E>,
    /// What it asked for, in order.
    pub effects: Vec<Effect>,
}

/// Why a script could not be run to its end.
#[derive(Debug, PartialEq)]
pub enum ScriptError {
    /// The operation asked for more than the script has answers.
    MissingAnswer(Effect),
    /// The script has answers that nobody asked for.
    UnusedAnswers(usize),
    /// The operation asked for something else when it was run again.
    NotDeterministic(Effect),
    /// The operation awaited something that is not an effect.
    Stuck,
}

impl Script {
    /// A context at 2026-01-02T03:04:05Z with fixed randomness, and nothing else in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// The context, to look at or change.
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

    /// Lets a secret setting have a value.
    pub fn secret(mut self, key: &str) -> Self {
        self.context().secrets.push(key.to_owned());
        self
    }

    /// Lets the connection remember something; an empty value is a captured one.
    pub fn state(mut self, key: &str, value: &str) -> Self {
        self.context().state.push(StateEntry { key: key.to_owned(), value: value.to_owned(), expires_at: None });
        self
    }

    /// Answers the next call.
    pub fn answer(self, status: u16, body: &str) -> Self {
        self.answer_with(status, &[("content-type", "application/json")], body)
    }

    /// Answers the next call, with headers.
    pub fn answer_with(mut self, status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        self.answers.push_back(Exchange::Answered(OutboundResponse {
            status,
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: body.as_bytes().to_vec(),
        }));
        self
    }

    /// Fails the next call.
    pub fn fail(mut self, failure: OutboundFailure) -> Self {
        self.answers.push_back(Exchange::Failed(failure));
        self
    }

    /// Runs an operation to its end, as a host would. `set-state` and `delete-state` need no answer in the script.
    ///
    /// # Errors
    /// Where script and operation do not fit, or the operation asks differently when it is run again.
    #[allow(clippy::result_large_err, reason = "tests")]
    pub fn run<T, E>(
        mut self,
        operation: impl AsyncFn(&Context<'_>) -> Result<T, E>,
    ) -> Result<ScriptRun<T, E>, ScriptError> {
        let mut effects: Vec<Effect> = Vec::new();
        loop {
            let context = self.context().clone();
            let outcome = run(&context, &operation);
            // A host may have to begin again after a crash: every shorter run must still ask for the same.
            if let Some(effect) = first_divergence(&context, &effects, &operation) {
                return Err(ScriptError::NotDeterministic(effect));
            }
            let result = match outcome {
                Ok(value) => Ok(value),
                Err(Pause::Failed(error)) => Err(error),
                Err(Pause::Stuck) => return Err(ScriptError::Stuck),
                Err(Pause::Effect(effect)) => {
                    let exchange = match &effect {
                        Effect::Call(_) => {
                            self.answers.pop_front().ok_or_else(|| ScriptError::MissingAnswer(effect.clone()))?
                        }
                        Effect::SetState(_) | Effect::DeleteState(_) => Exchange::Done,
                    };
                    effects.push(effect);
                    self.context().exchanges.push(exchange);
                    continue;
                }
            };
            return match self.answers.len() {
                0 => Ok(ScriptRun { result, effects }),
                left => Err(ScriptError::UnusedAnswers(left)),
            };
        }
    }
}

/// The first effect that the operation does not ask for again when it has just the exchanges before it.
fn first_divergence<T, E>(
    context: &effect::Context,
    effects: &[Effect],
    operation: impl AsyncFn(&Context<'_>) -> Result<T, E>,
) -> Option<Effect> {
    let mut shorter = effect::Context { exchanges: Vec::new(), ..context.clone() };
    for (length, asked) in effects.iter().enumerate() {
        match run(&shorter, &operation) {
            Err(Pause::Effect(effect)) if effect == *asked => {}
            _ => return Some(asked.clone()),
        }
        shorter.exchanges.extend(context.exchanges.get(length).cloned());
    }
    None
}

impl<T, E> ScriptRun<T, E> {
    /// The requests among its effects, each as one text: method and address, headers, an empty line, body; secrets as
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
