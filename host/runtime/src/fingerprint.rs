//! Identifies the machine code that an engine can run.

use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};

use super::engine::{Class, Engine};

impl Engine {
    /// A digest of everything that determines whether the pool of a class can run machine code: wasmtime's version and
    /// settings, and the CPU.
    pub fn fingerprint(&self, class: Class) -> [u8; 32] {
        fingerprint(&self.pool(class).engine)
    }
}

fn fingerprint(engine: &wasmtime::Engine) -> [u8; 32] {
    let mut hasher = Fingerprint(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.0.finalize().into()
}

/// A [`Hasher`] over SHA-256, because the standard library's hashers have 64 bits and may change between versions.
struct Fingerprint(Sha256);

impl Hasher for Fingerprint {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest: [u8; 32] = self.0.clone().finalize().into();
        digest.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;
    use crate::limits::Options;

    /// A plug is compiled only once, and then tried in each pool.
    #[test]
    fn compiled_code_runs_in_every_pool() {
        let engine = Engine::new(&Options::default()).unwrap();
        let compiler = fingerprint(&engine::compiler().unwrap());
        for class in [Class::Lean, Class::Roomy] {
            assert_eq!(engine.fingerprint(class), compiler, "{class}");
        }
        assert_ne!(fingerprint(&wasmtime::Engine::default()), compiler);
    }
}
