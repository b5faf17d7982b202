/// Exports a type as the component's plug: `export!(provider: Jitsi)`, `crm:` or `telephony:`.
///
/// Natively it expands to nothing, so that a plug's own tests run as plain Rust.
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
    (telephony: $plug:ident) => {
        #[cfg(target_family = "wasm")]
        $crate::contract::telephony::export!($plug with_types_in $crate::contract::telephony);
    };
}
