//! Classifies IP addresses, and decides which of them a request may reach.
//!
//! The ranges come from IANA's special-purpose registries (RFC 6890 and its successors). An address is public only if
//! it is known to be: in IPv6 that is 2000::/3, without the ranges that embed an IPv4 address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use cordboard_core::outbound::plain_permitted;

/// The class of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// On the public Internet.
    Public,
    /// On a private network or this machine. Reachable only if the connection sets `allow-private` and names the host
    /// in `allow`.
    Private,
    /// Never a provider's address, and always refused: unassigned, multicast, reserved for documentation, or a cloud's
    /// metadata service, which hands out credentials.
    Forbidden,
}

/// Why a request may not reach the addresses of its host. The message says how to fix it, and does not contain the
/// host's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The host has no address.
    #[error("the host has no address: correct its name or its DNS records")]
    Missing,
    /// A public address, with plain http.
    #[error("{0} is a public address, to which plain http is not permitted: use https")]
    Public(IpAddr),
    /// A private address.
    #[error(
        "{0} is a private address: if that is intended, set `allow-private = true` in the connection's `outbound` and \
         name the host in its `allow`"
    )]
    Private(IpAddr),
    /// An address that is always refused.
    #[error(
        "{0} cannot be a provider's address, and is refused even with `allow-private`: correct the host's name or its \
         DNS records"
    )]
    Forbidden(IpAddr),
    /// A listener of this process.
    #[error("{0} is an address of this bridge, which plugs must not call: correct the setting that names the host")]
    Listener(SocketAddr),
}

/// The addresses that a request may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Public addresses: the default.
    Public,
    /// Public and private addresses: `https` with `allow-private`.
    Any,
    /// Private addresses only: plain `http`, which requires `allow-private`.
    Private,
}

impl Policy {
    /// The policy for a URL with plain http (`plain`) or https. `reaches_private` is the decision of
    /// [`Grants`](super::Grants) on private addresses.
    ///
    /// # Errors
    /// If plain http is not permitted. The message says how to fix it.
    pub fn of(plain: bool, reaches_private: bool) -> Result<Self, &'static str> {
        plain_permitted(plain, reaches_private)?;
        Ok(match (plain, reaches_private) {
            (true, _) => Self::Private,
            (false, true) => Self::Any,
            (false, false) => Self::Public,
        })
    }

    /// Checks all addresses of a name. A single forbidden address refuses the name, since otherwise the name's owner
    /// could steer the request.
    ///
    /// # Errors
    /// If there is no address, or one may not be reached.
    pub fn check(self, addresses: &[IpAddr]) -> Result<(), AddressError> {
        if addresses.is_empty() {
            return Err(AddressError::Missing);
        }
        addresses.iter().try_for_each(|address| self.check_one(*address))
    }

    fn check_one(self, address: IpAddr) -> Result<(), AddressError> {
        match (kind(address), self) {
            (Kind::Public, Self::Public | Self::Any) | (Kind::Private, Self::Private | Self::Any) => Ok(()),
            (Kind::Public, Self::Private) => Err(AddressError::Public(address)),
            (Kind::Private, Self::Public) => Err(AddressError::Private(address)),
            (Kind::Forbidden, _) => Err(AddressError::Forbidden(address)),
        }
    }
}

/// Classifies an address.
pub fn kind(address: IpAddr) -> Kind {
    match address {
        IpAddr::V4(address) => kind_v4(address),
        IpAddr::V6(address) => kind_v6(address),
    }
}

fn kind_v4(address: Ipv4Addr) -> Kind {
    match address.octets() {
        // Metadata services outside of link-local: one cloud's in shared space, another's in public space.
        [100, 100, 100, 200] | [168, 63, 129, 16] => Kind::Forbidden,
        // "This network", which Linux treats as this machine.
        [0, ..] => Kind::Forbidden,
        // Link-local, including 169.254.169.254, the metadata service of most clouds.
        [169, 254, ..] => Kind::Forbidden,
        // Protocol assignments, documentation (three networks), and 6to4 relays.
        [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [192, 88, 99, _] => Kind::Forbidden,
        // Multicast, reserved, broadcast.
        [224..=255, ..] => Kind::Forbidden,
        [127, ..] | [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Kind::Private,
        // Carrier-grade NAT and benchmarking.
        [100, 64..=127, ..] | [198, 18..=19, ..] => Kind::Private,
        _ => Kind::Public,
    }
}

fn kind_v6(address: Ipv6Addr) -> Kind {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => Kind::Private,
        // IPv4-mapped, and IPv4 behind NAT64.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => kind_v4(embedded(high, low)),
        // A metadata service at a unique-local address.
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] => Kind::Forbidden,
        // Unique-local.
        [0xfc00..=0xfdff, ..] => Kind::Private,
        // Protocol assignments including Teredo, documentation (two networks), and 6to4.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] | [0x2002, ..] => Kind::Forbidden,
        [0x2000..=0x3fff, ..] => Kind::Public,
        // Unspecified, IPv4-compatible, local NAT64, discard, link-local, site-local, multicast and unassigned.
        _ => Kind::Forbidden,
    }
}

