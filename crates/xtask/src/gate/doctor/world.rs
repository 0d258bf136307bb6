//! All that a device may meet: resolvers, the server, an impostor, a channel, a proxy, a portal and a time server. How each
//! behaves is set by the fault.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::ServerConfig;
use simple_dns::rdata::{A, AAAA, RData};
use simple_dns::{CLASS, Packet, PacketFlag, QTYPE, RCODE, ResourceRecord, TYPE};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use crate::failure::Failure;
use crate::gate::doctor::certificates::Certificates;
use crate::gate::doctor::network::{
    CHANNEL, IMPOSTOR, Network, OTHER_RESOLVER, PROXY, RESOLVER, SERVER, SERVER_V6, TIME_SERVER,
};

/// How the device's own resolver behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    Well,
    Silent,
    Garbage,
    Slow,
    Empty,
    Says(RCODE),
    /// Every name leads to this address.
    LeadsTo(&'static str),
}

/// How the server behaves.
#[derive(Debug, Clone)]
pub(crate) enum Server {
    Tls(Arc<ServerConfig>),
    /// TLS, and then this instead of an answer.
    Says(Arc<ServerConfig>, &'static str),
    /// It takes the connection and says nothing.
    Silent,
    /// It cuts the connection at the first word.
    Cuts,
    /// It speaks this and no TLS.
    Raw(&'static [u8]),
}

/// How the proxy behaves.
#[derive(Debug, Clone)]
pub(crate) enum Proxy {
    Honest,
    Resigns,
    Says(&'static str),
    Silent,
}

/// How everything behaves.
#[derive(Debug)]
pub(crate) struct Manners {
    pub(crate) names: Names,
    pub(crate) server: Server,
    pub(crate) proxy: Proxy,
    pub(crate) rules: &'static str,
    pub(crate) page: &'static str,
}

type Shared = Arc<Mutex<Manners>>;

/// The servers; they end when this goes.
pub(crate) struct World {
    manners: Shared,
    pub(crate) certificates: Certificates,
    authority: PathBuf,
    _folder: tempfile::TempDir,
    end: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl World {
    /// Starts everything, and waits until all of it listens.
    pub(crate) fn open(network: &Network) -> Result<Self, Failure> {
        let certificates = Certificates::make()?;
        let folder = tempfile::tempdir()?;
        let authority = folder.path().join("authority.pem");
        std::fs::write(&authority, &certificates.authority_pem)?;
        let manners = Manners {
            names: Names::Well,
            server: Server::Tls(certificates.good.clone()),
            proxy: Proxy::Honest,
            rules: "{}",
            page: "HTTP/1.1 301 Moved Permanently\r\nLocation: https://pay.tantu.test/\r\nContent-Length: 0\r\n\r\n",
        };
        let manners = Arc::new(Mutex::new(manners));
        let (end, ended) = oneshot::channel();
        let (ready, is_ready) = std::sync::mpsc::channel();
        let (name, shared, shown) = (network.world().to_owned(), manners.clone(), certificates.clone());
        let thread = std::thread::spawn(move || {
            let opened = Network::enter_world(&name).and_then(|()| live(shared, shown, ended, &ready));
            if let Err(failure) = opened {
                drop(ready.send(Err(failure.to_string())));
            }
        });
        is_ready.recv()?.map_err(Failure::new)?;
        Ok(Self { manners, certificates, authority, _folder: folder, end: Some(end), thread: Some(thread) })
    }

    /// Changes how something behaves.
    pub(crate) fn set(&self, change: impl FnOnce(&mut Manners)) {
        if let Ok(mut manners) = self.manners.lock() {
            change(&mut manners);
        }
    }

    /// The authority that the device trusts.
    pub(crate) fn authority(&self) -> &Path {
        &self.authority
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            // Whoever has ended already hears no more.
            let _heard: Result<(), ()> = end.send(());
        }
        drop(self.thread.take().map(std::thread::JoinHandle::join));
    }
}

type Ready = std::sync::mpsc::Sender<Result<(), String>>;

/// Runs in the world's namespace; so do all threads that it starts.
fn live(
    manners: Shared,
    certificates: Certificates,
    ended: oneshot::Receiver<()>,
    ready: &Ready,
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        for (address, own) in [(RESOLVER, true), (OTHER_RESOLVER, false)] {
            let socket = Arc::new(UdpSocket::bind((address, 53)).await?);
            tokio::spawn(resolve(socket, manners.clone(), own));
        }
        tokio::spawn(keep_time(UdpSocket::bind((TIME_SERVER, 123)).await?));
        for address in [format!("{SERVER}:443"), format!("[{SERVER_V6}]:443")] {
            listen(&address, manners.clone(), |stream, manners| async move { serve(stream, &manners).await }).await?;
        }
        let anew = certificates.signed_anew;
        listen(&format!("{IMPOSTOR}:443"), manners.clone(), move |stream, manners| {
            let anew = anew.clone();
            async move { encrypted(stream, anew, None, &manners).await }
        })
        .await?;
        for address in [format!("{SERVER}:80"), format!("{IMPOSTOR}:80")] {
            listen(&address, manners.clone(), |mut stream, manners| async move {
                let page = manners.lock().map_or("", |manners| manners.page);
                say(&mut stream, page).await;
            })
            .await?;
        }
        listen(&format!("{CHANNEL}:443"), manners.clone(), |mut stream, _| async move {
            drop(stream.read_u8().await);
        })
        .await?;
        listen(
            &format!("{PROXY}:3128"),
            manners.clone(),
            |stream, manners| async move { relay(stream, &manners).await },
        )
        .await?;
        drop(ready.send(Ok(())));
        drop(ended.await);
        Ok(())
    })
}

/// Takes connections at an address for as long as the world lives.
async fn listen<F, W>(address: &str, manners: Shared, each: F) -> Result<(), Failure>
where
    F: Fn(TcpStream, Shared) -> W + Send + 'static,
    W: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind(address).await?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(each(stream, manners.clone()));
        }
    });
    Ok(())
}

