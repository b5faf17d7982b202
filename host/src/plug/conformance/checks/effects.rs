//! How much an operation asks for.

use crate::contract::effect::Effect;
use crate::plug::conformance::course::End;
use crate::plug::conformance::report::{Faults, Verdict};
use crate::plug::conformance::trial::{Trial, broke};
use crate::plug::rules::{MAX_EFFECTS, effect_fits};

/// Whether operations end in all weathers.
pub(super) fn end(trial: &Trial<'_>) -> Verdict {
    let mut faults = Faults::default();
    for tried in trial.courses() {
        match &tried.course.end {
            End::Gave(_) => {}
            End::Broken(error) => faults.add(format!("{}: {}", tried.says, broke(error))),
            End::Endless => faults.add(format!("{}: it asks for more than {MAX_EFFECTS} effects", tried.says)),
        }
    }
    faults.verdict()
}

/// Whether what is remembered, or captured, fits beside what was there.
pub(super) fn state(trial: &Trial<'_>) -> Verdict {
    let mut faults = Faults::default();
    let mut any = false;
    for tried in trial.courses() {
        let mut kept: Vec<&str> = Vec::new();
        for effect in &tried.course.effects {
            let keys: Vec<&str> = match effect {
                Effect::SetState(entries) => entries.iter().map(|entry| entry.key.as_str()).collect(),
                Effect::Call(request) => request.captures.iter().map(|capture| capture.key.as_str()).collect(),
                Effect::DeleteState(keys) => {
                    kept.retain(|key| !keys.iter().any(|dropped| dropped == key));
                    continue;
                }
            };
            any |= !keys.is_empty();
            if !effect_fits(kept.iter().copied(), effect) {
                faults.add(format!("{}: it wants more remembered than a connection may", tried.says));
            }
            for key in keys {
                if !kept.contains(&key) {
                    kept.push(key);
                }
            }
        }
    }
    if any { faults.verdict() } else { Verdict::NotApplicable("it remembers nothing".to_owned()) }
}
