//! References to plugs in requests: digests, and names of built-in plugs.

use serde_json::Value;

use cordboard_builtin as builtin;
use cordboard_config::PlugRef;

use super::problem::{Problem, Result};
use super::{Admin, schema};

/// Returns the schema of a reference that [`find`] accepts.
pub(super) fn reference_schema(what: &str) -> Value {
    let names: Vec<_> = builtin::ALL.iter().map(|plug| plug.name).collect();
    schema::matching(&format!("^((sha256:)?[0-9a-fA-F]{{64}}|{})$", names.join("|")), what)
}

/// Resolves the digest of a plug or the name of a built-in one. Paths are rejected, since callers have no access to the
/// host's files.
pub(super) async fn find(admin: &Admin, text: &str) -> Result<PlugRef> {
    if builtin::find(text).is_some() {
        return Ok(PlugRef::Name(text.to_owned()));
    }
    let plug = PlugRef::of_digits(text.strip_prefix("sha256:").unwrap_or(text)).ok_or_else(|| {
        Problem::malformed(
            "invalid plug: use a digest, `sha256:` and 64 hexadecimal digits, or the name of a built-in plug; GET \
             /admin/v1/plugs lists both",
        )
    })?;
    let (library, digest) = (admin.library.clone(), plug.to_string());
    blocking(move || library.get(&digest)).await??;
    Ok(plug)
}

/// Runs work that reads files or compiles plugs on a blocking thread.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Problem::unavailable("the host is shutting down: try again"))
}
