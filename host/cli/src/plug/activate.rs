//! `cordboard plug activate`

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use crate::CliError;
use crate::terminal::{plain, print, print_json};

use super::client::Admin;
use super::plug_ref;
use super::target::{self, Target};

#[derive(Debug, Args)]
#[command(
    override_usage = "cordboard plug activate [OPTIONS] <PLUG> --account A --connection C",
    after_help = "\
Requests under way end with the plug that they began with. Settings and secrets
stay as they are; a plug that they do not fit is refused.

Examples:
  cordboard plug activate 3f1c2f0e7a7b --account 123123 --connection rooms
  cordboard plug activate 3f1c2f0e7a7b --account 123123 --connection rooms \\
    --canary 10%
  cordboard plug activate jitsi --using jitsi --shadow"
)]
pub struct Activate {
    /// The plug: its digest, the beginning of it, or the name of a built-in one.
    #[arg(value_name = "PLUG")]
    plug: String,
    #[command(flatten)]
    target: Target,
    /// Lets it serve a share of the conferences, always the same ones, such as 10%.
    #[arg(long, value_name = "SHARE", conflicts_with = "shadow")]
    canary: Option<String>,
    /// Asks it for all that the live one is asked for; nothing that it wants is done.
    #[arg(long)]
    shadow: bool,
    #[command(flatten)]
    admin: Admin,
}

pub(super) async fn run(args: Activate) -> Result<ExitCode, CliError> {
    let client = args.admin.client()?;
    let plug = plug_ref::find(&plug_ref::plugs(&client, &[&args.plug]).await?, &args.plug)?;
    let mut body = json!({ "plug": plug, "target": args.target.json(), "shadow": args.shadow });
    if let (Some(members), Some(share)) = (body.as_object_mut(), &args.canary) {
        members.insert("canary".to_owned(), Value::from(share.as_str()));
    }
    let answer = client.post("activations", &body).await?;
    if args.admin.json {
        return print_json(&answer);
    }
    let words = args.target.arguments();
    let (how, next) = match (&args.canary, args.shadow) {
        (None, false) => ("serves in place of".to_owned(), format!("Back:\n  cordboard plug rollback {words}\n")),
        (canary, _) => {
            let how = canary
                .as_ref()
                .map_or_else(|| "is watched beside".to_owned(), |share| format!("serves {} beside", plain(share)));
            let ways = ["history", "promote", "rollback"].map(|way| format!("  cordboard plug {way} {words}\n"));
            (how, format!("See how it does, let it serve, or end the trial:\n{}", ways.concat()))
        }
    };
    print(&format!("{}\n{next}", target::changes(&answer, &how)))?;
    Ok(ExitCode::SUCCESS)
}
