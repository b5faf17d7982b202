//! A plug's machine code and operations, which can be unloaded and reloaded.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use cordboard_core::Role;
use cordboard_threads::run_blocking;
use wasmtime::component::InstancePre;

use super::error::CallError;
use super::limits::Limits;
use super::load::CheckedComponent;
use super::operation::{Checked, Create, Decode, Delete, Describe, Encode, PhoneNumbers, Receive, Update, VerifyUser};
use super::settings::SettingsOperations;

/// How long to wait after a failed reload before trying again.
const FILL_TIMEOUT: Duration = Duration::from_secs(5);

/// A component in memory. Its operations are indices into this component, invalid for any other, even of the same file.
pub(super) struct Code {
    pub(super) pre: InstancePre<Limits>,
    pub(super) describe: Checked<Describe>,
    pub(super) operations: Operations,
}

impl Code {
    /// The size of the machine code and data in bytes.
    pub(super) fn bytes(&self) -> u64 {
        let image = self.pre.component().image_range();
        (image.end.addr().saturating_sub(image.start.addr())) as u64
    }
}

/// The operations of a plug, by the contract it implements.
pub(super) enum Operations {
    Provider(Box<ProviderOperations>),
    Crm(Box<CrmOperations>),
    Telephony { phone_numbers: Checked<PhoneNumbers> },
}

pub(super) struct ProviderOperations {
    pub(super) create: Checked<Create>,
    pub(super) update: Checked<Update>,
    pub(super) delete: Checked<Delete>,
    pub(super) verify_user: Checked<VerifyUser>,
    pub(super) receive: Checked<Receive>,
}

pub(super) struct CrmOperations {
    pub(super) decode: Checked<Decode>,
    pub(super) encode: Checked<Encode>,
    /// The settings operations, if the plug exports them.
    pub(super) settings: Option<SettingsOperations>,
}

impl Operations {
    pub(super) fn role(&self) -> Role {
        match self {
            Self::Provider(_) => Role::Provider,
            Self::Crm(_) => Role::Crm,
            Self::Telephony { .. } => Role::Telephony,
        }
    }

    pub(super) fn provider(&self) -> Result<&ProviderOperations, CallError> {
        match self {
            Self::Provider(operations) => Ok(operations),
            _ => Err(CallError::WrongRole),
        }
    }

    pub(super) fn crm(&self) -> Result<&CrmOperations, CallError> {
        match self {
            Self::Crm(operations) => Ok(operations),
            _ => Err(CallError::WrongRole),
        }
    }

    pub(super) fn settings(&self) -> Result<&SettingsOperations, CallError> {
        self.crm()?.settings.as_ref().ok_or(CallError::WrongRole)
    }

    pub(super) fn phone_numbers(&self) -> Result<&Checked<PhoneNumbers>, CallError> {
        match self {
            Self::Telephony { phone_numbers } => Ok(phone_numbers),
            _ => Err(CallError::WrongRole),
        }
    }
}

/// Loads a plug's component again after its code was unloaded.
pub type Reload = Box<dyn Fn() -> Result<CheckedComponent, CallError> + Send + Sync>;

/// Holds a plug's code while it is loaded.
pub(super) struct Slot {
    code: ArcSwapOption<Code>,
    reload: Option<Reload>,
    /// The time and error of the last failed reload. Locked during a reload.
    failed: Mutex<Option<(Instant, CallError)>>,
}

impl Slot {
    /// Creates a slot that holds `code`. Without `reload`, the code is never unloaded.
    pub(super) fn new(code: Code, reload: Option<Reload>) -> Self {
        Self { code: ArcSwapOption::from_pointee(code), reload, failed: Mutex::new(None) }
    }

    /// Calls `work` with the code, reloading it first if necessary. Unloading does not affect calls in progress.
    ///
    /// # Errors
    /// If the code cannot be reloaded, or `work` fails.
    pub(super) fn with<T>(&self, work: impl FnOnce(&Code) -> Result<T, CallError>) -> Result<T, CallError> {
        match self.code.load().as_deref() {
            Some(code) => work(code),
            None => work(&*run_blocking(|| self.fill())?),
        }
    }

    /// The size of the loaded code in bytes; 0 if unloaded.
    pub(super) fn bytes(&self) -> u64 {
        self.code.load().as_deref().map_or(0, Code::bytes)
    }

    pub(super) fn is_full(&self) -> bool {
        self.code.load().is_some()
    }

    /// Unloads the code if it can be reloaded, and returns whether it did.
    pub(super) fn empty(&self) -> bool {
        self.reload.is_some() && self.code.swap(None).is_some()
    }

    fn fill(&self) -> Result<Arc<Code>, CallError> {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have loaded it while this one waited for the lock.
        if let Some(code) = self.code.load_full() {
            return Ok(code);
        }
        if let Some((at, error)) = failed.as_ref()
            && at.elapsed() < FILL_TIMEOUT
        {
            return Err(error.clone());
        }
        let missing = || Err(CallError::Unavailable("it cannot be loaded again".to_owned()));
        match self.reload.as_ref().map_or_else(missing, |reload| reload()) {
            Ok(component) => {
                *failed = None;
                let code = Arc::new(component.code);
                self.code.store(Some(Arc::clone(&code)));
                Ok(code)
            }
            // A slot may be free at the next call, so do not delay it.
            Err(CallError::Busy) => Err(CallError::Busy),
            Err(error) => {
                *failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }
}
