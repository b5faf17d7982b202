//! Emulates iotum's enterprise API over a plain socket, with all faults that a provider can have.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use crate::hubspot;
use crate::iotum::{INGEST_KEY, SIGNING_TOKEN};

/// The administrator's e-mail address.
pub const EMAIL: &str = "admin@example.com";
/// The administrator's password.
pub const PASSWORD: &str = "pass \"word\" 1";
/// The endpoint for creates.
pub const CREATE: &str = "conference/create";
/// The endpoint for updates.
pub const UPDATE: &str = "conference/update";
/// The only user.
pub const USER: &str = "ada@example.com";
/// That user's id.
pub const USER_ID: &str = "501";

/// A fault of an endpoint.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Answers with a status, headers and a body.
    Answer(u16, Vec<(&'static str, String)>, &'static str),
    /// Carries out the request, and never answers.
    Silence,
    /// Closes the connection without an answer.
    Close,
    /// Carries out the request, and closes the connection without an answer.
    CloseAfterwards,
    /// Answers with something other than HTTP.
    Garbage,
    /// Sends less than the announced length.
    Torn,
}

impl Fault {
    /// Returns the fault of answering with this status and an empty object.
    pub fn status(status: u16) -> Self {
        Self::Answer(status, Vec::new(), "{}")
    }
}

/// A running provider, which stops when it is dropped.
pub struct Provider {
    /// The address on which it listens.
    pub address: SocketAddr,
    state: Arc<State>,
    listening: JoinHandle<()>,
}

struct State {
    inner: Mutex<Inner>,
    arrivals: watch::Sender<usize>,
}

#[derive(Default)]
struct Inner {
    connections: usize,
    requests: Vec<(String, Value)>,
    faults: HashMap<String, Fault>,
    held: HashMap<String, Arc<Semaphore>>,
    at_work: HashMap<String, usize>,
    max_at_work: HashMap<String, usize>,
    tokens: HashSet<String>,
    conferences: usize,
    rooms: String,
}

