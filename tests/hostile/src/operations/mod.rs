//! What an operation does, a function for each fixture: its answer is what it saw, so that a test can see the same.

mod breaking;
mod calling;
mod request;
mod secrets;
mod sizes;

use cordboard_plug::effect::{Context, Effect, Exchange};

pub use breaking::*;
pub use calling::*;
pub use secrets::*;
pub use sizes::*;

use crate::description::{MODE, TARGETS, URL};

/// The words of the plug, or what it wants first.
pub type Act = Result<String, Interruption>;

/// Why there are none.
pub enum Interruption {
    /// This is wanted.
    Effect(Effect),
    /// It fails, in these words.
    Failed(String),
    /// There is no such fixture.
    Unknown,
}

/// Before this, in Unix milliseconds, a plug is tried and does not serve: the clock of a trial stands still.
const EARNEST: u64 = 1_780_000_000_000;

/// Which fixture to be.
pub fn mode(context: &Context) -> &str {
    let mode = setting(context, MODE).unwrap_or_else(|| crate::born::born());
    match mode.strip_prefix("earnest:") {
        Some(_) if context.now < EARNEST => "ok",
        Some(mode) => mode,
        None => mode,
    }
}

fn setting<'a>(context: &'a Context, key: &str) -> Option<&'a str> {
    context.settings.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
}

/// What is to be called, in order.
fn targets(context: &Context) -> impl Iterator<Item = &str> {
    setting(context, TARGETS).unwrap_or_default().split(' ')
}

/// The first of them, or the host that may be called.
fn target(context: &Context) -> String {
    let first = targets(context).next().filter(|first| !first.is_empty());
    first.map_or_else(|| format!("https://{}/", setting(context, URL).unwrap_or("localhost")), str::to_owned)
}

/// What came of all effects.
fn seen(context: &Context) -> String {
    let mut seen: Vec<_> = context.exchanges.iter().map(came).collect();
    seen.dedup();
    seen.join("\n")
}

fn came(exchange: &Exchange) -> String {
    match exchange {
        Exchange::Answered(answer) => {
            format!("answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body))
        }
        Exchange::Failed(failure) => format!("failed: {failure:?}"),
        Exchange::Done => "done".to_owned(),
    }
}
