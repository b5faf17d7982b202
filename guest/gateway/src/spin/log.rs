//! What the owner reads: Spin shows it with the component's name.

use cordboard_core::refusal::Refusal;

/// Longer lines are cut.
const MOST: usize = 400;

/// Writes a line.
pub fn say(sentence: &str) {
    eprintln!("cordboard: {}", cordboard_core::text::line(sentence, MOST));
}

/// What the owner must mend: they are told which name is missing, and whoever asked is told to come again.
pub fn misconfigured(sentence: &str) -> Refusal {
    say(sentence);
    Refusal::Ours("the bridge lacks a setting, which its owner finds named in the log".to_owned())
}
