//! The types of `cordboard:types`, generated from the contracts: by wit-bindgen for guests, by wasmtime for the host.

#[cfg(not(feature = "wasmtime"))]
#[allow(missing_docs, reason = "generated; the contracts document every item")]
mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "
            package cordboard:core;
            world types {
                import cordboard:types/conference@0.1.0;
                import cordboard:types/effect@0.1.0;
                import cordboard:types/http@0.1.0;
                import cordboard:types/manifest@0.1.0;
                import cordboard:types/meeting-event@0.1.0;
                import cordboard:types/telephone@0.1.0;
            }
        ",
        world: "cordboard:core/types",
        generate_all,
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
    });
}

#[cfg(feature = "wasmtime")]
#[allow(missing_docs, reason = "generated; the contracts document every item")]
mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit",
        inline: "
            package cordboard:core;
            world types {
                import cordboard:types/conference@0.1.0;
                import cordboard:types/effect@0.1.0;
                import cordboard:types/http@0.1.0;
                import cordboard:types/manifest@0.1.0;
                import cordboard:types/meeting-event@0.1.0;
                import cordboard:types/telephone@0.1.0;
            }
        ",
        world: "cordboard:core/types",
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
    });
}

pub use bindings::cordboard::types::{conference, effect, http, manifest, meeting_event, telephone};
