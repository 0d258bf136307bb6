//! Somebody who has bought now and pays later: his line, his bill, and the days that pass for both.

use jiff::ToSpan;
use jiff::civil::Date;
use reqwest::Method;
use serde_json::{Value, json};
use tantu_domain::clock::start_of;

use crate::output::Failure;
use crate::stage::payer::Payer;
use crate::stage::reply::{Reply, text};
use crate::stage::{Stage, wait_until};

/// A payer with a line.
#[derive(Debug, Clone)]
pub(crate) struct Debtor {
    pub(crate) payer: Payer,
    /// The instrument that the line is.
    pub(crate) line: String,
}

/// A bill as its holder knows it.
#[derive(Debug, Clone)]
pub(crate) struct Owed {
    pub(crate) id: String,
    pub(crate) subject: &'static str,
    pub(crate) fen: i64,
    pub(crate) due_on: Date,
    pub(crate) grace_ends_on: Date,
}

impl Debtor {
    /// The payer accepts the terms that he is shown, and has a line.
    pub(crate) async fn open(stage: &Stage, payer: Payer) -> Result<Self, Failure> {
        let path = format!("/v1/accounts/{}/pay-later", payer.account);
        let shown = payer.ask(stage, Method::GET, &path, None).await?.expect("the terms")?;
        let accepted = json!({ "terms": shown.body["offer"]["version"] });
        let opened = payer.ask(stage, Method::POST, &path, Some(accepted)).await?.expect("a line")?;
        let line = text(&opened.body["line"], "instrument")?;
        Ok(Self { payer, line })
    }

    /// Buys something, and owes it from now on.
    pub(crate) async fn buy(&self, stage: &Stage, subject: &'static str, fen: i64) -> Result<Owed, Failure> {
        let order = stage.order(subject, fen);
        let paid = stage.pay(&order, &self.payer, &self.line).await?.expect("paying later")?;
        let payment = paid.payment()?;
        let listed = self.ask(stage, Method::GET, "bills", None).await?.expect("the bills")?;
        let bills = listed.body["bills"].as_array().cloned().unwrap_or_default();
        let bill = bills.iter().find(|bill| bill["payment"] == payment.as_str());
        let bill = bill.ok_or_else(|| Failure::usage("the order that was paid later has no bill"))?;
        let day = |field| -> Result<Date, Failure> { Ok(text(bill, field)?.parse()?) };
        let (due_on, grace_ends_on) = (day("due_on")?, day("grace_ends_on")?);
        Ok(Owed { id: text(bill, "id")?, subject, fen, due_on, grace_ends_on })
    }

    /// Asks for something of his line.
    pub(crate) async fn ask(
        &self,
        stage: &Stage,
        method: Method,
        what: &str,
        body: Option<Value>,
    ) -> Result<Reply, Failure> {
        self.payer.ask(stage, method, &format!("/v1/accounts/{}/pay-later/{what}", self.payer.account), body).await
    }

    /// Says from what his bills are collected.
    pub(crate) async fn collects_from(&self, stage: &Stage, instruments: &[&str]) -> Result<(), Failure> {
        let wanted = json!({ "on": !instruments.is_empty(), "instruments": instruments });
        self.ask(stage, Method::PUT, "auto-repay", Some(wanted)).await?.expect("setting auto-repay").map(drop)
    }

    /// His bill as it stands.
    pub(crate) async fn bill(&self, stage: &Stage, owed: &Owed) -> Result<Reply, Failure> {
        self.ask(stage, Method::GET, &format!("bills/{}", owed.id), None).await?.expect("the bill")
    }

    /// Waits until his bill is settled.
    pub(crate) async fn until_settled(&self, stage: &Stage, owed: &Owed) -> Result<(), Failure> {
        wait_until(|| async { Ok((self.bill(stage, owed).await?.body["stage"] == "settled").then_some(())) }).await
    }

    /// Waits until auto-repay was refused, and gives the bill with the cause.
    pub(crate) async fn until_refused(&self, stage: &Stage, owed: &Owed) -> Result<Reply, Failure> {
        wait_until(|| async {
            let bill = self.bill(stage, owed).await?;
            let last = bill.body["repayments"].as_array().and_then(|tried| tried.last()).cloned();
            Ok(last.is_some_and(|last| last["ended"] == "refused").then_some(bill))
        })
        .await
    }

    /// Waits until his credit history knows of so many overdue levels.
    pub(crate) async fn until_noted(&self, stage: &Stage, levels: usize) -> Result<(), Failure> {
        wait_until(|| async {
            let report = self.ask(stage, Method::GET, "credit", None).await?.expect("the credit report")?;
            let changes = report.body["changes"].as_array().cloned().unwrap_or_default();
            Ok((changes.iter().filter(|change| change["reason"] == "overdue").count() >= levels).then_some(()))
        })
        .await
    }

    /// Repays the whole of what is owed.
    pub(crate) async fn repay(&self, stage: &Stage, owed: &Owed, instrument: &str) -> Result<Reply, Failure> {
        let path = format!("/v1/accounts/{}/pay-later/bills/{}/repayments", self.payer.account, owed.id);
        self.payer.send(stage, &path, json!({ "instrument": instrument })).await
    }

    /// Takes a refused repayment up again: it is a payment like every other.
    pub(crate) async fn resume(
        &self,
        stage: &Stage,
        payment: &str,
        instrument: Option<&str>,
    ) -> Result<Reply, Failure> {
        let body = instrument.map_or_else(|| json!({}), |instrument| json!({ "instrument": instrument }));
        self.payer.send(stage, &format!("/v1/payments/{payment}/resume"), body).await
    }
}

impl Stage {
    /// Business time goes on to an hour of a day in Beijing, if that is still to come.
    pub(crate) async fn until_day(&self, day: Date, hour: i64) -> Result<(), Failure> {
        let then = start_of(day).as_second().saturating_add(hour.saturating_mul(3600)).saturating_add(60);
        let seconds = then.saturating_sub(self.server.engine.clock().now().as_second());
        if seconds > 0 { self.advance(seconds).await } else { Ok(()) }
    }

    /// The first morning after a bill's grace.
    pub(crate) async fn past_grace(&self, owed: &Owed) -> Result<(), Failure> {
        self.until_day(owed.grace_ends_on.saturating_add(1.day()), 10).await
    }
}
