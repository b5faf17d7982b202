//! Serves an application on a port, and routes requests to its components.

mod instance;
mod store;

use std::net::SocketAddr;
use std::sync::{Arc, Weak};

use axum::body::Body;
use axum::http::{Request, Response, Uri, header};
use http_body_util::BodyExt;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use wasmtime::Result;
use wasmtime::error::Context;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi_http::{Error, WasiBody, handler::ProxyHandler};

use crate::Manifest;
use crate::spin_toml::Grants;
use instance::{Part, compile};
pub use store::{Behavior, Store, Values};

/// A running application, which stops when it is dropped.
pub struct App {
    /// The address on which it listens.
    pub address: SocketAddr,
    /// The key-value store.
    pub store: Store,
    log: MemoryOutputPipe,
    _serving: JoinSet<()>,
}

impl App {
    /// Composes and serves an application with these variables and this store.
    pub async fn start(manifest: &Manifest, variables: &[(&str, &str)], store: Store) -> Result<Self> {
        let values = manifest.values(variables)?;
        // Guests cannot print more than this, which is enough for tests.
        let log = MemoryOutputPipe::new(16 << 20);
        let mut parts = Vec::new();
        for trigger in manifest.trigger.values().flatten() {
            let (id, route, services) = (trigger.component.clone(), trigger.path()?, Weak::new());
            let grants = Arc::new(Grants::new(manifest.component(&id)?, &values).with_context(|| id.clone())?);
            let pre = manifest.compose(&id).and_then(compile).with_context(|| id.clone())?;
            let (store, log) = (store.clone(), log.clone());
            parts.push(Part { id, route, pre, grants, store, log, services });
        }
        let services = Arc::new_cyclic(|services: &Weak<Services>| {
            let handler = |part| ProxyHandler::new(Part { services: services.clone(), ..part });
            Services(parts.into_iter().map(handler).collect())
        });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = axum::Router::new().fallback(async move |request| services.serve(request).await.map(Body::new));
        let mut serving = JoinSet::new();
        serving.spawn(async { axum::serve(listener, router).await.expect("a listener") });
        Ok(Self { address, store, log, _serving: serving })
    }

    /// Returns the output of the guests, and the reasons of failed requests.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&self.log.contents()).into_owned()
    }
}

/// The components that handle requests.
pub(crate) struct Services(Vec<ProxyHandler<Part>>);

impl Services {
    /// Answers a request from outside, whose authority is in a header.
    async fn serve(&self, request: Request<Body>) -> Response<WasiBody> {
        let (mut parts, body) = request.into_parts();
        let Some(service) = self.route(parts.uri.path()) else { return empty(404) };
        let authority = parts.headers.get(header::HOST).map_or(&b""[..], |host| host.as_bytes());
        let rest = parts.uri.path_and_query().map_or("/", |rest| rest.as_str());
        let uri = Uri::builder().scheme("http").authority(authority).path_and_query(rest).build();
        let Ok(uri) = uri else { return empty(500) };
        parts.uri = uri;
        let body = body.map_err(|cause| Error::InternalError(Some(cause.to_string()))).boxed_unsync();
        answer(service, Request::from_parts(parts, body)).await
    }

    /// Returns the component with the longest route that matches. Exact routes take precedence.
    fn route(&self, path: &str) -> Option<&ProxyHandler<Part>> {
        let path = path.strip_suffix('/').unwrap_or(path);
        let on = |route: &str| match route.strip_suffix("/...") {
            Some(start) => path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            None => route.strip_suffix('/').unwrap_or(route) == path,
        };
        let rank = |service: &ProxyHandler<Part>| {
            let route = service.state().route.as_deref().filter(|route| on(route))?;
            Some((!route.ends_with("/..."), route.len()))
        };
        self.0.iter().filter(|service| rank(service).is_some()).max_by_key(|service| rank(service))
    }

    /// Answers a request of another component.
    pub async fn chain(&self, id: &str, request: Request<WasiBody>) -> Result<Response<WasiBody>, Error> {
        let service = self.0.iter().find(|service| service.state().id == id);
        let service = service.ok_or_else(|| Error::InternalError(Some(format!("no trigger is of {id}"))))?;
        Ok(answer(service, request).await)
    }
}

/// Answers with an empty 500 if the component fails, and logs the reason.
async fn answer(service: &ProxyHandler<Part>, request: Request<WasiBody>) -> Response<WasiBody> {
    service.handle((), request).await.unwrap_or_else(|cause| {
        service.state().say(&format!("a request failed: {cause:#}"));
        empty(500)
    })
}

fn empty(status: u16) -> Response<WasiBody> {
    Response::builder().status(status).body(WasiBody::default()).expect("a status")
}
