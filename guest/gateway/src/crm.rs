//! Translates for the CRM: request → authenticity → `decode` → command; outcome → `encode` → reply.

use cordboard_core::api_error::ApiError;
use cordboard_core::signature_scheme::security_headers;
use cordboard_core::text::short;
use cordboard_core::types::effect::Context;
use cordboard_core::types::http::Rejection;
use cordboard_core::{AccountId, UserId, inbound, rules};

use crate::config::App;
use crate::execute::context;
use crate::plugs::crm::{self, Command, Outcome};
use crate::spin::incoming::Inbound;
use crate::spin::reply::Reply;

/// An authenticated request of the CRM.
pub struct CrmRequest<'a> {
    /// The HTTP request.
    pub inbound: &'a Inbound,
    /// The app that it is for.
    pub app: App,
    /// The decoded command.
    pub command: Command,
    /// Equal for byte-identical requests with the same signature.
    pub digest: String,
    /// Whether the signature covers the time of sending.
    pub covers_time: bool,
    context: Context,
}

/// Authenticates and decodes a request of the CRM at `/{plug}/{app}/{route}`.
///
/// # Errors
/// Returns an error if the address is unknown, or the request is not authentic or malformed.
pub async fn decode(request: &Inbound) -> Result<CrmRequest<'_>, ApiError> {
    let [plug, app_id, route] = request.path()[..] else { return Err(ApiError::NotFound("address")) };
    let app = App::read(crm::describe()).await?;
    if plug != app.description.name || app_id != app.id.as_str() {
        return Err(ApiError::NotFound("app"));
    }
    request.set_plug(&app.description);
    let (seen, digest, covers_time) = request.incoming(&app.public_url, |incoming| {
        let (routes, accept) = (&app.description.routes, app.accept_signatures.as_deref());
        let admitted = inbound::admit(routes, route, incoming, &app.settings, accept, request.received_at)?;
        let (route, digest) = (admitted.route, inbound::digest(incoming, &security_headers(admitted.route)));
        Ok::<_, ApiError>((request.for_plug(route), digest, admitted.sender.covers_time()))
    })?;
    // A CRM plug cannot request effects, so it has no state.
    let context = context(&app.settings, Vec::new(), request.received_at)?;
    let command = crm::decode(&context, &seen).map_err(|rejection| {
        let (Rejection::Malformed(why) | Rejection::Unsupported(why)) = rejection;
        ApiError::Malformed(short(&why))
    })?;
    bounded(&command).map_err(ApiError::PlugFailed)?;
    if let Command::PhoneNumbers(query) = &command
        && query.app_id != app.id.as_str()
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
        Command::VerifyUser(query) => {
            rules::crm_id::<AccountId>(&query.account_id).and_then(|_| rules::text(&query.email))
        }
        Command::PhoneNumbers(query) => [&query.app_id, &query.account_id, &query.user_id]
            .into_iter()
            .try_for_each(|id| rules::crm_id::<UserId>(id).map(drop)),
    }
}

/// Reads the id of an account in a command.
///
/// # Errors
/// Returns an error if no account can have it.
pub fn account(id: &str) -> Result<AccountId, ApiError> {
    id.parse().map_err(|_| ApiError::NotFound("account"))
}

/// Encodes an outcome as a response to the CRM.
///
/// # Errors
/// Returns an error if the plug violates the contract.
pub fn encode(crm_request: &CrmRequest<'_>, outcome: &Outcome) -> Result<Reply, ApiError> {
    if let Outcome::Failed(failure) = outcome {
        let (reason, why) = rules::failure(failure);
        crm_request.inbound.warn(reason, &format!("command failed ({reason}): {why}"));
    }
    Reply::of_plug(&crm::encode(&crm_request.context, outcome), &crm_request.app.settings)
}
