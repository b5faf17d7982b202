//! The provider flow: request → authenticity → `receive` → events → one commit → response.

use std::sync::Arc;

use bytes::Bytes;
use cordboard_core::event::dedupe_key;
use cordboard_core::{AccountId, hex, webhook};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::topology::{Connection, Demand, Generation, Topology};
use cordboard_runtime::contract::http::WebhookRequest;
use cordboard_runtime::contract::meeting_event::{EventData, MeetingEvent};
use cordboard_runtime::{CallError, Role};
use cordboard_store::{Change, Journal, NewEvent, OperationKind, Verdict};

use super::api_error::no_randomness;
use super::authenticity::{admit, admit_head};
use super::operation::{self, Completion, Executor, Invocation, Run};
use super::reply::Reply;
use super::report::Reporter;
use super::request::Head;
use super::{ApiError, RawRequest, RequestId, inbound_request, request_id};
use crate::random::random_id;

/// The maximum number of webhook requests in progress. Connections do not bound it, because processing continues when
/// a sender disconnects.
const MAX_IN_PROGRESS: usize = 1024;

/// Answers webhook requests of providers.
pub struct ProviderFlow {
    pub(super) executor: Arc<Executor>,
    reporter: Arc<Reporter>,
    in_progress: Arc<Semaphore>,
}

/// A webhook request that was stored.
pub(super) struct Received {
    /// The reply to its sender.
    reply: Reply,
    /// Whether it was accepted.
    verdict: Verdict,
    /// The id under which it is stored.
    id: String,
}

/// The connection that a request addresses, once its head was accepted, and the topology that contains it.
pub struct ForConnection {
    topology: Arc<Topology>,
    connection: Arc<Connection>,
}

impl ForConnection {
    /// Returns the account that the connection belongs to.
    pub fn account(&self) -> &AccountId {
        &self.connection.id.account
    }
}

impl ProviderFlow {
    /// Creates the flow from its parts.
    pub fn new(executor: Arc<Executor>, reporter: Arc<Reporter>) -> Self {
        Self { executor, reporter, in_progress: Arc::new(Semaphore::new(MAX_IN_PROGRESS)) }
    }

    /// Checks the head of a request to `/in/{ingest-key}/{route}`.
    ///
    /// # Errors
    /// Returns an error if the head alone is reason to refuse the request, so that its body need not be read.
    pub fn for_connection(&self, ingest_key: &str, head: &Head, body_limit: usize) -> Result<ForConnection, ApiError> {
        let topology = self.executor.topology.load();
        let connection = Arc::clone(topology.ingest(ingest_key).ok_or(ApiError::NotFound("address"))?);
        // The body decides which generation serves the request, so it is read if any of them may accept it.
        admissible(&connection.generation, head, body_limit).or_else(|error| match &connection.rollout {
            Some(rollout) if admissible(&rollout.generation, head, body_limit).is_ok() => Ok(()),
            _ => Err(error),
        })?;
        Ok(ForConnection { topology, connection })
    }

    /// Answers a request whose head was accepted by [`for_connection`](Self::for_connection).
    pub async fn answer(self: &Arc<Self>, to: &ForConnection, request: RawRequest) -> Reply {
        // After a timeout nothing is acknowledged, so the sender repeats the request; its events are then duplicates.
        let answered = tokio::time::timeout(self.executor.limits.answer_timeout, self.answered(to, &request)).await;
        let late = || Err(ApiError::Unavailable("the webhook request has not been processed yet".to_owned()));
        match answered.unwrap_or_else(|_| late()) {
            Ok(Received { reply, verdict, id }) => {
                self.reporter.received(&request.head.route, verdict, &id);
                reply
            }
            Err(error) => self.reporter.refuse("provider", request, &error).await,
        }
    }

    async fn answered(self: &Arc<Self>, to: &ForConnection, request: &RawRequest) -> Result<Received, ApiError> {
        let activity = to.topology.limiter(to.account()).activity.clone();
        let process = activity.run(async { self.admitted(to, request) }).await?;
        // A separate task, so that neither a disconnect nor the deadline interrupts it between an effect and the commit.
        let received = request_id::spawn(async move { activity.run(process).await }).await;
        received.map_err(|_| ApiError::Unavailable("processing of the webhook request was interrupted".to_owned()))?
    }

    /// Checks a request, and returns its processing.
    fn admitted(
        self: &Arc<Self>,
        ForConnection { topology, connection }: &ForConnection,
        request: &RawRequest,
    ) -> Result<impl Future<Output = Result<Received, ApiError>> + Send + use<>, ApiError> {
        // Equal bodies go to the same generation. They are the key because only the plug can read which conference it
        // is.
        let generation = Arc::clone(connection.serving_by(|| hex(&Sha256::digest(&request.body))));
        if generation.plug.role() != Role::Provider {
            return Err(ApiError::NotFound("route"));
        }
        let webhook_request = request.for_plug(&admit(&generation, request)?);
        let account = &connection.id.account;
        let stored = self.executor.store.stored_bytes(account);
        let sender = topology.admit(account, Demand { body: request.body.len(), stored, changes: false })?;
        let permit = Arc::clone(&self.in_progress).try_acquire_owned();
        let permit =
            permit.map_err(|_| ApiError::Unavailable("too many webhook requests are in progress".to_owned()))?;
        // The body counts against the budget of bytes in flight while a copy of it is in use.
        let body = request.body.clone();
        let (flow, connection) = (Arc::clone(self), Arc::clone(connection));
        Ok(async move {
            let _in_flight = (sender, permit, body);
            let id = random_id().map_err(no_randomness)?;
            flow.read(&connection, &generation, id, webhook_request).await
        })
    }

