//! From a file to a plug: what it is, what it imports, what it exports, what it says of itself.

use std::sync::atomic::AtomicU64;
use std::time::Instant;

use sha2::{Digest, Sha256};
use wasmtime::component::{Component, Instance, InstancePre, Linker};
use wasmtime::{Precompiled, Store};

use super::call::{Loaded, Plug, Role};
use super::code::{Code, CrmOperations, Operations, Origin, ProviderOperations, Slot};
use super::contracts::{CONTRACTS, SETTINGS};
use super::engine::{Engine, Pool};
use super::error::{CallError, LoadError, quote};
use super::limits::Limits;
use super::operation::{Checked, Describe, Operation};
use super::settings::SettingsOperations;
use super::{description, shape};
use crate::contract::manifest::Description;

/// `\0asm`, and then version and layer: 1 and 0 for a module, 13 and 1 for a component.
const MAGIC: &[u8] = b"\0asm";
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

impl Engine {
    /// Compiles a component, checks it against its contract, and asks it for its description.
    ///
    /// Compiling takes tenths of a second for a lean plug and seconds for a large one, on the caller's thread and with
    /// the others' help. That time is not limited: a [`Library`](super::Library) compiles files of people that the operator
    /// does not trust in a process of their own.
    ///
    /// # Errors
    /// Where the file is not a plug that this host can use.
    pub fn load(&self, file: &[u8]) -> Result<Plug, LoadError> {
        self.check_form(file)?;
        shape::check(file)?;
        let began = Instant::now();
        let fitted = self.fit(file.len(), |engine| Component::from_binary(engine, file))?;
        let digest = digest(file);
        tracing::debug!(%digest, class = %fitted.pool.class, bytes = file.len(), took = ?began.elapsed(), "compiled a plug");
        Ok(fitted.into_plug(digest, None))
    }

    /// What can be said of a file by its size and its first bytes.
    ///
    /// # Errors
    /// Where it is too large, or no component.
    pub(super) fn check_form(&self, file: &[u8]) -> Result<(), LoadError> {
        if file.len() > self.max_file_bytes() {
            return Err(LoadError::TooLarge { max: self.max_file_bytes() });
        }
        match wasmtime::Engine::detect_precompiled(file) {
            Some(Precompiled::Module | Precompiled::Component) => Err(LoadError::Precompiled),
            None if file.starts_with(MODULE) => Err(LoadError::CoreModule),
            None if !file.starts_with(MAGIC) => Err(LoadError::NotWasm),
            None => Ok(()),
        }
    }

    /// Finds the pool that takes the component of a file of this size.
    ///
    /// # Errors
    /// Where none does.
    pub(super) fn fit(
        &self,
        file_bytes: usize,
        component: impl Fn(&wasmtime::Engine) -> wasmtime::Result<Component>,
    ) -> Result<Fitted, LoadError> {
        let mut unfit = LoadError::NotWasm;
        for pool in self.pools_for(file_bytes) {
            match component(&pool.engine).map_err(|error| invalid(&error)).and_then(|it| Fitted::check(pool, &it)) {
                // What does not fit into a pool is invalid to it.
                Err(error @ (LoadError::Invalid(_) | LoadError::Start(CallError::OutOfMemory))) => unfit = error,
                done => return done,
            }
        }
        Err(unfit)
    }
}

/// `sha256:` and the digest of a file.
pub(super) fn digest(file: &[u8]) -> String {
    format!("sha256:{}", cordboard_core::hex(&Sha256::digest(file)))
}

/// A component in its pool, checked against its contract and asked for its description.
pub(super) struct Fitted {
    pub(super) pool: Pool,
    pub(super) code: Code,
    pub(super) description: Description,
}

