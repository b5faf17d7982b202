//! Does the public address lead to this bridge, as HubSpot's requests need it?
//!
//! The bridge is called as HubSpot would call it: signed, for an account that cannot be. Such a request passes the check
//! of its sender and is then answered 404, so it shows that address, path, body and secret are right, and leaves
//! nothing behind.

use cordboard_core::types::manifest::Route;
use reqwest::Client;
use serde_json::{Value, json};
use url::Url;

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
        return vec![Finding::unknown(about, format!("its plug has no route `{ROUTE}` to try"))];
    };
    let path = format!("/{}/{}/{ROUTE}", plug.description().name, app.id);
    let public = format!("{}{path}", config.public_base());
    let mut findings = Vec::new();
    if config.public_url.scheme() != "https" {
        let says = "is not https, and HubSpot calls no other: put a proxy that ends TLS in front, and its address here";
        findings.push(Finding::warning(&about, says));
    }
    let finding = match ask(app, route, &public, &public, client).await {
        Ok(answer) if reached(&answer) => {
            Finding::well(&about, format!("{} leads to this bridge", config.public_base()))
        }
        Ok(answer) => Finding::fault(&about, answered(&answer, &public)),
        Err(why) => {
            // Which half of the way is broken?
            let local = ask(app, route, &format!("{}{path}", config.local_base()), &public, client).await;
            let mend = match local {
                Ok(answer) if reached(&answer) => {
                    "the bridge itself runs: look at the name in the DNS, the proxy, its certificate and the firewall"
                }
                _ => "nor does the bridge answer on `listen`: start `cordboard serve`",
            };
            Finding::fault(&about, format!("cannot be reached ({why}); {mend}"))
        }
    };
    findings.push(finding);
    findings
}

async fn ask(app: &App, route: &Route, to: &str, public: &str, client: &Client) -> Result<Answer, String> {
    let to = Url::parse(to).map_err(|error| error.to_string())?;
    let secret = route.secrets.iter().find_map(|key| app.settings.get(key).first()).map(|secret| secret.expose());
    let signature = app.accept_signatures.as_ref().and_then(|names| names.first()).map(String::as_str);
    let body = json!({ "portalId": 0, "userEmail": "doctor@cordboard.invalid" }).to_string().into_bytes();
    let address = Address { to, signed: public.to_owned() };
    let request = Request::signed(route, signature, secret, address, body, now()).map_err(|error| error.0)?;
    request.send_by(client).await.map_err(cause)
}

fn reached(answer: &Answer) -> bool {
    answer.status.as_u16() == 404 && detail(answer).is_some_and(|detail| detail.starts_with(REACHED))
}

/// The sentence of a problem (RFC 9457).
fn detail(answer: &Answer) -> Option<String> {
    let problem: Value = serde_json::from_slice(&answer.body).ok()?;
    Some(problem.get("detail")?.as_str()?.chars().take(300).collect())
}

/// What an answer that is not the bridge's own means.
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
        (_, Some(detail)) => format!("is answered {status} ({detail}); see the log of `cordboard serve`"),
        (300..=399, None) => {
            format!("is redirected ({status}), which HubSpot does not follow: let the proxy hand requests on")
        }
        (502..=504, None) => {
            format!(
                "reaches a proxy, but no bridge behind it ({status}): start `cordboard serve`, and let the proxy \
                     hand on to its `listen`"
            )
        }
        (_, None) => format!(
            "is answered {status} by something that is not this bridge: let the proxy hand {public} on to `listen`"
        ),
    }
}