    /// Resumes the processing of a webhook request that a crash interrupted.
    pub(super) async fn resume(
        &self,
        connection: &Connection,
        generation: &Arc<Generation>,
        journal: Journal,
    ) -> Result<Received, ApiError> {
        let run = Run::resume(&self.executor, connection, generation, journal).await?;
        self.process(connection, run, random_id().map_err(no_randomness)?).await
    }

    /// Processes a webhook request, which is stored under an id.
    pub(super) async fn read(
        &self,
        connection: &Connection,
        generation: &Arc<Generation>,
        id: String,
        request: WebhookRequest,
    ) -> Result<Received, ApiError> {
        let operation = operation::begin(OperationKind::Receive, None, &connection.id, generation.plug.digest(), None)?;
        let invocation = Invocation::Receive(request);
        let run = Run::begin(&self.executor, connection, generation, operation, invocation).await?;
        self.process(connection, run, id).await
    }

    async fn process(&self, connection: &Connection, mut run: Run<'_>, id: String) -> Result<Received, ApiError> {
        let invocation = run.invocation();
        let Invocation::Receive(request) = &*invocation else {
            return Err(ApiError::Unavailable("processing of the webhook request was interrupted".to_owned()));
        };
        let completion = run.run_plug(|plug, context| plug.receive(context, request)).await?;
        let generation = Arc::clone(&run.generation);
        let read_result = |result| match webhook::read(result, &generation.settings) {
            Err((Verdict::DeadLettered, why)) => {
                Err((Verdict::DeadLettered, CallError::ContractBroken(why).to_string()))
            }
            received => received,
        };
        let received = match completion {
            Completion::Done(receipt) => read_result(Ok(receipt)),
            Completion::Failed(rejection) => read_result(Err(rejection)),
            Completion::Broken(error) if error.is_transient() => {
                // The sender repeats the request, which then is another operation.
                if run.had_effects() {
                    run.finish(error.to_string(), false, None, Vec::new()).await?;
                }
                return Err(error.into());
            }
            Completion::Broken(error) => Err((Verdict::DeadLettered, error.to_string())),
        };
        let plug = generation.plug.digest();
        let record = |verdict, detail| {
            Change::PutInboundRequest(inbound_request::record(
                id.clone(),
                connection.id.clone().into(),
                plug,
                request,
                verdict,
                detail,
            ))
        };
        let (changes, answer) = match received {
            Ok((response, events)) => {
                let mut changes = vec![record(Verdict::Accepted, String::new())];
                changes.extend(events_of(&id, connection, request, events));
                (changes, Ok((Reply::from(response), Verdict::Accepted)))
            }
            Err((verdict, detail)) => {
                if verdict == Verdict::DeadLettered
                    && let Some(suppressed) = run.limiter.broken_plugs.due_in_burst()
                {
                    tracing::error!(
                        connection = %connection.id,
                        plug = run.operation().plug,
                        inbound_request = id,
                        request_id = RequestId::current().map(display),
                        suppressed,
                        error = %detail,
                        "plug failed to process a webhook request"
                    );
                }
                let answer = match verdict {
                    Verdict::Malformed => Err(ApiError::Malformed(detail.clone())),
                    // Accepted, for another version of the plug.
                    _ => Ok((Reply { status: 202, headers: Vec::new(), body: Bytes::new(), answer: None }, verdict)),
                };
                (vec![record(verdict, detail)], answer)
            }
        };
        let committed = if run.had_effects() {
            run.finish(String::new(), answer.is_ok(), None, changes).await?
        } else {
            run.charge(&changes);
            self.executor.store.commit_for(&connection.id.account, changes).await?
        };
        self.reporter.counters.events(committed);
        answer.map(|(reply, verdict)| Received { reply, verdict, id })
    }
}

fn admissible(generation: &Generation, head: &Head, body_limit: usize) -> Result<(), ApiError> {
    if generation.plug.role() != Role::Provider {
        return Err(ApiError::NotFound("route"));
    }
    admit_head(generation, head, body_limit)
}

fn events_of(id: &str, connection: &Connection, request: &WebhookRequest, events: Vec<MeetingEvent>) -> Vec<Change> {
    let raw = hex(&Sha256::digest(&request.body));
    let mut changes = Vec::with_capacity(events.len());
    for (index, event) in events.into_iter().enumerate() {
        if let (EventData::Alias(original), Some(conference)) = (&event.data, &event.conference) {
            changes.push(Change::Alias {
                connection: connection.id.clone(),
                provider_id: conference.id.clone(),
                original: original.clone(),
            });
        }
        let (dedupe_key, dedupe_within) = dedupe_key(event.dedupe_key.as_deref(), &raw, index);
        changes.push(Change::AppendEvent(NewEvent {
            inbound_request: id.to_owned(),
            connection: connection.id.clone(),
            route: request.route.clone(),
            dedupe_key,
            dedupe_within,
            event,
            received_at: request.received_at,
        }));
    }
    changes
}
