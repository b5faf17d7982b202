//! Why a file is not a plug, and why a call has no result.

use cordboard_core::text::line;
use serde::{Deserialize, Serialize};
use wasmtime::{PoolConcurrencyLimitError, Trap};

use super::contracts::CONTRACTS;
use super::limits::NoMemory;

/// The longest text of others that an error repeats, in characters.
const MAX_QUOTE_LEN: usize = 200;

/// Why a call has no result. Texts are short, and nothing of the call's data stands in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum CallError {
    /// The plug broke off; WebAssembly's name for how.
    #[error("the plug broke off ({0}): use a version of it that does not")]
    Trapped(String),
    /// It took longer than a call may.
    #[error(
        "the plug took longer than a call may: use a version of it that is quicker, or a machine that is less busy"
    )]
    OutOfTime,
    /// It wanted more memory than a call may have.
    #[error("the plug wanted more memory than a call may have: use a version of it that needs less")]
    OutOfMemory,
    /// Its result is longer than a result may be.
    #[error("the plug gave a longer result than it may: use a version of it that gives less")]
    TooMuchData,
    /// What it gave is not what its contract says; how.
    #[error("the plug broke its contract ({0}): use a version of it that keeps it")]
    ContractBroken(String),
    /// The contract of this plug has no such operation.
    #[error("this plug's contract has no such operation: configure a plug of the right kind in its place")]
    WrongRole,
    /// As many calls as may run are running.
    #[error("as many plugs are at work as may be: try again, or give the host more slots")]
    Busy,
    /// Its code was put away while nobody called it, and cannot be brought back; a sentence.
    #[error("the plug's code is not in memory and cannot be brought back: {0}")]
    Unavailable(String),
}

impl CallError {
    /// Whether another version of the plug may do better; otherwise it was not the plug's doing.
    pub fn is_plugs_fault(&self) -> bool {
        !matches!(self, Self::WrongRole) && !self.is_transient()
    }

    /// Whether the same call may go through later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy | Self::Unavailable(_))
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
                // Wasmtime gives this error no type of its own.
                if reason.contains("fuel allocated for hostcalls") {
                    Self::TooMuchData
                } else {
                    Self::ContractBroken(quote(&reason))
                }
            }
        }
    }
}

/// Why a file is not a plug that this host can use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum LoadError {
    /// The file is too large.
    #[error(
        "the file has more than the {max} bytes that a plug may have: build it for size, or raise the host's limit"
    )]
    TooLarge {
        /// What it may have, in bytes.
        max: usize,
    },
    /// The file is no WebAssembly.
    #[error("the file is not WebAssembly in binary form: give the .wasm file that the build made")]
    NotWasm,
    /// The file is machine code.
    #[error(
        "the file was compiled to machine code before, which nobody can check: give the .wasm component it was made of"
    )]
    Precompiled,
    /// The file is a module.
    #[error(
        "the file is a core module, not a component: link it with `wasm-component-ld`, which comes with rustup's \
         toolchain (guest/README.md), or turn it into one with `wasm-tools component new`"
    )]
    CoreModule,
    /// The component is not valid, or uses what the host does not offer.
    #[error("the component cannot be used ({0}): build it with current tools, without threads, memory64 or async")]
    Invalid(String),
    /// The component imports functions.
    #[error(
        "the component imports {}, and a plug imports no function: build it without WASI (Rust: for \
         wasm32-unknown-unknown; JavaScript: with `disableFeatures`; Python: with `--stub-wasi`)", listed(.0)
    )]
    Imports(Vec<String>),
    /// The component implements no contract; what it exports.
    #[error(
        "the component exports {}, and none of these is a contract: export one of {}",
        listed(.0), listed(&CONTRACTS.each_ref().map(|(_, contract)| contract.name))
    )]
    NoContract(Vec<String>),
    /// The component implements more than one contract.
    #[error("the component exports {}, and a plug keeps to one contract: make a component of each", listed(.0))]
    SeveralContracts(Vec<String>),
    /// The component's type is not the contract's.
    #[error("{}", differing(contract, built_against, missing, extra))]
    Differs {
        /// The interface that the host knows, with its version.
        contract: String,
        /// What it was built against instead of it; the same, where the version is right.
        built_against: String,
        /// Functions that it lacks.
        missing: Vec<String>,
        /// Functions and interfaces that it has beside the contract's.
        extra: Vec<String>,
    },
    /// A function of the contract has another type.
    #[error("the function `{function}` of {contract} {fault}: build the plug against the contract as it is")]
    Signature {
        /// Which contract.
        contract: String,
        /// Which function.
        function: String,
        /// What is wrong with it.
        fault: String,
    },
    /// The compiler was stopped, or broke off; how, as the end of a sentence.
    #[error("compiling the component {0}: build it smaller and with current tools, or give the compiler more")]
    Compiler(String),
    /// The component could not be started.
    #[error("the component does not start: {0}")]
    Start(CallError),
    /// The component does not describe itself.
    #[error("the plug does not describe itself: {0}")]
    Describe(CallError),
    /// The component's description cannot be used; all that is wrong with it.
    #[error("the plug's description is wrong: {}", .0.join("; "))]
    Description(Vec<String>),
}

/// Text of others, shortened and in one line.
pub fn quote(text: &str) -> String {
    line(text, MAX_QUOTE_LEN)
}

fn differing(contract: &str, built_against: &str, missing: &[String], extra: &[String]) -> String {
    let mut faults = Vec::new();
    if !missing.is_empty() {
        faults.push(format!("it lacks {}", listed(missing)));
    }
    if !extra.is_empty() {
        faults.push(format!("it has {} beside what the contract has", listed(extra)));
    }
    let faults = faults.join(", and ");
    if built_against == contract {
        return format!(
            "the component was built against {contract}, and {faults}: build it against the contract as it is, and export \
             nothing else"
        );
    }
    let faults = if faults.is_empty() { String::new() } else { format!(" ({faults})") };
    format!(
        "the component was built against {built_against}, and this host knows {contract}{faults}: build it against that \
         version"
    )
}

/// At most five names, since a component may have thousands.
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
    fn what_others_wrote_is_shortened_to_one_line() {
        assert_eq!(quote("a\r\nb\u{1b}[0m"), "a  b [0m");
        assert_eq!(quote(&"é".repeat(1000)).chars().count(), MAX_QUOTE_LEN);
        let names: Vec<String> = (0..1000).map(|index| format!("n{index}")).collect();
        assert_eq!(listed(&names), "`n0`, `n1`, `n2`, `n3`, `n4` and 995 more");
        assert_eq!(listed(&[""; 0]), "nothing");
    }
}
