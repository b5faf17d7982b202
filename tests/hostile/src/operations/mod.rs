//! One function per fixture. It returns a description of the effects' results, for tests to compare.

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

/// The text for the result, or what interrupts the operation.
pub type Act = Result<String, Interruption>;

/// An interruption of an operation.
pub enum Interruption {
    /// The plug requests an effect.
    Effect(Effect),
    /// The operation fails with this message.
    Failed(String),
    /// There is no such fixture.
    Unknown,
}

/// The self-test runs at an earlier time than this, in Unix milliseconds: its clock is fixed.
const SERVING_SINCE: u64 = 1_780_000_000_000;

/// Returns the name of the fixture to behave like.
pub fn mode(context: &Context) -> &str {
    let mode = setting(context, MODE).unwrap_or_else(|| crate::default_mode::default_mode());
    match mode.strip_prefix("serving:") {
        Some(_) if context.now < SERVING_SINCE => "ok",
        Some(mode) => mode,
        None => mode,
    }
}

fn setting<'a>(context: &'a Context, key: &str) -> Option<&'a str> {
    context.settings.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
}

/// Returns the URLs to call, in order.
fn targets(context: &Context) -> impl Iterator<Item = &str> {
    setting(context, TARGETS).unwrap_or_default().split(' ')
}

/// Returns the first of them, or the host that may be called.
fn target(context: &Context) -> String {
    let first = targets(context).next().filter(|first| !first.is_empty());
    first.map_or_else(|| format!("https://{}/", setting(context, URL).unwrap_or("localhost")), str::to_owned)
}

/// Describes the results of all effects.
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
