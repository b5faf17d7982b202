//! HTTP/1.1 over a plain socket, so that tests can send what no proper client would: duplicate headers, wrong lengths,
//! truncated bodies.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// The time limit for each step.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A request. `content-length`, `host` and `connection: close` are added when it is sent, unless it has them.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method, in upper case.
    pub method: String,
    /// The path and the query.
    pub target: String,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// Creates a request without headers.
    pub fn new(method: &str, target: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { method: method.to_owned(), target: target.to_owned(), headers: Vec::new(), body: body.into() }
    }

    /// Creates a POST request with JSON.
    pub fn post(target: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new("POST", target, body).header("content-type", "application/json")
    }

    /// Creates a GET request.
    pub fn get(target: &str) -> Self {
        Self::new("GET", target, "")
    }

    /// Returns the request with another method.
    pub fn as_method(mut self, method: &str) -> Self {
        self.method = method.to_owned();
        self
    }

    /// Returns the request with one more header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Returns the request with this header instead of all with the same name.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(stored, _)| !stored.eq_ignore_ascii_case(name));
        self.header(name, value)
    }

    /// Returns the request without the headers of this name.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(stored, _)| !stored.eq_ignore_ascii_case(name));
        self
    }

    /// Returns the head as it is sent, with the empty line.
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

    /// Returns the request as it is sent.
    pub fn bytes(&self) -> Vec<u8> {
        [self.head().as_bytes(), &self.body].concat()
    }

    /// Sends the request, and waits for the answer.
    pub async fn send(&self, to: SocketAddr) -> Answer {
        self.try_send(to).await.expect("an answer")
    }

    /// Sends the request. Returns `None` if the other end closes the connection without an answer.
    pub async fn try_send(&self, to: SocketAddr) -> Option<Answer> {
        let mut wire = Wire::connect(to).await;
        wire.write(&self.bytes()).await;
        wire.answer().await
    }

    /// Sends the request in the background.
    pub fn spawn(self, to: SocketAddr) -> JoinHandle<Answer> {
        tokio::spawn(async move { self.send(to).await })
    }
}

/// A complete answer. Two are equal even if they answer different requests, or at different times.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl PartialEq for Answer {
    fn eq(&self, other: &Self) -> bool {
        let own = |(name, _): &&(String, String)| !matches!(name.as_str(), "x-request-id" | "date");
        let headers = |answer: &Self| answer.headers.iter().filter(own).cloned().collect::<Vec<_>>();
        (self.status, &self.body, headers(self)) == (other.status, &other.body, headers(other))
    }
}

impl Answer {
    /// Returns a header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Returns the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns the body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns a string member of the body.
    pub fn member(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no `{name}` in {self:?}")).to_owned()
    }

    /// Asserts that the answer is a problem document (RFC 9457), and returns its `detail`.
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{self:?}");
        problem["detail"].as_str().expect("a detail").to_owned()
    }
}

/// Sends these bytes, closes the writing side, and returns the status of the answer, if there is one.
pub async fn status(to: SocketAddr, bytes: &[u8]) -> Option<u16> {
    let mut wire = Wire::connect(to).await;
    wire.write(bytes).await;
    wire.end().await;
    wire.answer().await.map(|answer| answer.status)
}

/// A connection on which anything can be sent.
pub struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    /// Opens a connection.
    pub async fn connect(to: SocketAddr) -> Self {
        let stream = TcpStream::connect(to).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        Self { stream, read: Vec::new() }
    }

    /// Sends bytes. It is not an error if the other end has closed the connection: it may have answered already.
    pub async fn write(&mut self, bytes: &[u8]) {
        let _ = tokio::time::timeout(TIMEOUT, self.stream.write_all(bytes)).await.expect("a reader");
    }

    /// Sends one chunk of a chunked body.
    pub async fn chunk(&mut self, bytes: &[u8]) {
        let framed = [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
        self.write(&framed).await;
    }

    /// Closes the writing side.
    pub async fn end(&mut self) {
        let _ = self.stream.shutdown().await;
    }

    /// Returns the next answer, or `None` if the other end closes the connection before a complete one.
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
