//! What a plug runs: machine code, and the operations that were found in it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use wasmtime::component::InstancePre;

use super::call::Role;
use super::error::CallError;
use super::limits::Limits;
use super::operation::{Checked, Create, Decode, Delete, Describe, Encode, PhoneNumbers, Receive, Update, VerifyUser};
use super::settings::SettingsOperations;
use crate::blocking::run_blocking;

/// For how long code that could not be had is not asked for again.
const FILL_TIMEOUT: Duration = Duration::from_secs(5);

/// A component in memory. An operation is known by its place in just this one, not in another of the same file.
pub(super) struct Code {
    pub(super) pre: InstancePre<Limits>,
    pub(super) describe: Checked<Describe>,
    pub(super) operations: Operations,
}

impl Code {
    /// Bytes of machine code and data.
    pub(super) fn bytes(&self) -> u64 {
        let image = self.pre.component().image_range();
        (image.end.addr().saturating_sub(image.start.addr())) as u64
    }
}

/// The operations of a plug's contract.
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
    /// Of a CRM that keeps settings at its vendor's.
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

/// Brings code back that was put away.
pub(super) type Origin = Box<dyn Fn() -> Result<Code, CallError> + Send + Sync>;

/// Where a plug's code is, or is not while nobody needs it.
pub(super) struct Slot {
    code: ArcSwapOption<Code>,
    origin: Option<Origin>,
    /// When and why it could not be brought back last. Held by the one who tries.
    failed: Mutex<Option<(Instant, CallError)>>,
}

impl Slot {
    /// With code in it, which stays for good where there is no origin.
    pub(super) fn new(code: Code, origin: Option<Origin>) -> Self {
        Self { code: ArcSwapOption::from_pointee(code), origin, failed: Mutex::new(None) }
    }

    /// Works with the code, and brings it back first where it was put away. Whoever works with it keeps it.
    pub(super) fn with<T>(&self, work: impl FnOnce(&Code) -> Result<T, CallError>) -> Result<T, CallError> {
        match self.code.load().as_deref() {
            Some(code) => work(code),
            None => work(&*run_blocking(|| self.fill())?),
        }
    }

    /// Bytes of the code that is in it.
    pub(super) fn bytes(&self) -> u64 {
        self.code.load().as_deref().map_or(0, Code::bytes)
    }

    pub(super) fn is_full(&self) -> bool {
        self.code.load().is_some()
    }

    /// Puts the code away, unless it could not be brought back. Whether it was there and is not any more.
    pub(super) fn empty(&self) -> bool {
        self.origin.is_some() && self.code.swap(None).is_some()
    }

    fn fill(&self) -> Result<Arc<Code>, CallError> {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever waited for another finds what that one brought.
        if let Some(code) = self.code.load_full() {
            return Ok(code);
        }
        if let Some((at, error)) = failed.as_ref()
            && at.elapsed() < FILL_TIMEOUT
        {
            return Err(error.clone());
        }
        let missing = || Err(CallError::Unavailable("nobody knows where it was".to_owned()));
        match self.origin.as_ref().map_or_else(missing, |origin| origin()) {
            Ok(code) => {
                *failed = None;
                let code = Arc::new(code);
                self.code.store(Some(Arc::clone(&code)));
                Ok(code)
            }
            // The next call may find a slot.
            Err(CallError::Busy) => Err(CallError::Busy),
            Err(error) => {
                *failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }
}
