//! Every kind of fault: how it is made, and the cause that must be named first.

use std::net::{SocketAddr, TcpStream};

use simple_dns::RCODE;

use crate::failure::Failure;
use crate::gate::doctor::network::{CHANNEL, IMPOSTOR, PROXY, RESOLVER, SERVER};
use crate::gate::doctor::world::{Names, Proxy, Server};
use crate::gate::doctor::{Device, Stage};

/// One kind of fault.
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    pub(crate) cause: &'static str,
    pub(crate) make: fn(&mut Stage) -> Result<Device, Failure>,
}

type Made = Result<Device, Failure>;

const DNS: &str = "network.dns";
const LINE: &str = "network.unstable";
const BETWEEN: &str = "network.proxy_interference";
const CLOCK: &str = "device.clock_skew";
const OURS: &str = "platform.outage";
const BLOCKER: &str = "device.background_interference";
const STUCK: &str = "device.transient_fault";
const PERMISSION: &str = "device.permission_denied";
const SYSTEM: &str = "device.os_outdated";

macro_rules! faults {
    ($( $name:literal, $cause:ident, $make:expr; )*) => {
        pub(crate) const FAULTS: &[Fault] = &[$( Fault { name: $name, cause: $cause, make: $make }, )*];
    };
}

faults! {
    "the resolver is silent", DNS, |stage| names(stage, Names::Silent);
    "the resolver knows no such name", DNS, |stage| names(stage, Names::Says(RCODE::NameError));
    "the resolver fails", DNS, |stage| names(stage, Names::Says(RCODE::ServerFailure));
    "the resolver refuses", DNS, |stage| names(stage, Names::Says(RCODE::Refused));
    "the resolver answers garbage", DNS, |stage| names(stage, Names::Garbage);
    "the resolver is slow", DNS, |stage| names(stage, Names::Slow);
    "the resolver gives no address", DNS, |stage| names(stage, Names::Empty);
    "the resolver leads to an impostor", DNS, |stage| names(stage, Names::LeadsTo(IMPOSTOR));
    "the resolver leads nowhere", DNS, |stage| names(stage, Names::LeadsTo("10.77.9.9"));
    "nobody listens at the resolver", DNS, |stage| file(stage, "resolv.conf", "nameserver 10.77.0.1\n");
    "a firewall drops questions to the resolver", DNS, |stage| wire(stage, &format!("ip daddr {RESOLVER} udp dport 53 drop"));
    "the hosts file leads to an impostor", DNS, |stage| file(stage, "hosts", &format!("{IMPOSTOR} pay.tantu.test\n"));
    "every fifth packet is lost", LINE, |stage| {
        stage.network.wire_back_drops("numgen random mod 100 < 20 drop")?;
        wire(stage, "numgen random mod 100 < 20 drop")
    };
    "the line is slow and full", LINE, slow_line;
    "IPv6 leads nowhere", LINE, |stage| wire(stage, "ip6 daddr fd77:1::1 drop");
    "large packets are lost on the way there", LINE, |stage| wire(stage, "tcp dport 443 meta length > 900 drop");
    "large packets are lost on the way back", LINE, |stage| {
        stage.network.wire_back_drops("tcp sport 443 meta length > 900 drop")?;
        Ok(Device::default())
    };
    "there is no way out", LINE, |stage| {
        stage.network.on_device("ip", &["route", "flush", "default"])?;
        stage.network.on_device("ip", &["-6", "route", "flush", "default"])?;
        stage.network.on_device("ip", &["address", "flush", "dev", "eth0"])?;
        Ok(Device::default())
    };
    "everything is lost", LINE, |stage| wire(stage, "drop");
    "a hotel's page wants a sign-in", LINE, |stage| {
        stage.world.set(|manners| manners.page = PORTAL);
        wire(stage, "tcp dport 443 reject with tcp reset")
    };
    "a hotel's resolver leads to its page", LINE, |stage| {
        stage.world.set(|manners| manners.page = PORTAL);
        names(stage, Names::LeadsTo(IMPOSTOR))
    };
    "a proxy signs anew", BETWEEN, |stage| proxy(stage, Proxy::Resigns);
    "a proxy wants a password", BETWEEN, |stage| {
        proxy(stage, Proxy::Says("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"))
    };
    "a proxy is silent", BETWEEN, |stage| proxy(stage, Proxy::Silent);
    "a proxy answers garbage", BETWEEN, |stage| proxy(stage, Proxy::Says("\u{1}\u{2}\r\n\r\n"));
    "nobody listens at the proxy", BETWEEN, |_| Ok(through(&format!("http://{PROXY}:3129")));
    "the system's settings name a dead proxy", BETWEEN, |stage| {
        file(stage, "environment", &format!("https_proxy=http://{PROXY}:3129\n"))
    };
    "somebody between signs anew", BETWEEN, |stage| {
        stage.network.leads_to(443, &format!("{IMPOSTOR}:443"))?;
        wire(stage, "ip6 daddr fd77:1::1 reject")
    };
    "somebody shows another's certificate", BETWEEN, |stage| {
        let shown = stage.world.certificates.of_another.clone();
        server(stage, Server::Tls(shown))
    };
    "the handshake is cut", BETWEEN, |stage| server(stage, Server::Cuts);
    "somebody speaks old TLS only", BETWEEN, |stage| server(stage, Server::Raw(&[21, 3, 1, 0, 2, 2, 70]));
    "somebody speaks no TLS", BETWEEN, |stage| server(stage, Server::Raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    "a tunnel leads nowhere", BETWEEN, |stage| {
        // A wire to nobody under a tunnel's name: what is sent into it is gone.
        stage.network.on_device("ip", &["link", "add", "tun0", "type", "veth", "peer", "name", "nobody"])?;
        stage.network.on_device("ip", &["link", "set", "nobody", "up"])?;
        stage.network.on_device("ip", &["link", "set", "tun0", "arp", "off", "up"])?;
        stage.network.on_device("ip", &["route", "replace", "default", "dev", "tun0"])?;
        stage.network.on_device("ip", &["-6", "route", "flush", "default"])?;
        Ok(Device::default())
    };
    "the clock is a day fast", CLOCK, |_| Ok(clock("+1d"));
    "the clock is twenty minutes slow", CLOCK, |_| Ok(clock("-20m"));
    "by the clock no certificate is valid yet", CLOCK, |_| Ok(clock("-4000d"));
    "by the clock every certificate has expired", CLOCK, |_| Ok(clock("+8000d"));
    "the server's certificate has expired", OURS, |stage| {
        let shown = stage.world.certificates.expired.clone();
        server(stage, Server::Tls(shown))
    };
    "the server's certificate begins later", OURS, |stage| {
        let shown = stage.world.certificates.not_yet.clone();
        server(stage, Server::Tls(shown))
    };
    "the server answers with faults", OURS, |stage| answers(stage, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    "the server answers garbage", OURS, |stage| answers(stage, "\u{2}\u{3}garbage");
    "the server takes connections and says nothing", OURS, |stage| server(stage, Server::Silent);
    "nobody listens at the server", OURS, |stage| wire(stage, "tcp dport 443 reject with tcp reset");
    "the device's system forbids the network", PERMISSION, |stage| {
        stage.network.on_device("ip", &["route", "add", "prohibit", &format!("{SERVER}/32")])?;
        stage.network.on_device("ip", &["-6", "route", "add", "prohibit", "fd77:1::1/128"])?;
        Ok(Device::default())
    };
    "a blocker drops what goes to the channel", BLOCKER, |stage| {
        stage.network.device_drops(&format!("ip daddr {CHANNEL} drop"))?;
        Ok(Device::default())
    };
    "a blocker refuses what goes to the channel", BLOCKER, |stage| {
        stage.network.device_drops(&format!("ip daddr {CHANNEL} reject with icmp type port-unreachable"))?;
        Ok(Device::default())
    };
    "a blocker hides the channel's name", BLOCKER, |stage| {
        file(stage, "hosts", "127.0.0.1 localhost\n0.0.0.0 channel.tantu.test\n")
    };
    "a blocker drops what goes to the server", BLOCKER, |stage| {
        stage.network.device_drops("tcp dport 443 drop")?;
        Ok(Device::default())
    };
    "connections hang half open", STUCK, half_open;
    "no connection is free", STUCK, none_free;
    "the system is too old", SYSTEM, |stage| {
        stage.world.set(|manners| manners.rules = "{\"systems\":[{\"name\":\"oldix\",\"minimum\":\"9.0.0\"}]}");
        file(stage, "os-release", "ID=oldix\nVERSION_ID=\"4.4\"\n")
    };
}

const PORTAL: &str = "HTTP/1.1 302 Found\r\nLocation: http://portal.hotel.test/sign-in\r\nContent-Length: 0\r\n\r\n";

fn names(stage: &mut Stage, names: Names) -> Made {
    stage.world.set(|manners| manners.names = names);
    Ok(Device::default())
}

fn server(stage: &mut Stage, server: Server) -> Made {
    stage.world.set(|manners| manners.server = server);
    Ok(Device::default())
}

fn answers(stage: &mut Stage, words: &'static str) -> Made {
    let good = stage.world.certificates.good.clone();
    server(stage, Server::Says(good, words))
}

fn proxy(stage: &mut Stage, proxy: Proxy) -> Made {
    stage.world.set(|manners| manners.proxy = proxy);
    Ok(through(&format!("http://{PROXY}:3128")))
}

fn through(proxy: &str) -> Device {
    Device { environment: vec![("HTTPS_PROXY", proxy.to_owned())], ..Device::default() }
}

fn clock(off: &'static str) -> Device {
    Device { clock: Some(off), ..Device::default() }
}

fn file(stage: &mut Stage, name: &str, text: &str) -> Made {
    stage.network.file(name, text)?;
    Ok(Device::default())
}

fn wire(stage: &mut Stage, rule: &str) -> Made {
    stage.network.wire_drops(rule)?;
    Ok(Device::default())
}

/// A line of a few kilobits: what is sent waits behind what was sent before.
fn slow_line(stage: &mut Stage) -> Made {
    let bucket = ["qdisc", "add", "dev", "eth0", "root", "tbf", "rate", "12kbit", "burst", "1600", "latency", "8s"];
    stage.network.on_device("tc", &bucket)?;
    Ok(Device::default())
}

/// Connections that the server has closed, and whose app never did. They live as long as this process.
fn half_open(stage: &mut Stage) -> Made {
    const MANY: usize = 12;
    stage.world.set(|manners| manners.server = Server::Raw(b"x"));
    let address = SocketAddr::new(SERVER.parse()?, 443);
    let kept = stage.network.as_device(|| -> std::io::Result<Vec<TcpStream>> {
        let mut kept = Vec::new();
        for _ in 0..MANY {
            let mut stream = TcpStream::connect(address)?;
            std::io::Write::write_all(&mut stream, b"hello")?;
            kept.push(stream);
        }
        // Everything that the server sends is here once its end is.
        for stream in &mut kept {
            std::io::Read::read_to_end(stream, &mut Vec::new())?;
        }
        Ok(kept)
    })??;
    kept.into_iter().for_each(std::mem::forget);
    let good = stage.world.certificates.good.clone();
    server(stage, Server::Tls(good))
}

/// All of the few numbers that the device may use for its connections are taken. Questions to resolvers have numbers of their
/// own, out of the same range: enough of them must be there.
fn none_free(stage: &mut Stage) -> Made {
    stage.network.on_device("sysctl", &["-qw", "net.ipv4.ip_local_port_range=40000 40015"])?;
    stage.world.set(|manners| manners.server = Server::Silent);
    let addresses = [SocketAddr::new(SERVER.parse()?, 443), SocketAddr::new("fd77:1::1".parse()?, 443)];
    let kept = stage.network.as_device(|| {
        let each = addresses.iter().flat_map(|address| std::iter::repeat_n(*address, 24));
        each.filter_map(|address| TcpStream::connect(address).ok()).collect::<Vec<_>>()
    })?;
    kept.into_iter().for_each(std::mem::forget);
    Ok(Device::default())
}
