//! The host's own key, for data on disk that only this host may read or trust. This crate must not depend on any other
//! crate of the workspace.
//!
//! `host.key` in the data directory holds 32 random bytes, readable only by the operator. A separate key is derived
//! from them for each purpose, so that data made for one purpose is not accepted for another. The data in a copy of the
//! directory without `host.key` cannot be decrypted; the host then refuses to start instead of ignoring the data.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{hkdf, hmac};

const FILE: &str = "host.key";
const BYTES: usize = 32;

/// The purpose for which data is encrypted. Each has a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Records in the store, such as requests, answers of providers and plug state.
    Records,
    /// Settings and secrets of generations.
    Generations,
}

impl Purpose {
    fn name(self) -> &'static [u8] {
        match self {
            Self::Records => b"cordboard records 1",
            Self::Generations => b"cordboard generations 1",
        }
    }
}

/// Encrypts and authenticates data with keys that only this host has.
pub struct Vault {
    records: LessSafeKey,
    generations: LessSafeKey,
    mac: hmac::Key,
}

/// Why the key cannot be used, or data cannot be encrypted or decrypted.
#[derive(Clone, Debug, thiserror::Error)]
pub enum VaultError {
    /// The data directory has no key.
    #[error(
        "there is no {}: restore the `host.key` that belongs to this data directory, for example from a backup; its \
         data cannot be decrypted without it",
        .0.display()
    )]
    Missing(PathBuf),
    /// The key cannot be read or created, or is not one.
    #[error("cannot use {}, which holds the host's own key: {source}", path.display())]
    Unusable {
        /// The path of the key.
        path: PathBuf,
        /// The cause.
        source: Arc<io::Error>,
    },
    /// The key cannot be created, because the disk is full.
    #[error("cannot create {}, the disk is full: make room where data-dir is", path.display())]
    DiskFull {
        /// The path of the key.
        path: PathBuf,
        /// The cause.
        source: Arc<io::Error>,
    },
    /// The database of the data directory belongs to another key.
    #[error(
        "cordboard.db was encrypted with a different key than its host.key: restore the host.key that belongs to this \
         data directory, for example from a backup"
    )]
    WrongKey,
    /// The data was encrypted by another host or for another place, or was modified.
    #[error("the data was not encrypted by this host: restore the `host.key` that belongs to this data directory")]
    Foreign,
    /// The system has no randomness.
    #[error("the system has no randomness: try again")]
    NoRandomness(#[source] getrandom::Error),
    /// The cipher refused the data or the key, although neither depends on input from outside.
    #[error("{0}")]
    Cipher(&'static str),
}

impl fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Vault(…)")
    }
}

impl Vault {
    /// Opens the key of a data directory, or creates it if there is none.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read or created, or is not a key.
    pub fn open(data_dir: &Path) -> Result<Self, VaultError> {
        let path = data_dir.join(FILE);
        match read(&path) {
            Ok(Some(key)) => Self::of(&key),
            Ok(None) => {
                let mut folder = fs::DirBuilder::new();
                let made = folder.recursive(true).mode(0o700).create(data_dir).and_then(|()| make(&path));
                Self::of(&made.map_err(|error| unusable(path, error))?)
            }
            Err(error) => Err(unusable(path, error)),
        }
    }

    /// Opens the key of a data directory, without creating it.
    ///
    /// # Errors
    /// Returns an error if there is no key, or the file cannot be read or is not a key.
    pub fn existing(data_dir: &Path) -> Result<Self, VaultError> {
        let path = data_dir.join(FILE);
        match read(&path) {
            Ok(Some(key)) => Self::of(&key),
            Ok(None) => Err(VaultError::Missing(path)),
            Err(error) => Err(unusable(path, error)),
        }
    }

    /// Creates a vault with a key that is not stored, for stores that are not on this host's disk.
    ///
    /// # Errors
    /// Returns an error if the system has no randomness.
    pub fn ephemeral() -> Result<Self, VaultError> {
        let mut key = [0; BYTES];
        getrandom::fill(&mut key).map_err(VaultError::NoRandomness)?;
        Self::of(&key)
    }

    fn of(key: &[u8]) -> Result<Self, VaultError> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"cordboard");
        let main = salt.extract(key);
        let aead = |purpose: Purpose| {
            let info = [purpose.name()];
            let key = main.expand(&info, &CHACHA20_POLY1305).map(UnboundKey::from);
            key.map(LessSafeKey::new).map_err(|_| VaultError::Cipher("cannot derive a key"))
        };
        let info = [b"cordboard code 1".as_slice()];
        let mac = main.expand(&info, hmac::HMAC_SHA256).map(hmac::Key::from);
        Ok(Self {
            records: aead(Purpose::Records)?,
            generations: aead(Purpose::Generations)?,
            mac: mac.map_err(|_| VaultError::Cipher("cannot derive a key"))?,
        })
    }

    /// Encrypts a text or bytes. `associated_data` names the place where the result is stored, and binds it there.
    ///
    /// # Errors
    /// Returns an error if the system has no randomness.
    pub fn encrypt(&self, purpose: Purpose, associated_data: &str, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(VaultError::NoRandomness)?;
        let mut encrypted = plain.to_vec();
        self.key(purpose)
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(associated_data), &mut encrypted)
            .map_err(|_| VaultError::Cipher("the record is too long to encrypt"))?;
        encrypted.extend_from_slice(&nonce);
        Ok(encrypted)
    }

    /// Decrypts a result of [`encrypt`](Self::encrypt).
    ///
    /// # Errors
    /// Returns an error if this host did not encrypt it for this purpose and place, or it was modified.
    pub fn decrypt(&self, purpose: Purpose, associated_data: &str, encrypted: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (text, nonce) = encrypted.split_last_chunk::<NONCE_LEN>().ok_or(VaultError::Foreign)?;
        let mut plain = text.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self.key(purpose).open_in_place(nonce, Aad::from(associated_data), &mut plain);
        let length = opened.map_err(|_| VaultError::Foreign)?.len();
        plain.truncate(length);
        Ok(plain)
    }

    /// Returns a MAC of these parts, in this order.
    pub fn mac(&self, parts: &[&[u8]]) -> Vec<u8> {
        hmac::sign(&self.mac, &framed(parts)).as_ref().to_vec()
    }

    /// Verifies a MAC of these parts, in constant time.
    pub fn verify_mac(&self, parts: &[&[u8]], mac: &[u8]) -> bool {
        hmac::verify(&self.mac, &framed(parts), mac).is_ok()
    }

    fn key(&self, purpose: Purpose) -> &LessSafeKey {
        match purpose {
            Purpose::Records => &self.records,
            Purpose::Generations => &self.generations,
        }
    }
}

