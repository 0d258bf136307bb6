//! What the device says of itself: its resolvers, proxy, tunnel, system, power, and the connections that hang.
//!
//! On other systems than Linux there is less to read, and what is not read is not judged.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tantu_domain::client::{Version, Versioned};
use tantu_domain::device_report::{Power, Stuck};

/// A proxy that the device is set to, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxySetting {
    /// Its address, as it was set.
    pub address: String,
    /// Where it was set: the name of the variable or of the file.
    pub set_in: String,
}

/// What the device says of itself.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The resolvers that it is set to.
    pub resolvers: Vec<SocketAddr>,
    /// The resolver that an app asks instead of its system; `None` for the system's own way.
    pub own_resolver: Option<SocketAddr>,
    /// The proxy that it is set to.
    pub proxy: Option<ProxySetting>,
    /// The tunnel that everything goes through.
    pub tunnel: Option<String>,
    /// Its system.
    pub system: Option<Versioned>,
    /// Its power.
    pub power: Option<Power>,
    /// Connections that the other side has closed or no longer answers, and that are still kept: to where.
    pub hanging: Vec<SocketAddr>,
}

/// Names of network devices that are tunnels.
const TUNNELS: &[&str] = &["tun", "tap", "wg", "ppp", "utun", "ipsec", "tailscale"];

/// The state of a connection that the other side has closed.
const CLOSE_WAIT: &str = "08";

/// The state of a connection that stands.
const ESTABLISHED: &str = "01";

/// How often a packet was sent again before its connection counts as dead.
const DEAD_AFTER: u32 = 4;

impl Surroundings {
    /// Reads them. The environment is the caller's to read: `proxy` is what it says.
    pub fn read(proxy: Option<ProxySetting>) -> Self {
        let file = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let mut hanging = hanging(&file("/proc/net/tcp"));
        hanging.extend(self::hanging(&file("/proc/net/tcp6")));
        Self {
            resolvers: resolvers(&file("/etc/resolv.conf")),
            own_resolver: None,
            proxy: proxy.or_else(|| proxy_of_system(&file("/etc/environment"))),
            tunnel: tunnel(&file("/proc/net/route")),
            system: system(&file("/etc/os-release")),
            power: power(),
            hanging,
        }
    }

    /// What hangs on the way to these addresses.
    pub(crate) fn stuck(&self, addresses: &[SocketAddr]) -> Option<Stuck> {
        let count = self.hanging.iter().filter(|address| addresses.contains(address)).count();
        let count = u32::try_from(count).ok().filter(|count| *count > 0)?;
        Some(Stuck { what: "half_open_connections".to_owned(), count: Some(count), since: None })
    }
}

fn resolvers(text: &str) -> Vec<SocketAddr> {
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix("nameserver"));
    // A scope such as %eth0 says on which device; it is no part of the address.
    let named = lines.filter_map(|rest| rest.trim().split(['%', ' ', '\t']).next()?.parse::<IpAddr>().ok());
    named.take(3).map(|address| SocketAddr::new(address, 53)).collect()
}

fn proxy_of_system(text: &str) -> Option<ProxySetting> {
    let set = |name: &str| {
        text.lines().filter_map(|line| line.trim().split_once('=')).find_map(|(key, value)| {
            let value = value.trim().trim_matches('"');
            (key.trim().eq_ignore_ascii_case(name) && !value.is_empty()).then(|| value.to_owned())
        })
    };
    let address = set("https_proxy").or_else(|| set("all_proxy")).or_else(|| set("http_proxy"))?;
    Some(ProxySetting { address, set_in: "/etc/environment".to_owned() })
}

fn tunnel(routes: &str) -> Option<String> {
    let mut lines = routes.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<&str>>());
    let default = lines.find(|fields| fields.get(1) == Some(&"00000000") && fields.get(7) == Some(&"00000000"))?;
    let name = default.first()?;
    TUNNELS.iter().any(|tunnel| name.starts_with(tunnel)).then(|| (*name).to_owned())
}

