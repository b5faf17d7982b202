//! The host's own key, for what is kept on its disk and must be read, or believed, by this host alone.
//!
//! `host.key` in the data directory holds 32 random bytes, readable by the operator only. From them comes a key for each
//! purpose, so that nothing made for one is taken for another. Whoever copies a data directory without `host.key` has
//! sealed records that nobody can read; the host then says so and does not start on them as if they were not there.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{hkdf, hmac};

const FILE: &str = "host.key";
const BYTES: usize = 32;

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Answers of providers, and what plugs keep of them.
    Records,
    /// Settings and secrets of generations.
    Generations,
    /// Machine code that this host compiled.
    Code,
}

impl Purpose {
    fn name(self) -> &'static [u8] {
        match self {
            Self::Records => b"cordboard records 1",
            Self::Generations => b"cordboard generations 1",
            Self::Code => b"cordboard code 1",
        }
    }
}

/// Seals and proves with keys that only this host has.
pub struct Vault {
    records: LessSafeKey,
    generations: LessSafeKey,
    code: hmac::Key,
}

/// Why the key is of no use, or what was sealed cannot be read; a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultError(pub String);

impl fmt::Display for VaultError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for VaultError {}

impl fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Vault(…)")
    }
}

impl Vault {
    /// Takes the key of a data directory, and makes one where there is none.
    ///
    /// # Errors
    /// Where the file cannot be read or made, or is no key.
    pub fn open(data_dir: &Path) -> Result<Self, VaultError> {
        let path = data_dir.join(FILE);
        match read(&path) {
            Ok(Some(key)) => Self::of(&key),
            Ok(None) => {
                let mut folder = fs::DirBuilder::new();
                folder.recursive(true).mode(0o700).create(data_dir).map_err(|error| unusable(&path, &error))?;
                let key = make(&path).map_err(|error| unusable(&path, &error))?;
                Self::of(&key)
            }
            Err(error) => Err(unusable(&path, &error)),
        }
    }

    /// Takes the key of a data directory that has one.
    ///
    /// # Errors
    /// Where there is none, or it cannot be read, or is no key.
    pub fn existing(data_dir: &Path) -> Result<Self, VaultError> {
        let path = data_dir.join(FILE);
        match read(&path) {
            Ok(Some(key)) => Self::of(&key),
            Ok(None) => Err(VaultError(format!(
                "there is no {}: put back the `{FILE}` that belongs to this data directory, from a backup for instance; \
                 nothing else reads what is sealed there",
                path.display()
            ))),
            Err(error) => Err(unusable(&path, &error)),
        }
    }

    /// A vault that ends with the process, for stores that are not on a disk of ours.
    ///
    /// # Errors
    /// Where the system has no randomness.
    pub fn ephemeral() -> Result<Self, VaultError> {
        let mut key = [0; BYTES];
        getrandom::fill(&mut key).map_err(|_| VaultError("the system has no randomness: try again".to_owned()))?;
        Self::of(&key)
    }

    fn of(key: &[u8]) -> Result<Self, VaultError> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"cordboard");
        let main = salt.extract(key);
        let aead = |purpose: Purpose| {
            let info = [purpose.name()];
            let key = main.expand(&info, &CHACHA20_POLY1305).map(UnboundKey::from);
            key.map(LessSafeKey::new).map_err(|_| VaultError("no key could be made".to_owned()))
        };
        let info = [Purpose::Code.name()];
        let code = main.expand(&info, hmac::HMAC_SHA256).map(hmac::Key::from);
        Ok(Self {
            records: aead(Purpose::Records)?,
            generations: aead(Purpose::Generations)?,
            code: code.map_err(|_| VaultError("no key could be made".to_owned()))?,
        })
    }

    /// Seals a text or bytes; `associated_data` is where it is kept, so that it cannot be read as if it stood elsewhere.
    ///
    /// # Errors
    /// Where the system has no randomness.
    pub fn encrypt(&self, purpose: Purpose, associated_data: &str, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| VaultError("the system has no randomness: try again".to_owned()))?;
        let mut encrypted = plain.to_vec();
        self.key(purpose)?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(associated_data), &mut encrypted)
            .map_err(|_| VaultError("the record is too long to be sealed".to_owned()))?;
        encrypted.extend_from_slice(&nonce);
        Ok(encrypted)
    }

    /// What was sealed.
    ///
    /// # Errors
    /// Where this host did not seal it for this purpose and place, or it was changed.
    pub fn decrypt(&self, purpose: Purpose, associated_data: &str, encrypted: &[u8]) -> Result<Vec<u8>, VaultError> {
        let foreign = || {
            VaultError(format!(
                "what is kept was not sealed by this host: put back the `{FILE}` that belongs to this data directory"
            ))
        };
        let (text, nonce) = encrypted.split_last_chunk::<NONCE_LEN>().ok_or_else(foreign)?;
        let mut plain = text.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self.key(purpose)?.open_in_place(nonce, Aad::from(associated_data), &mut plain);
        let length = opened.map_err(|_| foreign())?.len();
        plain.truncate(length);
        Ok(plain)
    }

    /// A proof that this host has made these parts, in this order.
    pub fn mac(&self, parts: &[&[u8]]) -> Vec<u8> {
        hmac::sign(&self.code, &framed(parts)).as_ref().to_vec()
    }

    /// Whether a proof is this host's, of these parts; in constant time.
    pub fn verify_mac(&self, parts: &[&[u8]], mac: &[u8]) -> bool {
        hmac::verify(&self.code, &framed(parts), mac).is_ok()
    }

    fn key(&self, purpose: Purpose) -> Result<&LessSafeKey, VaultError> {
        match purpose {
            Purpose::Records => Ok(&self.records),
            Purpose::Generations => Ok(&self.generations),
            Purpose::Code => Err(VaultError("code is proved, not sealed".to_owned())),
        }
    }
}

