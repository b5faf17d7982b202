//! Instances of a component: what they have, where their requests go, how often they are used.

use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex, Weak};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::http::{Request, Response};
use http_body_util::BodyExt;
use wasmtime::component::{Component, GuestTaskId, Linker, ResourceTable};
use wasmtime::{Engine, Result, StoreContextMut};
use wasmtime_wasi::p2::{OutputStream, pipe::MemoryOutputPipe};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::handler::{
    self, HandlerState, Proxy, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};
use wasmtime_wasi_http::p3::bindings::ServicePre;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView};

use super::Services;
use super::store::{self, Store};
use crate::spin_toml::Grants;

/// A component that takes requests.
#[derive(Clone)]
pub(crate) struct Part {
    pub id: String,
    pub route: Option<String>,
    pub pre: ServicePre<State>,
    pub grants: Arc<Grants>,
    pub store: Store,
    pub log: MemoryOutputPipe,
    pub services: Weak<Services>,
}

impl Part {
    /// A line in the log, if it has room.
    pub fn say(&self, what: &str) {
        let _ = self.log.clone().write(format!("{}: {what}\n", self.id).into());
    }
}

/// An instance's data.
pub(crate) struct State {
    pub part: Part,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.part, table: &mut self.table, ctx: &mut self.http }
    }
}

type Later<T> = Box<dyn Future<Output = Result<T, Error>> + Send>;
type Sent = Later<(Response<WasiBody>, Later<()>)>;

impl WasiHttpHooks for Part {
    fn send_request(&mut self, request: Request<WasiBody>, options: Option<RequestOptions>, _: Later<()>) -> Sent {
        let (allowed, services) = (self.grants.allow(request.uri()), self.services.clone());
        let host = request.uri().host().unwrap_or_default().to_owned();
        Box::new(async move {
            match host.strip_suffix(".spin.internal") {
                _ if !allowed => Err(Error::HttpRequestDenied),
                Some(id) => {
                    let services = services.upgrade().ok_or(Error::ConnectionTerminated)?;
                    Ok((services.chain(id, request).await?, Box::new(async { Ok(()) }) as Later<()>))
                }
                None => {
                    let (answer, io) = wasmtime_wasi_http::default_send_request(request, options).await?;
                    Ok((answer.map(BodyExt::boxed_unsync), Box::new(io) as Later<()>))
                }
            }
        })
    }
}

/// How long an instance is used: as with Spin, but that an idle one stays.
pub(crate) struct Use;
type Instance = handler::Instance<State, Use, Use>;
type Expiry = Pin<Box<dyn Future<Output = ()> + Send + Sync>>;

impl HandlerState for Part {
    type StoreData = State;
    type WorkerExpiration = Use;
    type WorkerState = Use;

    async fn instantiate(&self) -> Result<Instance> {
        let wasi = WasiCtx::builder().stdout(self.log.clone()).stderr(self.log.clone()).build();
        let state = State { part: self.clone(), wasi, http: WasiHttpCtx::new(), table: ResourceTable::new() };
        let mut store = wasmtime::Store::new(self.pre.engine(), state);
        let proxy = Proxy::P3(self.pre.instantiate_async(&mut store).await?);
        Ok(Instance { store, proxy, view: State::http, expiration: Use, state: Use })
    }
}

impl WorkerExpiration for Use {
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>, _: WorkerStatus, _: Instant) -> Poll<()> {
        Poll::Pending
    }
}

impl WorkerState for Use {
    type StoreData = State;
    type RequestData = ();

    fn should_accept_request(&self, at_once: usize, before: usize) -> ShouldAccept {
        match (at_once, before) {
            (_, 128..) => ShouldAccept::Never,
            (16.., _) => ShouldAccept::No,
            _ => ShouldAccept::Yes,
        }
    }

    fn on_request_start(&self, _: StoreContextMut<'_, State>, (): (), _: GuestTaskId) -> Expiry {
        Box::pin(std::future::pending())
    }

    fn drop(&self, store: wasmtime::Store<State>, result: Result<()>) {
        if let Err(cause) = result {
            store.data().part.say(&format!("an instance ended: {cause:?}"));
        }
    }
}

/// Compiles a component, once in each process.
pub(crate) fn compile(bytes: Vec<u8>) -> Result<ServicePre<State>> {
    // Comparing a few large components is much cheaper than hashing one without optimization.
    static COMPILED: Mutex<Vec<(Vec<u8>, ServicePre<State>)>> = Mutex::new(Vec::new());
    static ENGINE: LazyLock<Engine> = LazyLock::new(Engine::default);
    let mut compiled = COMPILED.lock().unwrap();
    if let Some((_, pre)) = compiled.iter().find(|(known, _)| *known == bytes) {
        return Ok(pre.clone());
    }
    let mut linker = Linker::new(&ENGINE);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    store::add_to_linker(&mut linker)?;
    let pre = ServicePre::new(linker.instantiate_pre(&Component::from_binary(&ENGINE, &bytes)?)?)?;
    compiled.push((bytes, pre.clone()));
    Ok(pre)
}
