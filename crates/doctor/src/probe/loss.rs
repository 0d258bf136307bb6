//! Loss and delay: many small questions, and how long each took.

use std::time::Duration;

use tantu_domain::device_report::ProbesReport;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::tls::{Trust, handshake};
use super::{http, millis};
use crate::route::Route;

/// How many questions.
const PROBES: u32 = 20;

/// How far apart they begin.
const APART: Duration = Duration::from_millis(60);

/// How long each may take.
const LONGEST: Duration = Duration::from_millis(4_000);

/// A system waits at least 200 milliseconds before it sends again what was lost: whoever took so much longer than the
/// fastest has lost something.
const SENT_AGAIN: Duration = Duration::from_millis(190);

/// Asks the server many times. How long one round trip takes is the time of the connection alone.
pub(crate) async fn measure(route: &Route, tls: Option<(&Trust, &str)>, authority: &str) -> ProbesReport {
    let mut asked = JoinSet::new();
    for _ in 0..PROBES {
        let (route, authority) = (route.clone(), authority.to_owned());
        let tls = tls.map(|(trust, host)| (trust.clone(), host.to_owned()));
        asked.spawn(async move { timeout(LONGEST, once(&route, tls, &authority)).await.ok().flatten() });
        sleep(APART).await;
    }
    let mut took = Vec::new();
    while let Some(one) = asked.join_next().await {
        took.extend(one.ok().flatten());
    }
    judge(&took)
}

/// One question: how long until the connection stood, and until the answer was there.
async fn once(route: &Route, tls: Option<(Trust, String)>, authority: &str) -> Option<(Duration, Duration)> {
    let began = Instant::now();
    let mut stream = route.open(None).await.ok()?;
    let connected = began.elapsed();
    match tls {
        Some((trust, host)) => drop(handshake(&trust, &host, stream).await.1?),
        None => {
            http::ask(&mut stream, authority, "/healthz", 0).await.report.status?;
        }
    }
    Some((connected, began.elapsed()))
}

fn judge(took: &[(Duration, Duration)]) -> ProbesReport {
    let fastest = took.iter().map(|(_, whole)| *whole).min().unwrap_or_default();
    let late = took.iter().filter(|(_, whole)| *whole >= fastest + SENT_AGAIN).count();
    let mut trips: Vec<Duration> = took.iter().map(|(connected, _)| *connected).collect();
    trips.sort_unstable();
    let answered = u32::try_from(took.len()).unwrap_or(PROBES);
    ProbesReport {
        sent: PROBES,
        lost: PROBES.saturating_sub(answered),
        late: u32::try_from(late).unwrap_or(answered),
        round_trip_ms: trips.get(trips.len() / 2).map(|trip| millis(*trip)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_took_much_longer_than_the_fastest_lost_something() {
        let ms = Duration::from_millis;
        let mut took = vec![(ms(40), ms(80)); 17];
        took.push((ms(40), ms(300)));
        took.push((ms(1_040), ms(1_080)));
        let judged = judge(&took);
        assert_eq!(judged, ProbesReport { sent: 20, lost: 1, late: 2, round_trip_ms: Some(40) });
        assert_eq!(judge(&[]), ProbesReport { sent: 20, lost: 20, late: 0, round_trip_ms: None });
    }
}
