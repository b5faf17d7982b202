//! What mends, as it is to be typed.

use std::path::Path;

use crate::shell;
use cordboard::config::Config;

/// Commands for a configuration.
#[derive(Clone, Copy)]
pub(super) struct Commands<'a> {
    file: &'a Path,
    /// Whether an app must be named.
    several: bool,
}

impl<'a> Commands<'a> {
    /// For a configuration, and where it was read from.
    pub fn of(config: &Config, file: &'a Path) -> Self {
        Self { file, several: config.apps.len() > 1 }
    }

    /// `cordboard serve`, in backticks.
    pub fn serve(&self) -> String {
        format!("`cordboard serve{}`", shell::options(self.file, None))
    }

    /// `cordboard hubspot` with these words, in backticks.
    pub fn hubspot(&self, words: &str, app: u64) -> String {
        format!("`cordboard hubspot {words}{}`", shell::options(self.file, self.several.then_some(app)))
    }
}
