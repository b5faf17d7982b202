//! `cordboard audit`

use std::process::ExitCode;

use clap::Args;
use cordboard_core::AccountId;
use serde_json::Value;

use super::CliError;
use super::plug::client::Admin;
use super::plug::json::{list, member, number};
use super::terminal::{plain, seconds, wrapped};

/// Show the audit log of the admin API, newest entries first.
#[derive(Debug, Args)]
#[command(after_help = "\
Each entry names the token that changed or compared something. Refused calls
are not in the audit log: `cordboard serve` logs them.

Examples:
  cordboard audit --account 123123
  cordboard audit --before 4711 --limit 1000 --json")]
pub struct Audit {
    /// Only show entries of this account.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// Only show entries before this one.
    #[arg(long, value_name = "ENTRY", value_parser = clap::value_parser!(u64).range(1..))]
    before: Option<u64>,
    /// Show at most this many entries, up to 1000.
    #[arg(long, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    #[command(flatten)]
    admin: Admin,
}

pub(super) async fn run(args: Audit) -> Result<ExitCode, CliError> {
    let mut query = vec![("limit", args.limit.to_string())];
    query.extend(args.account.map(|account| ("account", account.to_string())));
    query.extend(args.before.map(|before| ("before", before.to_string())));
    let audit = args.admin.client()?.get("audit", &query).await?;
    args.admin.print(&audit, text)
}

fn text(audit: &Value) -> String {
    let entries = list(audit, "entries");
    let mut text: String = entries.iter().map(entry).collect();
    if entries.is_empty() {
        text += "No entries.\n";
    }
    if let (Some(true), Some(last)) = (audit.get("more").and_then(Value::as_bool), entries.last()) {
        text += &format!("\nFor older entries, add `--before {}`.\n", number(last, "sequence"));
    }
    text
}

fn entry(entry: &Value) -> String {
    let at = seconds(member(entry, "at"));
    let [actor, action, target, from, to] = ["actor", "action", "target", "from", "to"].map(|name| member(entry, name));
    let head = format!("{} {at} {actor}: {action} {target}", number(entry, "sequence"));
    let change = if from.is_empty() { to.to_owned() } else { format!("{from} -> {to}") };
    wrapped(&plain(&head), 0) + &wrapped(&plain(&change), 4)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn output_fits_80_columns_and_names_the_next_page() {
        let entry = |sequence: u64, from: &str, to: &str| {
            json!({
                "sequence": sequence, "at": "2030-03-11T16:01:01.119Z", "actor": "acme", "action": "activate",
                "account": "123123", "target": "123123/rooms", "from": from, "to": to,
            })
        };
        let long = "word ".repeat(60);
        let entries = [entry(9, "#1 rooms 0.1.0", "#2 rooms 0.2.0"), entry(4, "", &long)];
        let output = text(&json!({ "entries": entries, "more": true }));
        assert!(output.starts_with("9 2030-03-11 16:01:01 acme: activate 123123/rooms\n"), "{output}");
        assert!(output.contains("\n    #1 rooms 0.1.0 -> #2 rooms 0.2.0\n"), "{output}");
        assert!(output.ends_with("\nFor older entries, add `--before 4`.\n"), "{output}");
        assert!(output.lines().all(|line| line.chars().count() <= 80), "{output}");
        assert_eq!(text(&json!({ "entries": [], "more": false })), "No entries.\n");
    }
}
