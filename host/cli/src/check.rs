//! `cordboard check`

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use cordboard::config::{Fault, Report};
use cordboard::registry::{self, Plugs};

use super::terminal::{Output, counted, exit_code, plain, wrapped};
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
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &Check) -> Result<ExitCode, CliError> {
    let report = match args.config.load() {
        Ok(config) => registry::check(&config, &mut Plugs::read_only(&config, compile_plug::program())?),
        Err(error) => Report { faults: error.faults, warnings: Vec::new() },
    };
    let messages = |faults: &[Fault]| faults.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (faults, warnings) = (messages(&report.faults), messages(&report.warnings));
    args.output.print(|| json!({ "faults": faults, "warnings": warnings }), || text(&faults, &warnings))?;
    Ok(exit_code(faults.is_empty()))
}

fn text(faults: &[String], warnings: &[String]) -> String {
    let mut text = String::new();
    for (kind, messages) in [("fault", faults), ("warning", warnings)] {
        text.extend(messages.iter().map(|message| wrapped(&format!("{kind}: {}", plain(message)), 0)));
    }
    text + &match (faults.len(), warnings.len()) {
        (0, 0) => "The configuration is valid.\n".to_owned(),
        (0, count) => format!("The configuration is valid, with {}.\n", counted(count as u64, "warning")),
        (count, _) => format!("The configuration is invalid: fix {}.\n", counted(count as u64, "fault")),
    }
}
