/// Exports a type as the component's plug: `export!(provider: Jitsi)`, `crm:` or `telephony:`. Use `crm, settings:` for
/// a CRM that also implements [`CrmSettings`](crate::CrmSettings).
///
/// Expands to nothing for native targets, so that a plug's tests run as plain Rust.
#[macro_export]
macro_rules! export {
    (provider: $plug:ident) => {
        #[cfg(target_family = "wasm")]
        $crate::contract::provider::export!($plug with_types_in $crate::contract::provider);
    };
    (crm: $plug:ident) => {
        #[cfg(target_family = "wasm")]
        $crate::contract::crm::export!($plug with_types_in $crate::contract::crm);
    };
    (crm, settings: $plug:ident) => {
        $crate::export!(crm: $plug);
        #[cfg(target_family = "wasm")]
        $crate::contract::settings::export!($plug with_types_in $crate::contract::settings);
    };
    (telephony: $plug:ident) => {
        #[cfg(target_family = "wasm")]
        $crate::contract::telephony::export!($plug with_types_in $crate::contract::telephony);
    };
}