impl Fitted {
    /// # Errors
    /// Where the pool does not take it, or it is no plug.
    pub(super) fn check(pool: &Pool, component: &Component) -> Result<Self, LoadError> {
        let (role, contract) = contract(component)?;
        // Nothing is there to be linked with: what imports a function is refused.
        let pre = Linker::new(&pool.engine).instantiate_pre(component).map_err(|error| invalid(&error))?;
        let mut probe = Probe::start(pool, component, contract, &pre)?;
        let operations = probe.operations(role)?;
        let describe = probe.find::<Describe>()?;
        let description = describe.call(&probe.instance, &mut probe.store, ()).map_err(LoadError::Describe)?;
        let faults = description::faults(&description);
        if !faults.is_empty() {
            return Err(LoadError::Description(faults));
        }
        // The first call should not wait for this.
        component.initialize_copy_on_write_image().map_err(|error| invalid(&error))?;
        Ok(Self { pool: pool.clone(), code: Code { pre, describe, operations }, description })
    }

    /// The plug, whose code can be put away where it has an origin.
    pub(super) fn into_plug(self, digest: String, origin: Option<Origin>) -> Plug {
        let Self { pool, code, description } = self;
        let (role, has_settings) = (code.operations.role(), code.operations.settings().is_ok());
        let slot = Slot::new(code, origin);
        Plug::new(Loaded { digest, description, role, has_settings, pool, slot, calls: AtomicU64::new(0) })
    }
}

pub(super) fn invalid(error: &wasmtime::Error) -> LoadError {
    LoadError::Invalid(quote(&error.root_cause().to_string()))
}

/// The one contract that the component exports.
fn contract(component: &Component) -> Result<(Role, &'static str), LoadError> {
    let mut found = CONTRACTS.iter().filter(|(_, contract)| component.get_export_index(None, contract.name).is_some());
    match (found.next(), found.next()) {
        (Some((role, contract)), None) => Ok((*role, contract.name)),
        (None, _) => Err(LoadError::NoContract(Vec::new())),
        (Some((_, one)), Some((_, other))) => {
            Err(LoadError::SeveralContracts(vec![one.name.to_owned(), other.name.to_owned()]))
        }
    }
}

/// An instance to look at the component with, thrown away after.
pub(super) struct Probe<'a> {
    component: &'a Component,
    contract: &'static str,
    instance: Instance,
    store: Store<Limits>,
}

impl<'a> Probe<'a> {
    fn start(
        pool: &Pool,
        component: &'a Component,
        contract: &'static str,
        pre: &InstancePre<Limits>,
    ) -> Result<Self, LoadError> {
        let mut store = pool.store();
        let instance = pre.instantiate(&mut store).map_err(|error| LoadError::Start(error.into()))?;
        Ok(Self { component, contract, instance, store })
    }

    fn find<O: Operation>(&mut self) -> Result<Checked<O>, LoadError> {
        self.find_in(self.contract)
    }

    /// An operation of a contract.
    pub(super) fn find_in<O: Operation>(&mut self, contract: &'static str) -> Result<Checked<O>, LoadError> {
        Checked::find(self.component, contract, &self.instance, &mut self.store)
    }

    /// The settings contract, which a CRM's plug may leave out, but not in part.
    fn settings(&mut self) -> Result<Option<SettingsOperations>, LoadError> {
        if self.component.get_export_index(None, SETTINGS.name).is_none() {
            return Ok(None);
        }
        SettingsOperations::find(self, SETTINGS.name).map(Some)
    }

    fn operations(&mut self, role: Role) -> Result<Operations, LoadError> {
        Ok(match role {
            Role::Provider => Operations::Provider(Box::new(ProviderOperations {
                create: self.find()?,
                update: self.find()?,
                delete: self.find()?,
                verify_user: self.find()?,
                receive: self.find()?,
            })),
            Role::Crm => Operations::Crm(Box::new(CrmOperations {
                decode: self.find()?,
                encode: self.find()?,
                settings: self.settings()?,
            })),
            Role::Telephony => Operations::Telephony { phone_numbers: self.find()? },
        })
    }
}
