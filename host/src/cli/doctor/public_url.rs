//! Does the public address lead to this bridge, as HubSpot's requests need it?
//!
//! The bridge is called as HubSpot would call it: signed, for an account that cannot be. Such a request passes the check
//! of its sender and is then answered 404, so it shows that address, path, body and secret are right, and leaves
//! nothing behind.

use cordboard_core::types::manifest::Route;
use reqwest::Client;
use serde_json::{Value, json};
use url::Url;

use crate::cli::CliError;
use crate::cli::simulate::request::{Answer, Request, cause};
use crate::cli::simulate::target::Address;
use crate::config::{App, Config};
use crate::flow::now;
use crate::plug::Plug;

use super::finding::Finding;

const ROUTE: &str = "verify-user";
/// What the bridge says to a request that is right but for its account.
const REACHED: &str = "there is no such account";

/// Looks at the address of one app.
pub(super) async fn examine(config: &Config, app: &App, plug: &Plug, client: &Client) -> Vec<Finding> {
    let about = format!("public-url, app {}", app.id);
    let Some(route) = plug.routes().iter().find(|route| route.name == ROUTE) else {
        let says = format!("its plug has no route `{ROUTE}` to try: call one of its addresses by hand");
        return vec![Finding::unknown(about, says)];
    };
    let path = format!("/{}/{}/{ROUTE}", plug.description().name, app.id);
    let mut findings = Vec::new();
    if config.public_url.scheme() != "https" {
        let says = "is not https, and HubSpot calls no other: put a proxy that ends TLS in front, and set `public-url` to \
                    its address";
        findings.push(Finding::warning(&about, says));
    }
    findings.push(match question(app, route, format!("{}{path}", config.public_base())) {
        Ok(question) => ask(config, &path, question, about, client).await,
        Err(error) => Finding::unknown(about, format!("is not tried, since {error}")),
    });
    findings
}

/// What is asked: a bridge that takes it says that there is no such account.
fn question(app: &App, route: &Route, signed: String) -> Result<Request, CliError> {
    let to = Url::parse(&signed).map_err(|error| CliError(error.to_string()))?;
    let secret = route.secrets.iter().find_map(|key| app.settings.get(key).first()).map(|secret| secret.expose());
    let signature = app.accept_signatures.as_ref().and_then(|names| names.first()).map(String::as_str);
    let body = json!({ "portalId": 0, "userEmail": "doctor@cordboard.invalid" }).to_string().into_bytes();
    Request::signed(route, signature, secret, Address { to, signed }, body, now())
}

async fn ask(config: &Config, path: &str, question: Request, about: String, client: &Client) -> Finding {
    let why = match question.send_by(client).await {
        Ok(answer) if reached(&answer) => {
            return Finding::well(about, format!("{} leads to this bridge", config.public_base()));
        }
        Ok(answer) => return Finding::fault(about, answered(&answer, &question.signed)),
        Err(error) => cause(error),
    };
    // Which half of the way is broken?
    let local = match Url::parse(&format!("{}{path}", config.local_base())) {
        Ok(to) => Request { to, ..question }.send_by(client).await.ok(),
        Err(_) => None,
    };
    let mend = match local {
        Some(answer) if reached(&answer) => {
            "the bridge itself runs: look at the name in the DNS, the proxy, its certificate and the firewall"
        }
        Some(_) => {
            "and what answers on `listen` is another program, or a bridge with another configuration: restart \
             `cordboard serve` with this one"
        }
        None => "nor does the bridge answer on `listen`: start `cordboard serve`",
    };
    Finding::fault(about, format!("cannot be reached ({why}); {mend}"))
}

fn reached(answer: &Answer) -> bool {
    answer.status.as_u16() == 404 && detail(answer).is_some_and(|detail| detail.starts_with(REACHED))
}

/// The sentence of a problem (RFC 9457), as a bridge tells it.
fn detail(answer: &Answer) -> Option<String> {
    let problem: Value = serde_json::from_slice(&answer.body).ok()?;
    // Errors of other servers have a `detail` too; a problem also repeats its status.
    let is_problem = problem.get("status")?.as_u64() == Some(answer.status.as_u16().into());
    is_problem.then_some(problem.get("detail")?.as_str()?.chars().take(300).collect())
}

/// What an answer means that this bridge does not give; `public` is the address that was called.
fn answered(answer: &Answer, public: &str) -> String {
    let status = answer.status.as_u16();
    match (status, detail(answer)) {
        (401, Some(detail)) => format!(
            "leads to a bridge that does not take this app's signature ({detail}); let the proxy hand on path, query \
             and body as they come, and restart `cordboard serve` if the secret was changed"
        ),
        (404, Some(detail)) => format!(
            "leads to a bridge that does not know this app ({detail}); restart `cordboard serve` if the app is new, and \
             let the proxy keep the path"
        ),
        (_, Some(detail)) => format!(
            "is answered {status} ({detail}); see the log of `cordboard serve`, and let the proxy hand requests on as \
             they come"
        ),
        (300..=399, None) => {
            format!("is redirected ({status}), which HubSpot does not follow: let the proxy hand requests on")
        }
        (502..=504, None) => format!(
            "reaches a proxy, but no bridge behind it ({status}): start `cordboard serve`, and let the proxy hand on to \
             its `listen`"
        ),
        (_, None) => format!(
            "is answered {status} by something that is not this bridge: let the proxy hand {public} on to `listen`"
        ),
    }
}
