//! Bindings to the composed plugs. A component imports only the interfaces that it calls, so each gateway imports only
//! the contracts that it serves.
#![allow(missing_docs, reason = "generated; the contracts document every item")]

use cordboard_core::engine::Pause;
use cordboard_core::types::http::Rejection;

mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "
            package cordboard:gateway;
            world plugs {
                import cordboard:crm/crm@0.1.0;
                import cordboard:provider/provider@0.1.0;
                import cordboard:telephony/telephony@0.1.0;
            }
        ",
        world: "cordboard:gateway/plugs",
        with: {
            "cordboard:types/conference@0.1.0": cordboard_core::types::conference,
            "cordboard:types/effect@0.1.0": cordboard_core::types::effect,
            "cordboard:types/http@0.1.0": cordboard_core::types::http,
            "cordboard:types/manifest@0.1.0": cordboard_core::types::manifest,
            "cordboard:types/meeting-event@0.1.0": cordboard_core::types::meeting_event,
            "cordboard:types/telephone@0.1.0": cordboard_core::types::telephone,
        },
        generate_all,
    });
}

pub use bindings::cordboard::crm::crm;
pub use bindings::cordboard::provider::provider;
pub use bindings::cordboard::telephony::telephony;

impl From<provider::ReceivePause> for Pause<Rejection> {
    fn from(pause: provider::ReceivePause) -> Self {
        match pause {
            provider::ReceivePause::Effect(effect) => Self::Effect(effect),
            provider::ReceivePause::Rejected(rejection) => Self::Failed(rejection),
        }
    }
}