async fn resolve(socket: Arc<UdpSocket>, manners: Shared, own: bool) {
    let mut room = [0; 1024];
    while let Ok((length, from)) = socket.recv_from(&mut room).await {
        let names = if own { manners.lock().map_or(Names::Well, |manners| manners.names) } else { Names::Well };
        let Some(answer) = answer(room.get(..length).unwrap_or_default(), names) else { continue };
        let socket = socket.clone();
        tokio::spawn(async move {
            if names == Names::Slow {
                tokio::time::sleep(Duration::from_millis(3_300)).await;
            }
            drop(socket.send_to(&answer, from).await);
        });
    }
}

fn answer(asked: &[u8], names: Names) -> Option<Vec<u8>> {
    let asked = Packet::parse(asked).ok()?;
    let question = asked.questions.first()?.clone();
    let mut answer = Packet::new_reply(asked.id());
    answer.set_flags(PacketFlag::RECURSION_DESIRED | PacketFlag::RECURSION_AVAILABLE);
    answer.questions.push(question.clone());
    let well = match question.qname.to_string().as_str() {
        "pay.tantu.test" => Some((SERVER, Some(SERVER_V6))),
        "channel.tantu.test" => Some((CHANNEL, None)),
        _ => None,
    };
    let leads_to = match names {
        Names::Silent => return None,
        Names::Garbage => return Some(b"\x13\x37 this is no answer".to_vec()),
        Names::Says(code) => {
            *answer.rcode_mut() = code;
            None
        }
        Names::Empty => None,
        Names::LeadsTo(address) => Some((address, None)),
        Names::Well | Names::Slow => {
            if well.is_none() {
                *answer.rcode_mut() = RCODE::NameError;
            }
            well
        }
    };
    let data = match (question.qtype, leads_to) {
        (QTYPE::TYPE(TYPE::A), Some((four, _))) => four.parse::<Ipv4Addr>().ok().map(|four| RData::A(A::from(four))),
        (QTYPE::TYPE(TYPE::AAAA), Some((_, Some(six)))) => {
            six.parse::<Ipv6Addr>().ok().map(|six| RData::AAAA(AAAA::from(six)))
        }
        _ => None,
    };
    if let Some(data) = data {
        answer.answers.push(ResourceRecord::new(question.qname, CLASS::IN, 60, data));
    }
    answer.build_bytes_vec().ok()
}

