//! The key-value store, in memory, and Spin's other imports.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use wasmtime::component::{Accessor, Linker, Resource, ResourceType};
use wasmtime::{Result, StoreContextMut};

use super::instance::State;
use crate::spin_toml::named;

use self::spin::key_value::key_value::Error;
use self::spin::variables::variables::Error as VariableError;
use self::wasi::keyvalue::store::{Error as BucketError, KeyResponse};
wasmtime::component::bindgen!("errors");

/// Values by their keys.
pub type Values = BTreeMap<String, Vec<u8>>;

/// The behavior of a store.
#[derive(Clone, Copy, Default, PartialEq)]
pub enum Behavior {
    /// Operations succeed.
    #[default]
    Working,
    /// Operations fail.
    Failing,
    /// Writes are carried out, but fail.
    FailingAfterWrites,
    /// Operations never end.
    Silent,
}

/// A key-value store. Clones share it, such as a test, or an application that is started later.
#[derive(Clone, Default)]
pub struct Store(Arc<Mutex<(Values, Behavior)>>);

impl Store {
    /// Reads or changes the stored values.
    pub fn stored<T>(&self, of: impl FnOnce(&mut Values) -> T) -> T {
        of(&mut self.0.lock().unwrap().0)
    }

    /// Sets the behavior for operations of guests.
    pub fn is(&self, behavior: Behavior) {
        self.0.lock().unwrap().1 = behavior;
    }

    fn read<T>(&self, of: impl FnOnce(&mut Values) -> T) -> Result<T, String> {
        let (values, behavior) = &mut *self.0.lock().unwrap();
        match behavior {
            Behavior::Working | Behavior::FailingAfterWrites => Ok(of(values)),
            Behavior::Failing | Behavior::Silent => Err("injected by a test".to_owned()),
        }
    }

    fn write<T>(&self, of: impl FnOnce(&mut Values) -> T) -> Result<T, String> {
        let written = self.read(of)?;
        match self.0.lock().unwrap().1 {
            Behavior::FailingAfterWrites => Err("injected by a test".to_owned()),
            _ => Ok(written),
        }
    }
}

/// There is only one store, so handles have no data.
type Handle = Resource<Store>;
type Reply<'a, T, E = Error> = Pin<Box<dyn Future<Output = Result<(Result<T, E>,)>> + Send + 'a>>;

fn reply<T: Send + 'static>(
    state: &Accessor<State>,
    operation: impl FnOnce(&Store) -> Result<T, String>,
) -> Reply<'_, T> {
    let store = state.with(|mut access| access.get().part.store.clone());
    let (answer, behavior) = (operation(&store).map_err(Error::Other), store.0.lock().unwrap().1);
    Box::pin(async move { if behavior == Behavior::Silent { std::future::pending().await } else { Ok((answer,)) } })
}

/// Adds the supported part of Spin's interfaces. The linker checks their types against those of the guest's SDK.
pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> Result<()> {
    let mut variables = linker.instance("spin:variables/variables@3.0.0")?;
    variables.func_wrap_concurrent("get", |state, (name,): (String,)| -> Reply<'_, String, VariableError> {
        let value = state.with(|mut access| access.get().part.grants.variables.get(&name).cloned());
        let why = if named(&name).is_ok() { VariableError::Undefined } else { VariableError::InvalidName };
        Box::pin(async move { Ok((value.ok_or_else(|| why(name)),)) })
    })?;

    let mut store = linker.instance("spin:key-value/key-value@3.0.0")?;
    store.resource("store", ResourceType::host::<Store>(), |_, _| Ok(()))?;
    store.func_wrap_concurrent("[static]store.open", |state, (label,): (String,)| -> Reply<'_, Handle> {
        match state.with(|mut access| access.get().part.grants.store) && label == "default" {
            true => reply(state, |store| store.read(|_| Resource::new_own(0))),
            false => Box::pin(async { Ok((Err(Error::AccessDenied),)) }),
        }
    })?;
    store.func_wrap_concurrent("[method]store.get", |state, (_, key): (Handle, String)| {
        reply(state, |store| store.read(|values| values.get(&key).cloned()))
    })?;
    store.func_wrap_concurrent("[method]store.set", |state, (_, key, value): (Handle, String, Vec<u8>)| {
        reply(state, |store| store.write(|values| drop(values.insert(key, value))))
    })?;
    store.func_wrap_concurrent("[method]store.delete", |state, (_, key): (Handle, String)| {
        reply(state, |store| store.write(|values| drop(values.remove(&key))))
    })?;
    store.func_wrap_concurrent("[method]store.exists", |state, (_, key): (Handle, String)| {
        reply(state, |store| store.read(|values| values.contains_key(&key)))
    })?;

    let mut buckets = linker.instance("wasi:keyvalue/store@0.2.0-draft2")?;
    buckets.resource("bucket", ResourceType::host::<Store>(), |_, _| Ok(()))?;
    buckets.func_wrap("open", |cx: StoreContextMut<'_, State>, (label,): (String,)| {
        match cx.data().part.grants.store && label == "default" {
            true => Ok((cx.data().part.store.read(|_| Handle::new_own(0)).map_err(BucketError::Other),)),
            false => Ok((Err(BucketError::AccessDenied),)),
        }
    })?;
    buckets.func_wrap(
        "[method]bucket.list-keys",
        |cx: StoreContextMut<'_, State>, (_, _): (Handle, Option<String>)| {
            let keys = cx.data().part.store.read(|values| values.keys().cloned().collect());
            Ok((keys.map(|keys| KeyResponse { keys, cursor: None }).map_err(BucketError::Other),))
        },
    )?;
    let mut batch = linker.instance("wasi:keyvalue/batch@0.2.0-draft2")?;
    batch.func_wrap("set-many", |cx: StoreContextMut<'_, State>, (_, given): (Handle, Vec<(String, Vec<u8>)>)| {
        Ok((cx.data().part.store.write(|values| values.extend(given)).map_err(BucketError::Other),))
    })?;
    let mut atomics = linker.instance("wasi:keyvalue/atomics@0.2.0-draft2")?;
    atomics.func_wrap("increment", |cx: StoreContextMut<'_, State>, (_, key, delta): (Handle, String, i64)| {
        let increment = |values: &mut Values| {
            let before = values.get(&key).map_or(Ok([0; 8]), |value| value.as_slice().try_into());
            let after = i64::from_le_bytes(before.expect("Spin panics here too")) + delta;
            values.insert(key, after.to_le_bytes().to_vec());
            after
        };
        Ok((cx.data().part.store.write(increment).map_err(BucketError::Other),))
    })
}
