//! What is played: an act a file, in the order in which it happens to a customer.

mod create;
mod delete;
mod duplicate;
mod forged;
mod iotum_tells;
mod numbers;
mod simplex_tells;
mod update;
mod verify;

use reqwest::Method;
use serde::Serialize;
use serde_json::Value;

use crate::cli::CliError;
use crate::store::{Conference, EventFilter, Store, StoreError, StoredEvent};

use super::cast::Account;
use super::hubspot::{HubSpot, Signed};
use super::iotum::Call;
use super::narrate::Narrator;
use super::right::{Right, Wrong, equal, there};
use super::stage::Stage;
use super::wire::{Answer, Client, Request};

/// More events than the demo makes.
const ENOUGH: usize = 1000;

/// The demo on its way.
pub struct Play<'a> {
    stage: &'a Stage,
    narrator: &'a mut Narrator,
    client: Client,
    hubspot: HubSpot,
    /// What iotum heard while the last request was answered.
    heard: Vec<Call>,
    /// The number of the last event that was looked at.
    seen: u64,
}

/// The conferences that HubSpot booked: our ids.
struct Booked {
    /// ACME's, at Jitsi.
    acme: String,
    /// GLOBEX's, at iotum.
    globex: String,
}

/// Plays everything, up to the first thing that is wrong.
pub async fn play(stage: &Stage, narrator: &mut Narrator) -> Result<Right, CliError> {
    let hubspot = HubSpot::new(&stage.bridge_url, &stage.secrets.client_secret);
    let mut play = Play { stage, narrator, client: Client::new()?, hubspot, heard: Vec::new(), seen: 0 };
    Ok(acts(&mut play).await)
}

async fn acts(play: &mut Play<'_>) -> Right {
    verify::play(play).await?;
    let acme = create::at_jitsi(play).await?;
    let globex = create::at_iotum(play).await?;
    let booked = Booked { acme, globex };
    update::play(play, &booked).await?;
    numbers::play(play).await?;
    let last = iotum_tells::play(play, &booked).await?;
    duplicate::play(play, &last).await?;
    simplex_tells::play(play).await?;
    delete::play(play, &booked).await?;
    forged::play(play, &last).await
}

impl Play<'_> {
    /// HubSpot calls one of its webhooks; request, calls to iotum and answer are told.
    async fn hubspot(&mut self, webhook: &str, body: &impl Serialize, signed: Signed) -> Right<Answer> {
        let request = self.hubspot.request(webhook, body, signed);
        let name = match signed {
            Signed::V1 => "v1",
            Signed::V3 => "v3",
        };
        self.ask("HubSpot", &format!("POST {webhook}, signed {name}"), &request).await
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
        Ok(Request { method, url, headers: vec![(proof.0, proof.1.to_owned())], body: body.to_string() })
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
