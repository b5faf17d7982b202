//! Errors of loading and calling plugs.

use cordboard_core::api_error::ApiError;
use cordboard_core::engine::Violation;
use cordboard_core::text::line;
use serde::{Deserialize, Serialize};
use wasmtime::{PoolConcurrencyLimitError, Trap};

use super::contracts::CONTRACTS;
use super::limits::NoMemory;

/// The longest untrusted text that an error quotes, in characters.
const MAX_QUOTE_LEN: usize = 200;

/// Why a call failed. The messages are short and contain none of the call's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum CallError {
    /// The plug trapped. The field is WebAssembly's name of the trap.
    #[error("the plug trapped ({0}): use a version that does not")]
    Trapped(String),
    /// The plug exceeded the time limit of a call.
    #[error("the plug exceeded its time limit: use a faster version, or a less busy machine")]
    OutOfTime,
    /// The plug exceeded the memory limit of a call.
    #[error("the plug exceeded its memory limit: use a version that needs less")]
    OutOfMemory,
    /// The result exceeds the size limit.
    #[error("the plug's result is too large: use a version that returns less")]
    TooMuchData,
    /// The plug violated its contract. The field says how.
    #[error("the plug violated its contract ({0}): use a version that complies with it")]
    ContractBroken(String),
    /// The plug's contract does not have the operation.
    #[error("the plug's contract has no such operation: configure a plug of the right kind")]
    WrongRole,
    /// The maximum number of calls is running.
    #[error("all plug instances are busy: try again, or give the host more slots")]
    Busy,
    /// The plug's code was unloaded and cannot be reloaded. The field says why.
    #[error("the plug's code was unloaded and cannot be reloaded: {0}")]
    Unavailable(String),
}

impl CallError {
    /// Whether the same call may succeed later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy | Self::Unavailable(_))
    }
}

impl From<CallError> for ApiError {
    fn from(error: CallError) -> Self {
        if error.is_transient() { Self::Unavailable(error.to_string()) } else { Self::PlugFailed(error.to_string()) }
    }
}

impl From<wasmtime::Error> for CallError {
    fn from(error: wasmtime::Error) -> Self {
        if error.is::<PoolConcurrencyLimitError>() {
            return Self::Busy;
        }
        if error.is::<NoMemory>() {
            return Self::OutOfMemory;
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::Interrupt) => Self::OutOfTime,
            Some(trap) => Self::Trapped(quote(trap.to_string().trim_start_matches("wasm trap: "))),
            None => {
                let reason = error.root_cause().to_string();
                // Wasmtime has no type for this error.
                if reason.contains("fuel allocated for hostcalls") {
                    Self::TooMuchData
                } else {
                    Self::ContractBroken(quote(&reason))
                }
            }
        }
    }
}

impl From<Violation> for CallError {
    fn from(violation: Violation) -> Self {
        match violation {
            Violation::OutOfTime => Self::OutOfTime,
            broken => Self::ContractBroken(broken.to_string()),
        }
    }
}

/// Why a file is not a plug that this host can use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum LoadError {
    /// The file is too large.
    #[error("the file is larger than {max} bytes: optimize the build for size, or raise the host's limit")]
    TooLarge {
        /// The size limit in bytes.
        max: usize,
    },
    /// The file is not WebAssembly.
    #[error("the file is not a WebAssembly binary: use the .wasm file that the build produced")]
    NotWasm,
    /// The file is machine code.
    #[error(
        "the file is precompiled machine code, which cannot be validated: use the .wasm component it was compiled from"
    )]
    Precompiled,
    /// The file is a core module.
    #[error(
        "the file is a core module, not a component: link it with `wasm-component-ld`, which comes with rustup's \
         toolchain (guest/README.md), or convert it with `wasm-tools component new`"
    )]
    CoreModule,
    /// The component is invalid or uses features that the host does not support.
    #[error("invalid or unsupported component ({0}): build it with current tools, without threads, memory64 or async")]
    Invalid(String),
    /// The component imports functions.
    #[error(
        "the component imports {}, but plugs must not import functions: build it without WASI (Rust: for \
         wasm32-unknown-unknown; JavaScript: with `disableFeatures`; Python: with `--stub-wasi`)", listed(.0)
    )]
    Imports(Vec<String>),
    /// The component implements no contract. The field lists its exports.
    #[error(
        "the component exports {}, but no contract: export one of {}",
        listed(.0), listed(&CONTRACTS.each_ref().map(|(_, contract)| contract.name))
    )]
    NoContract(Vec<String>),
    /// The component implements more than one contract.
    #[error("the component exports {}, but a plug has only one contract: build a component for each", listed(.0))]
    SeveralContracts(Vec<String>),
    /// The component does not match its contract.
    #[error("{}", differing(contract, built_against, missing, extra))]
    Differs {
        /// The interface that the host knows, with its version.
        contract: String,
        /// The interface that it was built against; the same, unless the version differs.
        built_against: String,
        /// Functions that it lacks.
        missing: Vec<String>,
        /// Functions and interfaces that it has in addition to the contract's.
        extra: Vec<String>,
    },
    /// A function of the contract is missing or has the wrong type.
    #[error("the function `{function}` of {contract} {fault}: build the plug against the current contract")]
    Signature {
        /// The contract.
        contract: String,
        /// The function.
        function: String,
        /// What is wrong with it, as the end of a sentence.
        fault: String,
    },
    /// The compiler crashed or exceeded a limit. The field is the end of a sentence.
    #[error("compiling the component {0}: make it smaller, use current tools, or raise the compiler's limits")]
    Compiler(String),
    /// The component could not be instantiated.
    #[error("the component failed to start: {0}")]
    Start(CallError),
    /// The operation `describe` failed.
    #[error("the plug failed to describe itself: {0}")]
    Describe(CallError),
    /// The plug's description is invalid. The field lists its faults.
    #[error("the plug's description is invalid: {}", .0.join("; "))]
    Description(Vec<String>),
}

/// Untrusted text as a single, short line.
pub fn quote(text: &str) -> String {
    line(text, MAX_QUOTE_LEN)
}

fn differing(contract: &str, built_against: &str, missing: &[String], extra: &[String]) -> String {
    let mut faults = Vec::new();
    if !missing.is_empty() {
        faults.push(format!("missing {}", listed(missing)));
    }
    if !extra.is_empty() {
        faults.push(format!("unexpected {}", listed(extra)));
    }
    let faults = faults.join("; ");
    if built_against == contract {
        return format!(
            "the component does not match {contract} ({faults}): build it against the current contract, and export \
             nothing else"
        );
    }
    let faults = if faults.is_empty() { String::new() } else { format!(" ({faults})") };
    format!(
        "the component was built against {built_against}, but this host supports {contract}{faults}: build it against \
         that version"
    )
}

/// Lists at most five names, because a component may have thousands.
fn listed(names: &[impl AsRef<str>]) -> String {
    let shown: Vec<String> = names.iter().take(5).map(|name| format!("`{}`", quote(name.as_ref()))).collect();
    match names.len() - shown.len() {
        0 if shown.is_empty() => "nothing".to_owned(),
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untrusted_text_is_shortened_to_one_line() {
        assert_eq!(quote("a\r\nb\u{1b}[0m"), "a  b [0m");
        assert_eq!(quote(&"é".repeat(1000)).chars().count(), MAX_QUOTE_LEN);
        let names: Vec<String> = (0..1000).map(|index| format!("n{index}")).collect();
        assert_eq!(listed(&names), "`n0`, `n1`, `n2`, `n3`, `n4` and 995 more");
        assert_eq!(listed(&[""; 0]), "nothing");
    }
}
