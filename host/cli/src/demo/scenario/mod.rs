//! The scenario, one step per module, in the order in which a customer would experience them.

mod create;
mod delete;
mod duplicate;
mod forged;
mod iotum_webhooks;
mod numbers;
mod settings;
mod simplex_webhooks;
mod update;

use std::time::Duration;

use cordboard_doctor::http::direct;
use cordboard_doctor::request::Request;
use cordboard_emulator::hubspot::webhooks::{self, Signer};
use cordboard_emulator::hubspot::{Booking, Call, Fault, RequestError};
use reqwest::Client;
use serde_json::Value;
use url::Url;

use crate::CliError;
use crate::simulate::sample::{Facts, Sender};
use cordboard::clock::now;
use cordboard::store::{Conference, EventFilter, Store, StoredEvent};

use super::answer::Answer;
use super::assertions::{Checked, assert_equal, assert_ok, assert_some};
use super::environment::Environment;
use super::fixtures::{APP, Account, PUBLIC_URL};
use super::iotum;
use super::printer::Printer;
use create::Booked;

/// Time limit for an answer: twice the bridge's own deadline.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// More events than the demo creates.
const MAX_EVENTS: usize = 1000;

/// The running scenario.
pub struct Scenario<'a> {
    environment: &'a Environment,
    printer: &'a mut Printer,
    client: Client,
    /// The calls that iotum received during the last request.
    received: Vec<iotum::Call>,
    /// The sequence number of the last event that was read.
    seen: u64,
}

/// The meetings booked at HubSpot.
struct Meetings {
    /// [`ACME`](super::fixtures::ACME)'s, at Jitsi.
    acme: Booked,
    /// [`GLOBEX`](super::fixtures::GLOBEX)'s, at iotum.
    globex: Booked,
}

/// Runs all steps, up to the first failed assertion.
pub async fn run(environment: &Environment, printer: &mut Printer) -> Result<Checked, CliError> {
    let client = direct(Client::builder().timeout(ANSWER_TIMEOUT))?;
    let mut scenario = Scenario { environment, printer, client, received: Vec::new(), seen: 0 };
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
    /// Returns HubSpot's signer.
    fn signer(&self) -> Signer {
        let options = self.environment.hubspot.options();
        Signer { secret: self.environment.secrets.client_secret.clone(), signatures: options.signatures }
    }

    /// Returns the public address of one of the app's webhooks.
    fn address(&self, webhook: &str) -> String {
        format!("{PUBLIC_URL}/hubspot/{APP}/{webhook}")
    }

    /// Builds a webhook request from HubSpot, signed now. It can be sent as it is or tampered with.
    fn signed(&self, webhook: &str, body: &Value) -> Checked<Request> {
        self.sent(self.signer().request(&self.address(webhook), body.to_string().as_bytes(), now()))
    }

    /// Readdresses a webhook request from the public address to the bridge.
    fn sent(&self, signed: webhooks::Request) -> Checked<Request> {
        let url = signed.url.replacen(PUBLIC_URL, &self.environment.bridge_url, 1);
        request("POST", &url, signed.headers, signed.body)
    }

    /// Sets the faults of the HubSpot emulator.
    fn faults(&self, faults: Vec<Fault>) -> Checked {
        assert_ok("the fault at HubSpot", self.environment.hubspot.set_faults(faults))
    }

    /// Asserts that an action at HubSpot succeeded and called these webhooks, with these answers. Returns its result.
    fn booked(&mut self, done: Result<Booking, RequestError>, calls: &[(&str, u16)]) -> Checked<Booking> {
        let booking = assert_ok("the action at HubSpot", done)?;
        self.called(&booking.calls, calls)?;
        Ok(booking)
    }

    /// Asserts that HubSpot called these webhooks, with these answers. Prints the requests, calls to iotum and answers.
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

    /// Sends a request to the bridge as `party`, and prints it with its answer.
    async fn send(&mut self, party: &str, title: &str, request: &Request) -> Checked<Answer> {
        self.printer.request(party, title, &String::from_utf8_lossy(&request.body));
        let answer = Answer::from(assert_ok("the answer", request.send(&self.client).await)?);
        self.received = self.environment.iotum.received();
        for call in &self.received {
            self.printer.call(call);
        }
        self.printer.answer(party, &answer);
        Ok(answer)
    }

    /// Asserts the calls that iotum received during the last request, by path and status.
    fn assert_iotum_received(&self, expected: &[(&str, u16)]) -> Checked {
        let received: Vec<_> = self.received.iter().map(|call| (call.path.as_str(), call.status)).collect();
        assert_equal("the calls that iotum received", expected, &received)
    }

    /// Builds a provider's webhook request to a route of its connection.
    fn webhook(
        &self,
        (account, connection, route): (Account, &str, &str),
        method: &str,
        signature: (&str, &str),
        body: &Value,
    ) -> Checked<Request> {
        let url = assert_some("the provider's ingest address", self.environment.ingest(account, connection, route))?;
        let headers = [("content-type", "application/json"), signature];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        request(method, &url, headers.into(), body.to_string().into_bytes())
    }

    /// Asserts the number of events stored since the last call, and returns the last one. Events are committed before the
    /// sender gets its answer, so there is no need to wait.
    async fn new_events(&mut self, count: usize) -> Checked<Option<StoredEvent>> {
        let filter = EventFilter { after: self.seen, limit: MAX_EVENTS, ..EventFilter::default() };
        let events = assert_ok("the bridge's store", self.store().events(&filter).await)?;
        self.seen = events.last().map_or(self.seen, |event| event.sequence);
        for event in &events {
            self.printer.event(event);
        }
        assert_equal("the number of new events", &count, &events.len())?;
        Ok(events.into_iter().next_back())
    }

    /// Asserts that exactly one event was stored since the last call, and returns it.
    async fn new_event(&mut self) -> Checked<StoredEvent> {
        assert_some("the event", self.new_events(1).await?)
    }

    /// Returns the bridge's record of a conference.
    async fn conference(&self, id: &str) -> Checked<Conference> {
        let found = assert_ok("the bridge's store", self.store().conference(id).await)?;
        assert_some("the bridge's record of the conference", found)
    }

    fn store(&self) -> &dyn Store {
        self.environment.bridge.store().as_ref()
    }

    /// Returns one of the bridge's counters of answers.
    fn count(&self, side: &str, result: &str) -> u64 {
        self.environment.bridge.counters().count(side, result)
    }
}

/// Returns a provider's sample webhook of `cordboard simulate`, with these changes.
fn sample(sender: Sender, event: &str, facts: &Facts, changes: &[(&str, &str)]) -> Checked<Value> {
    let changes: Vec<_> = changes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Ok(assert_some("the sample of a webhook", sender.sample(event, facts))?.with(&changes))
}

/// Builds a request that is sent as it is.
fn request(method: &str, url: &str, headers: Vec<(String, String)>, body: Vec<u8>) -> Checked<Request> {
    let to = assert_ok("the address of a request", Url::parse(url))?;
    Ok(Request { method: method.to_owned(), to, signed: url.to_owned(), headers, secret_header: None, body })
}
