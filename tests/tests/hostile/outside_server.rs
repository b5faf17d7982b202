//! A server for plugs to call, which records each request and returns it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The secret that it returns at `/session`.
pub const SESSION: &str = "session-of-the-host-outside";

/// A placeholder in bodies for a byte that is not UTF-8.
const INVALID_BYTE: u8 = 1;

/// Returns the head and body at `/written/ENCODING/SECRET`.
fn written(way: &str, secret: &str) -> (String, String) {
    let ok = || "200 OK".to_owned();
    let [json, html, percent] =
        [|byte: u8| format!("\\u00{byte:02x}"), |byte: u8| format!("&#{byte};"), |byte: u8| format!("%{byte:02x}")]
            .map(|write: fn(u8) -> String| {
                let each =
                    |(at, byte): (usize, u8)| if at % 2 == 0 { write(byte) } else { char::from(byte).to_string() };
                secret.bytes().enumerate().map(each).collect::<String>()
            });
    match way {
        "name" => (ok(), format!("{{\"{secret}\":1,\"a\":{{\"{json}\":2}}}}")),
        "twice" => (ok(), format!("{{\"a\":\"{secret}\",\"a\":\"{json}\",\"a\":3}}")),
        "no-text" => (ok(), format!("{{\"a\":\"{secret}\",\"b\":\"\u{1}{json}\"}}")),
        "lines" => (ok(), format!("{{\"a\":1}}\n{{\"a\":\"{json}\"}}\n[\"{secret}\"]\n")),
        "mark" => (ok(), format!("\u{feff}{{\"a\":\"{json}\"}}")),
        "html" => (ok(), format!("<p>{html} {secret}</p>")),
        "percent" => (ok(), format!("a={percent}&b={}", percent.to_uppercase())),
        "nested" => (ok(), format!("{{\"a\":\"{}\"}}", format!("{json} {percent} {html}").replace('\\', "\\\\"))),
        // Declared as compressed: secrets in it could not be redacted, so it is refused.
        _ => ("200 OK\r\ncontent-encoding: gzip".to_owned(), secret.to_owned()),
    }
}

/// Returns a token, and repeats of it.
fn session() -> String {
    let escaped = SESSION.replace('-', "\\u002d");
    format!("{{\"token\":\"{SESSION}\",\"again\":{{\"{SESSION}\":\"a={}&b={escaped}\"}}}}", SESSION.replace('-', "%2D"))
}

/// A running server, which stops when it is dropped.
pub struct OutsideServer {
    pub address: SocketAddr,
    state: Arc<State>,
    listening: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    connections: AtomicUsize,
    requests: Mutex<Vec<String>>,
    silent: std::sync::atomic::AtomicBool,
}

impl OutsideServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::<State>::default();
        let at = Arc::clone(&state);
        let listening = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                at.connections.fetch_add(1, Ordering::SeqCst);
                let at = Arc::clone(&at);
                tokio::spawn(async move { at.serve(stream).await });
            }
        });
        Self { address, state, listening }
    }

    /// Returns a URL of the server. `/to/URL` redirects to a URL.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Returns the number of TCP connections.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// Returns the heads of all requests, in order.
    pub fn requests(&self) -> Vec<String> {
        self.state.requests.lock().unwrap().clone()
    }

    /// Delays answers from now on, or sends them again.
    pub fn silence(&self, silent: bool) {
        self.state.silent.store(silent, Ordering::SeqCst);
    }
}

impl Drop for OutsideServer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl State {
    async fn serve(&self, mut stream: TcpStream) {
        let mut read = Vec::new();
        let mut buffer = [0; 4096];
        while !read.windows(4).any(|window| window == b"\r\n\r\n") {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(count) => read.extend_from_slice(&buffer[..count]),
            }
        }
        let request = String::from_utf8_lossy(&read).into_owned();
        let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
        self.requests.lock().unwrap().push(request.clone());
        while self.silent.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let (head, body) = match path.strip_prefix("/to/") {
            Some(to) => (format!("302 Found\r\nlocation: {to}"), String::new()),
            None if path == "/session" => ("200 OK".to_owned(), session()),
            None => match path.strip_prefix("/written/").and_then(|rest| rest.split_once('/')) {
                Some((way, secret)) => written(way, secret),
                None => ("200 OK".to_owned(), request),
            },
        };
        let length = body.len();
        let answer = format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
        // A byte that is not UTF-8, which a `String` cannot contain.
        let mut answer = answer.into_bytes();
        answer.iter_mut().filter(|byte| **byte == INVALID_BYTE).for_each(|byte| *byte = 0xff);
        // The client may have gone.
        let _ = stream.write_all(&answer).await;
    }
}
