//! Random scripts of effects: run once, interrupted and resumed, and within limits.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::render::Keys;
use crate::resolved_settings::ResolvedSettings;
use crate::types::effect::{self, Capture, Method, OutboundRequest, Piece};

const NOW: u64 = 1_000;

/// An effect of a scripted plug, and what the provider answers if it is a call. Captured values are in upper case.
#[derive(Clone, Debug)]
struct Act {
    effect: Effect,
    result: Result<OutboundResponse, OutboundFailure>,
    captured: Vec<Captured>,
}

impl Act {
    fn of(effect: Effect) -> Self {
        Self { effect, result: Err(OutboundFailure::Unreachable), captured: Vec::new() }
    }

    fn call(idempotent: bool, body: Option<usize>, captured: Vec<Captured>) -> Self {
        let capture = |captured: &Captured| Capture {
            pointer: "/token".to_owned(),
            key: captured.key.clone(),
            expires_in_pointer: None,
        };
        let request = OutboundRequest {
            method: Method::Post,
            url: vec![Piece::Text("https://a.example/".to_owned())],
            headers: Vec::new(),
            basic: None,
            body: Vec::new(),
            captures: captured.iter().map(capture).collect(),
            idempotent,
        };
        let response = |bytes| OutboundResponse { status: 200, headers: Vec::new(), body: vec![b'x'; bytes] };
        match body {
            Some(bytes) => Self { effect: Effect::Call(request), result: Ok(response(bytes)), captured },
            None => {
                Self { effect: Effect::Call(request), result: Err(OutboundFailure::TimedOut), captured: Vec::new() }
            }
        }
    }

    /// The act as it is if its answer gets lost.
    fn lost(self) -> Self {
        let repeats = !matches!(&self.effect, Effect::Call(request) if !request.idempotent);
        if repeats { self } else { Self::of(self.effect) }
    }
}

fn act() -> impl Strategy<Value = Act> {
    let entry = ("[a-d]", "[a-z]{0,40}", any::<Option<u64>>())
        .prop_map(|(key, value, expires_at)| effect::StateEntry { key, value, expires_at });
    let captured = ("[a-d]", "[A-Z]{6,40}", any::<Option<u64>>()).prop_map(|(key, value, expires_in)| Captured {
        key,
        value,
        expires_in,
    });
    prop_oneof![
        vec(entry, 0..4).prop_map(|entries| Act::of(Effect::SetState(entries))),
        vec("[a-d]", 0..4).prop_map(|keys| Act::of(Effect::DeleteState(keys))),
        (any::<bool>(), proptest::option::of(0..100_usize), vec(captured, 0..3))
            .prop_map(|(idempotent, body, captured)| Act::call(idempotent, body, captured)),
    ]
}

/// The state before an operation, by key.
fn stored() -> impl Strategy<Value = BTreeMap<String, StateEntry>> {
    let entry = ("[a-d]", any::<bool>(), "[a-z]{6,40}").prop_map(|(key, captured, value)| StateEntry {
        key,
        value: if captured { value.to_uppercase() } else { value },
        captured,
        expires_at: None,
    });
    vec(entry, 0..4).prop_map(|entries| entries.into_iter().map(|entry| (entry.key.clone(), entry)).collect())
}

/// A journal in memory, and everything that the operation stored.
#[derive(Clone, Debug, Default)]
struct Log {
    effects: Vec<(Effect, Option<Exchange>)>,
    state: BTreeMap<String, StateEntry>,
    captured: Vec<String>,
    /// What [`Journal::captured`] recorded.
    retired: Vec<(Vec<String>, usize)>,
    state_bytes: usize,
}

impl Journal for Log {
    fn recorded(&mut self, context: &Context, effect: &Effect) -> Recorded {
        match self.effects.get(context.exchanges.len()) {
            None => Recorded::New,
            Some((recorded, exchange)) if recorded == effect => Recorded::of(effect, exchange.as_ref()),
            Some(_) => Recorded::Diverged,
        }
    }

    fn effect(&mut self, context: &Context, effect: Effect) {
        assert_eq!(self.effects.len(), context.exchanges.len());
        self.effects.push((effect, None));
    }

    fn captured(&mut self, _context: &Context, retired: &[String], captured_bytes: usize) {
        self.retired.push((retired.to_vec(), captured_bytes));
    }

