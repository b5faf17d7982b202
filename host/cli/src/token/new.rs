//! `cordboard token new`

use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use serde_json::json;

use crate::CliError;
use crate::terminal::{print, print_json, wrapped};
use cordboard::config::Token;

/// By which those who look for secrets where none belong know one.
const PREFIX: &str = "cordboard_";

#[derive(Debug, Args)]
#[command(after_help = "\
The configuration holds the token's SHA-256 only, so nobody can show it again.
It is in force once `cordboard serve` has read the configuration anew (SIGHUP).

Examples:
  cordboard token new deploy
  cordboard token new acme --account 123123
  cordboard token new acme-builds --account 123123 --push")]
pub struct New {
    /// Who holds it: the name stands in the audit log.
    name: String,
    /// The only account whose connections it may see and change; without it, all.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    account: Option<u64>,
    /// Allows pushing plugs, which a token for one account may not otherwise.
    #[arg(long)]
    push: bool,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &New) -> Result<ExitCode, CliError> {
    let text = fresh()?;
    let mut token = Token::new(&args.name, &text, args.account).map_err(CliError)?;
    token.push |= args.push;
    if args.json {
        let (name, hash) = (&token.name, token.hash.written());
        return print_json(
            &json!({ "token": text, "name": name, "sha256": hash, "account": token.account, "push": token.push }),
        );
    }
    let keep = "The token, shown this once. Keep it where secrets are kept, and put it into the variable \
                CORDBOARD_ADMIN_TOKEN for `cordboard plug push` and the like:";
    let add = "Add these lines to cordboard.toml, then let `cordboard serve` read it anew (SIGHUP):";
    print(&format!("{}\n{text}\n\n{}\n{}", wrapped(keep, 0), wrapped(add, 0), token.lines()))?;
    Ok(ExitCode::SUCCESS)
}

/// A token of 256 random bits.
fn fresh() -> Result<String, CliError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| CliError("the system has no randomness to give: try again".to_owned()))?;
    Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use cordboard::config::{Config, TokenHash};

    #[test]
    fn its_lines_are_a_configuration_that_knows_it() {
        let (one, other) = (fresh().unwrap(), fresh().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), PREFIX.len() + 43);
        let lines = ["a.dotted-name", "deploy"].iter().zip([(&one, Some(2)), (&other, None)]);
        let lines: String =
            lines.map(|(name, (text, account))| Token::new(name, text, account).unwrap().lines()).collect();
        assert!(!lines.contains(&one) && !lines.contains(&other));
        let text = format!("public-url = 'https://h'\n{lines}[app.1]\nplug = 'p'\n[account.2]\napp = 1\n");
        let config = Config::parse(&text, Path::new("/nowhere"), &|_| None).unwrap();
        let token = &config.tokens["a.dotted-name"];
        assert!(token.hash.is(&TokenHash::of(&one)) && !token.hash.is(&TokenHash::of(&other)));
        assert_eq!((token.account, config.tokens["deploy"].account), (Some(2), None));
        assert_eq!((token.push, config.tokens["deploy"].push), (false, true));
        for (account, push) in [(Some(2), true), (Some(2), false), (None, true), (None, false)] {
            let token = Token { push, ..Token::new("t", &one, account).unwrap() };
            let text =
                format!("public-url = 'https://h'\n{}[app.1]\nplug = 'p'\n[account.2]\napp = 1\n", token.lines());
            let read = Config::parse(&text, Path::new("/nowhere"), &|_| None).unwrap().tokens["t"].clone();
            assert_eq!((read.account, read.push), (account, push));
        }
        assert!(Token::new("no name", &one, None).is_err());
    }
}
