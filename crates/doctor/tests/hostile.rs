//! The doctor pointed at nothing, at a server that never answers, and at one that answers garbage: it ends within its own
//! bound, says what it saw, and finds a cause only where there is one.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::Timestamp;
use tantu_doctor::{Examination, Plan, Progress, Surroundings, Target, examine, report_document};
use tantu_domain::clock::Clock;
use tantu_domain::device_report::{DeviceRules, HttpResult, Reach};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A clock that stands: nobody here says what time it is.
struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn wall(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

async fn examined(url: &str) -> Examination {
    let plan = Plan {
        target: Target::parse(url).unwrap(),
        resolvers: Vec::new(),
        ntp: None,
        addresses: Vec::new(),
        authorities: Vec::new(),
        rules: DeviceRules::default(),
    };
    examine(&plan, &Surroundings::default(), &Standing, &mut |_: Progress<'_>| {}).await
}

/// A server that does this with every connection.
async fn server<F>(answers: impl Fn(TcpStream) -> F + Send + 'static) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answers(stream));
        }
    });
    url
}

#[tokio::test]
async fn where_nobody_listens_it_says_so() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let seen = examined(&format!("http://{gone}")).await;
    let network = seen.report.network.as_ref().unwrap();
    assert!(network.connections.iter().all(|tried| tried.reach == Reach::Refused), "{:?}", network.connections);
    assert!(seen.checks.iter().any(|check| check.id == "connections" && !check.ok), "{:?}", seen.checks);
    assert!(report_document(&seen.report, Standing.wall()).is_object());
}

#[tokio::test]
async fn a_server_that_never_answers_ends_it_all_the_same() {
    let url = server(|mut stream: TcpStream| async move {
        let mut read = Vec::new();
        drop(stream.read_to_end(&mut read).await);
    })
    .await;
    let seen = examined(&url).await;
    let told = seen.report.network.as_ref().and_then(|network| network.http.clone()).map(|http| http.result);
    assert_eq!(told, Some(HttpResult::Silent), "{:?}", seen.checks);
}

#[tokio::test]
async fn garbage_is_no_answer_of_ours() {
    let noise: Vec<u8> = (0..4_096_u32).map(|at| u8::try_from(at * 31 % 251).unwrap()).collect();
    let endless = "HTTP/1.1 200 OK\r\nx: ".bytes().chain(std::iter::repeat_n(b'a', 1 << 20)).collect();
    let deep = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{}", "[".repeat(100_000)).into_bytes();
    for bytes in [Vec::new(), noise, endless, deep, b"220 mail.example ESMTP\r\n".to_vec()] {
        let said = bytes.clone();
        let url = server(move |mut stream: TcpStream| {
            let said = said.clone();
            async move { drop(stream.write_all(&said).await) }
        })
        .await;
        let seen = examined(&url).await;
        let told = seen.report.network.as_ref().and_then(|network| network.http.clone()).map(|http| http.result);
        assert_ne!(told, Some(HttpResult::Answered), "{} bytes: {:?}", bytes.len(), seen.checks);
        assert!(seen.checks.iter().any(|check| !check.ok), "{:?}", seen.checks);
        let written = report_document(&seen.report, Standing.wall()).to_string();
        assert!(written.len() < 16 * 1024, "a report of {} bytes", written.len());
    }
}
