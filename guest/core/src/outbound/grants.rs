//! What the operator of a connection lets its plug reach.

use url::Url;

use crate::render::host_allowed;
use crate::text::bounded;

/// What a connection may reach.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grants {
    /// `outbound-hosts` of the plug's description: `host[:port]`, with `{key}` for an open setting.
    pub declared: Vec<String>,
    /// The connection's open settings, with their defaults.
    pub settings: Vec<(String, String)>,
    /// The operator's `outbound.allow`, as `host[:port]`. Empty: all that is declared. Otherwise a host must be both
    /// declared and allowed: it narrows what the plug may call and never widens it.
    pub allow: Vec<String>,
    /// The operator's `outbound.allow-private`: addresses of private networks and of this machine may be reached, and
    /// plain `http` may be spoken there. It counts only where `allow` names the hosts: what a plug declares is not enough
    /// to reach into a private network.
    pub allow_private: bool,
}

impl Grants {
    /// Whether the operator lets this host be called, where the plug declares it.
    pub fn allows(&self, host: &str, port: u16) -> bool {
        self.allow.is_empty() || host_allowed(host, port, &self.allow, &[])
    }

    /// Whether private addresses may be reached.
    pub fn reaches_private(&self) -> bool {
        self.allow_private && !self.allow.is_empty()
    }

    /// Whether this host may be called over this scheme.
    pub(super) fn permit(&self, url: &Url) -> Result<(), String> {
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err("the URL has no host: correct it".to_owned());
        };
        plain_permitted(url.scheme() != "https", self.reaches_private())?;
        let name = host.to_string();
        let shown = bounded(&name);
        if !host_allowed(&name, port, &self.declared, &self.settings) {
            return Err(format!(
                "{shown}:{port} is not among the hosts that the plug's description names: correct the setting that \
                 holds the host, or the description"
            ));
        }
        if !self.allows(&name, port) {
            return Err(format!(
                "{shown}:{port} is not in the connection's `outbound.allow`: add it there if it may be called"
            ));
        }
        Ok(())
    }
}

/// Whether plain http, if that is what is spoken, is permitted: only where private addresses may be reached
/// ([`Grants::reaches_private`]).
///
/// # Errors
/// A sentence that names the fix.
pub fn plain_permitted(plain: bool, reaches_private: bool) -> Result<(), &'static str> {
    if plain && !reaches_private {
        return Err(
            "the URL is not https: use https, or, for a host in a private network, set `allow-private = true` in \
             the connection's `outbound` and name the host in its `allow`",
        );
    }
    Ok(())
}
