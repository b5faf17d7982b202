//! A uniform interface to the operations of all contracts.

use cordboard_core::engine::Pause;

use super::step::{Output, PlugStep};
use cordboard::contract::conference::{Conference, Meeting};
use cordboard::contract::crm::Outcome;
use cordboard::contract::effect::Context;
use cordboard::contract::http::{Rejection, WebhookRequest};
use cordboard::contract::settings::{ChannelConnection, ChannelConnectionPatch, VideoConferencing};
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

    /// All operations of the settings contract.
    pub fn of_settings() -> Vec<Self> {
        const APP: u32 = 54_321;
        let url = |path: &str| format!("https://bridge.example.org/{path}");
        let video = VideoConferencing {
            create_meeting_url: url("create"),
            update_meeting_url: Some(url("update")),
            delete_meeting_url: None,
            user_verify_url: None,
            fetch_accounts_uri: None,
        };
        let channel = ChannelConnection { url: url("numbers"), is_ready: false };
        let patch = ChannelConnectionPatch { url: None, is_ready: Some(true) };
        macro_rules! operations {
            ($($name:literal = $function:ident($($input:ident)?);)*) => {
                vec![$(Self::new($name, {
                    $(let $input = $input.clone();)?
                    move |plug, context| Ok(plug.$function(context, APP $(, &$input)?)?.map(|_| Output::Settings))
                })),*]
            };
        }
        operations! {
            "get-video-conferencing" = get_video_conferencing();
            "set-video-conferencing" = set_video_conferencing(video);
            "delete-video-conferencing" = delete_video_conferencing();
            "get-channel-connection" = get_channel_connection();
            "create-channel-connection" = create_channel_connection(channel);
            "update-channel-connection" = update_channel_connection(patch);
            "delete-channel-connection" = delete_channel_connection();
        }
    }
}
