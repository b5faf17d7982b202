//! `cordboard plug push`

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::ExitCode;
use std::task::{Context, Poll};

use bytes::Bytes;
use clap::Args;
use http_body::{Body, Frame, SizeHint};
use serde_json::Value;

use crate::terminal::{plain, print, print_json, wrapped};
use crate::{CliError, files};

use super::client::Admin;
use super::inspect::look;
use super::plug_ref::short;

/// Bytes of the file read at a time.
const PIECE: usize = 64 << 10;

#[derive(Debug, Args)]
#[command(after_help = "\
The bridge compiles, checks and stores the plug, but does not use it until
`cordboard plug activate`.

Examples:
  cordboard plug push ./plugs/webinars.wasm
  cordboard plug push ./plugs/webinars.wasm --name webinars --version 1.2.0")]
pub struct Push {
    /// Path to the plug's .wasm file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Fail before uploading if the plug has another name.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Fail before uploading if the plug has another version.
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    #[command(flatten)]
    admin: Admin,
}

pub(super) async fn run(args: Push) -> Result<ExitCode, CliError> {
    let client = args.admin.client()?;
    let upload = Upload::open(&args.file)?;
    if args.name.is_some() || args.version.is_some() {
        compare(&args)?;
    }
    let pushed = client.push(reqwest::Body::wrap(upload)).await?;
    if args.admin.json {
        return print_json(&pushed);
    }
    let member = |name: &str| plain(pushed.get(name).and_then(Value::as_str).unwrap_or_default());
    let said = format!("Pushed {} {}, a {} plug:", member("name"), member("version"), member("role"));
    let digest = member("digest");
    let next = format!("  cordboard plug activate {} --account A --connection C", short(&digest));
    let try_first = "Add --canary 10% to serve only a share of the conferences first, or --shadow to only compare.";
    print(&format!("{}{digest}\n\nNext:\n{next}\n{}", wrapped(&said, 0), wrapped(try_first, 0)))
}

/// Compares `--name` and `--version` with the plug's own description, before the upload.
fn compare(args: &Push) -> Result<(), CliError> {
    let path = args.file.to_str().ok_or_else(|| CliError::new("the path is not UTF-8: rename the file"))?;
    // Without a slash, the path would read as the name of a built-in plug.
    let path = if args.file.components().count() == 1 { format!("./{path}") } else { path.to_owned() };
    let description = look(&path)?.description;
    for (option, wanted, said) in
        [("--name", &args.name, &description.name), ("--version", &args.version, &description.version)]
    {
        if let Some(wanted) = wanted.as_ref().filter(|wanted| *wanted != said) {
            return Err(CliError::new(format!(
                "the plug says `{}`, but {option} says `{}`: push another file, or correct {option}",
                plain(said),
                plain(wanted)
            )));
        }
    }
    Ok(())
}

/// A request body that reads the file as it is sent, and reports progress on stderr.
struct Upload {
    file: File,
    bytes: u64,
    sent: u64,
    shown: Option<u64>,
}

impl Upload {
    fn open(path: &Path) -> Result<Self, CliError> {
        let name = plain(&path.to_string_lossy());
        let unreadable = |error: io::Error| CliError::new(format!("cannot read {name} ({error}): correct the path"));
        let file = files::open(path).map_err(unreadable)?;
        let bytes = file.metadata().map_err(unreadable)?.len();
        // Progress overwrites its line, which only works on a terminal.
        let shown = io::stderr().is_terminal().then_some(0);
        Ok(Self { file, bytes, sent: 0, shown })
    }

    fn show(&mut self) {
        let percent = self.sent.saturating_mul(100).checked_div(self.bytes).unwrap_or(100);
        if self.shown.is_some_and(|shown| shown != percent || percent == 100) {
            self.shown = Some(percent);
            let end = if self.sent >= self.bytes { ", waiting for the bridge\n" } else { "" };
            eprint!("\rpushed {percent:>3} % of {} bytes{end}", self.bytes);
        }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let mut piece = Vec::with_capacity(PIECE);
        match self.file.by_ref().take(PIECE as u64).read_to_end(&mut piece) {
            Err(error) => Poll::Ready(Some(Err(error))),
            Ok(0) => Poll::Ready(None),
            Ok(read) => {
                self.sent = self.sent.saturating_add(read as u64);
                self.show();
                Poll::Ready(Some(Ok(Frame::data(piece.into()))))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.saturating_sub(self.sent))
    }
}
