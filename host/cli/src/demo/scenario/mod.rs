//! What is played: an act a file, in the order in which it happens to a customer.

mod create;
mod delete;
mod duplicate;
mod forged;
mod iotum_webhooks;
mod numbers;
mod settings;
mod simplex_webhooks;
mod update;

use cordboard_emulator::hubspot::webhooks::{self, Signer};
use cordboard_emulator::hubspot::{Booking, Call, Fault, Refusal};
use reqwest::Method;
use serde_json::Value;

use crate::CliError;
use cordboard::flow::now;
use cordboard::store::{Conference, EventFilter, Store, StoreError, StoredEvent};

use super::assertions::{AssertionFailure, Checked, assert_equal, assert_some};
use super::environment::Environment;
use super::fixtures::{APP, Account, PUBLIC_URL};
use super::iotum;
use super::printer::Printer;
use super::wire::{Answer, Client, Request};
use create::Booked;

/// More events than the demo makes.
const MAX_EVENTS: usize = 1000;

/// The demo on its way.
pub struct Scenario<'a> {
    environment: &'a Environment,
    printer: &'a mut Printer,
    client: Client,
    /// What iotum received while the last request was answered.
    received: Vec<iotum::Call>,
    /// The number of the last event that was looked at.
    seen: u64,
}

/// The meetings that were booked at HubSpot.
struct Meetings {
    /// ACME's, at Jitsi.
    acme: Booked,
    /// GLOBEX's, at iotum.
    globex: Booked,
}

/// Plays everything, up to the first thing that is wrong.
pub async fn run(environment: &Environment, printer: &mut Printer) -> Result<Checked, CliError> {
    let mut scenario = Scenario { environment, printer, client: Client::new()?, received: Vec::new(), seen: 0 };
    Ok(run_steps(&mut scenario).await)
}

async fn run_steps(scenario: &mut Scenario<'_>) -> Checked {
    settings::run(scenario).await?;
    let acme = create::at_jitsi(scenario).await?;
    let globex = create::at_iotum(scenario).await?;
    let booked = Meetings { acme, globex };
    update::run(scenario, &booked).await?;
    numbers::run(scenario).await?;
    let last = iotum_webhooks::run(scenario, &booked).await?;
    duplicate::run(scenario, &last).await?;
    simplex_webhooks::run(scenario).await?;
    delete::run(scenario, &booked).await?;
    forged::run(scenario, &last).await
}

