//! Checks that the public address leads to this bridge.
//!
//! Calls the bridge as HubSpot would, with a signed request for an account that cannot exist. The bridge authenticates
//! the request and then answers 404, which proves that address, path, body and secret are right, and leaves no trace.

use cordboard_core::types::manifest::Route;
use serde_json::{Value, json};
use url::Url;

use cordboard::clock::now;
use cordboard::config::App;
use cordboard::ingress::app_path;
use cordboard::plug::Plug;

use super::finding::Finding;
use super::http::cause;
use super::request::{Address, Answer, Request, RequestError, is_loopback};
use super::{API_URL, Doctor};

const ROUTE: &str = "verify-user";
/// How the bridge's answer to a valid request for an unknown account begins.
const REACHED: &str = "there is no such account";

/// Checks the public address of one app.
pub(super) async fn check(doctor: &Doctor<'_>, app: &App, plug: &Plug) -> Vec<Finding> {
    let config = doctor.config;
    let about = format!("public-url, app {}", app.id);
    let Some(route) = plug.routes().iter().find(|route| route.name == ROUTE) else {
        let message = format!("its plug has no route `{ROUTE}` to test with: call one of its addresses by hand");
        return vec![Finding::unknown(about, message)];
    };
    let mut findings = Vec::new();
    if config.public_url.scheme() != "https" {
        let message = "is not https, and HubSpot only calls https: put a proxy that terminates TLS in front, and set \
                       `public-url` to its address";
        findings.push(Finding::warning(&about, message));
    }
    let path = app_path(&plug.description().name, &app.id, ROUTE);
    let addresses = [config.public_base().to_owned(), config.local_base()].map(|base| Url::parse(&(base + &path)));
    findings.push(match addresses {
        [Ok(public), Ok(local)] => match probe(app, route, public) {
            Ok(request) => examine(doctor, about, request, local, has_emulator(app)).await,
            Err(error) => Finding::unknown(about, format!("is not tested: {error}")),
        },
        [Err(error), _] | [_, Err(error)] => Finding::unknown(about, format!("is not tested: {error}")),
    });
    findings
}

/// Builds a request to which a bridge that accepts it answers with [`REACHED`].
fn probe(app: &App, route: &Route, to: Url) -> Result<Request, RequestError> {
    let secret = route.secrets.iter().find_map(|key| app.settings.get(key).first()).map(|secret| secret.expose());
    let signature = app.accept_signatures.as_ref().and_then(|names| names.first()).map(String::as_str);
    let body = json!({ "portalId": 0, "userEmail": "doctor@cordboard.invalid" }).to_string().into_bytes();
    let address = Address { signed: to.as_str().to_owned(), to };
    Request::signed(route, signature, secret, address, body, now())
}

/// Whether the app uses a HubSpot emulator on this machine.
fn has_emulator(app: &App) -> bool {
    let api = app.settings.get(API_URL).first().and_then(|url| Url::parse(url.expose().trim()).ok());
    api.is_some_and(|url| is_loopback(&url))
}

/// Sends a request to the public address and, if that does not lead to this bridge, to the bridge itself at `local`.
async fn examine(doctor: &Doctor<'_>, about: String, request: Request, local: Url, has_emulator: bool) -> Finding {
    let serve = doctor.serve();
    let (problem, is_answered) = match request.send(&doctor.client).await {
        Ok(answer) if is_reached(&answer) => {
            return Finding::ok(about, format!("{} leads to this bridge", doctor.config.public_base()));
        }
        Ok(answer) => (explain(&answer, &request.signed, &serve), true),
        Err(error) => (format!("cannot be reached ({})", cause(error)), false),
    };
    if is_answered && !has_emulator {
        return Finding::fault(about, problem);
    }
    // Find out which half of the path is broken.
    let here = Request { to: local, ..request }.send(&doctor.client).await.ok();
    if has_emulator && here.as_ref().is_some_and(is_reached) {
        let message = format!(
            "{problem}; this only matters for the real HubSpot: the bridge answers on `listen`, which `cordboard \
             emulate hubspot --config` calls"
        );
        return Finding::warning(about, message);
    }
    Finding::fault(about, if is_answered { problem } else { format!("{problem}; {}", hint(here.as_ref(), &serve)) })
}

/// Returns a hint for an unreachable public address, depending on the answer on `listen`.
fn hint(local: Option<&Answer>, serve: &str) -> String {
    match local {
        Some(answer) if is_reached(answer) => {
            "the bridge itself is running: check DNS, the proxy, its certificate and the firewall".to_owned()
        }
        Some(_) => format!(
            "`listen` is answered by another program, or by a bridge with another configuration: restart {serve} with \
             this one"
        ),
        None => format!("the bridge does not answer on `listen` either: start {serve}"),
    }
}

fn is_reached(answer: &Answer) -> bool {
    answer.status.as_u16() == 404 && detail(answer).is_some_and(|detail| detail.starts_with(REACHED))
}

/// Returns the `detail` of a bridge's problem document (RFC 9457).
fn detail(answer: &Answer) -> Option<String> {
    let problem: Value = serde_json::from_slice(&answer.body).ok()?;
    // Other servers' errors may have a `detail`, too; a problem document also repeats the status.
    let is_problem = problem.get("status")?.as_u64() == Some(answer.status.as_u16().into());
    is_problem.then_some(problem.get("detail")?.as_str()?.chars().take(300).collect())
}

/// Explains an answer that did not come from this bridge. `public` is the address that was called, `serve` the command
/// that starts the bridge.
fn explain(answer: &Answer, public: &str, serve: &str) -> String {
    let status = answer.status.as_u16();
    match (status, detail(answer)) {
        (401, Some(detail)) => format!(
            "leads to a bridge that rejects this app's signature ({detail}); make the proxy forward path, query and \
             body unchanged, and restart {serve} if the secret was changed"
        ),
        (404, Some(detail)) => format!(
            "leads to a bridge that does not know this app ({detail}); restart {serve} if the app is new, and \
             make the proxy keep the path"
        ),
        (_, Some(detail)) => format!(
            "is answered {status} ({detail}); check the log of {serve}, and make the proxy forward requests unchanged"
        ),
        (300..=399, None) => {
            format!("is redirected ({status}), which HubSpot does not follow: make the proxy forward requests instead")
        }
        (502..=504, None) => format!(
            "reaches a proxy, but no bridge behind it ({status}): start {serve}, and make the proxy forward to its \
             `listen`"
        ),
        (_, None) => format!(
            "is answered {status} by something other than this bridge: make the proxy forward {public} to `listen`"
        ),
    }
}
