//! One bill from its purchase to its end, told as it goes: what it comes to, and the score's way down and up.

use jiff::ToSpan;
use reqwest::Method;
use serde_json::{Value, json};
use tantu_domain::clock::day_of;

use crate::output::{Failure, Output};
use crate::stage::debtor::Debtor;
use crate::stage::{Stage, wait_until};

/// Plays and tells it. It is no order that failed, and counts as none.
pub(super) async fn tell(stage: &Stage, output: Output) -> Result<Value, Failure> {
    let debtor = Debtor::open(stage, stage.payer(60_000).await?).await?;
    let mut told = Told { stage, debtor: &debtor, output, scores: Vec::new() };
    output.say(output.bold("A bill, from its purchase to its end"));
    told.line("a line is opened").await?;
    let owed = debtor.buy(stage, "一台洗衣机", 39_900).await?;
    told.line(&format!("bought now for ¥399.00, due on {}, free until {}", owed.due_on, owed.grace_ends_on)).await?;
    stage.past_grace(&owed).await?;
    debtor.until_noted(stage, 1).await?;
    told.line("nobody repays it: it is overdue").await?;
    let refused = stage.pay(&stage.order("一把吹风机", 9_900), &debtor.payer, &debtor.line).await?;
    let cause = refused.body["causes"][0]["title"].as_str().unwrap_or_default().to_owned();
    told.line(&format!("a new order is refused: {cause}")).await?;
    let bill = debtor.bill(stage, &owed).await?;
    let fen = bill.body["owed"]["total"]["amount"].as_i64().unwrap_or_default();
    debtor.repay(stage, &owed, &debtor.payer.wallet).await?.expect("repaying the bill")?;
    let paid = tantu_domain::money::Money::cny(fen);
    told.line(&format!("repaid with its interest, {paid}: half of what it took comes back at once")).await?;
    let before = told.scores.last().copied().unwrap_or_default();
    let month = day_of(stage.server.engine.clock().now()).first_of_month().saturating_add(1.month());
    stage.until_day(month, 1).await?;
    wait_until(|| async { Ok((debtor.score(stage).await? > before).then_some(())) }).await?;
    told.line("a month without an overdue bill").await?;
    let ok = down_and_up(&told.scores);
    output.say(format_args!("   {}\n", if ok { output.green("✓") } else { output.red("✗") }));
    Ok(json!({ "scores": told.scores, "ok": ok }))
}

/// Level, down, and up twice; a refused order moves nothing.
fn down_and_up(scores: &[i64]) -> bool {
    matches!(scores, [opened, bought, late, refused, repaid, clean]
        if opened == bought && late < bought && refused == late && repaid > refused && clean > repaid)
}

struct Told<'a> {
    stage: &'a Stage,
    debtor: &'a Debtor,
    output: Output,
    scores: Vec<i64>,
}

impl Told<'_> {
    async fn line(&mut self, what: &str) -> Result<(), Failure> {
        let score = self.debtor.score(self.stage).await?;
        let today = day_of(self.stage.server.engine.clock().now());
        self.output.say(format_args!("   {today}  {score}  {what}"));
        self.scores.push(score);
        Ok(())
    }
}

impl Debtor {
    async fn score(&self, stage: &Stage) -> Result<i64, Failure> {
        let report = self.ask(stage, Method::GET, "credit", None).await?.expect("the credit report")?;
        report.body["score"].as_i64().ok_or_else(|| Failure::usage("the credit report has no score"))
    }
}
