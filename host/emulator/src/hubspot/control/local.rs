//! Middleware that accepts only requests addressed to this machine. Otherwise a foreign page whose name is made to
//! resolve to this machine (DNS rebinding) would count as the emulator's own origin and could trigger signed webhooks.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::http::Problem;

/// Rejects requests whose `Host` is not this machine.
pub async fn only(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if host.is_some_and(is_local) {
        return next.run(request).await;
    }
    let why = "only local requests are allowed: use localhost, 127.0.0.1 or [::1] as the host";
    Problem::new(StatusCode::FORBIDDEN, why).into_response()
}

fn is_local(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_loopback_hosts_are_local() {
        for local in ["localhost", "LOCALHOST:8090", "127.0.0.1:8090", "127.0.0.2", "[::1]:8090", "[::1]"] {
            assert!(is_local(local), "{local}");
        }
        for other in
            ["", "evil.example", "localhost.evil.example", "10.0.0.1:8090", "127.0.0.1.evil.example", "0.0.0.0"]
        {
            assert!(!is_local(other), "{other}");
        }
    }
}
