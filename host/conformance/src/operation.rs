//! A uniform interface to the operations of all contracts.

use cordboard_core::engine::Pause;

use super::step::{Output, PlugStep};
use cordboard::contract::conference::{Conference, Meeting};
use cordboard::contract::crm::Outcome;
use cordboard::contract::effect::Context;
use cordboard::contract::http::{Rejection, WebhookRequest};
use cordboard::contract::settings::{Endpoint, EndpointPatch, EndpointSettings};
use cordboard::plug::{CallError, Plug};

type Call = Box<dyn Fn(&Plug, &Context) -> Result<PlugStep, CallError>>;

/// An operation with its input.
pub(super) struct Operation {
    /// Its name in the contract.
    pub name: &'static str,
    call: Call,
}

impl Operation {
    fn new<E: Into<Output>, P: Into<Pause<E>>>(
        name: &'static str,
        call: impl Fn(&Plug, &Context) -> Result<Result<Output, P>, CallError> + 'static,
    ) -> Self {
        let step = move |plug: &Plug, context: &Context| -> Result<PlugStep, CallError> {
            let result = call(plug, context)?.map_err(Into::<Pause<E>>::into);
            Ok(result.map_err(|pause| pause.map(Into::into)))
        };
        Self { name, call: Box::new(step) }
    }

    /// Calls the operation once.
    pub fn step(&self, plug: &Plug, context: &Context) -> Result<PlugStep, CallError> {
        (self.call)(plug, context)
    }

    pub fn create(meeting: Meeting) -> Self {
        Self::new("create", move |plug, context| Ok(plug.create(context, &meeting)?.map(Output::Conference)))
    }

    pub fn update(current: Conference, meeting: Meeting) -> Self {
        Self::new("update", move |plug, context| Ok(plug.update(context, &current, &meeting)?.map(Output::Conference)))
    }

    pub fn delete(current: Conference) -> Self {
        Self::new("delete", move |plug, context| Ok(plug.delete(context, &current)?.map(|()| Output::Deleted)))
    }

    pub fn verify_user(email: String) -> Self {
        Self::new("verify-user", move |plug, context| Ok(plug.verify_user(context, &email)?.map(Output::User)))
    }

    pub fn receive(request: WebhookRequest) -> Self {
        Self::new("receive", move |plug, context| Ok(plug.receive(context, &request)?.map(Output::Receipt)))
    }

    pub fn decode(request: WebhookRequest) -> Self {
        Self::new("decode", move |plug, context| {
            Ok(plug.decode(context, &request)?.map(Output::Command).map_err(Pause::Failed))
        })
    }

    pub fn encode(outcome: Outcome) -> Self {
        Self::new("encode", move |plug, context| {
            Ok(Ok::<_, Pause<Rejection>>(Output::Response(plug.encode(context, &outcome)?)))
        })
    }

    pub fn phone_numbers(user_id: &str) -> Self {
        let user_id = user_id.to_owned();
        Self::new("phone-numbers", move |plug, context| Ok(plug.phone_numbers(context, &user_id)?.map(Output::Numbers)))
    }

    /// All operations of the settings contract, on the endpoint of a route.
    pub fn of_settings(purpose: &str) -> [Self; 4] {
        const APP: &str = "54321";
        let url = format!("https://bridge.example.org/{purpose}");
        let endpoint = Endpoint { purpose: purpose.to_owned(), url, enabled: true };
        let settings = EndpointSettings { endpoints: vec![endpoint], extras: Vec::new() };
        let patch = EndpointPatch { purpose: purpose.to_owned(), url: None, enabled: Some(true) };
        let read = vec![purpose.to_owned()];
        let deleted = read.clone();
        [
            Self::new("get-endpoints", move |plug, context| {
                Ok(plug.get_endpoints(context, APP, &read)?.map(|_| Output::Settings))
            }),
            Self::new("set-endpoints", move |plug, context| {
                Ok(plug.set_endpoints(context, APP, &settings)?.map(|_| Output::Settings))
            }),
            Self::new("update-endpoint", move |plug, context| {
                Ok(plug.update_endpoint(context, APP, &patch)?.map(|_| Output::Settings))
            }),
            Self::new("delete-endpoints", move |plug, context| {
                Ok(plug.delete_endpoints(context, APP, &deleted)?.map(|()| Output::Settings))
            }),
        ]
    }
}
