//! Who finds the server's name: the device's own way, each resolver it is set to, and others to compare with.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, Question, RCODE, TYPE};
use tantu_domain::device_report::{Answer, Asked, Lookup};
use tokio::net::UdpSocket;
use tokio::time::{Instant, sleep_until, timeout};

use super::millis;

/// A question is sent again after so long, as every device does.
const AGAIN: Duration = Duration::from_millis(700);

/// How often a question is sent at most; on a line that loses every fifth packet one of five comes back.
const TRIES: u16 = 5;

/// After how long nobody waits any more.
const LONGEST: Duration = Duration::from_millis(5_000);

/// The device's own way: its hosts file, and its resolvers as its system asks them.
pub(crate) async fn by_device(name: &str) -> Lookup {
    let began = Instant::now();
    let answer = match timeout(LONGEST, tokio::net::lookup_host((name, 0))).await {
        Ok(Ok(found)) => {
            let mut addresses: Vec<IpAddr> = found.map(|address| address.ip()).collect();
            addresses.sort_unstable();
            addresses.dedup();
            if addresses.is_empty() { Answer::NoAddress } else { Answer::Addresses(addresses) }
        }
        // The system's own error says too little to tell a name that is not from a resolver that is silent.
        Ok(Err(_)) => Answer::Failing,
        Err(_) => Answer::Silent,
    };
    Lookup { resolver: "device".to_owned(), asked: Asked::Device, answer, took_ms: millis(began.elapsed()) }
}

/// An app that asks a resolver by itself, past its system.
pub(crate) async fn by_app(name: &str, resolver: SocketAddr) -> Lookup {
    let asked = by_resolver(name, resolver, Asked::Device).await;
    Lookup { resolver: "device".to_owned(), ..asked }
}

/// One resolver, asked directly for both kinds of address.
pub async fn by_resolver(name: &str, resolver: SocketAddr, asked: Asked) -> Lookup {
    let began = Instant::now();
    let (four, six) = tokio::join!(question(name, resolver, TYPE::A), question(name, resolver, TYPE::AAAA));
    let took = four.1.max(six.1);
    let shown = if resolver.port() == 53 { resolver.ip().to_string() } else { resolver.to_string() };
    let took_ms = millis(took.unwrap_or_else(|| began.elapsed()));
    Lookup { resolver: shown, asked, answer: both(four.0, six.0), took_ms }
}

/// Two answers as one: addresses count, whatever the other says.
fn both(four: Answer, six: Answer) -> Answer {
    match (four, six) {
        (Answer::Addresses(mut four), Answer::Addresses(six)) => {
            four.extend(six);
            four.sort_unstable();
            Answer::Addresses(four)
        }
        (found @ Answer::Addresses(_), _) | (_, found @ Answer::Addresses(_)) => found,
        // A resolver that fails only for the newer kind of address has still said that there is none of the older.
        (four, _) => four,
    }
}

/// Asks until an answer comes. Gives how long the answer took from the asking that it belongs to.
async fn question(name: &str, resolver: SocketAddr, kind: TYPE) -> (Answer, Option<Duration>) {
    match ask(name, resolver, kind).await {
        Ok((answer, took)) => (answer, Some(took)),
        Err(error) => (refused(&error), None),
    }
}

fn refused(error: &std::io::Error) -> Answer {
    match error.kind() {
        ErrorKind::TimedOut => Answer::Silent,
        ErrorKind::ConnectionRefused => Answer::Unreachable,
        ErrorKind::PermissionDenied => Answer::Forbidden,
        _ => Answer::NoRoute,
    }
}

async fn ask(name: &str, resolver: SocketAddr, kind: TYPE) -> std::io::Result<(Answer, Duration)> {
    let here: IpAddr = if resolver.is_ipv6() { Ipv6Addr::UNSPECIFIED.into() } else { Ipv4Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((here, 0)).await?;
    socket.connect(resolver).await?;
    // Which question an answer belongs to; nobody else sees this socket's answers.
    let first = socket.local_addr()?.port();
    let (began, mut sent) = (Instant::now(), Vec::new());
    let mut answer = [0; 4096];
    loop {
        if sent.len() < usize::from(TRIES) {
            let id = first.wrapping_add(u16::try_from(sent.len()).unwrap_or(0));
            sent.push((id, Instant::now()));
            match socket.send(&query(id, name, kind)?).await {
                // A resolver's port that nobody listens on is told at the next send.
                Err(error) if error.kind() != ErrorKind::ConnectionRefused || sent.len() > 2 => return Err(error),
                Ok(_) | Err(_) => {}
            }
        }
        let next = if sent.len() < usize::from(TRIES) { Instant::now() + AGAIN } else { began + LONGEST };
        tokio::select! {
            got = socket.recv(&mut answer) => match got {
                Ok(length) => {
                    if let Some((answer, id)) = read(&answer[..length], kind) {
                        match sent.iter().find(|(known, _)| id.is_none_or(|id| *known == id)) {
                            Some((_, at)) => return Ok((answer, at.elapsed())),
                            None => continue,
                        }
                    }
                }
                Err(error) => {
                    if sent.len() > 1 {
                        return Err(error);
                    }
                    // One refusal may be a passing one.
                    sleep_until(next).await;
                }
            },
            () = sleep_until(next) => {}
        }
        if began.elapsed() >= LONGEST {
            return Err(ErrorKind::TimedOut.into());
        }
    }
}

fn query(id: u16, name: &str, kind: TYPE) -> std::io::Result<Vec<u8>> {
    let name = Name::new(name).map_err(std::io::Error::other)?;
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    packet.questions.push(Question::new(name, kind.into(), CLASS::IN.into(), false));
    packet.build_bytes_vec().map_err(std::io::Error::other)
}

/// What a resolver said, and to which question; nonsense belongs to any.
fn read(bytes: &[u8], kind: TYPE) -> Option<(Answer, Option<u16>)> {
    let Ok(packet) = Packet::parse(bytes) else { return Some((Answer::Garbage, None)) };
    if !packet.has_flags(PacketFlag::RESPONSE) {
        return Some((Answer::Garbage, None));
    }
    let of_kind = packet.answers.iter().filter_map(|record| match &record.rdata {
        RData::A(address) if kind == TYPE::A => Some(IpAddr::V4(address.address.into())),
        RData::AAAA(address) if kind == TYPE::AAAA => Some(IpAddr::V6(address.address.into())),
        _ => None,
    });
    let found: Vec<IpAddr> = of_kind.collect();
    let answer = match packet.rcode() {
        RCODE::NoError if found.is_empty() => Answer::NoAddress,
        RCODE::NoError => Answer::Addresses(found),
        RCODE::NameError => Answer::NoSuchName,
        RCODE::Refused | RCODE::NOTAUTH => Answer::Refused,
        _ => Answer::Failing,
    };
    Some((answer, Some(packet.id())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_answer_is_garbage_and_never_a_panic() {
        for bytes in [&b""[..], b"\0", b"HTTP/1.1 400 Bad Request", &[0xff; 600], &[0; 12]] {
            assert_eq!(read(bytes, TYPE::A).map(|(answer, _)| answer), Some(Answer::Garbage), "{bytes:?}");
        }
    }

    #[test]
    fn one_kind_of_address_is_enough() {
        let four = Answer::Addresses(vec![Ipv4Addr::LOCALHOST.into()]);
        assert_eq!(both(four.clone(), Answer::Failing), four);
        assert_eq!(both(Answer::NoAddress, four.clone()), four);
        assert_eq!(both(Answer::NoSuchName, Answer::Silent), Answer::NoSuchName);
    }
}
