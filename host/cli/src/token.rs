//! `cordboard token`

use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use cordboard_core::AccountId;
use serde_json::json;

use cordboard::config::Token;

use super::CliError;
use super::terminal::{Output, wrapped};

/// Lets secret scanners recognize a leaked token.
const PREFIX: &str = "cordboard_";

/// Create tokens for the admin API.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Create a token and print the lines to add to cordboard.toml.
    New(New),
}

/// Create a token and print the lines to add to cordboard.toml.
#[derive(Debug, Args)]
#[command(after_help = "\
The token is printed once: the configuration holds only its SHA-256 hash. It is
valid as soon as `cordboard serve` has reloaded the configuration (SIGHUP).

Examples:
  cordboard token new deploy
  cordboard token new acme --account 123123
  cordboard token new acme-builds --account 123123 --push")]
pub struct New {
    /// Name of the token, which appears in the audit log.
    name: String,
    /// Restrict the token to the connections of this account.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// Allow an account's token to push plugs; a token without --account always may.
    #[arg(long)]
    push: bool,
    #[command(flatten)]
    output: Output,
}

/// Runs a subcommand.
///
/// # Errors
/// Fails if the name is invalid or the system provides no randomness.
pub fn run(TokenCommand::New(args): &TokenCommand) -> Result<ExitCode, CliError> {
    let text = fresh()?;
    let mut token = Token::new(&args.name, &text, args.account.clone())?;
    token.push |= args.push;
    let (name, hash) = (&token.name, token.hash.written());
    let json = || json!({ "token": text, "name": name, "sha256": hash, "account": token.account, "push": token.push });
    let keep = "The token, which is not shown again. Store it with your secrets, and set CORDBOARD_ADMIN_TOKEN to it \
                for `cordboard plug push` and the other commands that use the admin API:";
    let add = "Add these lines to cordboard.toml, then reload the configuration (SIGHUP to `cordboard serve`):";
    args.output.print(json, || format!("{}\n{text}\n\n{}\n{}", wrapped(keep, 0), wrapped(add, 0), token.lines()))
}

/// Generates a token with 256 random bits.
fn fresh() -> Result<String, CliError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use cordboard::config::{Config, TokenHash};

    #[test]
    fn printed_lines_configure_the_token() {
        let (one, other) = (fresh().unwrap(), fresh().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), PREFIX.len() + 43);
        let lines = ["a.dotted-name", "deploy"].iter().zip([(&one, Some(AccountId::from(2))), (&other, None)]);
        let lines: String =
            lines.map(|(name, (text, account))| Token::new(name, text, account).unwrap().lines()).collect();
        assert!(!lines.contains(&one) && !lines.contains(&other));
        let text = format!("public-url = 'https://h'\n{lines}[app.1]\nplug = 'p'\n[account.2]\napp = 1\n");
        let config = Config::parse(&text, Path::new("/nowhere"), &|_| None).unwrap();
        let token = &config.tokens["a.dotted-name"];
        assert!(token.hash.is(&TokenHash::of(&one)) && !token.hash.is(&TokenHash::of(&other)));
        assert_eq!((&token.account, &config.tokens["deploy"].account), (&Some(2.into()), &None));
        assert_eq!((token.push, config.tokens["deploy"].push), (false, true));
        for (account, push) in [(Some(2), true), (Some(2), false), (None, true), (None, false)] {
            let account = account.map(AccountId::from);
            let token = Token { push, ..Token::new("t", &one, account.clone()).unwrap() };
            let text =
                format!("public-url = 'https://h'\n{}[app.1]\nplug = 'p'\n[account.2]\napp = 1\n", token.lines());
            let read = Config::parse(&text, Path::new("/nowhere"), &|_| None).unwrap().tokens["t"].clone();
            assert_eq!((read.account, read.push), (account, push));
        }
        assert!(Token::new("no name", &one, None).is_err());
    }
}
