//! `cordboard plug activate`

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use crate::CliError;
use crate::terminal::plain;

use super::client::Admin;
use super::plug_ref;
use super::target::{self, Target};

#[derive(Debug, Args)]
#[command(
    override_usage = "cordboard plug activate [OPTIONS] <PLUG> --account A --connection C",
    after_help = "\
Without --canary or --shadow, the plug goes live at once. Requests in flight
finish with the plug that they started with. The settings and secrets stay the
same; a plug that they do not fit is rejected.

Examples:
  # Replace the plug of one connection.
  cordboard plug activate 3f1c2f0e7a7b --account 123123 --connection rooms

  # Serve a tenth of its conferences first.
  cordboard plug activate 3f1c2f0e7a7b --account 123123 --connection rooms \\
    --canary 10%

  # Compare on every connection that uses jitsi, without any effect.
  cordboard plug activate jitsi --using jitsi --shadow"
)]
pub struct Activate {
    /// Digest of the plug, a unique prefix of it, or the name of a built-in plug.
    #[arg(value_name = "PLUG")]
    plug: String,
    #[command(flatten)]
    target: Target,
    /// Serve only this share of the conferences, such as 10%; a conference keeps its plug.
    #[arg(long, value_name = "SHARE", conflicts_with = "shadow")]
    canary: Option<String>,
    /// Run the plug beside the live one and compare; its effects are not performed.
    #[arg(long)]
    shadow: bool,
    #[command(flatten)]
    admin: Admin,
}

pub(super) async fn run(args: Activate) -> Result<ExitCode, CliError> {
    let client = args.admin.client()?;
    let plug = plug_ref::find(&plug_ref::plugs(&client, &[&args.plug]).await?, &args.plug)?;
    let body = json!({ "plug": plug, "target": args.target.json(), "canary": args.canary, "shadow": args.shadow });
    let answer = client.post("activations", &body).await?;
    args.admin.print(&answer, |answer| {
        let target = args.target.arguments();
        let (how, next) = match (&args.canary, args.shadow) {
            (None, false) => ("replaces".to_owned(), format!("To roll back:\n  cordboard plug rollback {target}\n")),
            (canary, _) => {
                let how = canary.as_ref().map(|share| format!("serves {} beside", plain(share)));
                let commands =
                    ["history", "promote", "rollback"].map(|name| format!("  cordboard plug {name} {target}\n"));
                let next = format!("To see how it does, to promote it, or to end the trial:\n{}", commands.concat());
                (how.unwrap_or_else(|| "shadows".to_owned()), next)
            }
        };
        format!("{}\n{next}", target::changes(answer, &how))
    })
}