/// A time server's answer: the question's time as its origin, and now three times.
async fn keep_time(socket: UdpSocket) {
    /// From 1900, where these clocks begin, to 1970.
    const BEGIN: u64 = 2_208_988_800;
    let mut room = [0; 48];
    while let Ok((48, from)) = socket.recv_from(&mut room).await {
        let since = now();
        let seconds = u32::try_from(since.as_secs() + BEGIN).unwrap_or(0).to_be_bytes();
        let part = u32::try_from((u64::from(since.subsec_nanos()) << 32) / 1_000_000_000).unwrap_or(0).to_be_bytes();
        let stamp = [seconds, part].concat();
        let mut told = vec![0x24, 1, 0, 0xec, 0, 0, 0, 0, 0, 0, 0, 0];
        told.extend_from_slice(b"TEST");
        told.extend_from_slice(&stamp);
        told.extend_from_slice(room.get(40..48).unwrap_or_default());
        told.extend_from_slice(&stamp);
        told.extend_from_slice(&stamp);
        drop(socket.send_to(&told, from).await);
    }
}

#[expect(clippy::disallowed_methods, reason = "a time server tells the time")]
fn now() -> Duration {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default()
}

async fn serve(mut stream: TcpStream, manners: &Shared) {
    let Ok(server) = manners.lock().map(|manners| manners.server.clone()) else { return };
    match server {
        Server::Tls(config) => encrypted(stream, config, None, manners).await,
        Server::Says(config, words) => encrypted(stream, config, Some(words), manners).await,
        Server::Silent => drop(stream.read_to_end(&mut Vec::new()).await),
        Server::Cuts => {
            drop(stream.read_u8().await);
            // What is unread when a connection is closed makes the kernel cut it.
        }
        Server::Raw(bytes) => {
            let mut room = [0; 2048];
            drop(stream.read(&mut room).await);
            drop(stream.write_all(bytes).await);
        }
    }
}

async fn encrypted(stream: TcpStream, config: Arc<ServerConfig>, words: Option<&'static str>, manners: &Shared) {
    let Ok(mut stream) = TlsAcceptor::from(config).accept(stream).await else { return };
    let head = read_head(&mut stream).await;
    let rules = manners.lock().map_or("{}", |manners| manners.rules);
    let told = match words {
        Some(words) => words.to_owned(),
        None => well(&head, rules),
    };
    drop(stream.write_all(told.as_bytes()).await);
    drop(stream.shutdown().await);
}

/// The answer of a server with which nothing is wrong.
fn well(head: &str, rules: &str) -> String {
    let filler = if head.contains("filler=") { "x".repeat(6_000) } else { String::new() };
    let body = format!(
        "{{\"product\":\"tantu\",\"addresses\":[\"channel.tantu.test:443\"],\"rules\":{rules},\"filler\":\"{filler}\"}}"
    );
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    let mut piece = [0; 4096];
    while !head.windows(4).any(|four| four == b"\r\n\r\n") && head.len() < 64 * 1024 {
        match stream.read(&mut piece).await {
            Ok(length) if length > 0 => head.extend_from_slice(piece.get(..length).unwrap_or_default()),
            Ok(_) | Err(_) => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

async fn say(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), words: &str) {
    drop(read_head(stream).await);
    drop(stream.write_all(words.as_bytes()).await);
    drop(stream.shutdown().await);
}

/// A proxy: lets through, lets through to somebody else, or does not.
async fn relay(mut stream: TcpStream, manners: &Shared) {
    let Ok(proxy) = manners.lock().map(|manners| manners.proxy.clone()) else { return };
    let to: SocketAddr = match proxy {
        Proxy::Silent => return drop(stream.read_to_end(&mut Vec::new()).await),
        Proxy::Says(words) => return say(&mut stream, words).await,
        Proxy::Honest => SocketAddr::new(SERVER.parse().unwrap_or([0; 4].into()), 443),
        Proxy::Resigns => SocketAddr::new(IMPOSTOR.parse().unwrap_or([0; 4].into()), 443),
    };
    drop(read_head(&mut stream).await);
    let Ok(mut server) = TcpStream::connect(to).await else { return };
    if stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.is_ok() {
        drop(tokio::io::copy_bidirectional(&mut stream, &mut server).await);
    }
}
