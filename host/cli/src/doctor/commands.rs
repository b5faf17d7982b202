//! The commands that findings suggest.

use std::path::Path;

use cordboard_core::AppId;

use crate::shell;
use cordboard::config::Config;

/// Formats commands for a configuration.
#[derive(Clone, Copy)]
pub(super) struct Commands<'a> {
    file: &'a Path,
    /// Whether commands need `--app`.
    several: bool,
}

impl<'a> Commands<'a> {
    /// Creates the commands for a configuration that was read from `file`.
    pub fn of(config: &Config, file: &'a Path) -> Self {
        Self { file, several: config.apps.len() > 1 }
    }

    /// Returns `cordboard serve` with its options, in backticks.
    pub fn serve(&self) -> String {
        format!("`cordboard serve{}`", shell::options(self.file, None))
    }

    /// Returns `cordboard hubspot` with these words and its options, in backticks.
    pub fn hubspot(&self, words: &str, app: &AppId) -> String {
        format!("`cordboard hubspot {words}{}`", shell::options(self.file, self.several.then_some(app)))
    }
}