/// Joins the parts, each prefixed with its length, so that no two lists give the same bytes.
fn framed(parts: &[&[u8]]) -> Vec<u8> {
    let mut framed = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        framed.extend_from_slice(&(part.len() as u64).to_be_bytes());
        framed.extend_from_slice(part);
    }
    framed
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
        Ok(found) if found.permissions().mode() & 0o077 != 0 => {
            return Err(io::Error::other("other users may read it: run `chmod 600` on it"));
        }
        Ok(found) if found.len() != BYTES as u64 => return Err(io::Error::other("it does not hold 32 bytes")),
        Ok(_) => {}
    }
    fs::read(path).map(Some)
}

/// Writes a new key to a temporary file and then links it into place, so that a crash leaves no partial key.
fn make(path: &Path) -> io::Result<Vec<u8>> {
    let mut key = vec![0; BYTES];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    let temporary: PathBuf = path.with_extension(format!("key-{}", std::process::id()));
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(&key)?;
    file.sync_all()?;
    // If two processes start at once, the first key wins.
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            read(path)?.ok_or_else(|| io::Error::other("it was removed"))
        }
        Err(error) => Err(error),
        Ok(()) => {
            if let Some(folder) = path.parent() {
                fs::File::open(folder)?.sync_all()?;
            }
            Ok(key)
        }
    }
}

fn unusable(path: PathBuf, error: io::Error) -> VaultError {
    let source = Arc::new(error);
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => VaultError::DiskFull { path, source },
        _ => VaultError::Unusable { path, source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encrypted_data_is_decrypted_only_in_its_place_and_by_its_host() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(folder.path()).unwrap();
        let encrypted = vault.encrypt(Purpose::Records, "effect 1", b"secret answer").unwrap();
        assert!(!encrypted.windows(6).any(|window| window == b"secret"));
        let again = Vault::open(folder.path()).unwrap();
        assert_eq!(again.decrypt(Purpose::Records, "effect 1", &encrypted).unwrap(), b"secret answer");
        assert_ne!(
            vault.encrypt(Purpose::Records, "effect 1", b"secret answer").unwrap(),
            encrypted,
            "each encryption differs"
        );

        assert!(again.decrypt(Purpose::Records, "effect 2", &encrypted).is_err());
        assert!(again.decrypt(Purpose::Generations, "effect 1", &encrypted).is_err());
        for at in [0, encrypted.len() / 2, encrypted.len() - 1] {
            let mut changed = encrypted.clone();
            changed[at] ^= 1;
            assert!(again.decrypt(Purpose::Records, "effect 1", &changed).is_err(), "{at}");
        }
        for short in [b"".as_slice(), b"too short"] {
            assert!(again.decrypt(Purpose::Records, "effect 1", short).is_err());
        }
        let other = tempfile::tempdir().unwrap();
        let error = Vault::open(other.path()).unwrap().decrypt(Purpose::Records, "effect 1", &encrypted).unwrap_err();
        assert!(error.to_string().contains("`host.key`"), "{error}");
    }

    #[test]
    fn a_mac_covers_its_parts_in_order() {
        let vault = Vault::ephemeral().unwrap();
        let mac = vault.mac(&[b"a", b"bc"]);
        assert!(vault.verify_mac(&[b"a", b"bc"], &mac));
        for parts in [vec![b"ab".as_slice(), b"c"], vec![b"bc", b"a"], vec![b"abc"], vec![]] {
            assert!(!vault.verify_mac(&parts, &mac));
        }
        assert!(!Vault::ephemeral().unwrap().verify_mac(&[b"a", b"bc"], &mac));
    }

    #[test]
    fn only_the_operator_may_read_the_key() {
        let folder = tempfile::tempdir().unwrap();
        Vault::open(folder.path()).unwrap();
        let path = folder.path().join(FILE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = Vault::open(folder.path()).unwrap_err().to_string();
        assert!(error.contains("chmod 600"), "{error}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, b"short").unwrap();
        assert!(Vault::open(folder.path()).unwrap_err().to_string().contains("32 bytes"));
    }

    #[test]
    fn opening_an_existing_key_never_creates_one() {
        let folder = tempfile::tempdir().unwrap();
        let error = Vault::existing(folder.path()).unwrap_err().to_string();
        assert!(error.contains("restore the `host.key`") && !folder.path().join(FILE).exists(), "{error}");
        let encrypted = Vault::open(folder.path()).unwrap().encrypt(Purpose::Records, "here", b"text").unwrap();
        assert_eq!(
            Vault::existing(folder.path()).unwrap().decrypt(Purpose::Records, "here", &encrypted).unwrap(),
            b"text"
        );
    }

    #[test]
    fn the_key_is_never_shown() {
        assert_eq!(format!("{:?}", Vault::ephemeral().unwrap()), "Vault(…)");
    }
}
