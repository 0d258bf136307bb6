//! The way to the server: straight, or through the proxy that the device is set to.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use tantu_domain::device_report::{ProxyResult, Reach};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::probe::{ANSWER, CONNECT};

/// The most of a proxy's answer that is read.
const LONGEST_HEAD: usize = 8 * 1024;

/// Small pieces, which fit through every path.
pub(crate) const SMALL_SEGMENT: u32 = 536;

/// A way to the server.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    /// The server, or the proxy.
    pub(crate) first: SocketAddr,
    /// Behind the proxy: the server's name and port.
    pub(crate) through: Option<String>,
}

/// Why there is no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blocked {
    /// The first step was not possible.
    Unconnected(Reach),
    /// The proxy does not let through.
    Proxy(ProxyResult),
}

impl Route {
    /// Goes it. `segment` is the most bytes that a packet may carry.
    pub(crate) async fn open(&self, segment: Option<u32>) -> Result<TcpStream, Blocked> {
        let mut stream = connect(self.first, segment).await.map_err(|reach| match self.through {
            Some(_) => Blocked::Proxy(ProxyResult::Unreachable),
            None => Blocked::Unconnected(reach),
        })?;
        if let Some(authority) = &self.through {
            tunnel(&mut stream, authority).await.map_err(Blocked::Proxy)?;
        }
        Ok(stream)
    }
}

/// Makes a connection, within a bounded time.
pub(crate) async fn connect(address: SocketAddr, segment: Option<u32>) -> Result<TcpStream, Reach> {
    let made = async {
        let socket = if address.is_ipv6() { TcpSocket::new_v6() } else { TcpSocket::new_v4() }?;
        if let Some(segment) = segment {
            socket2::SockRef::from(&socket).set_tcp_mss(segment)?;
        }
        let stream = socket.connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    };
    match timeout(CONNECT, made).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(reach(&error)),
        Err(_) => Err(Reach::Silent),
    }
}

/// What an error of a socket says of the way.
pub(crate) fn reach(error: &std::io::Error) -> Reach {
    match error.kind() {
        ErrorKind::ConnectionRefused => Reach::Refused,
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => Reach::Reset,
        ErrorKind::TimedOut => Reach::Silent,
        ErrorKind::PermissionDenied => Reach::Forbidden,
        ErrorKind::AddrNotAvailable | ErrorKind::AddrInUse => Reach::NoneFree,
        _ => Reach::NoRoute,
    }
}

/// Asks a proxy to let us through.
async fn tunnel(stream: &mut TcpStream, authority: &str) -> Result<(), ProxyResult> {
    let asked = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n");
    let status = timeout(ANSWER + Duration::from_secs(1), async {
        stream.write_all(asked.as_bytes()).await.ok()?;
        let mut head = Vec::new();
        // One byte at a time: what comes after the head belongs to the server.
        while !head.ends_with(b"\r\n\r\n") && head.len() < LONGEST_HEAD {
            head.push(stream.read_u8().await.ok()?);
        }
        let mut room = [httparse::EMPTY_HEADER; 64];
        let mut answer = httparse::Response::new(&mut room);
        answer.parse(&head).ok()?;
        answer.code
    });
    match status.await {
        Ok(Some(200..=299)) => Ok(()),
        Ok(Some(_)) => Err(ProxyResult::Refuses),
        Ok(None) | Err(_) => Err(ProxyResult::Broken),
    }
}
