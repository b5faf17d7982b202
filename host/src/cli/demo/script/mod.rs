//! What is played: an act a file, in the order in which it happens to a customer.

mod create;
mod delete;
mod duplicate;
mod forged;
mod iotum_tells;
mod numbers;
mod settings;
mod simplex_tells;
mod update;

use cordboard_emulator::hubspot::webhooks::{self, Signer};
use cordboard_emulator::hubspot::{Booking, Call, Fault, Refusal};
use reqwest::Method;
use serde_json::Value;

use crate::cli::CliError;
use crate::flow::now;
use crate::store::{Conference, EventFilter, Store, StoreError, StoredEvent};

use super::cast::{APP, Account, PUBLIC_URL};
use super::iotum;
use super::narrate::Narrator;
use super::right::{Right, Wrong, equal, there};
use super::stage::Stage;
use super::wire::{Answer, Client, Request};
use create::Booked;

/// More events than the demo makes.
const ENOUGH: usize = 1000;

/// The demo on its way.
pub struct Play<'a> {
    stage: &'a Stage,
    narrator: &'a mut Narrator,
    client: Client,
    /// What iotum heard while the last request was answered.
    heard: Vec<iotum::Call>,
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
pub async fn play(stage: &Stage, narrator: &mut Narrator) -> Result<Right, CliError> {
    let mut play = Play { stage, narrator, client: Client::new()?, heard: Vec::new(), seen: 0 };
    Ok(acts(&mut play).await)
}

async fn acts(play: &mut Play<'_>) -> Right {
    settings::play(play).await?;
    let acme = create::at_jitsi(play).await?;
    let globex = create::at_iotum(play).await?;
    let booked = Meetings { acme, globex };
    update::play(play, &booked).await?;
    numbers::play(play).await?;
    let last = iotum_tells::play(play, &booked).await?;
    duplicate::play(play, &last).await?;
    simplex_tells::play(play).await?;
    delete::play(play, &booked).await?;
    forged::play(play, &last).await
}

impl Play<'_> {
    /// HubSpot's way of signing.
    fn signer(&self) -> Signer {
        let options = self.stage.hubspot.options();
        Signer { secret: self.stage.secrets.client_secret.clone(), signatures: options.signatures }
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
        let url = request.url.replacen(PUBLIC_URL, &self.stage.bridge_url, 1);
        Request { url, ..request.into() }
    }

    /// Lets HubSpot err.
    fn faults(&self, faults: Vec<Fault>) -> Right {
        let set = self.stage.hubspot.set_faults(faults);
        set.map_err(|refusal| Wrong::new("what HubSpot lets go wrong", "this", refusal.to_string()))
    }

    /// Somebody did something at HubSpot, which called its webhooks: these, with these answers. What came of it.
    fn booked(&mut self, done: Result<Booking, Refusal>, calls: &[(&str, u16)]) -> Right<Booking> {
        let booking = done.map_err(|refusal| Wrong::new("what HubSpot lets people do", "this", refusal.to_string()))?;
        self.called(&booking.calls, calls)?;
        Ok(booking)
    }

    /// HubSpot called these webhooks, with these answers; requests, calls to iotum and answers are told.
    fn called(&mut self, made: &[Call], expected: &[(&str, u16)]) -> Right {
        self.heard = self.stage.iotum.heard();
        let mut heard = self.heard.iter().peekable();
        for call in made {
            self.narrator.request("HubSpot", &format!("POST {}", call.name), &call.request_body);
            while let Some(call) = heard.next_if(|heard| heard.at <= call.at + call.milliseconds) {
                self.narrator.call(call);
            }
            self.narrator.answer("HubSpot", &Answer::of(call));
        }
        let made: Vec<_> = made.iter().map(|call| (call.name.as_str(), call.status.unwrap_or_default())).collect();
        equal("the webhooks that HubSpot called", expected, &made)
    }

    /// Somebody calls the bridge.
    async fn ask(&mut self, party: &str, what: &str, request: &Request) -> Right<Answer> {
        self.narrator.request(party, what, &request.body);
        let sent = self.client.send(request).await;
        let answer = sent.map_err(|why| Wrong::new("whether an answer comes", "one", why))?;
        self.heard = self.stage.iotum.heard();
        for call in &self.heard {
            self.narrator.call(call);
        }
        self.narrator.answer(party, &answer);
        Ok(answer)
    }

    /// What iotum was asked for meanwhile: paths and how they were answered.
    fn iotum_heard(&self, expected: &[(&str, u16)]) -> Right {
        let heard: Vec<_> = self.heard.iter().map(|call| (call.path.as_str(), call.status)).collect();
        equal("the calls that iotum heard", expected, &heard)
    }

    /// What a provider sends to a route of its connection.
    fn told(
        &self,
        (account, connection, route): (Account, &str, &str),
        method: Method,
        proof: (&'static str, &str),
        body: &Value,
    ) -> Right<Request> {
        let url = there("the address that the provider is given", self.stage.ingest(account, connection, route))?;
        Ok(Request { method, url, headers: vec![(proof.0.to_owned(), proof.1.to_owned())], body: body.to_string() })
    }

    /// The events that were kept since this was last asked. They are committed before the sender is answered, so there
    /// is nothing to wait for.
    async fn new_events(&mut self) -> Right<Vec<StoredEvent>> {
        let filter = EventFilter { after: self.seen, limit: ENOUGH, ..EventFilter::default() };
        let events = self.store().events(&filter).await.map_err(|error| broken(&error))?;
        self.seen = events.last().map_or(self.seen, |event| event.sequence);
        for event in &events {
            self.narrator.event(event);
        }
        Ok(events)
    }

    /// The only event that was kept since they were last asked for.
    async fn new_event(&mut self) -> Right<StoredEvent> {
        let events = self.new_events().await?;
        equal("how many events were kept", &1, &events.len())?;
        there("the event", events.into_iter().next())
    }

    /// No event was kept since they were last asked for.
    async fn no_new_event(&mut self) -> Right {
        equal("how many events were kept", &0, &self.new_events().await?.len())
    }

    /// What the bridge knows of a conference.
    async fn conference(&self, id: &str) -> Right<Conference> {
        let found = self.store().conference(id).await.map_err(|error| broken(&error))?;
        there("the bridge's record of the conference", found)
    }

    fn store(&self) -> &dyn Store {
        self.stage.bridge.switchboard().store.as_ref()
    }

    /// How often the bridge answered so.
    fn count(&self, side: &str, result: &str) -> u64 {
        self.stage.bridge.switchboard().counters.count(side, result)
    }
}

fn broken(error: &StoreError) -> Wrong {
    Wrong::new("what the bridge keeps", "it can be read", error.to_string())
}
