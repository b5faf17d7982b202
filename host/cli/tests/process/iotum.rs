//! Emulates iotum with one user. A test handles the creates.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::Value;

/// Listens on a free port, and calls `create` for each create. Returns the port.
pub fn listen(create: impl Fn(&mut TcpStream, &Value) + Clone + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let create = create.clone();
            thread::spawn(move || serve(stream, create));
        }
    });
    port
}

/// Returns the configuration of an account with this provider, with more `keys` of the account.
pub fn account(app: u64, port: u16, keys: &str) -> String {
    format!(
        r#"
        [account.1]
        name = "globex"
        app = {app}
        conferencing = "rooms"
        {keys}
        [account.1.connection.rooms]
        plug = "iotum"
        settings = {{ host = "http://127.0.0.1:{port}", email = "admin@example.com", password = "pw" }}
        outbound = {{ allow-private = true, allow = ["127.0.0.1:{port}"] }}
        "#
    )
}

fn serve(mut stream: TcpStream, create: impl Fn(&mut TcpStream, &Value)) {
    while let Some((path, body)) = request(&mut stream) {
        match path.as_str() {
            "/enterprise_api/authenticate" => answer(&mut stream, "200 OK", r#"{"auth_token":"t0ken"}"#),
            "/enterprise_api/host/fetch_all" => {
                answer(&mut stream, "200 OK", r#"[{"host_id":7,"name":"A","email":"a@example.com"}]"#);
            }
            "/enterprise_api/conference/create" => create(&mut stream, &body),
            _ => answer(&mut stream, "404 Not Found", "{}"),
        }
    }
}

/// Sends an answer.
pub fn answer(stream: &mut TcpStream, status: &str, body: &str) {
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    let _ = stream.write_all((head + body).as_bytes());
    let _ = stream.flush();
}

/// Sends the answer for a created conference.
pub fn answer_made(stream: &mut TcpStream, id: &str) {
    let made = format!(r#"{{"conference_id":{id},"room_url":"https://rooms.example.com/conf/call/{id}"}}"#);
    answer(stream, "200 OK", &made);
}

fn request(stream: &mut TcpStream) -> Option<(String, Value)> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                let path = head.split(' ').nth(1)?.to_owned();
                return Some((path, serde_json::from_str(body).ok()?));
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}
