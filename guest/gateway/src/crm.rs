//! Translates for the CRM: request → authenticity → `decode` → command; outcome → `encode` → reply.

use cordboard_core::api_error::ApiError;
use cordboard_core::command::{Target, check_app};
use cordboard_core::text::short;
use cordboard_core::types::crm::{self, Command, Outcome};
use cordboard_core::types::effect::Context;
use cordboard_core::types::http::Rejection;
use cordboard_core::types::manifest::Description;
use cordboard_core::{AccountId, SignedRequest, inbound, rules};

use crate::config::{Accounts, App, Connection, Role};
use crate::execute::context;
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
    /// What identifies it and its repeats.
    pub signed: SignedRequest,
    context: Context,
}

/// What leads to the connection that carries out a command.
pub enum Addressee<'a> {
    /// The id of an account, and the purpose of one of its connections.
    Account(&'a str, Role),
    /// The id of a conference, which stays with the connection that created it.
    Conference(&'a str),
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
    let (seen, signed) = request.incoming(&app.public_url, |incoming| {
        let (routes, accept) = (&app.description.routes, app.accept_signatures.as_deref());
        let admitted = inbound::admit(routes, route, incoming, &app.settings, accept, request.received_at)?;
        let seen = admitted.for_plug(incoming, request.query(), request.received_at);
        Ok::<_, ApiError>((seen, admitted.signed(incoming, request.received_at)))
    })?;
    // A CRM plug cannot request effects, so it has no state.
    let context = context(&app.settings, Vec::new(), request.received_at)?;
    let command = crm::decode(&context, &seen).map_err(|rejection| {
        let (Rejection::Malformed(why) | Rejection::Unsupported(why)) = rejection;
        ApiError::Malformed(short(&why))
    })?;
    rules::command(&command).map_err(ApiError::PlugFailed)?;
    check_app(&command, &app.id)?;
    let crm_request = CrmRequest { inbound: request, app, command, signed, context };
    request.set_subject(match crm_request.addressee() {
        Addressee::Account(id, _) => format!("account {id}"),
        Addressee::Conference(id) => format!("conference {}", short(id)),
    });
    Ok(crm_request)
}

impl CrmRequest<'_> {
    /// Returns what leads to the connection that carries out the command.
    pub fn addressee(&self) -> Addressee<'_> {
        match &self.command {
            Command::Create(meeting) => Addressee::Account(&meeting.account_id, Role::Conferencing),
            Command::VerifyUser(query) => Addressee::Account(&query.account_id, Role::Conferencing),
            Command::PhoneNumbers(query) => Addressee::Account(&query.account_id, Role::Telephony),
            Command::Update(change) => Addressee::Conference(&change.conference_id),
            Command::Delete(id) => Addressee::Conference(id),
        }
    }

    /// Returns the connection for this purpose of the account that the command addresses, given how to describe its
    /// plug. Returns `None` if the account has none, or the command is for another purpose.
    ///
    /// # Errors
    /// Returns an error if there is no such account or the connection's configuration is invalid.
    pub async fn connection(
        &self,
        accounts: &Accounts,
        role: Role,
        describe: fn() -> Description,
    ) -> Result<Option<Connection>, ApiError> {
        let Addressee::Account(account, addressed) = self.addressee() else { return Ok(None) };
        if addressed != role {
            return Ok(None);
        }
        let Some((id, config)) = accounts.connection(&self::account(account)?, role)? else { return Ok(None) };
        let connection = Connection::read(id, config, describe()).await?;
        self.inbound.set_subject(connection.to_string());
        Ok(Some(connection))
    }

    /// Returns the target of the command, given our id of its conference and when that was created.
    pub fn target<'a>(&'a self, connection: &'a Connection, conference: &'a str, created_at: u64) -> Target<'a> {
        let App { id: app, public_url, .. } = &self.app;
        let Connection { id, description: plug, .. } = connection;
        Target { app, connection: id, plug, public_url, conference, created_at }
    }

    /// Encodes an outcome as a response to the CRM.
    ///
    /// # Errors
    /// Returns an error if the plug violates the contract.
    pub fn encode(&self, outcome: &Outcome) -> Result<Reply, ApiError> {
        if let Outcome::Failed(failure) = outcome {
            let (reason, why) = rules::failure(failure);
            self.inbound.warn(reason, &format!("command failed ({reason}): {why}"));
        }
        let response = inbound::respond(&crm::encode(&self.context, outcome), &self.app.settings);
        response.map_err(ApiError::PlugFailed)
    }
}

/// Reads the id of an account in a command.
///
/// # Errors
/// Returns an error if no account can have it.
pub fn account(id: &str) -> Result<AccountId, ApiError> {
    id.parse().map_err(|_| ApiError::NotFound("account"))
}
