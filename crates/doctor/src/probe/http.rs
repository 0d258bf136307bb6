//! One question over HTTP, and whether it is our server that answers it.

use jiff::Timestamp;
use serde_json::Value;
use tantu_domain::device_report::{HttpReport, HttpResult};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::{Instant, timeout_at};

use super::ANSWER;

/// The most of an answer that is read.
const LONGEST: usize = 128 * 1024;

/// What every Tantu server tells to a device that asks what to check.
pub(crate) const CHECKS: &str = "/v1/device-checks";

/// An answer, as far as it was one.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// How it ended.
    pub(crate) report: HttpReport,
    /// The server's time.
    pub(crate) date: Option<Timestamp>,
    /// What our server said.
    pub(crate) document: Option<Value>,
}

impl Told {
    fn nothing(result: HttpResult) -> Self {
        let report = HttpReport { result, status: None, redirected_to: None };
        Self { report, date: None, document: None }
    }
}

/// Asks. `padding` bytes of no meaning make the question large.
pub(crate) async fn ask<S>(stream: &mut S, authority: &str, path: &str, padding: usize) -> Told
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let padding = if padding == 0 { String::new() } else { format!("Padding: {}\r\n", "x".repeat(padding)) };
    let asked = format!(
        "GET {path} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: tantu-doctor/{}\r\nAccept: application/json\r\n\
         {padding}Connection: close\r\n\r\n",
        env!("CARGO_PKG_VERSION")
    );
    let until = Instant::now() + ANSWER;
    let sent = timeout_at(until, async {
        stream.write_all(asked.as_bytes()).await?;
        stream.flush().await
    });
    match sent.await {
        Ok(Ok(())) => {}
        Ok(Err(_)) => return Told::nothing(HttpResult::Cut),
        Err(_) => return Told::nothing(HttpResult::Silent),
    }
    let (mut bytes, mut piece) = (Vec::new(), vec![0; 16 * 1024]);
    let ended = loop {
        match timeout_at(until, stream.read(&mut piece)).await {
            Ok(Ok(0)) => break HttpResult::Cut,
            Ok(Ok(length)) => bytes.extend_from_slice(piece.get(..length).unwrap_or_default()),
            Ok(Err(_)) => break HttpResult::Cut,
            Err(_) => break HttpResult::Silent,
        }
        if bytes.len() > LONGEST || whole(&bytes) {
            break HttpResult::Answered;
        }
    };
    if bytes.is_empty() || (ended == HttpResult::Silent && !whole(&bytes)) {
        return Told::nothing(ended);
    }
    read(&bytes, authority)
}

/// Whether all that was announced is there.
fn whole(bytes: &[u8]) -> bool {
    let mut room = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Response::new(&mut room);
    let Ok(httparse::Status::Complete(begin)) = head.parse(bytes) else { return false };
    let length = header(&head, "content-length").and_then(|text| text.trim().parse::<usize>().ok());
    length.is_some_and(|length| bytes.len().saturating_sub(begin) >= length)
}

fn header<'a>(head: &httparse::Response<'_, 'a>, name: &str) -> Option<&'a str> {
    let found = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
    std::str::from_utf8(found.value).ok()
}

fn read(bytes: &[u8], authority: &str) -> Told {
    let mut room = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Response::new(&mut room);
    let Ok(httparse::Status::Complete(begin)) = head.parse(bytes) else { return Told::nothing(HttpResult::Garbage) };
    let status = head.code;
    let date =
        header(&head, "date").and_then(|text| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok());
    let elsewhere = header(&head, "location").filter(|_| status.is_some_and(|status| (300..400).contains(&status)));
    let redirected_to = elsewhere.filter(|to| leads_elsewhere(to, authority)).map(|to| to.chars().take(200).collect());
    let document = serde_json::from_slice::<Value>(bytes.get(begin..).unwrap_or_default()).ok();
    let ours = document.filter(|document| document["product"] == "tantu");
    let result = match status {
        Some(200) if ours.is_some() => HttpResult::Answered,
        Some(500..=599 | 429) => HttpResult::Faulty,
        _ => HttpResult::SomebodyElse,
    };
    Told { report: HttpReport { result, status, redirected_to }, date, document: ours }
}

/// Whether a redirection leads to another host: one to the same host only wants another scheme or path.
fn leads_elsewhere(to: &str, authority: &str) -> bool {
    let own = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    match url::Url::parse(to) {
        Ok(url) => url.host_str().is_some_and(|host| host != own),
        // A path alone stays here.
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(bytes: &[u8]) -> HttpResult {
        read(bytes, "pay.example:443").report.result
    }

    #[test]
    fn knows_our_server_from_everybody_else() {
        let table: [(&[u8], HttpResult); 8] = [
            (b"HTTP/1.1 200 OK\r\n\r\n{\"product\":\"tantu\"}", HttpResult::Answered),
            (b"HTTP/1.1 200 OK\r\n\r\n<h1>Sign in</h1>", HttpResult::SomebodyElse),
            (b"HTTP/1.1 404 Not Found\r\n\r\n", HttpResult::SomebodyElse),
            (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", HttpResult::Faulty),
            (b"HTTP/1.1 200", HttpResult::Garbage),
            (b"SSH-2.0-OpenSSH_9.2\r\n", HttpResult::Garbage),
            (b"\0\0\0", HttpResult::Garbage),
            (b"HTTP/1.1 200 OK\r\n\r\n{\"product\":\"tantu\"", HttpResult::SomebodyElse),
        ];
        for (bytes, expected) in table {
            assert_eq!(result(bytes), expected, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_redirection_counts_only_if_it_leads_to_another_host() {
        let to = |location: &str| {
            let answer = format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n");
            read(answer.as_bytes(), "pay.example:80").report.redirected_to
        };
        assert_eq!(to("http://portal.example/sign-in"), Some("http://portal.example/sign-in".to_owned()));
        for own in ["https://pay.example/", "/help", ""] {
            assert_eq!(to(own), None, "{own}");
        }
    }
}