/// Each part behind its length, so that no two lists read alike.
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
            return Err(io::Error::other("others may read it: take that from them (`chmod 600`)"));
        }
        Ok(found) if found.len() != BYTES as u64 => return Err(io::Error::other("it does not hold 32 bytes")),
        Ok(_) => {}
    }
    fs::read(path).map(Some)
}

/// Written aside and put in place whole: a crash leaves no half of a key.
fn make(path: &Path) -> io::Result<Vec<u8>> {
    let mut key = vec![0; BYTES];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    let temporary: PathBuf = path.with_extension(format!("key-{}", std::process::id()));
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(&key)?;
    file.sync_all()?;
    // Of two that begin at once, one key counts.
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            read(path)?.ok_or_else(|| io::Error::other("it has vanished"))
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

fn unusable(path: &Path, error: &io::Error) -> VaultError {
    if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
        return VaultError(format!("{} cannot be made, its disk is full: make room where data-dir is", path.display()));
    }
    VaultError(format!("{} cannot be used ({error}): it holds the host's own key", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_encrypted_is_read_in_its_place_by_its_host_alone() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(folder.path()).unwrap();
        let encrypted = vault.encrypt(Purpose::Records, "effect 1", b"secret answer").unwrap();
        assert!(!encrypted.windows(6).any(|window| window == b"secret"));
        let again = Vault::open(folder.path()).unwrap();
        assert_eq!(again.decrypt(Purpose::Records, "effect 1", &encrypted).unwrap(), b"secret answer");
        assert_ne!(
            vault.encrypt(Purpose::Records, "effect 1", b"secret answer").unwrap(),
            encrypted,
            "never twice the same"
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
    fn a_proof_is_of_its_parts_in_their_order() {
        let vault = Vault::ephemeral().unwrap();
        let mac = vault.mac(&[b"a", b"bc"]);
        assert!(vault.verify_mac(&[b"a", b"bc"], &mac));
        for parts in [vec![b"ab".as_slice(), b"c"], vec![b"bc", b"a"], vec![b"abc"], vec![]] {
            assert!(!vault.verify_mac(&parts, &mac));
        }
        assert!(!Vault::ephemeral().unwrap().verify_mac(&[b"a", b"bc"], &mac));
    }

    #[test]
    fn the_key_is_its_operators() {
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
    fn a_key_that_must_exist_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let error = Vault::existing(folder.path()).unwrap_err().to_string();
        assert!(error.contains("put back the `host.key`") && !folder.path().join(FILE).exists(), "{error}");
        let encrypted = Vault::open(folder.path()).unwrap().encrypt(Purpose::Records, "here", b"text").unwrap();
        assert_eq!(
            Vault::existing(folder.path()).unwrap().decrypt(Purpose::Records, "here", &encrypted).unwrap(),
            b"text"
        );
    }

    #[test]
    fn nothing_of_the_key_is_shown() {
        assert_eq!(format!("{:?}", Vault::ephemeral().unwrap()), "Vault(…)");
    }
}
