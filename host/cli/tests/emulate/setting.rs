//! Commands and configurations for the tests.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::process::SECRET;
use crate::process::emulator::KEY;
use crate::process::run::cordboard;

/// The path of the video settings, without the app.
pub const SETTINGS: &str = "/crm/v3/extensions/videoconferencing/settings";

/// Returns a folder with a configuration, with more `settings` of the app.
pub fn folder(settings: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        "public-url = \"https://bridge.example.com\"\n[app.777]\nplug = \"hubspot\"\n\
         settings = {{ client-secret = \"{SECRET}\", developer-api-key = \"{KEY}\", {settings} }}\n\
         [account.5]\napp = 777\n[account.6]\napp = 777\n"
    );
    fs::write(folder.path().join("cordboard.toml"), config).unwrap();
    folder
}

pub fn emulate(folder: &Path, words: &[&str]) -> Command {
    cordboard(folder, "error", &[&["emulate", "hubspot"], words].concat())
}
