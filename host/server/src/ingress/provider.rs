//! Requests of providers.

use serde::Deserialize;

use cordboard_bridge::flow::{self, ApiError, ForConnection, Head, RawRequest, Reply};

use crate::body::BodyReader;

use super::path::{Edge, Sender};

/// The address of a provider's request.
#[derive(Deserialize)]
pub(super) struct Provider {
    key: String,
    route: String,
}

impl Sender for Provider {
    const SIDE: &'static str = "provider";
    type Target = ForConnection;

    fn take_route(&mut self) -> String {
        std::mem::take(&mut self.route)
    }

    fn check_head(&self, edge: &Edge, head: &Head) -> Result<(ForConnection, BodyReader), ApiError> {
        let max = edge.body_limits.provider;
        let target = flow::for_connection(&edge.state, &self.key, head, max)?;
        let budget = Some(edge.body_budget.provider(target.account()));
        Ok((target, BodyReader { max, timeout: edge.state.limits.body, budget }))
    }

    async fn process(edge: &Edge, target: &ForConnection, request: RawRequest) -> Reply {
        flow::receive(&edge.state, target, request).await
    }
}
