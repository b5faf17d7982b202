//! The self-test at admission.

use cordboard_core::engine::Pause;

use super::checks::names;
use super::report::Fault;
use super::setup::Setup;
use super::test_run::{TestRun, describe_call_error};
use super::validation;
use cordboard::contract::manifest::Secrecy;
use cordboard::plug::Plug;

/// The value for open settings without a default, most of which are URLs or host names.
const FILLED: &str = "https://plug.example.org";

/// Tests every operation once without settings and once with all settings. Each call must succeed and return a valid
/// result. This takes milliseconds, or at most the time limit of each call.
///
/// # Errors
/// The faults found.
pub fn quick(plug: &Plug) -> Result<(), Vec<Fault>> {
    let unset = plug.description().settings.iter().filter(|one| one.secrecy == Secrecy::Open && one.key != "*");
    let unset = unset.filter(|setting| setting.default_value.is_none());
    let filled = unset.map(|setting| (setting.key.clone(), FILLED.to_owned())).collect();
    let mut faults = Vec::new();
    for setup in [Setup::unchecked(Vec::new()), Setup::unchecked(filled)] {
        faults.extend(test_operations(&TestRun::new(plug, &setup)));
        // Failing calls may be slow, so stop early.
        if !faults.is_empty() {
            return Err(faults);
        }
    }
    Ok(())
}

/// [`quick`], as the library of plugs takes it.
///
/// # Errors
/// What is wrong.
pub fn self_test(plug: &Plug) -> Result<(), Vec<String>> {
    quick(plug).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

fn test_operations(test_run: &TestRun<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for operation in test_run.operations() {
        let fault = match operation.step(test_run.plug, &test_run.context) {
            Ok(Ok(output) | Err(Pause::Failed(output))) => {
                validation::fault(&output).map(|(check, why)| (check, why, false))
            }
            Ok(Err(Pause::Effect(_))) => None,
            Err(error) => Some((names::STARTS, describe_call_error(&error), true)),
        };
        let Some((check, why, is_broken)) = fault else { continue };
        let fault = Fault { check, description: format!("`{}`: {why}", operation.name) };
        if !faults.contains(&fault) {
            faults.push(fault);
        }
        if is_broken {
            break;
        }
    }
    faults
}
