//! Generated bindings for the contracts, used by the export macro.
#![allow(missing_docs, reason = "generated; the contracts document every item")]

/// `cordboard:provider`
pub mod provider {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "cordboard:provider/provider-plug",
        pub_export_macro: true,
        default_bindings_module: "cordboard_plug::contract::provider",
        with: {
            "cordboard:types/conference@0.1.0": cordboard_core::types::conference,
            "cordboard:types/effect@0.1.0": cordboard_core::types::effect,
            "cordboard:types/http@0.1.0": cordboard_core::types::http,
            "cordboard:types/manifest@0.1.0": cordboard_core::types::manifest,
            "cordboard:types/meeting-event@0.1.0": cordboard_core::types::meeting_event,
        },
        additional_derives: [PartialEq],
    });
    pub use exports::cordboard::provider::provider::{Guest, Receipt, ReceivePause};
}

/// `cordboard:crm`
pub mod crm {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "cordboard:crm/crm-plug",
        pub_export_macro: true,
        default_bindings_module: "cordboard_plug::contract::crm",
        with: {
            "cordboard:types/conference@0.1.0": cordboard_core::types::conference,
            "cordboard:types/effect@0.1.0": cordboard_core::types::effect,
            "cordboard:types/http@0.1.0": cordboard_core::types::http,
            "cordboard:types/manifest@0.1.0": cordboard_core::types::manifest,
            "cordboard:types/telephone@0.1.0": cordboard_core::types::telephone,
        },
        additional_derives: [PartialEq],
    });
    pub use exports::cordboard::crm::crm::{Change, Command, Created, Guest, NumbersQuery, Outcome, UserQuery};
}

/// `cordboard:telephony`
pub mod telephony {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "cordboard:telephony/telephony-plug",
        pub_export_macro: true,
        default_bindings_module: "cordboard_plug::contract::telephony",
        with: {
            "cordboard:types/effect@0.1.0": cordboard_core::types::effect,
            "cordboard:types/manifest@0.1.0": cordboard_core::types::manifest,
            "cordboard:types/telephone@0.1.0": cordboard_core::types::telephone,
        },
        additional_derives: [PartialEq],
    });
    pub use exports::cordboard::telephony::telephony::Guest;
}

/// `cordboard:settings`
pub mod settings {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "cordboard:settings/settings-plug",
        pub_export_macro: true,
        default_bindings_module: "cordboard_plug::contract::settings",
        with: {
            "cordboard:types/effect@0.1.0": cordboard_core::types::effect,
        },
        additional_derives: [PartialEq],
    });
    pub use exports::cordboard::settings::settings::{
        Endpoint, EndpointPatch, EndpointSettings, ErrorResponse, Guest, SettingsError, SettingsPause,
    };
}
