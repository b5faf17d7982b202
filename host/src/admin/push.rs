//! `POST /plugs`: a plug comes in, piece by piece, and is admitted or refused.

use std::time::Duration;

use axum::body::Body;
use axum::http::{StatusCode, header};
use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{Instant, timeout};

use crate::ingress::body;
use crate::plug::LoadError;
use crate::plug::library::{AdmitError, Admitted, Library, Pusher};

use super::call::Call;
use super::operation::{Operation, Request, Shape};
use super::problem::{Problem, Result};
use super::schema;

/// What a file has to come with at least, over each window: a slower sender would hold a slot for long.
const MIN_BYTES_PER_SECOND: usize = 16 << 10;
const WINDOW: Duration = Duration::from_secs(10);
const MIN_BYTES_PER_WINDOW: usize = MIN_BYTES_PER_SECOND * 10;
/// Until the last piece.
const PUSH_TIMEOUT: Duration = Duration::from_secs(10 * 60);
/// For reading what is refused already: who still sends does not hear.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);
/// Pieces between the connection and the disk.
const PIECES: usize = 4;

/// `POST /plugs`
pub(super) static PUSH: Operation = Operation {
    method: "POST",
    path: "/plugs",
    id: "pushPlug",
    summary: "Takes the file of a plug, a WebAssembly component; admits and keeps it, or refuses it.",
    description: "A token for all accounts may, and one for an account where its `push` is true. The file is streamed, at \
                  16 KiB a second or more, and needs no length announced. One that is here already is taken again. What \
                  nothing uses is removed after a while.",
    parameters: &[],
    request: Request::Component,
    status: StatusCode::CREATED,
    answer: Shape { name: "Pushed", schema: shape },
    refusals: &[403, 408, 413, 422, 429, 507],
    run: |call| Box::pin(push(call)),
};

async fn push(call: Call) -> Result<Value> {
    let Call { admin, caller, headers, mut body, .. } = call;
    caller.may_push()?;
    let slot = admin.slots.acquire(&caller.name, caller.account.is_some())?;
    let max = admin.library.max_file_bytes();
    if body::announced(&headers).is_some_and(|bytes| bytes > max) {
        // Who asked whether to send has sent nothing.
        if !headers.contains_key(header::EXPECT) {
            drain(&mut body).await;
        }
        return Err(AdmitError::from(LoadError::TooLarge { max }).into());
    }
    let (pieces, received) = channel(PIECES);
    let library = admin.library.clone();
    let pusher = Pusher { token: caller.name.clone(), in_use: admin.lifecycle.plugs_in_use().await? };
    let storing = tokio::task::spawn_blocking(move || store(&library, pusher, received));
    let sent = timeout(PUSH_TIMEOUT, forward(&mut body, pieces)).await.unwrap_or_else(|_| Err(Problem::too_slow()));
    let stored = storing.await.map_err(|_| Problem::unavailable("the host is stopping: push again"))?;
    drop(slot);
    if stored.is_err() {
        drain(&mut body).await;
    }
    let Some(Admitted { digest, plug }) = stored? else { return Err(sent.err().unwrap_or_else(broken)) };
    let description = plug.description();
    let (name, version) = (description.name.clone(), description.version.clone());
    admin.lifecycle.record_action(&caller.name, "push", caller.account, &digest, format!("{name} {version}")).await?;
    let role = plug.role().to_string();
    tracing::info!(actor = caller.name, plug = digest, name, version, "a plug was pushed");
    let pushed = json!({ "digest": digest, "name": name, "version": version, "role": role });
    Ok(pushed)
}

/// Hands the pieces on, and a last one that says that it is the last, unless nobody takes them any more.
async fn forward(body: &mut Body, pieces: Sender<Option<Bytes>>) -> Result<()> {
    let (mut waited, mut bytes) = (Duration::ZERO, 0);
    loop {
        // The sender is waited for, not the disk.
        let began = Instant::now();
        let frame = timeout(WINDOW.saturating_sub(waited), body.frame()).await;
        waited = waited.saturating_add(began.elapsed());
        if let Ok(Some(Ok(frame))) = &frame {
            bytes += frame.data_ref().map_or(0, Bytes::len);
        }
        if waited >= WINDOW && !matches!(frame, Ok(None)) {
            if bytes < MIN_BYTES_PER_WINDOW {
                return Err(Problem::below_min_rate(MIN_BYTES_PER_SECOND));
            }
            (waited, bytes) = (Duration::ZERO, 0);
        }
        let piece = match frame {
            Err(_) => continue,
            Ok(Some(Err(_))) => return Err(broken()),
            Ok(Some(Ok(frame))) => match frame.into_data() {
                Ok(piece) => Some(piece),
                // Trailers say nothing of the file.
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

/// Writes the pieces down and admits what they make; none where the last one did not come.
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

/// Reads on for a while, so that the sender comes to read the answer.
async fn drain(body: &mut Body) {
    let _ = timeout(DRAIN_TIMEOUT, async { while let Some(Ok(_)) = body.frame().await {} }).await;
}

fn broken() -> Problem {
    Problem::malformed("the body ends before its announced length: send it whole")
}

fn shape() -> Value {
    schema::object(&[
        ("digest", schema::digest()),
        ("name", schema::text("Its name")),
        ("version", schema::text("Its version")),
        ("role", schema::text("Its contract: crm, provider or telephony")),
    ])
}
