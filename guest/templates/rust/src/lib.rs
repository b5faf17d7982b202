//! A plug for rooms at an imaginary provider.
//!
//! It depends on the kit `cordboard_plug` and must not use system interfaces: a plug imports nothing.

mod address;
mod api;
mod webhook;

use cordboard_plug::manifest::{Authenticity, IfUnset, Route, UpdateMode};
use cordboard_plug::settings::{inbound, outbound};
use cordboard_plug::{
    Conference, Context, Description, Failure, Meeting, Provider, Receipt, Rejection, WebhookRequest, WebhookResponse,
};

/// The plug.
pub struct Desk;

impl Provider for Desk {
    fn describe() -> Description {
        let mut description =
            cordboard_plug::describe("desk", "Rooms at an imaginary provider", env!("CARGO_PKG_VERSION"));
        description.settings = vec![
            address::ADDRESS.declared(),
            outbound(api::KEY, "Key for the provider's API", true),
            inbound("hook-token", "Token that the provider sends as x-desk-token", false),
        ];
        description.routes = vec![Route {
            name: "events".to_owned(),
            summary: "A room was opened or closed".to_owned(),
            methods: vec!["POST".to_owned()],
            media_types: vec!["application/json".to_owned()],
            authenticity: Authenticity::SharedSecret("x-desk-token".to_owned()),
            secrets: vec!["hook-token".to_owned()],
            if_unset: IfUnset::Refuse,
            headers: Vec::new(),
        }];
        description.capabilities.creates = true;
        description.capabilities.updates = UpdateMode::InPlace;
        description.capabilities.deletes = true;
        // Only the host of this setting.
        description.outbound_hosts = vec!["{address}".to_owned()];
        description
    }

    async fn create(context: &Context<'_>, meeting: Meeting) -> Result<Conference, Failure> {
        api::create_room(context, &meeting).await
    }

    async fn update(context: &Context<'_>, current: Conference, meeting: Meeting) -> Result<Conference, Failure> {
        api::update_room(context, &current.id, &meeting).await?;
        Ok(current)
    }

    async fn delete(context: &Context<'_>, current: Conference) -> Result<(), Failure> {
        api::delete_room(context, &current.id).await
    }

    /// Accepts every user by their email address: the provider has no user directory.
    async fn verify_user(_context: &Context<'_>, email: String) -> Result<Option<String>, Failure> {
        Ok(Some(email))
    }

    async fn receive(_context: &Context<'_>, request: WebhookRequest) -> Result<Receipt, Rejection> {
        if request.route != "events" {
            return Err(Rejection::Unsupported("an unknown route".to_owned()));
        }
        let response = WebhookResponse { status: 204, headers: Vec::new(), body: Vec::new() };
        Ok(Receipt { response, events: vec![webhook::read(&request)?] })
    }
}

cordboard_plug::export!(provider: Desk);
