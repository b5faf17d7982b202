//! The CRM's side: request → authenticity → `decode` → command; outcome → `encode` → reply.

use cordboard_core::inbound;
use cordboard_core::recipe::security_headers;
use cordboard_core::refusal::Refusal;
use cordboard_core::text::short;
use cordboard_core::types::effect::Context;
use cordboard_core::types::http::Rejection;

use crate::drive::context;
use crate::owner::App;
use crate::plugs::crm::{self, Command, Outcome};
use crate::spin::incoming::Inbound;
use crate::spin::reply::Reply;

/// What the CRM asked for, once it is known to be the CRM.
pub struct Asked {
    /// Of which app.
    pub app: App,
    /// What.
    pub command: Command,
    /// Equal for the same request byte for byte with the same proof of its sender.
    pub digest: String,
    /// Epoch milliseconds.
    pub received_at: u64,
    /// When it came to the front, likewise.
    pub asked_at: u64,
    context: Context,
}

/// Reads a request of the CRM at `/{plug}/{app}/{route}`.
///
/// # Errors
/// Where it is not for us, not authentic, or not understood.
pub async fn decode(request: &Inbound) -> Result<Asked, Refusal> {
    let [plug, app_id, route] = request.path()[..] else { return Err(Refusal::Unknown("address")) };
    let app = App::read(crm::describe()).await?;
    if plug != app.description.name || app_id != app.id.to_string() {
        return Err(Refusal::Unknown("app"));
    }
    let (seen, digest) = request.incoming(&app.public_url, |incoming| {
        let (routes, accept) = (&app.description.routes, app.accept_signatures.as_deref());
        let route = inbound::admit(routes, route, incoming, &app.bound, accept, request.received_at)?;
        Ok::<_, Refusal>((request.for_plug(route), inbound::digest(incoming, &security_headers(route))))
    })?;
    // While it reads or writes a CRM's plug can ask for nothing, so there is no memory in it.
    let context = context(&app.bound, Vec::new(), request.received_at)?;
    let command = crm::decode(&context, &seen).map_err(|rejection| {
        let (Rejection::Malformed(why) | Rejection::Unsupported(why)) = rejection;
        Refusal::Malformed(short(&why))
    })?;
    if let Command::PhoneNumbers(query) = &command
        && query.app_id != app.id
    {
        return Err(Refusal::Unknown("app"));
    }
    Ok(Asked { app, command, digest, received_at: request.received_at, asked_at: request.asked_at, context })
}

/// The answer in the CRM's words.
///
/// # Errors
/// Where the plug breaks the contract.
pub fn encode(asked: &Asked, outcome: &Outcome) -> Result<Reply, Refusal> {
    Reply::of_plug(&crm::encode(&asked.context, outcome), &asked.app.bound)
}
