//! `cordboard plug history`

use std::process::ExitCode;

use clap::Args;
use cordboard_core::{AccountId, AppId};
use serde_json::Value;

use crate::CliError;
use crate::terminal::{plain, row, seconds, wrapped};

use super::client::Admin;
use super::json::{list, member, number};
use super::plug_ref::short;
use super::rollout::owner;

/// Characters of each difference in the text output; the JSON has all of it.
const MAX_DIFFERENCE_LEN: usize = 400;

#[derive(Debug, Args)]
#[command(after_help = "\
`*` marks the live generation, `?` a candidate: a canary or a shadow.

Examples:
  cordboard plug history --account 123123 --connection rooms
  cordboard plug history --app 54321 --limit 5 --json")]
pub struct History {
    /// ID of the account.
    #[arg(long, value_name = "ID", requires = "connection", required_unless_present = "app")]
    account: Option<AccountId>,
    /// Name of the account's connection.
    #[arg(long, value_name = "NAME", requires = "account")]
    connection: Option<String>,
    /// ID of an app, instead of a connection.
    #[arg(long, value_name = "ID", conflicts_with_all = ["account", "connection"])]
    app: Option<AppId>,
    /// Show at most this many generations and differences, up to 500.
    #[arg(long, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=500))]
    limit: u16,
    #[command(flatten)]
    admin: Admin,
}

pub(super) async fn run(args: History) -> Result<ExitCode, CliError> {
    let mut query = vec![("limit", args.limit.to_string())];
    query.extend(args.account.map(|account| ("account", account.to_string())));
    query.extend(args.connection.map(|connection| ("connection", connection)));
    query.extend(args.app.map(|app| ("app", app.to_string())));
    let history = args.admin.client()?.get("history", &query).await?;
    args.admin.print(&history, text)
}

const WIDTHS: [usize; 5] = [7, 19, 12, 20, 13];

fn text(history: &Value) -> String {
    let candidate = history.get("candidate").filter(|candidate| !candidate.is_null());
    let tried = candidate.map(|candidate| number(candidate, "generation"));
    let live = number(history, "live");
    let mut text = format!("{}\n\n", history.get("target").map(owner).unwrap_or_default());
    text += &row(WIDTHS, ["      #", "MADE (UTC)", "DIGEST", "PLUG", "BY"]);
    for generation in list(history, "generations") {
        let own = number(generation, "generation");
        let mark = match own {
            _ if own == live => '*',
            _ if Some(own) == tried => '?',
            _ => ' ',
        };
        let member = |name: &str| member(generation, name);
        let (made, digest) = (seconds(member("madeAt")), short(member("plug")));
        text += &row(WIDTHS, [&format!("{mark} {own:>5}"), &made, &digest, member("name"), member("by")]);
    }
    text + &candidate.map(|candidate| rollout(candidate, history)).unwrap_or_default()
}

/// Describes how the candidate does.
fn rollout(candidate: &Value, history: &Value) -> String {
    let own = number(candidate, "generation");
    if let Some(share) = candidate.get("canary").and_then(Value::as_str) {
        return format!("\n#{own} serves {} of the conferences.\n", plain(share));
    }
    let [same, different, skipped] =
        ["same", "different", "skipped"].map(|name| candidate.get("seen").map_or(0, |seen| number(seen, name)));
    let mut text = format!("\n#{own} is a shadow: {same} the same, {different} different, {skipped} skipped.\n");
    for difference in list(history, "differences") {
        let common = number(difference, "after");
        let (at, kind) = (seconds(member(difference, "seenAt")), member(difference, "kind"));
        let head = format!("{at} {kind}, after {common} equal steps");
        text += &wrapped(&plain(&head), 2);
        for plug in ["live", "candidate"] {
            let did: String = member(difference, plug).chars().take(MAX_DIFFERENCE_LEN).collect();
            text += &folded(&plain(&format!("{plug}: {did}")));
        }
    }
    text
}

/// Breaks text without spaces, such as JSON, into lines of 80 columns.
fn folded(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(76).map(|line| format!("    {}\n", line.iter().collect::<String>())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn history(candidate: Value) -> Value {
        let generation = |number: u64, name: &str| {
            json!({
                "generation": number, "plug": format!("sha256:{}", "a".repeat(64)), "name": name, "content": "0123",
                "cause": "activated", "by": "b".repeat(64), "madeAt": "2030-03-11T16:01:01.119Z",
            })
        };
        json!({
            "target": { "account": "123123", "connection": "rooms" }, "live": 1, "candidate": candidate, "pinned": false,
            "generations": [generation(2, "rooms 0.2.0"), generation(1, &"\u{1b}日".repeat(60))],
            "differences": [{
                "operation": "o", "kind": "create", "after": 1, "live": "x".repeat(900), "candidate": "{\"a b\": 1}",
                "seenAt": "2030-03-11T16:01:01.119Z",
            }],
        })
    }

    #[test]
    fn the_live_generation_and_the_candidate_are_marked() {
        let output = text(&history(json!({ "generation": 2, "canary": "10%", "shadow": false, "seen": null })));
        assert!(output.starts_with("123123/rooms\n\n"), "{output}");
        assert!(output.contains("\n?     2  2030-03-11 16:01:01  aaaaaaaaaaaa  rooms 0.2.0  "), "{output}");
        assert!(output.contains("\n*     1  "), "{output}");
        assert!(output.ends_with("\n#2 serves 10% of the conferences.\n"), "{output}");
    }

    #[test]
    fn lines_fit_80_columns_for_any_content() {
        let seen = json!({ "same": 12, "different": 1, "skipped": 0 });
        let output = text(&history(json!({ "generation": 2, "canary": null, "shadow": true, "seen": seen })));
        assert!(output.contains("#2 is a shadow: 12 the same, 1 different, 0 skipped."), "{output}");
        assert!(
            output.contains("create, after 1 equal steps") && output.contains("candidate: {\"a b\": 1}"),
            "{output}"
        );
        for line in output.lines() {
            assert!(line.chars().count() <= 80 && !line.contains('\u{1b}'), "{line}");
        }
    }
}
