//! Checks that credentials are not plain text.

use crate::report::Faults;
use crate::test_run::TestRun;
use cordboard::contract::effect::Piece;

/// Headers that contain nothing but credentials.
const HEADERS: [&str; 4] = ["authorization", "cookie", "x-api-key", "x-auth-token"];

/// Checks that such headers are not made of text alone, which the plug sees and the journal records.
pub(super) fn credentials(test_run: &TestRun<'_>, faults: &mut Faults) {
    let mut any = false;
    for attempt in test_run.transcripts() {
        for (name, value) in attempt.transcript.calls().flat_map(|request| &request.headers) {
            let Some(header) = HEADERS.into_iter().find(|header| name.eq_ignore_ascii_case(header)) else { continue };
            any = true;
            if value.iter().all(|piece| matches!(piece, Piece::Text(_))) {
                faults.add(format!("`{}`: the header `{header}` is plain text", attempt.operation));
            }
        }
        any |= attempt.transcript.calls().any(|request| request.basic.is_some());
    }
    faults.skip_unless(any, "it sends no header with credentials");
}
