//! The CRM's side: request → authenticity → `decode` → command; outcome → `encode` → reply.

use cordboard_core::recipe::security_headers;
use cordboard_core::refusal::Refusal;
use cordboard_core::text::short;
use cordboard_core::types::effect::Context;
use cordboard_core::types::http::Rejection;
use cordboard_core::{inbound, rules};

use crate::drive::context;
use crate::owner::App;
use crate::plugs::crm::{self, Command, Outcome};
use crate::spin::incoming::Inbound;
use crate::spin::reply::Reply;

/// What the CRM asked for, once it is known to be the CRM.
pub struct Asked<'a> {
    /// With which request.
    pub request: &'a Inbound,
    /// Of which app.
    pub app: App,
    /// What.
    pub command: Command,
    /// Equal for the same request byte for byte with the same proof of its sender.
    pub digest: String,
    /// Whether that proof covers the time at which it was sent.
    pub covers_time: bool,
    context: Context,
}

/// Reads a request of the CRM at `/{plug}/{app}/{route}`.
///
/// # Errors
/// Where it is not for us, not authentic, or not understood.
pub async fn decode(request: &Inbound) -> Result<Asked<'_>, Refusal> {
    let [plug, app_id, route] = request.path()[..] else { return Err(Refusal::Unknown("address")) };
    let app = App::read(crm::describe()).await?;
    if plug != app.description.name || app_id != app.id.to_string() {
        return Err(Refusal::Unknown("app"));
    }
    request.is_for(&app.description);
    let (seen, digest, covers_time) = request.incoming(&app.public_url, |incoming| {
        let (routes, accept) = (&app.description.routes, app.accept_signatures.as_deref());
        let admitted = inbound::admit(routes, route, incoming, &app.bound, accept, request.received_at)?;
        let (route, digest) = (admitted.route, inbound::digest(incoming, &security_headers(admitted.route)));
        Ok::<_, Refusal>((request.for_plug(route), digest, admitted.sender.covers_time()))
    })?;
    // While it reads or writes a CRM's plug can ask for nothing, so there is no memory in it.
    let context = context(&app.bound, Vec::new(), request.received_at)?;
    let command = crm::decode(&context, &seen).map_err(|rejection| {
        let (Rejection::Malformed(why) | Rejection::Unsupported(why)) = rejection;
        Refusal::Malformed(short(&why))
    })?;
    bounded(&command).map_err(Refusal::Broken)?;
    if let Command::PhoneNumbers(query) = &command
        && query.app_id != app.id
    {
        return Err(Refusal::Unknown("app"));
    }
    request.is_of(match &command {
        Command::Create(meeting) => format!("account {}", meeting.account_id),
        Command::VerifyUser(query) => format!("account {}", query.account_id),
        Command::PhoneNumbers(query) => format!("account {}", query.account_id),
        Command::Update(change) => format!("conference {}", short(&change.conference_id)),
        Command::Delete(id) => format!("conference {}", short(id)),
    });
    Ok(Asked { request, app, command, digest, covers_time, context })
}

fn bounded(command: &Command) -> Result<(), String> {
    match command {
        Command::Create(meeting) => rules::meeting(meeting),
        Command::Update(change) => rules::meeting(&change.meeting).and_then(|()| rules::text(&change.conference_id)),
        Command::Delete(conference) => rules::text(conference),
        Command::VerifyUser(query) => rules::text(&query.email),
        Command::PhoneNumbers(_) => Ok(()),
    }
}

/// The answer in the CRM's words.
///
/// # Errors
/// Where the plug breaks the contract.
pub fn encode(asked: &Asked<'_>, outcome: &Outcome) -> Result<Reply, Refusal> {
    if let Outcome::Failed(failure) = outcome {
        let (reason, why) = rules::failure(failure);
        asked.request.say(reason, &format!("failed ({reason}): {why}"));
    }
    Reply::of_plug(&crm::encode(&asked.context, outcome), &asked.app.bound)
}
