//! platform.outage: an incident of ours, begun and ended by staff, or planned and announced. The refused payment is stored, and goes on.
//! platform.overloaded: more arrive than there are places; what finds none is refused unread, and is nowhere stored.

use jiff::SignedDuration;
use reqwest::Method;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::matrix::story::Story;
use crate::output::Failure;
use crate::stage::{PLACES, Stage, wait_until};

pub(crate) async fn outage(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let incident = stage.begin_incident("platform", "maintenance").await?;
    let order = stage.order("一盆绿植", 5_600);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["incident", "since", "expected_end"])?;
    story.fact("incident", incident.as_str());
    story.check(refused.status == 503, || format!("an outage of ours is 503, not {}", refused.status));
    story.planned(&["wait", "resume"]);
    stage.end_incident(&incident).await?;
    story.did("staff ended the incident");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn maintenance(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let now = stage.server.engine.clock().now();
    let (from, to) = (now.checked_add(SignedDuration::from_mins(1))?, now.checked_add(SignedDuration::from_hours(1))?);
    let incident = stage.announce_maintenance("platform", from, to).await?;
    stage.advance(61).await?;
    let order = stage.order("一个花盆", 4_200);
    let refused = stage.pay(&order, &payer, payer.alipay()?).await?;
    let payment = story.refused(&order, &refused, &["incident", "since", "expected_end"])?;
    story.fact("incident", incident.as_str());
    story.check(refused.status == 503, || format!("our maintenance is 503, not {}", refused.status));
    story.planned(&["wait", "resume"]);
    stage.advance(60 * 60).await?;
    story.did("the announced window was over");
    stage.resume(&payment, None, None).await?.expect("resuming")?;
    story.paid(stage, &payment).await
}

pub(crate) async fn overloaded(stage: &Stage, story: &mut Story) -> Result<(), Failure> {
    let payer = stage.payer(0).await?.with_alipay(stage, 100_000).await?;
    let order = stage.order("一台手机", 89_900);
    let crowd = crowd(stage).await?;
    let asked = || async { stage.pay(&order, &payer, payer.alipay()?).await };
    // Each of them must have been let in before the next one finds no place.
    wait_until(|| async {
        let looked = payer.ask(stage, Method::GET, "/v1/payments", None).await?;
        Ok((looked.status == 503).then_some(()))
    })
    .await?;
    let refused = asked().await?;
    story.named(&refused, &["at_once", "queue_wait_ms", "retry_after"]);
    story.order = Some((order.subject.to_owned(), order.fen));
    story.planned(&["retry_same_key"]);
    drop(crowd);
    let listed = wait_until(|| async {
        let listed = payer.ask(stage, Method::GET, "/v1/payments", None).await?;
        Ok((listed.status == 200).then_some(listed))
    });
    let stored = listed.await?.body.to_string().contains(&order.number);
    story.check(!stored, || "what was refused unread must not be stored".into());
    story.failed = refused.status == 503 && !stored;
    story.did("the crowd has gone");
    let paid = wait_until(|| async {
        let reply = asked().await?;
        Ok((reply.status != 503).then_some(reply))
    });
    let payment = paid.await?.expect("the same request, with the same key")?.payment()?;
    story.did("the app sent the same request with the same key");
    story.paid(stage, &payment).await
}

/// As many callers as there are places, each of whom has begun a request and does not end it.
async fn crowd(stage: &Stage) -> Result<Vec<TcpStream>, Failure> {
    let address = stage.server.base.trim_start_matches("http://");
    let head = format!(
        "POST /v1/payments HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nIdempotency-Key: crowd\r\n\
         Content-Type: application/json\r\nContent-Length: 64\r\n\r\n",
        stage.merchant_key
    );
    let mut crowd = Vec::new();
    for _ in 0..PLACES {
        let mut caller = TcpStream::connect(address).await?;
        caller.write_all(head.as_bytes()).await?;
        crowd.push(caller);
    }
    Ok(crowd)
}