/// The embedded IPv4 address of an IPv4-mapped or NAT64 address; any other address unchanged.
pub(super) fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => match address.segments() {
            [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low).into(),
            _ => address.to_canonical(),
        },
        IpAddr::V4(_) => address,
    }
}

fn embedded(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(expected: Kind, addresses: &[&str]) {
        for text in addresses {
            assert_eq!(kind(text.parse().unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn public_addresses_are_recognized() {
        kinds(
            Kind::Public,
            &[
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "93.184.216.34",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "168.63.129.15",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.0.3.0",
                "192.88.98.255",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "198.51.99.255",
                "203.0.112.255",
                "223.255.255.255",
                "2001:200::1",
                "2001:4860:4860::8888",
                "2001:db7:ffff::1",
                "2001:db9::1",
                "2606:4700::1111",
                "3ffe:ffff::1",
                "3fff:1000::1",
                "::ffff:1.1.1.1",
                "64:ff9b::1.1.1.1",
            ],
        );
    }

    #[test]
    fn private_addresses_are_recognized() {
        kinds(
            Kind::Private,
            &[
                "10.0.0.0",
                "10.255.255.255",
                "100.64.0.0",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "172.16.0.0",
                "172.31.255.255",
                "192.168.0.1",
                "192.168.255.255",
                "198.18.0.0",
                "198.19.255.255",
                "::1",
                "fc00::1",
                "fdff:ffff::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "64:ff9b::192.168.0.1",
                "64:ff9b::7f00:1",
            ],
        );
    }

    #[test]
    fn forbidden_addresses_are_recognized() {
        kinds(
            Kind::Forbidden,
            &[
                "0.0.0.0",
                "0.1.2.3",
                "100.100.100.200",
                "168.63.129.16",
                "169.254.0.1",
                "169.254.169.254",
                "192.0.0.1",
                "192.0.0.192",
                "192.0.2.1",
                "192.88.99.1",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::7f00:1",
                "::ffff:169.254.169.254",
                "::ffff:0.0.0.0",
                "::ffff:0:127.0.0.1",
                "64:ff9b::169.254.169.254",
                "64:ff9b::255.255.255.255",
                "64:ff9b:1::1.1.1.1",
                "100::1",
                "2001::1",
                "2001:2::1",
                "2001:20::1",
                "2001:1ff::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "2002:101:101::1",
                "3fff::1",
                "3fff:fff::1",
                "4000::1",
                "5f00::1",
                "fd00:ec2::254",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "ff02::1",
            ],
        );
    }

    #[test]
    fn one_refused_address_refuses_the_name() {
        let public: IpAddr = "1.1.1.1".parse().unwrap();
        let private: IpAddr = "10.0.0.1".parse().unwrap();
        let metadata: IpAddr = "169.254.169.254".parse().unwrap();
        assert!(Policy::Public.check(&[public]).is_ok());
        let refused = |policy: Policy, addresses: &[IpAddr]| policy.check(addresses).unwrap_err().to_string();
        assert!(refused(Policy::Public, &[public, private]).contains("allow-private = true"));
        assert!(Policy::Any.check(&[public, private]).is_ok());
        assert!(refused(Policy::Any, &[private, metadata]).contains("even with `allow-private`"));
        assert!(Policy::Private.check(&[private]).is_ok());
        assert!(refused(Policy::Private, &[private, public]).contains("use https"));
        assert!(Policy::Private.check(&[metadata]).is_err());
        for policy in [Policy::Public, Policy::Any, Policy::Private] {
            assert!(refused(policy, &[]).contains("no address"));
        }
    }
}
