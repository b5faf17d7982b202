//! A connection, an admin token to change its plug, and another version of the plug.

use std::fs;
use std::path::Path;

use super::plugs::with_text;
pub use super::plugs::{FIRST, SECOND};
use super::run::{cordboard, run};

pub const ACCOUNT: u64 = 123_123;

/// Returns a token, and configuration lines with the token and the connection. Writes the other version of the plug to
/// `second.wasm` in the folder.
pub fn rooms(folder: &Path) -> (String, String) {
    let made = run(cordboard(folder, "warn", &["token", "new", "deploy", "--json"])).ended(0).json();
    let [token, hash] = ["token", "sha256"].map(|member| made[member].as_str().unwrap());
    let lines = format!(
        "[admin.token.deploy]\nsha256 = \"{hash}\"\n[account.{ACCOUNT}]\napp = 54321\nconferencing = \"rooms\"\n\
         [account.{ACCOUNT}.connection.rooms]\nplug = \"jitsi\"\n\
         settings = {{ host = \"https://meet.example.org\" }}\n"
    );
    fs::write(folder.join("second.wasm"), with_text("jitsi", FIRST, SECOND)).unwrap();
    (token.to_owned(), lines)
}
