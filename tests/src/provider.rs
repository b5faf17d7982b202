//! A stand-in for iotum's enterprise API, over a bare socket, that fails in every way that a provider can.

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

/// With which it lets an administrator in.
pub const EMAIL: &str = "admin@example.com";
/// With which it lets an administrator in.
pub const PASSWORD: &str = "pass \"word\" 1";
/// The one user that it knows.
pub const USER: &str = "ada@example.com";
/// That user's id.
pub const USER_ID: &str = "501";

/// What an endpoint does instead of its work.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Answers with this status, these headers and this body.
    Answer(u16, Vec<(&'static str, String)>, &'static str),
    /// Does its work, then never answers.
    Silence,
    /// Closes without an answer.
    Close,
    /// Does its work, then closes without an answer.
    CloseAfterwards,
    /// Answers with what is no HTTP.
    Garbage,
    /// Announces a longer body than it sends.
    Torn,
}

impl Fault {
    /// An answer of this status alone.
    pub fn status(status: u16) -> Self {
        Self::Answer(status, Vec::new(), "{}")
    }
}

/// The stand-in, until it is dropped.
pub struct Provider {
    /// Where it listens.
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
    /// Listens on a free port of this machine.
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

    /// The connection `rooms` of HubSpot's account to it, for a configuration.
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

    /// Lets an endpoint (`conference/create`) fail from now on.
    pub fn fail(&self, endpoint: &str, fault: Fault) {
        self.lock().faults.insert(endpoint.to_owned(), fault);
    }

    /// Lets an endpoint do its work again.
    pub fn repair(&self, endpoint: &str) {
        self.lock().faults.remove(endpoint);
    }

    /// Lets an endpoint do its work and wait with the answer until it is released.
    pub fn hold(&self, endpoint: &str) {
        self.lock().held.insert(endpoint.to_owned(), Arc::new(Semaphore::new(0)));
    }

    /// Lets an endpoint answer again.
    pub fn release(&self, endpoint: &str) {
        if let Some(held) = self.lock().held.remove(endpoint) {
            held.close();
        }
    }

    /// Takes no token any more that it gave.
    pub fn revoke(&self) {
        self.lock().tokens.clear();
    }

    /// Gives links under this address from now on.
    pub fn move_rooms(&self, to: &str) {
        self.lock().rooms = to.to_owned();
    }

    /// Waits until so many requests came to an endpoint.
    pub async fn reached(&self, endpoint: &str, times: usize) {
        let mut arrivals = self.state.arrivals.subscribe();
        let wait = arrivals.wait_for(|_| self.calls(endpoint) >= times);
        tokio::time::timeout(Duration::from_secs(10), wait).await.expect("the requests in time").expect("a stand-in");
    }

    /// How many requests came to an endpoint.
    pub fn calls(&self, endpoint: &str) -> usize {
        self.bodies(endpoint).len()
    }

    /// The bodies of the requests to an endpoint, in order.
    pub fn bodies(&self, endpoint: &str) -> Vec<Value> {
        let inner = self.lock();
        inner.requests.iter().filter(|(path, _)| path == endpoint).map(|(_, body)| body.clone()).collect()
    }

    /// How many requests to an endpoint were without an answer at one time, at most.
    pub fn max_at_once(&self, endpoint: &str) -> usize {
        self.lock().max_at_work.get(endpoint).copied().unwrap_or_default()
    }

    /// How many conferences it has made.
    pub fn conferences(&self) -> usize {
        self.lock().conferences
    }

    /// The id of the conference that it has made last.
    pub fn newest(&self) -> u64 {
        id(self.conferences())
    }

    /// The link to a conference of this id.
    pub fn link(&self, id: u64) -> String {
        link(&self.lock().rooms, &id.to_string())
    }

    /// How many connections came, whatever was said on them.
    pub fn connections(&self) -> usize {
        self.lock().connections
    }

    /// How many requests came in all.
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
                // An error says that it was released.
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
                    // Until the other end gives up.
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

    /// As iotum's documents have it.
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

/// Its conferences are numbered as they are made.
fn id(conferences: usize) -> u64 {
    4000 + conferences as u64
}

fn link(rooms: &str, id: &str) -> String {
    format!("{rooms}/{id}")
}

/// Path and body of the next request; none where the other end is done.
async fn request(stream: &mut TcpStream, read: &mut Vec<u8>) -> Option<(String, Vec<u8>)> {
    let end = loop {
        // The first byte of TLS, for one, is no letter.
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
