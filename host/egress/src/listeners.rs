//! The listeners of this process, which no plug may call, whatever its connection allows.
//!
//! A listener on a wildcard address includes all addresses of this machine. An address that leads back to this process
//! through a proxy or port forwarding cannot be recognized.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::{PoisonError, RwLock};

use super::address::{AddressError, Kind, kind, plain};

/// The addresses on which this process listens.
#[derive(Debug, Default)]
pub(super) struct Listeners(RwLock<Vec<SocketAddr>>);

impl Listeners {
    /// Adds the address that a listener is bound to.
    pub(super) fn add(&self, address: SocketAddr) {
        let address = SocketAddr::new(plain(address.ip()), address.port());
        let mut addresses = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }

    /// Whether a listener has this port.
    pub(super) fn has_port(&self, port: u16) -> bool {
        self.bound(port).next().is_some()
    }

    /// Checks that a request to this address and port would not reach this process.
    ///
    /// # Errors
    /// If it would.
    pub(super) fn check(&self, address: IpAddr, port: u16) -> Result<(), AddressError> {
        let address = plain(address);
        let is_own = self.bound(port).any(|listener| match listener {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED) => address.is_ipv4() && is_of_this_machine(address),
            IpAddr::V6(any) if any.is_unspecified() => is_of_this_machine(address),
            listener => listener == address,
        });
        if is_own { Err(AddressError::Listener(SocketAddr::new(address, port))) } else { Ok(()) }
    }

    /// The IP addresses of the listeners with this port.
    fn bound(&self, port: u16) -> impl Iterator<Item = IpAddr> {
        let addresses = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let bound: Vec<_> = addresses.iter().filter(|own| own.port() == port).map(SocketAddr::ip).collect();
        bound.into_iter()
    }
}

/// Whether the address belongs to an interface of this machine, which is the case if a socket can be bound to it.
fn is_of_this_machine(address: IpAddr) -> bool {
    let bound = |address: IpAddr| match UdpSocket::bind((address, 0)) {
        Ok(_) => true,
        // Other errors do not tell whose address it is, so assume the worst.
        Err(error) => error.kind() != ErrorKind::AddrNotAvailable,
    };
    // With `ip_nonlocal_bind`, any address can be bound. Detect it with a documentation address.
    let binds_any = || bound(Ipv4Addr::new(192, 0, 2, 1).into());
    address.is_loopback() || (bound(address) && (kind(address) != Kind::Public || !binds_any()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listening(addresses: &[&str]) -> Listeners {
        let listeners = Listeners::default();
        addresses.iter().for_each(|address| listeners.add(address.parse().unwrap()));
        listeners
    }

    fn refuses(listeners: &Listeners, address: &str) -> bool {
        let address: SocketAddr = address.parse().unwrap();
        let refused = listeners.check(address.ip(), address.port());
        refused.inspect_err(|error| assert!(matches!(error, AddressError::Listener(_)), "{error}")).is_err()
    }

    #[test]
    fn a_listener_is_refused_at_its_address_in_every_spelling() {
        let listeners = listening(&["127.0.0.1:8080", "[::1]:8081", "[::ffff:127.0.0.1]:8082", "10.1.2.3:8083"]);
        for own in [
            "127.0.0.1:8080",
            "[::ffff:127.0.0.1]:8080",
            "[64:ff9b::127.0.0.1]:8080",
            "[::1]:8081",
            "127.0.0.1:8082",
            "10.1.2.3:8083",
        ] {
            assert!(refuses(&listeners, own), "{own}");
        }
        for other in ["127.0.0.1:8081", "127.0.0.2:8080", "[::1]:8080", "10.1.2.4:8083", "127.0.0.1:443"] {
            assert!(!refuses(&listeners, other), "{other}");
        }
        assert!(listeners.has_port(8082) && !listeners.has_port(443));
    }

    #[test]
    fn a_wildcard_listener_includes_every_address_of_this_machine() {
        let listeners = listening(&["0.0.0.0:8080", "[::]:8081"]);
        for own in ["127.0.0.1:8080", "127.9.9.9:8080", "127.0.0.1:8081", "[::1]:8081", "[::ffff:127.0.0.1]:8081"] {
            assert!(refuses(&listeners, own), "{own}");
        }
        for other in ["[::1]:8080", "127.0.0.1:8082", "192.0.2.7:8080", "8.8.8.8:8081", "[2606:4700::1111]:8081"] {
            assert!(!refuses(&listeners, other), "{other}");
        }
        // An address of this machine that is not loopback, if there is one.
        let out = UdpSocket::bind("0.0.0.0:0").unwrap();
        if out.connect("192.0.2.1:9").is_ok() {
            let own = SocketAddr::new(out.local_addr().unwrap().ip(), 8080);
            assert!(own.ip().is_unspecified() || refuses(&listeners, &own.to_string()), "{own}");
        }
    }
}
