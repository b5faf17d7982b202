//! `cordboard check`

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use cordboard::config::Fault;
use cordboard::registry::{self, Plugs};

use super::terminal::{plain, print, print_json, wrapped};
use super::{CliError, ConfigFile, compile_plug};

/// Validate the configuration without starting the bridge.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit status: 0 if the configuration is valid, even with warnings; 1 if not.

Examples:
  cordboard check
  cordboard check --config /etc/cordboard.toml --json")]
pub struct Check {
    #[command(flatten)]
    config: ConfigFile,
    /// Print JSON instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Check) -> Result<ExitCode, CliError> {
    let (faults, warnings) = match args.config.load() {
        Ok(config) => {
            let mut plugs = Plugs::read_only(&config, compile_plug::program())?;
            let report = registry::check(&config, &mut plugs);
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
        (0, 0) => "The configuration is valid.\n".to_owned(),
        (0, count) => format!("The configuration is valid, with {}.\n", counted(count, "warning")),
        (count, _) => format!("The configuration is invalid: fix {}.\n", counted(count, "fault")),
    };
    print(&text)?;
    Ok(code)
}

fn messages(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
