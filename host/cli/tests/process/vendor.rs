//! A server in place of HubSpot whose answers a test determines, and an app's configuration that calls it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use tempfile::TempDir;

use super::emulator::{configuration, write};
use super::run::{Ran, cordboard, run};

/// A folder with a configuration whose app calls the server.
pub struct Vendor {
    folder: TempDir,
}

impl Vendor {
    /// Starts a server that answers each request with a status and a body, or closes the connection if `answer` returns
    /// `None`. The app has these settings and the server's address.
    pub fn answering(settings: &str, answer: impl Fn(&str) -> Option<(u16, String)> + Send + 'static) -> Self {
        let api = format!("api-url = \"http://{}\"", listen(answer));
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &configuration(&format!("{api}, {settings}")));
        Self { folder }
    }

    /// Runs `cordboard hubspot …`.
    pub fn run(&self, log: &str, words: &[&str]) -> Ran {
        run(cordboard(self.folder.path(), log, &[&["hubspot"], words].concat()))
    }
}

/// Starts a server on a free port, and returns its address.
pub fn listen(answer: impl Fn(&str) -> Option<(u16, String)> + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            serve(stream.unwrap(), &answer);
        }
    });
    address
}

fn serve(mut stream: TcpStream, answer: impl Fn(&str) -> Option<(u16, String)>) {
    if let Some((status, body)) = answer(&read(&stream)) {
        let length = body.len();
        let head = format!("HTTP/1.1 {status} Status\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        // The client may have hung up.
        let _ = stream.write_all((head + &body).as_bytes());
    }
}

/// Reads a request, with head and body.
fn read(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut request, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        let is_last = reader.read_line(&mut line).unwrap() <= 2;
        request += &line;
        if is_last {
            break;
        }
        let line = line.to_ascii_lowercase();
        length = line.strip_prefix("content-length:").map_or(length, |value| value.trim().parse().unwrap());
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    request + &String::from_utf8(body).unwrap()
}
