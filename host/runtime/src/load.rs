//! Loads a plug from a file: checks its form, imports and exports, compiles it and reads its description.

use std::sync::atomic::AtomicU64;
use std::time::Instant;

use cordboard_core::Role;
use sha2::{Digest, Sha256};
use wasmtime::component::{Component, Instance, InstancePre, Linker};
use wasmtime::{Precompiled, Store};

use super::call::{Loaded, Plug};
use super::code::{Code, CrmOperations, Operations, ProviderOperations, Reload, Slot};
use super::contracts::{CONTRACTS, Contract, SETTINGS};
use super::engine::{self, Class, Engine, Pool};
use super::error::{CallError, LoadError, quote};
use super::limits::Limits;
use super::operation::{Checked, Describe, Operation};
use super::settings::SettingsOperations;
use super::{description, shape};
use crate::contract::manifest::Description;

/// `\0asm`, followed by version and layer: 1 and 0 for a module, 13 and 1 for a component.
const MAGIC: &[u8] = b"\0asm";
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

impl Engine {
    /// Compiles a component, checks it against its contract, and reads its description.
    ///
    /// Compiling takes tenths of a second for a lean plug and seconds for a large one. It blocks the calling thread and
    /// uses the other cores, too. There is no time limit: compile untrusted files in a separate process, with
    /// [`compile`].
    ///
    /// # Errors
    /// If the file is not a plug that this host can use.
    pub fn load(&self, file: &[u8]) -> Result<Plug, LoadError> {
        self.check_form(file)?;
        shape::check(file)?;
        let began = Instant::now();
        let component = self.fit(file.len(), |engine| Component::from_binary(engine, file))?;
        let (digest, class, bytes) = (digest(file), component.pool.class, file.len());
        tracing::debug!(%digest, %class, bytes, took = ?began.elapsed(), "compiled a plug");
        Ok(component.into_plug(digest, None))
    }

    /// Checks a file's size and first bytes.
    ///
    /// # Errors
    /// If the file is too large or is not a component.
    pub fn check_form(&self, file: &[u8]) -> Result<(), LoadError> {
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

    /// Finds a pool that can run the component of a file of this size. `component` loads it into the pool's engine.
    ///
    /// # Errors
    /// If the component is not a plug, or does not fit into any pool.
    pub fn fit(
        &self,
        file_bytes: usize,
        component: impl Fn(&wasmtime::Engine) -> wasmtime::Result<Component>,
    ) -> Result<CheckedComponent, LoadError> {
        let mut unfit = LoadError::NotWasm;
        for pool in self.pools_for(file_bytes) {
            match check(pool, &component) {
                // A component that does not fit into this pool may fit into the next.
                Err(error @ (LoadError::Invalid(_) | LoadError::Start(CallError::OutOfMemory))) => unfit = error,
                done => return done,
            }
        }
        Err(unfit)
    }

    /// Checks a component in the pool of this class. `component` loads it into the pool's engine.
    ///
    /// # Errors
    /// If the component is not a plug, or does not fit into the pool.
    pub fn fit_class(
        &self,
        class: Class,
        component: impl Fn(&wasmtime::Engine) -> wasmtime::Result<Component>,
    ) -> Result<CheckedComponent, LoadError> {
        check(self.pool(class), &component)
    }
}

fn check(
    pool: &Pool,
    component: &impl Fn(&wasmtime::Engine) -> wasmtime::Result<Component>,
) -> Result<CheckedComponent, LoadError> {
    let component = component(&pool.engine).map_err(|error| invalid(&error))?;
    CheckedComponent::check(pool, &component)
}

/// Checks a component's imports and exports, and compiles it to machine code for both pools.
///
/// # Errors
/// If it is not a plug, or uses unsupported features.
pub fn compile(file: &[u8]) -> Result<Vec<u8>, LoadError> {
    shape::check(file)?;
    let compiled = engine::compiler().and_then(|engine| engine.precompile_component(file));
    compiled.map_err(|error| invalid(&error))
}

/// The digest of a file, as `sha256:…`.
fn digest(file: &[u8]) -> String {
    format!("sha256:{}", cordboard_core::hex(&Sha256::digest(file)))
}

/// A component in its pool, checked against its contract, with its description.
pub struct CheckedComponent {
    pool: Pool,
    pub(super) code: Code,
    description: Description,
}

impl CheckedComponent {
    /// Checks a component in a pool, and reads its description.
    ///
    /// # Errors
    /// If the component does not fit into the pool or is not a plug.
    fn check(pool: &Pool, component: &Component) -> Result<Self, LoadError> {
        let (role, contract) = contract(component)?;
        // The linker is empty, so a component that imports a function fails here.
        let pre = Linker::new(&pool.engine).instantiate_pre(component).map_err(|error| invalid(&error))?;
        let mut probe = Probe::start(pool, component, contract, &pre)?;
        let operations = probe.operations(role)?;
        let describe = probe.find::<Describe>()?;
        let description = describe.call(&probe.instance, &mut probe.store, ()).map_err(LoadError::Describe)?;
        let faults = description::faults(&description);
        if !faults.is_empty() {
            return Err(LoadError::Description(faults));
        }
        // Otherwise the first call would pay for this.
        component.initialize_copy_on_write_image().map_err(|error| invalid(&error))?;
        Ok(Self { pool: pool.clone(), code: Code { pre, describe, operations }, description })
    }

    /// The instance pool that runs it.
    pub fn class(&self) -> Class {
        self.pool.class
    }

    /// The size of its compiled code and data in memory.
    pub fn code_bytes(&self) -> u64 {
        self.code.bytes()
    }

    /// Creates the plug of the file with this digest (`sha256:…`). Its code can be unloaded only if `reload` can load
    /// it again.
    pub fn into_plug(self, digest: String, reload: Option<Reload>) -> Plug {
        let Self { pool, code, description } = self;
        let (role, has_settings) = (code.operations.role(), code.operations.settings().is_ok());
        let slot = Slot::new(code, reload);
        Plug::new(Loaded { digest, description, role, has_settings, pool, slot, calls: AtomicU64::new(0) })
    }
}

fn invalid(error: &wasmtime::Error) -> LoadError {
    LoadError::Invalid(quote(&error.root_cause().to_string()))
}

/// The contract that the component exports. Before it was compiled, [`shape::check`] ensured that there is only one.
///
/// # Errors
/// If it exports none.
fn contract(component: &Component) -> Result<(Role, &'static str), LoadError> {
    let exported = |(_, contract): &&(Role, Contract)| component.get_export_index(None, contract.name).is_some();
    let found = CONTRACTS.iter().find(exported).map(|(role, contract)| (*role, contract.name));
    found.ok_or_else(|| LoadError::NoContract(Vec::new()))
}

/// A temporary instance for checking a component.
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

    /// Finds an operation in an exported interface.
    pub(super) fn find_in<O: Operation>(&mut self, contract: &'static str) -> Result<Checked<O>, LoadError> {
        Checked::find(self.component, contract, &self.instance, &mut self.store)
    }

    /// The settings operations, if a CRM plug exports them. It must export all or none.
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
