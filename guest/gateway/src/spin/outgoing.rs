//! Sends HTTP requests for plugs, and forwards requests to the gateways of this application.

use std::borrow::Cow;
use std::fmt::Display;
use std::time::{Duration, Instant};

use cordboard_core::api_error::ApiError;
use cordboard_core::outbound::{Grants, RequestLimits, check_answer, prepare, summary};
use cordboard_core::render::{Captured, Keys};
use cordboard_core::types::effect::{OutboundFailure, OutboundRequest, OutboundResponse};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Limited};
use spin_sdk::http::{FullBody, Response, send};

use super::clock::{until, within};
use super::incoming::{FRONT_RECEIVED_AT, Inbound, is_end_to_end};
use super::log::warn;
use super::reply::Reply;

const MAX_ANSWER_BYTES: usize = 1 << 20;
/// The limit for a gateway's answer. The longest is a page with one webhook request: JSON may take six bytes for each
/// byte of its body.
const MAX_FORWARDED_BYTES: usize = 8 << 20;
const MAX_HEADERS: usize = 64;
const MAX_HEADER_BYTES: usize = 32 << 10;
/// The time limit of one call.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// Longer than the time limit of an operation.
const GATEWAY_TIMEOUT: Duration = Duration::from_secs(35);

/// The result of a plug's request: the redacted answer with the captured values, or the failure for the plug and the
/// reason for the log.
pub type Sent = Result<(OutboundResponse, Vec<Captured>), (OutboundFailure, String)>;

/// Sends a plug's request once. Does not follow redirects; Spin enforces which addresses are allowed.
pub async fn call(request: &OutboundRequest, keys: &impl Keys, grants: &Grants, deadline: Instant) -> Sent {
    let failed = |failure, why: &dyn Display| (failure, format!("{}: {why}", summary(request)));
    let refused = |why: &dyn Display| failed(OutboundFailure::RefusedByPolicy, why);
    let prepared = prepare(request, keys, grants, &RequestLimits::default()).map_err(|why| refused(&why))?;
    let length = prepared.body.len();
    let mut sending = Request::new(FullBody::new(bytes::Bytes::from(prepared.body)));
    *sending.method_mut() = cordboard_core::outbound::method(request.method);
    *sending.headers_mut() = prepared.headers;
    // Without it the body would be sent chunked, which not every server accepts.
    if length > 0 {
        sending.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    *sending.uri_mut() = prepared.url.as_str().parse().map_err(|why| refused(&why))?;
    let answered = until(deadline.min(Instant::now() + CALL_TIMEOUT), exchange(sending)).await;
    let answered = answered.unwrap_or(Err((OutboundFailure::TimedOut, "the answer timed out".into())));
    let mut answer = answered.map_err(|(failure, why)| failed(failure, &why))?;
    let (body, captured) = prepared.secrets.capture_and_redact(&mut answer.headers, &answer.body, &request.captures);
    answer.body = body;
    Ok((answer, captured))
}

type Fault = (OutboundFailure, Cow<'static, str>);

async fn exchange(request: Request<FullBody<bytes::Bytes>>) -> Result<OutboundResponse, Fault> {
    let response = send(request).await.map_err(|code| fault(&code))?;
    let status = response.status().as_u16();
    check_answer(status, response.headers()).map_err(|why| (OutboundFailure::Unreachable, why.into()))?;
    let headers = headers(response.headers())?;
    Ok(OutboundResponse { status, headers, body: body(response, MAX_ANSWER_BYTES).await? })
}

fn headers(found: &HeaderMap) -> Result<Vec<(String, String)>, Fault> {
    let bytes: usize = found.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if found.len() > MAX_HEADERS || bytes > MAX_HEADER_BYTES {
        return Err((OutboundFailure::TooLarge, "the answer's headers are too large".into()));
    }
    let text = |value: &[u8]| String::from_utf8(value.to_vec()).ok();
    Ok(found.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value.as_bytes())?))).collect())
}

async fn body(response: Response, most: usize) -> Result<Vec<u8>, Fault> {
    match Limited::new(response.into_body(), most).collect().await {
        Ok(body) => Ok(body.to_bytes().to_vec()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            Err((OutboundFailure::TooLarge, "the answer is too large".into()))
        }
        Err(_) => Err((OutboundFailure::Unreachable, "the connection was lost".into())),
    }
}

fn fault(code: &spin_sdk::wasip3::http::types::ErrorCode) -> Fault {
    use spin_sdk::wasip3::http::types::ErrorCode as Code;
    let (failure, why) = match code {
        Code::HttpRequestDenied => {
            (OutboundFailure::RefusedByPolicy, "spin.toml does not allow it: add the host to `allowed_outbound_hosts`")
        }
        Code::DnsTimeout | Code::ConnectionTimeout | Code::HttpResponseTimeout | Code::ConnectionReadTimeout => {
            (OutboundFailure::TimedOut, "the call timed out")
        }
        _ => (OutboundFailure::Unreachable, "the connection failed or was lost"),
    };
    (failure, why.into())
}

/// Forwards a request, unchanged, to a component of this application and returns its answer.
///
/// # Errors
/// Returns an error if there is no such component, or it does not answer.
pub async fn forward(request: &Inbound, component: &str) -> Result<Reply, ApiError> {
    let mut forwarded = Request::new(FullBody::new(request.body.clone()));
    forwarded.headers_mut().insert(CONTENT_LENGTH, request.body.len().into());
    let uri = format!("http://{component}.spin.internal{}", request.target);
    let (Ok(uri), Ok(method)) = (uri.parse(), request.method.parse()) else {
        return Err(ApiError::NotFound("address"));
    };
    *forwarded.uri_mut() = uri;
    *forwarded.method_mut() = method;
    forwarded.headers_mut().insert(FRONT_RECEIVED_AT, request.received_at.into());
    for (name, value) in request.headers.iter().filter(|(name, _)| is_end_to_end(name)) {
        if let (Ok(name), Ok(value)) = (http::HeaderName::try_from(name), http::HeaderValue::from_bytes(value)) {
            forwarded.headers_mut().append(name, value);
        }
    }
    let answered = within(GATEWAY_TIMEOUT, async {
        let response = send(forwarded).await.map_err(|code| fault(&code))?;
        let (status, headers) = (response.status().as_u16(), forwarded_headers(response.headers()));
        let body = body(response, MAX_FORWARDED_BYTES).await?;
        Ok::<_, Fault>(Reply { status, headers, body: String::from_utf8_lossy(&body).into_owned() })
    });
    match answered.await {
        // Spin's own answer for a component that trapped: a gateway's answers with this status have a body.
        Some(Ok(reply)) if reply.status == 500 && reply.body.is_empty() => {
            warn(&format!(
                "the component `{component}` crashed during a request, or spin.toml has no component of that name: \
                 see Spin's own log lines, and name the component after its plug"
            ));
            Err(ApiError::PlugFailed("a component of the bridge crashed before answering".to_owned()))
        }
        Some(Ok(reply)) => Ok(reply),
        Some(Err((_, why))) => {
            warn(&format!("the component `{component}` of this application is unreachable: {why}"));
            Err(ApiError::Unavailable("a component of the bridge is unreachable".to_owned()))
        }
        None => Err(ApiError::OutcomeUnknown("a component of the bridge timed out".to_owned())),
    }
}

/// Returns the headers to forward from a gateway's answer.
fn forwarded_headers(headers: &HeaderMap) -> Vec<(&'static str, String)> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    ["content-type", "retry-after", "allow", "www-authenticate"]
        .into_iter()
        .filter_map(|name| Some((name, text(name)?)))
        .collect()
}
