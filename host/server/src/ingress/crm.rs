//! Requests of the CRM.

use serde::Deserialize;

use cordboard_bridge::flow::{self, ApiError, ForApp, Head, RawRequest, Reply};

use crate::body::BodyReader;

use super::path::{Edge, Sender};

/// The address of a CRM request.
#[derive(Deserialize)]
pub(super) struct Crm {
    plug: String,
    app: String,
    route: String,
}

impl Sender for Crm {
    const SIDE: &'static str = "crm";
    type Target = ForApp;

    fn take_route(&mut self) -> String {
        std::mem::take(&mut self.route)
    }

    fn check_head(&self, edge: &Edge, head: &Head) -> Result<(ForApp, BodyReader), ApiError> {
        let max = edge.body_limits.crm;
        let target = flow::for_app(&edge.state, &self.plug, &self.app, head, max)?;
        Ok((target, BodyReader { max, timeout: edge.state.limits.body, budget: Some(edge.body_budget.crm()) }))
    }

    async fn process(edge: &Edge, target: &ForApp, request: RawRequest) -> Reply {
        flow::command(&edge.state, target, request).await
    }
}
