//! The commands that findings suggest.

use cordboard_core::AppId;

use super::Doctor;

impl Doctor<'_> {
    /// Returns `cordboard serve` with its options, in backticks.
    pub(super) fn serve(&self) -> String {
        format!("`cordboard serve{}`", self.options)
    }

    /// Returns `cordboard hubspot` with a subcommand and its options, in backticks.
    pub(super) fn hubspot(&self, subcommand: &str, app: &AppId) -> String {
        let app = if self.config.apps.len() > 1 { format!(" --app {app}") } else { String::new() };
        format!("`cordboard hubspot {subcommand}{}{app}`", self.options)
    }
}
