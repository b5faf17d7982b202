//! `POST /plugs`: streams a plug to disk, then admits or rejects it.

use std::time::Duration;

use axum::body::Body;
use axum::http::{StatusCode, header};
use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{Instant, timeout};

use crate::body;
use cordboard_bridge::flow::ApiError;
use cordboard_bridge::lifecycle::audit_entry;
use cordboard_library::{AdmitError, Admitted, Library, Pusher};
use cordboard_runtime::LoadError;
use cordboard_store::Change;

use crate::admin::call::Call;
use crate::admin::operation::{Input, Operation, Shape};
use crate::admin::problem::{Problem, Result};
use crate::admin::schema;

/// Minimum rate of an upload over each window, since a slow sender would hold a slot for long.
const MIN_BYTES_PER_SECOND: usize = 16 << 10;
const WINDOW: Duration = Duration::from_secs(10);
const MIN_BYTES_PER_WINDOW: usize = MIN_BYTES_PER_SECOND * 10;
/// Time limit for a whole upload.
const PUSH_TIMEOUT: Duration = Duration::from_secs(10 * 60);
/// Time limit for draining a rejected upload: clients read the response only once they have sent everything.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);
/// Number of chunks to buffer between the connection and the disk.
const PIECES: usize = 4;

pub(super) static PUSH: Operation = Operation {
    method: "POST",
    path: "/plugs",
    id: "pushPlug",
    summary: "Push a plug",
    description: "Uploads a WebAssembly component, which is validated, then stored or rejected. The upload must \
                  sustain 16 KiB a second; `content-length` is optional. Pushing a stored plug again succeeds. Plugs \
                  that stay unused are removed. Requires a token that may push: by default, one for all accounts.",
    input: Input::Component,
    answer: Shape { name: "Pushed", schema: shape },
    refusals: &[403, 422, 429, 507],
    run: |call| Box::pin(push(call)),
};

async fn push(call: Call) -> Result<Value> {
    let Call { admin, caller, headers, mut body, .. } = call;
    caller.may_push()?;
    let slot = admin.slots.acquire(&caller.name, caller.account.is_some())?;
    let max = admin.library.max_file_bytes();
    if body::announced(&headers).is_some_and(|bytes| bytes > max) {
        // A client that waits for `100 Continue` has not sent anything yet.
        if !headers.contains_key(header::EXPECT) {
            drain(&mut body).await;
        }
        return Err(AdmitError::from(LoadError::TooLarge { max }).into());
    }
    let (pieces, received) = channel(PIECES);
    let library = admin.library.clone();
    let pusher = Pusher { token: caller.name.clone(), in_use: admin.lifecycle.plugs_in_use().await? };
    let storing = tokio::task::spawn_blocking(move || store(&library, pusher, received));
    let sent =
        timeout(PUSH_TIMEOUT, forward(&mut body, pieces)).await.unwrap_or_else(|_| Err(ApiError::BodyTimeout.into()));
    let stored = storing.await.map_err(|_| Problem::unavailable("the host is shutting down: push again"))?;
    drop(slot);
    if stored.is_err() {
        drain(&mut body).await;
    }
    let Some(Admitted { digest, plug }) = stored? else {
        return Err(sent.err().unwrap_or_else(|| body::interrupted().into()));
    };
    let description = plug.description();
    let (name, version) = (description.name.clone(), description.version.clone());
    let audit = audit_entry(&caller.name, "push", caller.account, digest.clone(), format!("{name} {version}"));
    admin.store.commit(vec![Change::Audit(audit)]).await?;
    let role = plug.role().to_string();
    tracing::info!(actor = caller.name, plug = digest, name, version, "pushed a plug");
    Ok(json!({ "digest": digest, "name": name, "version": version, "role": role }))
}

/// Forwards the chunks of a body, then `None` to mark its end. Stops early if the receiver is gone.
async fn forward(body: &mut Body, pieces: Sender<Option<Bytes>>) -> Result<()> {
    let (mut waited, mut bytes) = (Duration::ZERO, 0);
    loop {
        // Measure only the time spent waiting for the sender, not for the disk.
        let began = Instant::now();
        let frame = timeout(WINDOW.saturating_sub(waited), body.frame()).await;
        waited = waited.saturating_add(began.elapsed());
        if let Ok(Some(Ok(frame))) = &frame {
            bytes += frame.data_ref().map_or(0, Bytes::len);
        }
        if waited >= WINDOW && !matches!(frame, Ok(None)) {
            if bytes < MIN_BYTES_PER_WINDOW {
                let rate = format!("{MIN_BYTES_PER_SECOND} bytes a second");
                let detail = format!("the body arrives more slowly than {rate}: use a faster connection");
                return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, detail));
            }
            (waited, bytes) = (Duration::ZERO, 0);
        }
        let piece = match frame {
            Err(_) => continue,
            Ok(Some(Err(_))) => return Err(body::interrupted().into()),
            Ok(Some(Ok(frame))) => match frame.into_data() {
                Ok(piece) => Some(piece),
                // Trailers are not part of the file.
                Err(_) => continue,
            },
            Ok(None) => None,
        };
        let is_last = piece.is_none();
        if pieces.send(piece).await.is_err() || is_last {
            return Ok(());
        }
    }
}

/// Writes the chunks to disk and admits the plug. Returns `None` if the upload was cut short.
fn store(
    library: &Library,
    pusher: Pusher,
    mut received: Receiver<Option<Bytes>>,
) -> std::result::Result<Option<Admitted>, AdmitError> {
    let mut upload = library.push(pusher)?;
    while let Some(piece) = received.blocking_recv() {
        match piece {
            Some(piece) => upload.write(&piece)?,
            None => return upload.finish().map(Some),
        }
    }
    Ok(None)
}

/// Discards the rest of a body for a while, so that the sender gets to read the response.
async fn drain(body: &mut Body) {
    let _ = timeout(DRAIN_TIMEOUT, async { while let Some(Ok(_)) = body.frame().await {} }).await;
}

fn shape() -> Value {
    schema::object(&[
        ("digest", schema::digest()),
        ("name", schema::text("Name of the plug")),
        ("version", schema::text("Version of the plug")),
        ("role", schema::text("Contract of the plug: crm, provider or telephony")),
    ])
}