    fn exchange(&mut self, context: &Context, exchange: &Exchange) {
        self.effects[context.exchanges.len()].1 = Some(exchange.clone());
    }

    fn set_state(&mut self, entry: &StateEntry) {
        self.state_bytes += entry.key.len() + entry.value.len();
        self.captured.extend(entry.captured.then(|| entry.value.clone()));
        self.state.insert(entry.key.clone(), entry.clone());
    }

    fn delete_state(&mut self, keys: &[String]) {
        self.state.retain(|key, _| !keys.contains(key));
    }
}

fn context(state: &PlugState) -> Context {
    Context {
        settings: Vec::new(),
        secrets: Vec::new(),
        state: state.shown(),
        now: NOW,
        random: Vec::new(),
        exchanges: Vec::new(),
    }
}

fn state(log: &Log) -> PlugState {
    let mut state = PlugState::new(log.state.values().cloned().collect());
    for (retired, captured_bytes) in &log.retired {
        state.restore(retired.clone(), *captured_bytes);
    }
    state
}

/// All values that are redacted, sorted.
fn redacted(state: &PlugState) -> Vec<String> {
    let settings = ResolvedSettings::default();
    let mut redacted: Vec<_> =
        state.outbound_keys(&settings).values_to_redact().into_iter().map(str::to_owned).collect();
    redacted.sort();
    redacted
}

/// The entries by key.
fn sorted(state: &PlugState) -> Vec<StateEntry> {
    let mut entries = state.entries().to_vec();
    entries.sort_by(|one, other| one.key.cmp(&other.key));
    entries
}

fn plug(script: &[Act], context: &Context) -> Result<(), Pause<()>> {
    match script.get(context.exchanges.len()) {
        Some(act) => Err(Pause::Effect(act.effect.clone())),
        None => Ok(()),
    }
}

/// Runs a script to its end or a violation. With `crash`, stops after the effect of this number, and returns what was
/// committed until then: a host commits before each call.
fn run(
    script: &[Act],
    context: &Context,
    log: Log,
    limits: Limits,
    crash: Option<usize>,
) -> Result<(Engine<Log>, Option<Violation>), Log> {
    let mut committed = log.clone();
    let mut engine = Engine::new(context.clone(), state(&log), limits, log);
    loop {
        let number = engine.context().exchanges.len();
        let step: Step<(), ()> = engine.advance(plug(script, engine.context()), false);
        match step {
            Step::Done(()) | Step::Failed(()) => return Ok((engine, None)),
            Step::Violation(violation) => return Ok((engine, Some(violation))),
            Step::Continue => {}
            Step::Call(call) => {
                engine.journal_call(&call);
                committed = engine.journal.clone();
                let Act { result, captured, .. } = script[number].clone();
                engine.complete(result.map(|response| (response, captured)), NOW);
            }
        }
        if crash == Some(number) {
            return Err(committed);
        }
    }
}

