//! `cordboard check`

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use cordboard::bridge::{self, Plugs};
use cordboard::config::Fault;

use super::terminal::{plain, print, print_json, wrapped};
use super::{CliError, ConfigFile, compile_plug};

/// Checks a configuration and its plugs, without starting anything.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 it can be served, 1 it cannot.\n\nExample:\n  cordboard check --config \
                        cordboard.toml")]
pub struct Check {
    #[command(flatten)]
    config: ConfigFile,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Check) -> Result<ExitCode, CliError> {
    let (faults, warnings) = match args.config.read() {
        Ok(config) => {
            let mut plugs = Plugs::read_only(&config, compile_plug::program())?;
            let report = bridge::check_with(&config, &mut plugs);
            (messages(&report.faults), messages(&report.warnings))
        }
        Err(error) => (messages(&error.faults), Vec::new()),
    };
    let code = if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    if args.json {
        print_json(&json!({ "faults": faults, "warnings": warnings }))?;
        return Ok(code);
    }
    let mut text = String::new();
    for (word, sentences) in [("fault", &faults), ("warning", &warnings)] {
        for sentence in sentences {
            text += wrapped(&format!("{word}: {}", plain(sentence)), 0).as_str();
        }
    }
    text += &match (faults.len(), warnings.len()) {
        (0, 0) => "All is well: `cordboard serve` will take it.\n".to_owned(),
        (0, count) => format!("It can be served; mind {} above.\n", counted(count, "warning")),
        (count, _) => format!("It cannot be served: mend {} above.\n", counted(count, "fault")),
    };
    print(&text)?;
    Ok(code)
}

fn messages(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("the {what}") } else { format!("the {count} {what}s") }
}
