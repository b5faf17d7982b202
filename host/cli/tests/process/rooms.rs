//! A connection, an admin token to change its plug, and another version of the plug.

use std::fs;
use std::path::Path;

use cordboard::plug::builtin;

use super::run::{cordboard, run};

pub const ACCOUNT: u64 = 123_123;
/// The text of the built-in plug in the details of a conference.
pub const FIRST: &str = "Join the video conference:";
/// The text of the other version.
pub const SECOND: &str = "Join the VIDEO conference:";

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
    fs::write(folder.join("second.wasm"), second()).unwrap();
    (token.to_owned(), lines)
}

/// Returns the built-in plug with another text.
fn second() -> Vec<u8> {
    let mut file = builtin::find("jitsi").unwrap().to_vec();
    let places: Vec<_> = (0..file.len() - FIRST.len()).filter(|at| file[*at..].starts_with(FIRST.as_bytes())).collect();
    assert!(!places.is_empty());
    for at in places {
        file[at..at + SECOND.len()].copy_from_slice(SECOND.as_bytes());
    }
    file
}
