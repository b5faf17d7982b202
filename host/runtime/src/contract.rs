//! The contracts as Rust types: everything that crosses the boundary between host and plugs.
#![allow(missing_docs, reason = "generated; the contracts document every item")]

use cordboard_core::engine::Pause;

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

pub use cordboard_core::types::{
    conference, crm, effect, http, manifest, meeting_event, provider, telephone, telephony,
};

impl From<settings::SettingsPause> for Pause<settings::SettingsError> {
    fn from(pause: settings::SettingsPause) -> Self {
        match pause {
            settings::SettingsPause::Effect(effect) => Self::Effect(effect),
            settings::SettingsPause::Failed(error) => Self::Failed(error),
        }
    }
}
