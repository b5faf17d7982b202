//! HTTP/1.1 over a bare socket, so that a test can say what no proper client would: doubled headers, lengths that are
//! not kept, bodies that break off.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// Nothing here takes so long unless it hangs.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A request. Length, host and the wish to close are added when it is sent, unless it has them.
#[derive(Clone, Debug)]
pub struct Request {
    /// In upper case.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// In order.
    pub headers: Vec<(String, String)>,
    /// Raw.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers.
    pub fn new(method: &str, target: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { method: method.to_owned(), target: target.to_owned(), headers: Vec::new(), body: body.into() }
    }

    /// A POST of JSON.
    pub fn post(target: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new("POST", target, body).header("content-type", "application/json")
    }

    /// A GET.
    pub fn get(target: &str) -> Self {
        Self::new("GET", target, "")
    }

    /// By another method.
    pub fn as_method(mut self, method: &str) -> Self {
        self.method = method.to_owned();
        self
    }

    /// With one header more.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With this header instead of any of its name.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(stored, _)| !stored.eq_ignore_ascii_case(name));
        self.header(name, value)
    }

    /// Without any header of this name.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(stored, _)| !stored.eq_ignore_ascii_case(name));
        self
    }

    /// The head as it is sent, with the empty line.
    pub fn head(&self) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        let has = |wanted: &str| self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
        if !has("host") {
            head += "host: bridge.example.com\r\n";
        }
        if !has("content-length") && !has("transfer-encoding") {
            head += &format!("content-length: {}\r\n", self.body.len());
        }
        if !has("connection") {
            head += "connection: close\r\n";
        }
        head + "\r\n"
    }

    /// The whole as it is sent.
    pub fn bytes(&self) -> Vec<u8> {
        [self.head().as_bytes(), &self.body].concat()
    }

    /// Sends it, and waits for the answer.
    pub async fn send(&self, to: SocketAddr) -> Answer {
        self.try_send(to).await.expect("an answer")
    }

    /// Sends it. Returns `None` if the other end closes the connection without an answer.
    pub async fn try_send(&self, to: SocketAddr) -> Option<Answer> {
        let mut wire = Wire::connect(to).await;
        wire.write(&self.bytes()).await;
        wire.answer().await
    }

    /// Sends it beside whatever else is done.
    pub fn spawn(self, to: SocketAddr) -> JoinHandle<Answer> {
        tokio::spawn(async move { self.send(to).await })
    }
}

/// An answer, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A member of the body that is a string.
    pub fn member(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no `{name}` in {self:?}")).to_owned()
    }

    /// The sentence of a problem (RFC 9457); that the answer is one is checked.
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{self:?}");
        problem["detail"].as_str().expect("a detail").to_owned()
    }
}

/// The status that is answered to these bytes and no more; none where the connection is closed without one.
pub async fn status(to: SocketAddr, bytes: &[u8]) -> Option<u16> {
    let mut wire = Wire::connect(to).await;
    wire.write(bytes).await;
    wire.end().await;
    wire.answer().await.map(|answer| answer.status)
}

/// A connection to write anything to.
pub struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    /// Connects.
    pub async fn connect(to: SocketAddr) -> Self {
        let stream = TcpStream::connect(to).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        Self { stream, read: Vec::new() }
    }

    /// Writes. That the other end does not listen any more is no error: it may have answered before.
    pub async fn write(&mut self, bytes: &[u8]) {
        let _ = tokio::time::timeout(TIMEOUT, self.stream.write_all(bytes)).await.expect("a reader");
    }

    /// Writes one chunk of a chunked body.
    pub async fn chunk(&mut self, bytes: &[u8]) {
        let framed = [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
        self.write(&framed).await;
    }

    /// Says that nothing more comes.
    pub async fn end(&mut self) {
        let _ = self.stream.shutdown().await;
    }

    /// The next answer; none where the other end closes before there is a whole one.
    pub async fn answer(&mut self) -> Option<Answer> {
        tokio::time::timeout(TIMEOUT, self.read_answer()).await.expect("an answer in time")
    }

    async fn read_answer(&mut self) -> Option<Answer> {
        let end = loop {
            match self.read.windows(4).position(|window| window == b"\r\n\r\n") {
                Some(end) => break end + 4,
                None => self.more().await?,
            }
        };
        let head = String::from_utf8(self.read.drain(..end).collect()).expect("a head that is text");
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.map_or(0, |(_, value)| value.parse().expect("a length"));
        while self.read.len() < length {
            self.more().await?;
        }
        let body = self.read.drain(..length).collect();
        Some(Answer { status, headers, body })
    }

    async fn more(&mut self) -> Option<()> {
        let mut buffer = [0; 4096];
        match self.stream.read(&mut buffer).await {
            Ok(0) | Err(_) => None,
            Ok(read) => {
                self.read.extend_from_slice(&buffer[..read]);
                Some(())
            }
        }
    }
}
