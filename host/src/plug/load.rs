//! From a file to a plug: what it is, what it imports, what it exports, what it says of itself.

use std::sync::atomic::AtomicU64;
use std::time::Instant;

use sha2::{Digest, Sha256};
use wasmtime::component::types::{Component as ComponentType, ComponentItem};
use wasmtime::component::{Component, Instance, InstancePre, Linker};
use wasmtime::{Precompiled, Store};

use super::call::{CrmOperations, Loaded, Operations, Plug, ProviderOperations, Role};
use super::description;
use super::engine::{Engine, Pool};
use super::error::{CallError, LoadError, quote};
use super::limits::Limits;
use super::operation::{Checked, Describe, Operation};
use super::settings::SettingsOperations;
use crate::convert;

/// The contracts that the host knows.
const CONTRACTS: [(Role, &str); 3] = [
    (Role::Provider, "cordboard:provider/provider@0.1.0"),
    (Role::Crm, "cordboard:crm/crm@0.1.0"),
    (Role::Telephony, "cordboard:telephony/telephony@0.1.0"),
];

/// What a CRM's plug may export beside its contract.
const SETTINGS: &str = "cordboard:settings/settings@0.1.0";

/// `\0asm`, and then version and layer: 1 and 0 for a module, 13 and 1 for a component.
const MAGIC: &[u8] = b"\0asm";
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

impl Engine {
    /// Compiles a component, checks it against its contract, and asks it for its description.
    ///
    /// Compiling takes tenths of a second for a lean plug and seconds for a large one, on the caller's thread and with
    /// the others' help. That time is not limited: files of people that the owner does not trust should be compiled in
    /// a process of their own.
    ///
    /// # Errors
    /// Where the file is not a plug that this host can use.
    pub fn load(&self, file: &[u8]) -> Result<Plug, LoadError> {
        self.check_form(file)?;
        let mut unfit = LoadError::NotWasm;
        for pool in self.pools_for(file.len()) {
            match load_into(pool, file) {
                // What does not fit into a pool is invalid to it.
                Err(error @ (LoadError::Invalid(_) | LoadError::Start(CallError::OutOfMemory))) => unfit = error,
                done => return done,
            }
        }
        Err(unfit)
    }

    fn check_form(&self, file: &[u8]) -> Result<(), LoadError> {
        let (bytes, most) = (file.len(), self.most_file_bytes());
        if bytes > most {
            return Err(LoadError::TooLarge { bytes, most });
        }
        match wasmtime::Engine::detect_precompiled(file) {
            Some(Precompiled::Module | Precompiled::Component) => Err(LoadError::Precompiled),
            None if file.starts_with(MODULE) => Err(LoadError::CoreModule),
            None if !file.starts_with(MAGIC) => Err(LoadError::NotWasm),
            None => Ok(()),
        }
    }
}

/// `sha256:` and the digest of a file.
pub(super) fn digest(file: &[u8]) -> String {
    format!("sha256:{}", cordboard_core::hex(&Sha256::digest(file)))
}

fn load_into(pool: &Pool, file: &[u8]) -> Result<Plug, LoadError> {
    let began = Instant::now();
    let component = Component::from_binary(&pool.engine, file).map_err(|error| invalid(&error))?;
    let digest = digest(file);
    tracing::debug!(%digest, class = %pool.class, bytes = file.len(), took = ?began.elapsed(), "compiled a plug");
    let shape = component.component_type();
    check_imports(&pool.engine, &shape)?;
    let (role, contract) = find_contract(&pool.engine, &shape)?;
    let pre = Linker::new(&pool.engine).instantiate_pre(&component).map_err(|error| invalid(&error))?;
    let mut probe = Probe::start(pool, &component, contract, &pre)?;
    let operations = probe.operations(role)?;
    let describe = probe.find::<Describe>()?;
    let description = describe.call(&probe.instance, &mut probe.store, ()).map_err(LoadError::Describe)?;
    let faults = description::faults(&description);
    if !faults.is_empty() {
        return Err(LoadError::Description(faults));
    }
    // The first call should not wait for this.
    component.initialize_copy_on_write_image().map_err(|error| invalid(&error))?;
    let routes = description.routes.iter().map(convert::manifest::route).collect();
    Ok(Plug::new(Loaded {
        digest,
        description,
        routes,
        pool: pool.clone(),
        pre,
        describe,
        operations,
        calls: AtomicU64::new(0),
    }))
}

fn invalid(error: &wasmtime::Error) -> LoadError {
    LoadError::Invalid(quote(&error.root_cause().to_string()))
}

/// Names types only: there is nothing that a plug could reach.
fn check_imports(engine: &wasmtime::Engine, shape: &ComponentType) -> Result<(), LoadError> {
    let reaching: Vec<String> = shape
        .imports(engine)
        .filter(|(_, import)| match &import.ty {
            ComponentItem::ComponentInstance(interface) => {
                !interface.exports(engine).all(|(_, item)| matches!(item.ty, ComponentItem::Type(_)))
            }
            _ => true,
        })
        .map(|(name, _)| name.to_owned())
        .collect();
    if reaching.is_empty() { Ok(()) } else { Err(LoadError::Imports(reaching)) }
}

/// The one contract that the component exports. What else it exports is never called; a Python component, for one,
/// exports parts of its runtime.
fn find_contract(engine: &wasmtime::Engine, shape: &ComponentType) -> Result<(Role, &'static str), LoadError> {
    let exports: Vec<String> = shape.exports(engine).map(|(name, _)| name.to_owned()).collect();
    let ours: Vec<&String> = exports.iter().filter(|name| name.starts_with("cordboard:")).collect();
    for found in &ours {
        let package = |name: &str| name.split('@').next().map(str::to_owned);
        let known = CONTRACTS.iter().map(|(_, known)| *known).chain([SETTINGS]);
        if let Some(known) = known.into_iter().find(|known| package(known) == package(found) && known != found) {
            return Err(LoadError::OtherVersion { found: quote(found), known });
        }
    }
    let mut contracts = CONTRACTS.into_iter().filter(|(_, known)| ours.iter().any(|name| name == known));
    match (contracts.next(), contracts.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(LoadError::NoContract(exports, CONTRACTS.map(|(_, known)| known).to_vec())),
        (Some(_), Some(_)) => Err(LoadError::SeveralContracts(ours.into_iter().cloned().collect())),
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
        if self.component.get_export_index(None, SETTINGS).is_none() {
            return Ok(None);
        }
        SettingsOperations::find(self, SETTINGS).map(Some)
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
