//! The CRM's side: request → authenticity → `decode` → command; outcome → `encode` → reply.

use cordboard_core::api_error::ApiError;
use cordboard_core::signature_scheme::security_headers;
use cordboard_core::text::short;
use cordboard_core::types::effect::Context;
use cordboard_core::types::http::Rejection;
use cordboard_core::{inbound, rules};

use crate::config::App;
use crate::execute::context;
use crate::plugs::crm::{self, Command, Outcome};
use crate::spin::incoming::Inbound;
use crate::spin::reply::Reply;

/// What the CRM asked for, once it is known to be the CRM.
pub struct CrmRequest<'a> {
    /// With which request.
    pub inbound: &'a Inbound,
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
pub async fn decode(request: &Inbound) -> Result<CrmRequest<'_>, ApiError> {
    let [plug, app_id, route] = request.path()[..] else { return Err(ApiError::NotFound("address")) };
    let app = App::read(crm::describe()).await?;
    if plug != app.description.name || app_id != app.id.to_string() {
        return Err(ApiError::NotFound("app"));
    }
    request.set_plug(&app.description);
    let (seen, digest, covers_time) = request.incoming(&app.public_url, |incoming| {
        let (routes, accept) = (&app.description.routes, app.accept_signatures.as_deref());
        let admitted = inbound::admit(routes, route, incoming, &app.settings, accept, request.received_at)?;
        let (route, digest) = (admitted.route, inbound::digest(incoming, &security_headers(admitted.route)));
        Ok::<_, ApiError>((request.for_plug(route), digest, admitted.sender.covers_time()))
    })?;
    // While it reads or writes a CRM's plug can ask for nothing, so there is no state in it.
    let context = context(&app.settings, Vec::new(), request.received_at)?;
    let command = crm::decode(&context, &seen).map_err(|rejection| {
        let (Rejection::Malformed(why) | Rejection::Unsupported(why)) = rejection;
        ApiError::Malformed(short(&why))
    })?;
    bounded(&command).map_err(ApiError::PlugFailed)?;
    if let Command::PhoneNumbers(query) = &command
        && query.app_id != app.id
    {
        return Err(ApiError::NotFound("app"));
    }
    request.set_subject(match &command {
        Command::Create(meeting) => format!("account {}", meeting.account_id),
        Command::VerifyUser(query) => format!("account {}", query.account_id),
        Command::PhoneNumbers(query) => format!("account {}", query.account_id),
        Command::Update(change) => format!("conference {}", short(&change.conference_id)),
        Command::Delete(id) => format!("conference {}", short(id)),
    });
    Ok(CrmRequest { inbound: request, app, command, digest, covers_time, context })
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
pub fn encode(crm_request: &CrmRequest<'_>, outcome: &Outcome) -> Result<Reply, ApiError> {
    if let Outcome::Failed(failure) = outcome {
        let (reason, why) = rules::failure(failure);
        crm_request.inbound.warn(reason, &format!("failed ({reason}): {why}"));
    }
    Reply::of_plug(&crm::encode(&crm_request.context, outcome), &crm_request.app.settings)
}
