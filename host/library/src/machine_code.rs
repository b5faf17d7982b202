//! Authenticates machine code, which cannot be validated.

use std::sync::Arc;

use cordboard_runtime::{Class, Engine};
use cordboard_vault::Vault;
use ring::digest::SHA256;
use wasmtime::component::Component;

use super::digest::Digest;

/// A compiled component that is known to come from this program: just compiled ([`fresh`](Self::fresh)) or
/// authenticated ([`CodeAuthenticator::verify`]). It cannot be created in any other way.
pub(super) struct MachineCode(Vec<u8>);

impl MachineCode {
    /// Wraps code that this version of this program has just compiled, in this process or in its child.
    pub(super) fn fresh(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The size in bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.0.len() as u64
    }

    /// Loads the component into an engine.
    pub(super) fn component(&self, engine: &wasmtime::Engine) -> wasmtime::Result<Component> {
        // SAFETY: these bytes are the unmodified output of `precompile_component` in this program: either just
        // produced, or authenticated with a key that only this host has. `deserialize` itself checks wasmtime's version
        // and settings.
        unsafe { Component::deserialize(engine, &self.0) }
    }
}

/// Signs machine code, and accepts only signed machine code.
pub(super) struct CodeAuthenticator {
    vault: Arc<Vault>,
    lean: [u8; 32],
    roomy: [u8; 32],
}

/// The length of the MAC, which follows the code.
const MAC_BYTES: usize = 32;

impl CodeAuthenticator {
    pub(super) fn new(vault: Arc<Vault>, engine: &Engine) -> Self {
        Self { vault, lean: engine.fingerprint(Class::Lean), roomy: engine.fingerprint(Class::Roomy) }
    }

    /// The code and its MAC, to be stored in this order.
    pub(super) fn sign<'c>(&self, digest: &Digest, class: Class, code: &'c MachineCode) -> (&'c [u8], Vec<u8>) {
        (&code.0, self.with_parts(digest, class, &code.0, |parts| self.vault.mac(parts)))
    }

    /// The stored code, if this host signed it for this plug and class and for a compatible engine.
    pub(super) fn verify(&self, digest: &Digest, class: Class, mut stored: Vec<u8>) -> Option<MachineCode> {
        let (code, mac) = stored.split_last_chunk::<MAC_BYTES>()?;
        let length = code.len();
        if !self.with_parts(digest, class, code, |parts| self.vault.verify_mac(parts, mac)) {
            return None;
        }
        stored.truncate(length);
        Some(MachineCode(stored))
    }

    fn with_parts<T>(&self, digest: &Digest, class: Class, code: &[u8], then: impl FnOnce(&[&[u8]]) -> T) -> T {
        let engine = match class {
            Class::Lean => &self.lean,
            Class::Roomy => &self.roomy,
        };
        // The code may be large, and the vault copies its input.
        let code = ring::digest::digest(&SHA256, code);
        then(&[engine, class.to_string().as_bytes(), digest.hex().as_bytes(), code.as_ref()])
    }
}

#[cfg(test)]
mod tests {
    use cordboard_runtime::Options;

    use super::*;

    #[test]
    fn code_is_valid_only_for_its_plug_class_engine_and_host() {
        let engine = Engine::new(&Options::default()).unwrap();
        let authenticator = CodeAuthenticator::new(Arc::new(Vault::ephemeral().unwrap()), &engine);
        let (digest, other) = (Digest::of(b"plug"), Digest::of(b"other"));
        let made = MachineCode::fresh(b"code".to_vec());
        let (code, mac) = authenticator.sign(&digest, Class::Lean, &made);
        let stored = [code, &mac].concat();
        let verifies = |authenticator: &CodeAuthenticator, digest, class, stored: &[u8]| {
            authenticator.verify(digest, class, stored.to_vec()).map(|code| code.0)
        };
        assert_eq!(verifies(&authenticator, &digest, Class::Lean, &stored).unwrap(), b"code");

        assert!(verifies(&authenticator, &other, Class::Lean, &stored).is_none());
        assert!(verifies(&authenticator, &digest, Class::Roomy, &stored).is_none());
        for length in 0..stored.len() {
            assert!(verifies(&authenticator, &digest, Class::Lean, &stored[..length]).is_none(), "{length}");
        }
        for at in 0..stored.len() {
            let mut changed = stored.clone();
            changed[at] ^= 1;
            assert!(verifies(&authenticator, &digest, Class::Lean, &changed).is_none(), "{at}");
        }
        let of_another_host = CodeAuthenticator::new(Arc::new(Vault::ephemeral().unwrap()), &engine);
        assert!(verifies(&of_another_host, &digest, Class::Lean, &stored).is_none());
        let of_another_engine =
            CodeAuthenticator { vault: Arc::clone(&authenticator.vault), lean: [0; 32], roomy: [0; 32] };
        assert!(verifies(&of_another_engine, &digest, Class::Lean, &stored).is_none());
    }
}
