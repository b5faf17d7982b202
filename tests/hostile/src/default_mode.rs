//! The mode that is built into the file. A plug that describes itself has no settings yet, and neither has a plug in
//! its self-test, so tests write the name of a fixture into the file.

use std::hint::black_box;

/// The length of the marker by which tests find the mode.
const MARKER: usize = "cordboard-hostile, default mode:".len();

/// The marker, and the mode, padded with spaces.
#[used]
static MODE: &[u8; MARKER + 32] = b"cordboard-hostile, default mode:ok                              ";

/// Returns the name of a fixture, or `ok`.
pub fn default_mode() -> &'static str {
    // The compiler must not evaluate this, because tests change the bytes afterwards.
    let name = black_box(MODE).get(MARKER..).unwrap_or_default();
    std::str::from_utf8(name).unwrap_or_default().trim_end()
}
