//! The hosts that a connection may reach.

use url::Url;

use crate::render::host_allowed;
use crate::text::bounded;

/// The hosts that a connection may reach.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grants {
    /// `outbound-hosts` from the plug's description: `host[:port]`, with `{key}` for an open setting.
    pub declared: Vec<String>,
    /// The connection's open settings, including defaults.
    pub settings: Vec<(String, String)>,
    /// The operator's `outbound.allow`, as `host[:port]`. If empty, all declared hosts are allowed. Otherwise a host
    /// must be both declared and allowed: the list narrows what the plug may call, and never widens it.
    pub allow: Vec<String>,
    /// The operator's `outbound.allow-private`: permits private addresses, including those of this machine, and plain
    /// `http` to them. Only takes effect if `allow` names hosts, so that a plug's declaration alone never gives access
    /// to a private network.
    pub allow_private: bool,
}

impl Grants {
    /// Whether the operator allows this host. The plug must declare it as well.
    pub fn allows(&self, host: &str, port: u16) -> bool {
        self.allow.is_empty() || host_allowed(host, port, &self.allow, &[])
    }

    /// Whether private addresses may be reached.
    pub fn reaches_private(&self) -> bool {
        self.allow_private && !self.allow.is_empty()
    }

    /// Checks that this URL may be called.
    pub(super) fn permit(&self, url: &Url) -> Result<(), String> {
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err("the URL has no host: correct it".to_owned());
        };
        plain_permitted(url.scheme() != "https", self.reaches_private())?;
        let name = host.to_string();
        let shown = bounded(&name);
        if !host_allowed(&name, port, &self.declared, &self.settings) {
            return Err(format!(
                "{shown}:{port} is not among the hosts that the plug declares: correct the setting that holds the \
                 host, or the plug's description"
            ));
        }
        if !self.allows(&name, port) {
            return Err(format!(
                "{shown}:{port} is not in the connection's `outbound.allow`: add it there to permit calls to it"
            ));
        }
        Ok(())
    }
}

/// Checks that plain http is permitted, if `plain` is set. It is only permitted if private addresses are
/// ([`Grants::reaches_private`]).
///
/// # Errors
/// Why it is not, and how to fix it.
pub fn plain_permitted(plain: bool, reaches_private: bool) -> Result<(), &'static str> {
    if plain && !reaches_private {
        return Err(
            "the URL is not https: use https or, for a host in a private network, set `allow-private = true` in the \
             connection's `outbound` and name the host in its `allow`",
        );
    }
    Ok(())
}
