//! Compiled forms beside the plugs that they were made of, so that a start need not compile.

use std::io::Write;

use super::digest::Digest;
use super::error::LibraryError;
use super::files::{self, Files};
use super::machine_code::{CodeAuthenticator, MachineCode};
use crate::plug::engine::Class;

/// In the order in which they are looked for.
pub(super) const CLASSES: [Class; 2] = [Class::Lean, Class::Roomy];

/// The most that is read of a compiled form, in bytes: several times what the largest file comes to.
pub(super) const MAX_BYTES: usize = 512 << 20;

/// Where compiled forms are. What cannot be believed is as good as missing.
pub(super) struct Cache {
    authenticator: CodeAuthenticator,
}

impl Cache {
    pub(super) fn new(authenticator: CodeAuthenticator) -> Self {
        Self { authenticator }
    }

    /// The compiled form of a plug, for a class.
    pub(super) fn get(&self, files: &Files, digest: &Digest, class: Class) -> Option<MachineCode> {
        let path = files.path(&name(digest, class));
        let code = match files::read(&path, MAX_BYTES) {
            Ok(stored) => self.authenticator.verify(digest, class, stored?),
            Err(error) => {
                tracing::warn!("{} cannot be read, so the plug is compiled again: {error}", path.display());
                return None;
            }
        };
        if code.is_none() {
            let path = path.display();
            tracing::info!("{path} is not by this host, of another version or spoiled: the plug is compiled again");
        }
        code
    }

    /// Keeps a compiled form. Where that fails the next start takes longer, and nothing else.
    pub(super) fn put(&self, files: &Files, digest: &Digest, class: Class, code: &MachineCode) {
        if !files.is_writable() {
            return;
        }
        if let Err(error) = self.write(files, digest, class, code) {
            tracing::warn!("the compiled form of the plug {digest} is not kept: {error}");
        }
    }

    fn write(&self, files: &Files, digest: &Digest, class: Class, code: &MachineCode) -> Result<(), LibraryError> {
        let path = files.path(&name(digest, class));
        let (code, mac) = self.authenticator.sign(digest, class, code);
        let mut part = files.part()?;
        let written = part.write_all(code).and_then(|()| part.write_all(&mac));
        written.map_err(|error| LibraryError::folder(&path, error))?;
        // Not waited for until it is on the disk: what a crash leaves of it is no proof.
        part.persist(&path).map_err(|error| LibraryError::folder(&path, error.error))?;
        // Under other limits it may have had another class.
        CLASSES
            .into_iter()
            .filter(|other| *other != class)
            .try_for_each(|other| files.remove_file(&name(digest, other)))
    }
}

/// The plug that a file of this name is the compiled form of.
pub(super) fn plug_of(name: &str) -> Option<Digest> {
    let (digits, rest) = name.split_once('.')?;
    let known = CLASSES.into_iter().any(|class| rest == ending(class));
    known.then(|| Digest::of_digits(digits)).flatten()
}

fn name(digest: &Digest, class: Class) -> String {
    format!("{}.{}", digest.digits(), ending(class))
}

fn ending(class: Class) -> String {
    format!("{class}.code")
}
