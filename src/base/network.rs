//! Networks as an administrator writes them down.
use std::fmt;
use std::net::IpAddr;

/// One address, or all that begin with the same bits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// `192.0.2.1`, `10.0.0.0/8`, `fd00::/8`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let bits_max = bits_max(address);
        let bits = match bits {
            Some(bits) if bits.starts_with('+') => return None,
            Some(bits) => bits.parse().ok().filter(|it| *it <= bits_max)?,
            None => bits_max,
        };
        Some(Self { address, bits })
    }

    /// Whether it holds every address.
    pub fn is_everything(&self) -> bool {
        self.bits == 0
    }

    /// An IPv4 address written in IPv6 is the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                let differing = ours.to_bits() ^ theirs.to_bits();
                differing.leading_zeros() >= u32::from(self.bits)
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                let differing = ours.to_bits() ^ theirs.to_bits();
                differing.leading_zeros() >= u32::from(self.bits)
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// As it is read: an address alone where all its bits count.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bits == bits_max(self.address) {
            return self.address.fmt(f);
        }
        write!(f, "{}/{}", self.address, self.bits)
    }
}

fn bits_max(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_the_addresses_that_share_its_bits() {
        fn case(network: &str, address: &str, holds: bool) {
            let network = Network::parse(network).unwrap();
            assert_eq!(
                network.contains(address.parse().unwrap()),
                holds,
                "{address}"
            );
        }
        case("192.0.2.1", "192.0.2.1", true);
        case("192.0.2.1", "192.0.2.2", false);
        case("192.0.2.1", "::ffff:192.0.2.1", true);
        case("10.0.0.0/8", "10.255.0.1", true);
        case("10.0.0.0/8", "11.0.0.1", false);
        case("172.16.0.0/12", "172.31.255.255", true);
        case("172.16.0.0/12", "172.32.0.0", false);
        case("0.0.0.0/0", "203.0.113.9", true);
        case("0.0.0.0/0", "2001:db8::1", false);
        case("fd00::/8", "fdab::1", true);
        case("fd00::/8", "fe80::1", false);
        case("2001:db8::1", "2001:db8::1", true);
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "proxy",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "::/129",
            "1.2.3",
        ] {
            assert!(Network::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_network_is_written_as_it_was_read() {
        for text in ["192.0.2.1", "10.0.0.0/8", "::1", "fd00::/8", "0.0.0.0/0"] {
            assert_eq!(Network::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Network::parse("::1/128").unwrap().to_string(), "::1");
    }
}
