//! Two network namespaces and the wire between them: the device's, and the world's with everything that it may meet.

use std::fs::File;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use std::os::fd::AsFd as _;

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::failure::Failure;

pub(crate) const DEVICE: &str = "10.77.0.2";
pub(crate) const GATEWAY: &str = "10.77.0.1";
pub(crate) const RESOLVER: &str = "10.77.0.53";
pub(crate) const OTHER_RESOLVER: &str = "10.77.0.54";
pub(crate) const TIME_SERVER: &str = "10.77.0.123";
pub(crate) const PROXY: &str = "10.77.0.99";
pub(crate) const SERVER: &str = "10.77.1.1";
pub(crate) const SERVER_V6: &str = "fd77:1::1";
pub(crate) const IMPOSTOR: &str = "10.77.1.66";
pub(crate) const CHANNEL: &str = "10.77.2.1";

/// The namespaces; they go when this goes.
pub(crate) struct Network {
    device: String,
    world: String,
}

impl Network {
    /// Builds them, with a line on which nothing is wrong.
    pub(crate) fn build() -> Result<Self, Failure> {
        if !rustix::process::geteuid().is_root() {
            return Err(Failure::new(
                "network namespaces need root: run this gate as root; it is not left out without",
            ));
        }
        static BUILT: AtomicU32 = AtomicU32::new(0);
        let id = format!("{}-{}", std::process::id(), BUILT.fetch_add(1, Ordering::Relaxed));
        let network = Self { device: format!("tantu-device-{id}"), world: format!("tantu-world-{id}") };
        network.remove();
        for name in [&network.device, &network.world] {
            run("ip", &["netns", "add", name])?;
            run("ip", &["-n", name, "link", "set", "lo", "up"])?;
        }
        run(
            "ip",
            &["-n", &network.device, "link", "add", "eth0", "type", "veth", "peer", "eth1", "netns", &network.world],
        )?;
        for (name, wire, own, own_v6) in
            [(&network.device, "eth0", DEVICE, "fd77::2/64"), (&network.world, "eth1", GATEWAY, "fd77::1/64")]
        {
            // Packets as large as a real wire carries: what is put together on the way would not fit a real one.
            run("ip", &["-n", name, "link", "set", wire, "gso_max_segs", "1", "up"])?;
            run("ip", &["-n", name, "address", "add", &format!("{own}/24"), "dev", wire])?;
            run("ip", &["-n", name, "address", "add", own_v6, "dev", wire, "nodad"])?;
        }
        for address in [RESOLVER, OTHER_RESOLVER, TIME_SERVER, PROXY, SERVER, IMPOSTOR, CHANNEL] {
            run("ip", &["-n", &network.world, "address", "add", &format!("{address}/32"), "dev", "lo"])?;
        }
        run("ip", &["-n", &network.world, "address", "add", &format!("{SERVER_V6}/128"), "dev", "lo", "nodad"])?;
        network.on_device("ip", &["route", "add", "default", "via", GATEWAY])?;
        network.on_device("ip", &["-6", "route", "add", "default", "via", "fd77::1"])?;
        network.file("resolv.conf", &format!("nameserver {RESOLVER}\n"))?;
        network.file("hosts", "127.0.0.1 localhost\n")?;
        network.file("nsswitch.conf", "hosts: files dns\n")?;
        network.file("environment", "")?;
        Ok(network)
    }

    /// A command on the device, by its clock.
    pub(crate) fn command_on_device(&self, clock: Option<&str>) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.device]);
        if let Some(clock) = clock {
            command.args(["faketime", "--exclude-monotonic", "-f", clock]);
        }
        command
    }

    /// Runs something on the device.
    pub(crate) fn on_device(&self, program: &str, arguments: &[&str]) -> Result<(), Failure> {
        run("ip", &[&["netns", "exec", &self.device, program], arguments].concat())
    }

    /// Runs something in the world.
    pub(crate) fn in_world(&self, program: &str, arguments: &[&str]) -> Result<(), Failure> {
        run("ip", &[&["netns", "exec", &self.world, program], arguments].concat())
    }

    /// Rules of the device's own firewall, for what it sends.
    pub(crate) fn device_drops(&self, rule: &str) -> Result<(), Failure> {
        self.on_device(
            "nft",
            &["add table inet faults; add chain inet faults out { type filter hook output priority 0; }"],
        )?;
        self.on_device("nft", &[&format!("add rule inet faults out {rule}")])
    }

    /// Rules of the wire, for what comes from the device.
    pub(crate) fn wire_drops(&self, rule: &str) -> Result<(), Failure> {
        self.in_world(
            "nft",
            &["add table inet faults; add chain inet faults in { type filter hook input priority 0; }"],
        )?;
        self.in_world("nft", &[&format!("add rule inet faults in {rule}")])
    }

    /// Rules of the wire, for what goes to the device.
    pub(crate) fn wire_back_drops(&self, rule: &str) -> Result<(), Failure> {
        self.in_world(
            "nft",
            &["add table inet back; add chain inet back out { type filter hook output priority 0; }"],
        )?;
        self.in_world("nft", &[&format!("add rule inet back out {rule}")])
    }

    /// What the world's addresses lead to.
    pub(crate) fn leads_to(&self, port: u16, target: &str) -> Result<(), Failure> {
        self.in_world(
            "nft",
            &["add table ip detour; add chain ip detour in { type nat hook prerouting priority -100; }"],
        )?;
        self.in_world("nft", &[&format!("add rule ip detour in ip daddr {SERVER} tcp dport {port} dnat to {target}")])
    }

    /// A file of the device's `/etc`.
    pub(crate) fn file(&self, name: &str, text: &str) -> Result<(), Failure> {
        std::fs::create_dir_all(self.files())?;
        Ok(std::fs::write(self.files().join(name), text)?)
    }

    fn files(&self) -> PathBuf {
        PathBuf::from("/etc/netns").join(&self.device)
    }

    /// Moves this thread, and all that it starts, into the world.
    pub(crate) fn enter_world(name: &str) -> Result<(), Failure> {
        Self::enter(name)
    }

    /// Moves this thread into a namespace.
    fn enter(name: &str) -> Result<(), Failure> {
        let namespace = File::open(format!("/run/netns/{name}"))?;
        Ok(move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network))?)
    }

    pub(crate) fn world(&self) -> &str {
        &self.world
    }

    /// Does something as the device would.
    pub(crate) fn as_device<T: Send>(&self, act: impl FnOnce() -> T + Send) -> Result<T, Failure> {
        std::thread::scope(|scope| {
            let done = scope.spawn(|| Self::enter(&self.device).map(|()| act())).join();
            done.unwrap_or_else(|_| Err(Failure::new("what the device does has failed")))
        })
    }

    fn remove(&self) {
        for name in [&self.device, &self.world] {
            drop(Command::new("ip").args(["netns", "delete", name]).output());
        }
        drop(std::fs::remove_dir_all(self.files()));
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.remove();
    }
}

fn run(program: &str, arguments: &[&str]) -> Result<(), Failure> {
    let missing = |error| {
        Failure::new(format!("{program} cannot be run: {error}; ./test installs iproute2, nftables and faketime"))
    };
    let done = Command::new(program).args(arguments).output().map_err(missing)?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(Failure::new(format!("{program} {}: {}", arguments.join(" "), said.trim())))
}
