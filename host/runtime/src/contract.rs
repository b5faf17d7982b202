//! The contracts as Rust types: everything that crosses the boundary between host and plugs.
#![allow(missing_docs, reason = "generated; the contracts document every item")]

use cordboard_core::engine::Pause;

/// `cordboard:provider`
pub mod provider {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "cordboard:provider/provider-plug",
        with: {
            "cordboard:types/conference@0.1.0": cordboard_core::types::conference,
            "cordboard:types/effect@0.1.0": cordboard_core::types::effect,
            "cordboard:types/http@0.1.0": cordboard_core::types::http,
            "cordboard:types/manifest@0.1.0": cordboard_core::types::manifest,
            "cordboard:types/meeting-event@0.1.0": cordboard_core::types::meeting_event,
        },
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
    });
    pub use exports::cordboard::provider::provider::{Receipt, ReceivePause};
}

/// `cordboard:crm`
pub mod crm {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "cordboard:crm/crm-plug",
        with: {
            "cordboard:types/conference@0.1.0": cordboard_core::types::conference,
            "cordboard:types/effect@0.1.0": cordboard_core::types::effect,
            "cordboard:types/http@0.1.0": cordboard_core::types::http,
            "cordboard:types/manifest@0.1.0": cordboard_core::types::manifest,
            "cordboard:types/telephone@0.1.0": cordboard_core::types::telephone,
        },
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
    });
    pub use exports::cordboard::crm::crm::{Change, Command, Created, NumbersQuery, Outcome, UserQuery};
}

/// `cordboard:telephony`
pub mod telephony {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "cordboard:telephony/telephony-plug",
        with: {
            "cordboard:types/effect@0.1.0": cordboard_core::types::effect,
            "cordboard:types/manifest@0.1.0": cordboard_core::types::manifest,
            "cordboard:types/telephone@0.1.0": cordboard_core::types::telephone,
        },
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
    });
}

/// `cordboard:settings`
pub mod settings {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "cordboard:settings/settings-plug",
        with: { "cordboard:types/effect@0.1.0": cordboard_core::types::effect },
        additional_derives: [PartialEq],
    });
    pub use exports::cordboard::settings::settings::{
        Endpoint, EndpointPatch, EndpointSettings, ErrorResponse, SettingsError, SettingsPause,
    };
}

pub use cordboard_core::types::{conference, effect, http, manifest, meeting_event, telephone};

impl From<provider::ReceivePause> for Pause<http::Rejection> {
    fn from(pause: provider::ReceivePause) -> Self {
        match pause {
            provider::ReceivePause::Effect(effect) => Self::Effect(effect),
            provider::ReceivePause::Rejected(rejection) => Self::Failed(rejection),
        }
    }
}

impl From<settings::SettingsPause> for Pause<settings::SettingsError> {
    fn from(pause: settings::SettingsPause) -> Self {
        match pause {
            settings::SettingsPause::Effect(effect) => Self::Effect(effect),
            settings::SettingsPause::Failed(error) => Self::Failed(error),
        }
    }
}
