//! Caches compiled code next to the plug files, so that a restart does not recompile them.

use cordboard_runtime::Class;

use super::digest::Digest;
use super::error::LibraryError;
use super::files::{self, Files};
use super::machine_code::{CodeAuthenticator, MachineCode};

/// All classes, in lookup order.
pub(super) const CLASSES: [Class; 2] = [Class::Lean, Class::Roomy];

/// The size limit for compiled code, in bytes: several times what the largest file compiles to.
pub(super) const MAX_BYTES: usize = 512 << 20;

/// The cache of compiled code. Code that cannot be authenticated counts as missing.
pub(super) struct Cache {
    authenticator: CodeAuthenticator,
}

impl Cache {
    pub(super) fn new(authenticator: CodeAuthenticator) -> Self {
        Self { authenticator }
    }

    /// The cached code of a plug for a class, if it is authentic.
    pub(super) fn get(&self, files: &Files, digest: &Digest, class: Class) -> Option<MachineCode> {
        let path = files.path(&name(digest, class));
        let code = match files::read(&path, MAX_BYTES) {
            Ok(stored) => self.authenticator.verify(digest, class, stored?),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "cannot read cached code; compiling the plug again");
                return None;
            }
        };
        if code.is_none() {
            let path = path.display();
            tracing::info!(%path, "cached code is outdated, corrupt or from another host; compiling the plug again");
        }
        code
    }

    /// Caches compiled code.
    pub(super) fn put(
        &self,
        files: &Files,
        digest: &Digest,
        class: Class,
        code: &MachineCode,
    ) -> Result<(), LibraryError> {
        let (code, mac) = self.authenticator.sign(digest, class, code);
        // No need to sync: the MAC of a file that a crash truncated is invalid.
        files.write(&name(digest, class), &[code, &mac])?;
        // With other limits, the plug may have had another class.
        CLASSES
            .into_iter()
            .filter(|other| *other != class)
            .try_for_each(|other| files.remove_file(&name(digest, other)))
    }
}

/// The plug whose compiled code is in a file of this name.
pub(super) fn plug_of(name: &str) -> Option<Digest> {
    let (digits, rest) = name.split_once('.')?;
    let known = CLASSES.into_iter().any(|class| rest == ending(class));
    known.then(|| Digest::from_hex(digits)).flatten()
}

fn name(digest: &Digest, class: Class) -> String {
    format!("{}.{}", digest.hex(), ending(class))
}

fn ending(class: Class) -> String {
    format!("{class}.code")
}