impl Scenario<'_> {
    /// HubSpot's way of signing.
    fn signer(&self) -> Signer {
        let options = self.environment.hubspot.options();
        Signer { secret: self.environment.secrets.client_secret.clone(), signatures: options.signatures }
    }

    /// The address of a webhook of the app, as HubSpot knows it.
    fn address(&self, webhook: &str) -> String {
        format!("{PUBLIC_URL}/hubspot/{APP}/{webhook}")
    }

    /// A request of HubSpot's to one of its webhooks, signed now; to be sent as it is, or spoilt.
    fn signed(&self, webhook: &str, body: &Value) -> Request {
        self.sent(self.signer().request(&self.address(webhook), body.to_string().as_bytes(), now()))
    }

    /// A webhook, on its way to the bridge.
    fn sent(&self, request: webhooks::Request) -> Request {
        let url = request.url.replacen(PUBLIC_URL, &self.environment.bridge_url, 1);
        Request { url, ..request.into() }
    }

    /// Lets HubSpot err.
    fn faults(&self, faults: Vec<Fault>) -> Checked {
        let set = self.environment.hubspot.set_faults(faults);
        set.map_err(|refusal| AssertionFailure::new("what HubSpot lets go wrong", "this", refusal.to_string()))
    }

    /// Somebody did something at HubSpot, which called its webhooks: these, with these answers. What came of it.
    fn booked(&mut self, done: Result<Booking, Refusal>, calls: &[(&str, u16)]) -> Checked<Booking> {
        let booking =
            done.map_err(|refusal| AssertionFailure::new("what HubSpot lets people do", "this", refusal.to_string()))?;
        self.called(&booking.calls, calls)?;
        Ok(booking)
    }

    /// HubSpot called these webhooks, with these answers; requests, calls to iotum and answers are told.
    fn called(&mut self, made: &[Call], expected: &[(&str, u16)]) -> Checked {
        self.received = self.environment.iotum.received();
        let mut received = self.received.iter().peekable();
        for call in made {
            self.printer.request("HubSpot", &format!("POST {}", call.name), &call.request_body);
            while let Some(call) = received.next_if(|received| received.at <= call.at + call.milliseconds) {
                self.printer.call(call);
            }
            self.printer.answer("HubSpot", &Answer::of(call));
        }
        let made: Vec<_> = made.iter().map(|call| (call.name.as_str(), call.status.unwrap_or_default())).collect();
        assert_equal("the webhooks that HubSpot called", expected, &made)
    }

    /// Somebody calls the bridge.
    async fn ask(&mut self, party: &str, what: &str, request: &Request) -> Checked<Answer> {
        self.printer.request(party, what, &request.body);
        let sent = self.client.send(request).await;
        let answer = sent.map_err(|why| AssertionFailure::new("whether an answer comes", "one", why))?;
        self.received = self.environment.iotum.received();
        for call in &self.received {
            self.printer.call(call);
        }
        self.printer.answer(party, &answer);
        Ok(answer)
    }

    /// What iotum was asked for meanwhile: paths and how they were answered.
    fn assert_iotum_received(&self, expected: &[(&str, u16)]) -> Checked {
        let received: Vec<_> = self.received.iter().map(|call| (call.path.as_str(), call.status)).collect();
        assert_equal("the calls that iotum heard", expected, &received)
    }

    /// What a provider sends to a route of its connection.
    fn webhook(
        &self,
        (account, connection, route): (Account, &str, &str),
        method: Method,
        proof: (&'static str, &str),
        body: &Value,
    ) -> Checked<Request> {
        let url =
            assert_some("the address that the provider is given", self.environment.ingest(account, connection, route))?;
        Ok(Request { method, url, headers: vec![(proof.0.to_owned(), proof.1.to_owned())], body: body.to_string() })
    }

    /// The events that were kept since this was last asked. They are committed before the sender is answered, so there
    /// is nothing to wait for.
    async fn new_events(&mut self) -> Checked<Vec<StoredEvent>> {
        let filter = EventFilter { after: self.seen, limit: MAX_EVENTS, ..EventFilter::default() };
        let events = self.store().events(&filter).await.map_err(|error| broken(&error))?;
        self.seen = events.last().map_or(self.seen, |event| event.sequence);
        for event in &events {
            self.printer.event(event);
        }
        Ok(events)
    }

    /// The only event that was kept since they were last asked for.
    async fn new_event(&mut self) -> Checked<StoredEvent> {
        let events = self.new_events().await?;
        assert_equal("how many events were kept", &1, &events.len())?;
        assert_some("the event", events.into_iter().next())
    }

    /// No event was kept since they were last asked for.
    async fn no_new_event(&mut self) -> Checked {
        assert_equal("how many events were kept", &0, &self.new_events().await?.len())
    }

    /// What the bridge knows of a conference.
    async fn conference(&self, id: &str) -> Checked<Conference> {
        let found = self.store().conference(id).await.map_err(|error| broken(&error))?;
        assert_some("the bridge's record of the conference", found)
    }

    fn store(&self) -> &dyn Store {
        self.environment.bridge.state().store.as_ref()
    }

    /// How often the bridge answered so.
    fn count(&self, side: &str, result: &str) -> u64 {
        self.environment.bridge.state().counters.count(side, result)
    }
}

fn broken(error: &StoreError) -> AssertionFailure {
    AssertionFailure::new("what the bridge keeps", "it can be read", error.to_string())
}