fn system(text: &str) -> Option<Versioned> {
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='))?;
        Some(line.trim().trim_matches(['"', '\'']).to_owned())
    };
    let mut numbers = value("VERSION_ID")?.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u32>>>()?;
    numbers.resize(3, 0);
    let (major, minor, patch) = (*numbers.first()?, *numbers.get(1)?, *numbers.get(2)?);
    Some(Versioned { name: value("ID")?.chars().take(40).collect(), version: Version { major, minor, patch } })
}

fn power() -> Option<Power> {
    let supplies = std::fs::read_dir("/sys/class/power_supply").ok()?;
    supplies.flatten().find_map(|supply| {
        let read = |name: &str| std::fs::read_to_string(supply.path().join(name)).ok();
        let percent = read("capacity")?.trim().parse::<u8>().ok().filter(|percent| *percent <= 100)?;
        let charging = read("status").is_some_and(|status| matches!(status.trim(), "Charging" | "Full"));
        Some(Power { percent, charging })
    })
}

/// The other sides of the connections that hang.
fn hanging(table: &str) -> Vec<SocketAddr> {
    let lines = table.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<&str>>());
    let hangs = |fields: &Vec<&str>| {
        let sent_again = fields.get(6).and_then(|text| u32::from_str_radix(text, 16).ok()).unwrap_or(0);
        match fields.get(3) {
            Some(&CLOSE_WAIT) => true,
            Some(&ESTABLISHED) => sent_again >= DEAD_AFTER,
            Some(_) | None => false,
        }
    };
    lines.filter(hangs).filter_map(|fields| address(fields.get(2)?)).collect()
}

/// An address as the kernel prints it: words of four bytes, each in the machine's order.
fn address(text: &str) -> Option<SocketAddr> {
    let (hex, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let words = hex.as_bytes().chunks(8).map(|word| {
        let word = u32::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok()?;
        Some(word.to_ne_bytes())
    });
    let bytes = words.collect::<Option<Vec<[u8; 4]>>>()?.concat();
    match bytes.len() {
        4 => Some((Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?), port).into()),
        16 => Some((Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).to_canonical(), port).into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_a_system_writes() {
        let text = "# by hand\nnameserver 10.0.0.53\nnameserver fe80::1%eth0\nsearch lan\nnameserver nonsense\n";
        assert_eq!(resolvers(text), ["10.0.0.53:53".parse::<SocketAddr>().unwrap(), "[fe80::1]:53".parse().unwrap()]);
        let debian = system("ID=debian\nVERSION_ID=\"12\"\n").unwrap();
        assert_eq!((debian.name.as_str(), debian.version.to_string().as_str()), ("debian", "12.0.0"));
        assert_eq!(system("ID=arch\n"), None);
        let set = proxy_of_system("PATH=/bin\nhttps_proxy=\"http://10.0.0.9:3128\"\n").unwrap();
        assert_eq!(set.address, "http://10.0.0.9:3128");
    }

    #[test]
    fn a_tunnel_is_one_that_everything_goes_through() {
        let head = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n";
        let line = |name: &str, to: &str, mask: &str| format!("{name} {to} 00000000 0001 0 0 0 {mask} 0 0 0\n");
        let own = head.to_owned() + &line("eth0", "00000000", "00000000") + &line("tun0", "0000000A", "000000FF");
        assert_eq!(tunnel(&own), None);
        assert_eq!(tunnel(&(head.to_owned() + &line("wg0", "00000000", "00000000"))), Some("wg0".to_owned()));
        assert_eq!(tunnel(""), None);
    }

    #[test]
    fn connections_that_nobody_closed_are_counted_by_their_other_side() {
        let head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n";
        let line = |state: &str, again: &str| {
            format!(
                "   0: 0100007F:A1B2 0200000A:01BB {state} 00000000:00000000 00:00000000 {again}     0        0 1\n"
            )
        };
        let table = [head.to_owned(), line("08", "00000000"), line("01", "00000000"), line("01", "00000006")].concat();
        let found: Vec<SocketAddr> = vec!["10.0.0.2:443".parse().unwrap(); 2];
        assert_eq!(hanging(&table), found);
        let stuck = Surroundings { hanging: found.clone(), ..Surroundings::default() };
        assert_eq!(stuck.stuck(&found[..1]).and_then(|stuck| stuck.count), Some(2));
        assert_eq!(stuck.stuck(&[]), None);
    }
}