proptest! {
    #[test]
    fn an_interrupted_operation_comes_to_the_same_end(
        script in vec(act(), 0..12),
        before in stored(),
        crash in 0..12_usize,
    ) {
        let begun = Log { state: before, ..Log::default() };
        let context = context(&state(&begun));
        let mut expected = script.clone();
        if crash < script.len()
            && let Some(last) = script[..=crash].iter().rposition(|act| matches!(act.effect, Effect::Call(_)))
        {
            // Its answer is not committed yet, and the provider may have carried it out.
            expected[last] = script[last].clone().lost();
        }
        let (once, violation) = run(&expected, &context, begun.clone(), Limits::default(), None).unwrap();
        prop_assert_eq!(violation, None);
        let resumed = match run(&script, &context, begun, Limits::default(), Some(crash)) {
            Ok((completed, _)) => completed,
            Err(log) => run(&script, &context, log, Limits::default(), None).unwrap().0,
        };
        prop_assert_eq!(once.context(), resumed.context());
        prop_assert_eq!(once.context().exchanges.len(), script.len());
        prop_assert_eq!(&once.journal.effects, &resumed.journal.effects);
        prop_assert_eq!(sorted(once.state()), sorted(resumed.state()));
        prop_assert_eq!(redacted(once.state()), redacted(resumed.state()));
        prop_assert_eq!(once.state_bytes, resumed.state_bytes);
        for engine in [&once, &resumed] {
            let journaled: Vec<_> = engine.journal.state.values().cloned().collect();
            prop_assert_eq!(sorted(engine.state()), journaled);
        }
    }

    #[test]
    fn captured_values_are_redacted_and_never_shown(script in vec(act(), 0..12), before in stored()) {
        let begun = Log { state: before, ..Log::default() };
        let old: Vec<_> = begun.state.values().filter(|entry| entry.captured).map(|entry| entry.value.clone()).collect();
        let context = context(&state(&begun));
        let (engine, _) = run(&script, &context, begun, Limits::default(), None).unwrap();
        let shown = [engine.context().state.clone(), engine.state().shown()].concat();
        prop_assert!(shown.iter().all(|entry| !entry.value.contains(char::is_uppercase)));
        let redacted = redacted(engine.state());
        for value in old.iter().chain(&engine.journal.captured) {
            prop_assert!(redacted.contains(value));
        }
    }

    #[test]
    fn limits_are_never_exceeded(script in vec(act(), 0..40)) {
        let limits = Limits { effects: 8, effect_bytes: 600, state_bytes: 200, exchanged_bytes: 150 };
        let context = context(&PlugState::default());
        let (engine, violation) = run(&script, &context, Log::default(), limits, None).unwrap();
        let exchanges = &engine.context().exchanges;
        prop_assert_eq!(violation.is_none(), exchanges.len() == script.len());
        prop_assert!(exchanges.len() <= limits.effects);
        prop_assert!(exchanges.iter().map(body_bytes).sum::<usize>() <= limits.exchanged_bytes);
        let log = &engine.journal;
        prop_assert!(log.effects.iter().map(|(effect, _)| effect_bytes(effect)).sum::<usize>() <= limits.effect_bytes);
        prop_assert!(log.state_bytes <= limits.state_bytes);
    }
}

#[test]
fn another_effect_than_the_recorded_one_ends_the_operation() {
    let call = Act::call(true, Some(1), Vec::new());
    let log = Log { effects: vec![(call.effect.clone(), None)], ..Log::default() };
    let other = Act::call(false, Some(1), Vec::new());
    let context = context(&PlugState::default());
    let (engine, violation) = run(std::slice::from_ref(&other), &context, log, Limits::default(), None).unwrap();
    assert_eq!(violation, Some(Violation::Diverged(other.effect)));
    assert!(engine.context().exchanges.is_empty());
}

#[test]
fn a_response_with_a_value_that_cannot_be_stored_is_too_large() {
    let captured = |length| Captured { key: "token".to_owned(), value: "T".repeat(length), expires_in: Some(2) };
    let context = context(&PlugState::default());
    for (length, fits) in [(16 << 10, true), ((16 << 10) + 1, false)] {
        let script = [Act::call(true, Some(1), vec![captured(length)])];
        let (engine, _) = run(&script, &context, Log::default(), Limits::default(), None).unwrap();
        assert_eq!(matches!(engine.context().exchanges.last(), Some(Exchange::Answered(_))), fits);
        assert_eq!(engine.state().entries().len(), usize::from(fits));
        assert!(engine.state().entries().iter().all(|entry| entry.expires_at == Some(NOW + 2_000)));
    }
}

#[test]
fn new_effects_have_a_deadline_and_recorded_ones_have_none() {
    let call = Act::call(true, Some(1), Vec::new());
    let context = context(&PlugState::default());
    let known = Log { effects: vec![(call.effect.clone(), Some(Exchange::Done))], ..Log::default() };
    for (log, expected) in [(Log::default(), Some(Violation::OutOfTime)), (known, None)] {
        let mut engine = Engine::new(context.clone(), PlugState::default(), Limits::default(), log);
        let step: Step<(), ()> = engine.advance(plug(std::slice::from_ref(&call), engine.context()), true);
        let violation = if let Step::Violation(violation) = step { Some(violation) } else { None };
        assert_eq!(violation, expected);
    }
}

#[test]
fn the_stored_form_of_an_entry_is_fixed() {
    let json = r#"{"key":"token","value":"t","sealed":true,"expiresAt":7}"#;
    let entry: StateEntry = serde_json::from_str(json).unwrap();
    assert_eq!((entry.captured, entry.expires_at), (true, Some(7)));
    assert_eq!(serde_json::to_string(&entry).unwrap(), json);
    assert!(!format!("{entry:?}").contains("= t"));
}