impl Provider {
    /// Starts a provider on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let inner = Inner { rooms: "https://rooms.example".to_owned(), ..Inner::default() };
        let state = Arc::new(State { inner: Mutex::new(inner), arrivals: watch::Sender::new(0) });
        let at = Arc::clone(&state);
        let listening = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                at.inner.lock().unwrap().connections += 1;
                let at = Arc::clone(&at);
                tokio::spawn(async move { at.serve(stream).await });
            }
        });
        Self { address, state, listening }
    }

    /// Returns the configuration of the account's connection `rooms` to this provider.
    pub fn connection(&self) -> String {
        format!(
            "[account.{}.connection.rooms]\nplug = \"iotum\"\ningest-key = \"{INGEST_KEY}\"\n\
             outbound = {{ allow-private = true, allow = [\"{at}\"] }}\n\
             settings = {{ host = \"http://{at}\", email = \"{EMAIL}\", password = '{PASSWORD}', \
             signing-token = \"{SIGNING_TOKEN}\" }}\n",
            hubspot::ACCOUNT,
            at = self.address
        )
    }

    /// Makes an endpoint, such as `conference/create`, fail from now on.
    pub fn fail(&self, endpoint: &str, fault: Fault) {
        self.lock().faults.insert(endpoint.to_owned(), fault);
    }

    /// Makes an endpoint work again.
    pub fn repair(&self, endpoint: &str) {
        self.lock().faults.remove(endpoint);
    }

    /// Makes an endpoint carry out requests and delay the answers until it is released.
    pub fn hold(&self, endpoint: &str) {
        self.lock().held.insert(endpoint.to_owned(), Arc::new(Semaphore::new(0)));
    }

    /// Makes an endpoint answer again.
    pub fn release(&self, endpoint: &str) {
        if let Some(held) = self.lock().held.remove(endpoint) {
            held.close();
        }
    }

    /// Revokes all tokens.
    pub fn revoke(&self) {
        self.lock().tokens.clear();
    }

    /// Returns links with this base from now on.
    pub fn move_rooms(&self, to: &str) {
        self.lock().rooms = to.to_owned();
    }

    /// Waits until an endpoint has received this number of requests.
    pub async fn reached(&self, endpoint: &str, times: usize) {
        let mut arrivals = self.state.arrivals.subscribe();
        let wait = arrivals.wait_for(|_| self.calls(endpoint) >= times);
        tokio::time::timeout(Duration::from_secs(10), wait).await.expect("the requests in time").expect("a provider");
    }

    /// Returns the number of requests to an endpoint.
    pub fn calls(&self, endpoint: &str) -> usize {
        self.bodies(endpoint).len()
    }

    /// Returns the bodies of the requests to an endpoint, in order.
    pub fn bodies(&self, endpoint: &str) -> Vec<Value> {
        let inner = self.lock();
        inner.requests.iter().filter(|(path, _)| path == endpoint).map(|(_, body)| body.clone()).collect()
    }

    /// Returns the maximum number of concurrent requests to an endpoint.
    pub fn max_at_once(&self, endpoint: &str) -> usize {
        self.lock().max_at_work.get(endpoint).copied().unwrap_or_default()
    }

    /// Returns the number of conferences.
    pub fn conferences(&self) -> usize {
        self.lock().conferences
    }

    /// Returns the id of the newest conference.
    pub fn newest(&self) -> u64 {
        id(self.conferences())
    }

    /// Returns the link to a conference.
    pub fn link(&self, id: u64) -> String {
        link(&self.lock().rooms, &id.to_string())
    }

    /// Returns the number of TCP connections.
    pub fn connections(&self) -> usize {
        self.lock().connections
    }

    /// Returns the number of requests to all endpoints.
    pub fn requests(&self) -> usize {
        self.lock().requests.len()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.state.inner.lock().unwrap()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl State {
    async fn serve(&self, mut stream: TcpStream) {
        let mut read = Vec::new();
        while let Some((path, body)) = request(&mut stream, &mut read).await {
            let endpoint = path.strip_prefix("/enterprise_api/").unwrap_or(&path).to_owned();
            let body: Value = serde_json::from_slice(&body).unwrap_or_default();
            let (fault, held) = self.arrive(&endpoint, body.clone());
            let works = !matches!(fault, Some(Fault::Answer(..) | Fault::Close | Fault::Garbage));
            let answer = works.then(|| self.work(&endpoint, &body));
            if let Some(held) = held {
                // It is closed when the endpoint is released.
                let _ = held.acquire().await;
            }
            *self.inner.lock().unwrap().at_work.entry(endpoint).or_default() -= 1;
            let bytes = match (fault, answer) {
                (None, Some((status, body))) => written(status, &[], &body.to_string()),
                (Some(Fault::Answer(status, headers, body)), _) => written(status, &headers, body),
                (Some(Fault::Garbage), _) => "SSH-2.0-no HTTP at all\r\n\r\n".to_owned(),
                (Some(Fault::Torn), _) => {
                    "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"conference_id\"".to_owned()
                }
                (Some(Fault::Silence), _) => {
                    // The other end gives up at some time.
                    let _ = stream.read(&mut [0; 64]).await;
                    return;
                }
                _ => return,
            };
            if stream.write_all(bytes.as_bytes()).await.is_err() || !bytes.contains("keep-alive") {
                return;
            }
        }
    }

    fn arrive(&self, endpoint: &str, body: Value) -> (Option<Fault>, Option<Arc<Semaphore>>) {
        let mut inner = self.inner.lock().unwrap();
        inner.requests.push((endpoint.to_owned(), body));
        let at_work = inner.at_work.entry(endpoint.to_owned()).or_default();
        *at_work += 1;
        let at_work = *at_work;
        let max = inner.max_at_work.entry(endpoint.to_owned()).or_default();
        *max = at_work.max(*max);
        let found = (inner.faults.get(endpoint).cloned(), inner.held.get(endpoint).cloned());
        drop(inner);
        self.arrivals.send_modify(|arrivals| *arrivals += 1);
        found
    }

    /// Carries out a request as iotum documents it.
    fn work(&self, endpoint: &str, body: &Value) -> (u16, Value) {
        let mut inner = self.inner.lock().unwrap();
        if endpoint == "authenticate" {
            if body["email"] != EMAIL || body["password"] != PASSWORD {
                return (401, json!({ "message": "no" }));
            }
            let token = format!("token-{}", inner.requests.len());
            inner.tokens.insert(token.clone());
            return (200, json!({ "auth_token": token }));
        }
        if !body["auth_token"].as_str().is_some_and(|token| inner.tokens.contains(token)) {
            return (401, json!({ "message": "sign in" }));
        }
        match endpoint {
            "host/fetch_all" => (200, json!([{ "host_id": 501, "name": "Ada", "role": "host", "email": USER }])),
            "conference/create" => {
                inner.conferences += 1;
                let id = id(inner.conferences);
                (200, json!({ "conference_id": id, "room_url": link(&inner.rooms, &id.to_string()) }))
            }
            "conference/update" => {
                let id = &body["conference_id"];
                (200, json!({ "conference_id": id, "room_url": link(&inner.rooms, &id.to_string()) }))
            }
            _ => (404, json!({})),
        }
    }
}

/// Returns the id of the n-th conference.
fn id(conferences: usize) -> u64 {
    4000 + conferences as u64
}

fn link(rooms: &str, id: &str) -> String {
    format!("{rooms}/{id}")
}

/// Reads the path and body of the next request. Returns `None` if the other end closes the connection.
async fn request(stream: &mut TcpStream, read: &mut Vec<u8>) -> Option<(String, Vec<u8>)> {
    let end = loop {
        // TLS, for example, does not begin with a letter.
        if read.first().is_some_and(|first| !first.is_ascii_uppercase()) {
            return None;
        }
        match read.windows(4).position(|window| window == b"\r\n\r\n") {
            Some(end) => break end + 4,
            None => more(stream, read).await?,
        }
    };
    let head = String::from_utf8(read.drain(..end).collect()).ok()?.to_ascii_lowercase();
    let path = head.split(' ').nth(1)?.to_owned();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(Some(0), |length| length.parse().ok())?;
    while read.len() < length {
        more(stream, read).await?;
    }
    Some((path, read.drain(..length).collect()))
}

async fn more(stream: &mut TcpStream, read: &mut Vec<u8>) -> Option<()> {
    let mut buffer = [0; 4096];
    match stream.read(&mut buffer).await {
        Ok(0) | Err(_) => None,
        Ok(count) => {
            read.extend_from_slice(&buffer[..count]);
            Some(())
        }
    }
}

fn written(status: u16, headers: &[(&str, String)], body: &str) -> String {
    let mut text = format!("HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\nconnection: keep-alive\r\n");
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    text + &format!("content-length: {}\r\n\r\n{body}", body.len())
}
