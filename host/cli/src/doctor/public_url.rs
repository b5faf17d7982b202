//! Checks that the public address leads to this bridge.
//!
//! Calls the bridge as HubSpot would, with a signed request for an account that cannot exist. The bridge authenticates
//! the request and then answers 404, which proves that address, path, body and secret are right, and leaves no trace.

use cordboard_core::types::manifest::Route;
use reqwest::Client;
use serde_json::{Value, json};
use url::Url;

use crate::CliError;
use crate::simulate::request::{Answer, Request, cause, is_loopback};
use crate::simulate::target::Address;
use cordboard::config::{App, Config};
use cordboard::flow::now;
use cordboard::ingress::app_path;
use cordboard::plug::Plug;

use super::API_URL;
use super::commands::Commands;
use super::finding::Finding;

const ROUTE: &str = "verify-user";
/// How the bridge's answer to a valid request for an unknown account begins.
const REACHED: &str = "there is no such account";

/// Checks the public address of one app.
pub(super) async fn examine(
    config: &Config,
    app: &App,
    plug: &Plug,
    commands: Commands<'_>,
    client: &Client,
) -> Vec<Finding> {
    let about = format!("public-url, app {}", app.id);
    let Some(route) = plug.routes().iter().find(|route| route.name == ROUTE) else {
        let says = format!("its plug has no route `{ROUTE}` to test with: call one of its addresses by hand");
        return vec![Finding::unknown(about, says)];
    };
    let path = app_path(&plug.description().name, &app.id, ROUTE);
    let mut findings = Vec::new();
    if config.public_url.scheme() != "https" {
        let says = "is not https, and HubSpot only calls https: put a proxy that terminates TLS in front, and set \
                    `public-url` to its address";
        findings.push(Finding::warning(&about, says));
    }
    findings.push(match question(app, route, format!("{}{path}", config.public_base())) {
        Ok(question) => {
            let way = Way { config, path: &path, has_stand_in: has_stand_in(app), serve: commands.serve() };
            way.examine(question, about, client).await
        }
        Err(error) => Finding::unknown(about, format!("is not tested: {error}")),
    });
    findings
}

/// Builds the request. A bridge that accepts it answers with [`REACHED`].
fn question(app: &App, route: &Route, signed: String) -> Result<Request, CliError> {
    let to = Url::parse(&signed).map_err(|error| CliError::new(error.to_string()))?;
    let secret = route.secrets.iter().find_map(|key| app.settings.get(key).first()).map(|secret| secret.expose());
    let signature = app.accept_signatures.as_ref().and_then(|names| names.first()).map(String::as_str);
    let body = json!({ "portalId": 0, "userEmail": "doctor@cordboard.invalid" }).to_string().into_bytes();
    Request::signed(route, signature, secret, Address { to, signed }, body, now())
}

/// Whether the app uses a HubSpot emulator on this machine.
fn has_stand_in(app: &App) -> bool {
    let api = app.settings.get(API_URL).first().and_then(|url| Url::parse(url.expose().trim()).ok());
    api.is_some_and(|url| is_loopback(&url))
}

/// The path of a request to the bridge.
struct Way<'a> {
    config: &'a Config,
    path: &'a str,
    has_stand_in: bool,
    /// The command that starts the bridge, in backticks.
    serve: String,
}

impl Way<'_> {
    async fn examine(&self, question: Request, about: String, client: &Client) -> Finding {
        let public = question.signed.clone();
        let seen = match question.send_by(client).await {
            Ok(answer) if reached(&answer) => {
                return Finding::well(about, format!("{} leads to this bridge", self.config.public_base()));
            }
            seen => seen.map_err(cause),
        };
        // Find out which half of the path is broken.
        let local = match (&seen, self.has_stand_in) {
            (Ok(_), false) => None,
            _ => self.ask_locally(question, client).await,
        };
        let is_here = local.as_ref().is_some_and(reached);
        let (what, hint) = match seen {
            Ok(answer) => (answered(&answer, &public, &self.serve), String::new()),
            Err(why) => (format!("cannot be reached ({why})"), format!("; {}", self.hint(local.as_ref()))),
        };
        if self.has_stand_in && is_here {
            let says = format!(
                "{what}; this only matters for the real HubSpot: the bridge answers on `listen`, which `cordboard \
                 emulate hubspot --config` calls"
            );
            return Finding::warning(about, says);
        }
        Finding::fault(about, what + &hint)
    }

    async fn ask_locally(&self, question: Request, client: &Client) -> Option<Answer> {
        let to = Url::parse(&format!("{}{}", self.config.local_base(), self.path)).ok()?;
        Request { to, ..question }.send_by(client).await.ok()
    }

    /// Returns a hint for an unreachable public address, depending on the answer on `listen`.
    fn hint(&self, local: Option<&Answer>) -> String {
        let serve = &self.serve;
        match local {
            Some(answer) if reached(answer) => {
                "the bridge itself is running: check DNS, the proxy, its certificate and the firewall".to_owned()
            }
            Some(_) => format!(
                "`listen` is answered by another program, or by a bridge with another configuration: restart {serve} \
                 with this one"
            ),
            None => format!("the bridge does not answer on `listen` either: start {serve}"),
        }
    }
}

fn reached(answer: &Answer) -> bool {
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
fn answered(answer: &Answer, public: &str, serve: &str) -> String {
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
