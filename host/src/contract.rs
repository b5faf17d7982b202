//! The contracts as Rust types: what crosses the border between host and plugs.
#![allow(missing_docs, reason = "generated; the contracts document every item")]

mod types {
    wasmtime::component::bindgen!({
        path: "../wit",
        inline: "
            package cordboard:host;
            world types {
                import cordboard:types/conference@0.1.0;
                import cordboard:types/effect@0.1.0;
                import cordboard:types/http@0.1.0;
                import cordboard:types/manifest@0.1.0;
                import cordboard:types/meeting-event@0.1.0;
                import cordboard:types/telephone@0.1.0;
            }
        ",
        world: "cordboard:host/types",
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
    });
}

/// `cordboard:provider`
pub mod provider {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "cordboard:provider/provider-plug",
        with: {
            "cordboard:types/conference@0.1.0": crate::contract::conference,
            "cordboard:types/effect@0.1.0": crate::contract::effect,
            "cordboard:types/http@0.1.0": crate::contract::http,
            "cordboard:types/manifest@0.1.0": crate::contract::manifest,
            "cordboard:types/meeting-event@0.1.0": crate::contract::meeting_event,
        },
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
    });
    pub use exports::cordboard::provider::provider::{Receipt, ReceivePause};
}

/// `cordboard:crm`
pub mod crm {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "cordboard:crm/crm-plug",
        with: {
            "cordboard:types/conference@0.1.0": crate::contract::conference,
            "cordboard:types/effect@0.1.0": crate::contract::effect,
            "cordboard:types/http@0.1.0": crate::contract::http,
            "cordboard:types/manifest@0.1.0": crate::contract::manifest,
            "cordboard:types/telephone@0.1.0": crate::contract::telephone,
        },
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
    });
    pub use exports::cordboard::crm::crm::{Change, Command, Created, NumbersQuery, Outcome, UserQuery};
}

/// `cordboard:telephony`
pub mod telephony {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "cordboard:telephony/telephony-plug",
        with: {
            "cordboard:types/effect@0.1.0": crate::contract::effect,
            "cordboard:types/manifest@0.1.0": crate::contract::manifest,
            "cordboard:types/telephone@0.1.0": crate::contract::telephone,
        },
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
    });
}

/// `cordboard:settings`
pub mod settings {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "cordboard:settings/settings-plug",
        with: { "cordboard:types/effect@0.1.0": crate::contract::effect },
        additional_derives: [PartialEq],
    });
    pub use exports::cordboard::settings::settings::{
        ChannelConnection, ChannelConnectionPatch, ChannelConnectionState, Refusal, SettingsError, SettingsPause,
        VideoConferencing,
    };
}

pub use types::cordboard::types::{conference, effect, http, manifest, meeting_event, telephone};
