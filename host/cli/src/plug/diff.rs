//! `cordboard plug diff`

use std::process::ExitCode;

use clap::Args;
use cordboard_core::AccountId;
use serde_json::{Value, json};

use crate::CliError;
use crate::terminal::{exit_code, plain, wrapped};

use super::client::Admin;
use super::json::{list, member, number};
use super::plug_ref;

/// Characters of each plug's step in the text output.
const SHOWN: usize = 400;

#[derive(Debug, Args)]
#[command(override_usage = "cordboard plug diff LIVE CANDIDATE --account A --connection C [OPTIONS]")]
#[command(after_help = "\
Replays recorded operations and webhook requests of the connection with both
plugs, and feeds them the recorded responses of the provider. Nothing is sent.
Each replay stops at the first effect that differs, which is shown.

Exit status: 0 if the plugs behave the same, 1 if they differ.

Example:
  cordboard plug diff jitsi 3f1c2f0e7a7b --account 123123 --connection rooms \\
    --last 1000")]
pub struct Diff {
    /// One plug, usually the live one: digest, unique prefix of it, or built-in name.
    #[arg(value_name = "LIVE")]
    one: String,
    /// The plug to compare with it.
    #[arg(value_name = "CANDIDATE")]
    other: String,
    /// ID of the account.
    #[arg(long, value_name = "ID")]
    account: AccountId,
    /// Name of the account's connection.
    #[arg(long, value_name = "NAME")]
    connection: String,
    /// Replay at most this many operations and webhook requests, newest first.
    #[arg(long, value_name = "COUNT", default_value_t = 1000)]
    last: u64,
    #[command(flatten)]
    admin: Admin,
}

pub(super) async fn run(args: Diff) -> Result<ExitCode, CliError> {
    let client = args.admin.client()?;
    let one = plug_ref::resolve(&client, &args.one).await?;
    let other = plug_ref::resolve(&client, &args.other).await?;
    let body = json!({
        "one": one, "other": other, "account": args.account, "connection": args.connection, "last": args.last,
    });
    let answer = client.post("diffs", &body).await?;
    args.admin.print(&answer, text)?;
    Ok(exit_code(number(&answer, "compared") == number(&answer, "same")))
}

fn text(answer: &Value) -> String {
    let mut text = String::new();
    for difference in list(answer, "differences") {
        let member = |name: &str| plain(member(difference, name));
        text += &wrapped(&format!("{} {} of {}", member("kind"), member("operation"), member("at")), 0);
        for (mark, name) in [('-', "one"), ('+', "other")] {
            let step = difference.get(name).map(Value::to_string).unwrap_or_default();
            text += &wrapped(&format!("{mark} {}", plain(&step.chars().take(SHOWN).collect::<String>())), 2);
        }
    }
    text + &match (number(answer, "compared"), number(answer, "same")) {
        (0, _) => "Nothing to compare: this connection has not been used yet.\n".to_owned(),
        (compared, same) if compared == same => format!("All {compared} results are the same.\n"),
        (compared, same) => format!("{same} of {compared} results are the same.\n"),
    }
}
