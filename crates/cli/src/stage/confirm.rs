//! A payer who confirms at Alipay: on its page in his browser, or by the code that his app shows.

use reqwest::Method;
use serde_json::json;

use crate::output::Failure;
use crate::stage::Stage;
use crate::stage::actors::Order;
use crate::stage::payer::{Payer, press};
use crate::stage::reply::{Reply, text};

impl Payer {
    /// Opens an Alipay account with a balance, and adds it here without a mandate: the instrument.
    pub(crate) async fn with_confirmed(mut self, stage: &Stage, balance_fen: i64) -> Result<(Self, String), Failure> {
        let buyer = stage.control(Method::POST, "/alipay/buyers", json!({ "balance": balance_fen })).await?;
        self.buyer = Some(text(&buyer, "buyer_id")?);
        let path = format!("/v1/accounts/{}/instruments", self.account);
        let added = self.ask(stage, Method::POST, &path, Some(json!({ "channel": "alipay" }))).await?;
        let instrument = added.expect("adding an account at Alipay")?.text("instrument")?;
        Ok((self, instrument))
    }

    /// Shows the code of his app. With `confirm` the app asks him before it pays.
    pub(crate) async fn show_code(&self, stage: &Stage, confirm: bool) -> Result<String, Failure> {
        let buyer = self.buyer.as_deref().unwrap_or_default();
        let path = format!("/alipay/buyers/{buyer}/payment-code");
        let minted = stage.control(Method::POST, &path, json!({ "confirm": confirm })).await?;
        text(&minted, "auth_code")
    }
}

impl Stage {
    /// The merchant scans the payer's code and asks for an order to be paid.
    pub(crate) async fn pay_by_code(
        &self,
        order: &Order,
        payer: &Payer,
        instrument: &str,
        code: &str,
    ) -> Result<Reply, Failure> {
        let mut body = Self::payment_body(order, payer, instrument);
        body["payment_code"] = json!({ "code": code });
        self.send("/v1/payments", &order.key, &[("Tantu-Client", order.client)], &body).await
    }

    /// He scans another code for an order that was refused.
    pub(crate) async fn resume_by_code(&self, payment: &str, code: &str) -> Result<Reply, Failure> {
        let key = format!("scan-{}", hex::encode(self.server.engine.ids().fresh()));
        let body = json!({ "payment_code": { "code": code } });
        self.send(&format!("/v1/payments/{payment}/resume"), &key, &[], &body).await
    }
}

impl Payer {
    /// Opens our address of the channel's page as his browser would, confirms there, and comes back.
    pub(crate) async fn confirm_on_page(&self, stage: &Stage, address: &str) -> Result<(), Failure> {
        let page = led(&stage.http, address).await?;
        let back = press(stage, &page, self.buyer.as_deref().unwrap_or_default()).await?;
        let back = back.ok_or_else(|| Failure::usage("Alipay's page led nowhere after it was confirmed"))?;
        let result = led(&stage.http, &back).await?;
        let shown = stage.http.get(format!("{}{result}", stage.server.base)).send().await?;
        if shown.status() != 200 {
            return Err(Failure::usage(format!("the result's page was answered {}", shown.status())));
        }
        Ok(())
    }
}

/// Where an address leads a browser on to.
pub(crate) async fn led(browser: &reqwest::Client, address: &str) -> Result<String, Failure> {
    let answer = browser.get(address).send().await?;
    let status = answer.status();
    let to = answer.headers().get("location").and_then(|to| to.to_str().ok()).map(str::to_owned);
    to.filter(|_| status == 303).ok_or_else(|| Failure::usage(format!("{address} leads nowhere (status {status})")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::{CASES, run};
    use crate::stage::StagePlan;
    use serde_json::Value;
    use tantu_domain::cause::Cause;

    impl Stage {
        /// The buyer enters his password for the one trade that waits for him.
        pub(crate) async fn confirm_in_app(&self, payment: &str) -> Result<(), Failure> {
            let id = payment.parse()?;
            let stored = self.server.engine.read(move |store| store.payment(id)).await?;
            let attempt = stored.as_ref().and_then(|payment| payment.undecided_attempt());
            let number =
                attempt.ok_or_else(|| Failure::usage("the payment has no attempt to confirm"))?.id.channel_number();
            let confirmed = self.control(Method::POST, &format!("/alipay/trades/{number}/confirm"), json!({})).await?;
            if confirmed["paid"] == true { Ok(()) } else { Err(Failure::usage(format!("not confirmed: {confirmed}"))) }
        }
    }

    /// Both modes speak to the same sandbox, each as an application of its own.
    const MODES: [bool; 2] = [false, true];

    async fn stage(certificates: bool) -> (Stage, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let any = ([127, 0, 0, 1], 0).into();
        let databases = vec![format!("sqlite:{}", folder.path().join("confirm.db").display())];
        let plan = StagePlan { databases, listen: any, sandbox_listen: any, language: "en", demo: false, certificates };
        (Stage::set_up(plan).await.unwrap(), folder)
    }

    async fn ends_well(stage: Stage) {
        let audit = stage.server.engine.read(|store| store.audit()).await.unwrap();
        let broken: Vec<_> = audit.checks.iter().flat_map(|check| &check.broken).collect();
        assert!(broken.is_empty(), "{broken:?}");
        let truth = stage.control(Method::GET, "/truth", Value::Null).await.unwrap();
        let trades = truth["alipay"]["trades"].as_array().unwrap_or_else(|| panic!("{truth}"));
        assert!(trades.iter().all(|trade| trade["times_charged"].as_u64().unwrap() <= 1), "{truth}");
        stage.take_down().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_page_order_is_paid_at_alipay() {
        for certificates in MODES {
            let (stage, _folder) = stage(certificates).await;
            let (payer, alipay) = stage.payer(0).await.unwrap().with_confirmed(&stage, 10_000).await.unwrap();
            let order = stage.order("一本书", 8_888);
            let made = stage.pay(&order, &payer, &alipay).await.unwrap();
            assert_eq!((made.status, made.body["state"].as_str()), (201, Some("requires_action")), "{}", made.body);
            assert_eq!(made.body["next_action"]["operation"], "confirm_at_channel");
            let payment = made.payment().unwrap();
            payer.confirm_on_page(&stage, made.body["next_action"]["url"].as_str().unwrap()).await.unwrap();
            stage.until(&payment, "succeeded").await.unwrap();
            let paid = stage.payment(&payment).await.unwrap();
            assert_eq!((&paid.body["instrument"], &paid.body["next_action"]), (&json!(alipay), &Value::Null));
            ends_well(stage).await;
        }
    }

    /// The payer never comes back to us: Alipay's notification is enough.
    #[tokio::test(flavor = "multi_thread")]
    async fn the_notification_alone_is_enough() {
        let (stage, _folder) = stage(true).await;
        let (payer, alipay) = stage.payer(0).await.unwrap().with_confirmed(&stage, 10_000).await.unwrap();
        let made = stage.pay(&stage.order("一张票", 100), &payer, &alipay).await.unwrap();
        let page = led(&stage.http, made.body["next_action"]["url"].as_str().unwrap()).await.unwrap();
        press(&stage, &page, payer.buyer.as_deref().unwrap()).await.unwrap();
        stage.until(&made.payment().unwrap(), "succeeded").await.unwrap();
        ends_well(stage).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_code_pays_at_once_or_when_the_app_is_confirmed() {
        for certificates in MODES {
            let (stage, _folder) = stage(certificates).await;
            let (payer, alipay) = stage.payer(0).await.unwrap().with_confirmed(&stage, 100_000).await.unwrap();
            let code = payer.show_code(&stage, false).await.unwrap();
            let order = stage.order("一杯茶", 1_200);
            let paid = stage.pay_by_code(&order, &payer, &alipay, &code).await.unwrap();
            assert_eq!((paid.status, paid.body["state"].as_str()), (201, Some("succeeded")), "{}", paid.body);
            // The same code for another order is used up; a fresh one pays that order.
            let another = stage.pay_by_code(&stage.order("两杯茶", 2_400), &payer, &alipay, &code).await.unwrap();
            assert_eq!((another.status, another.causes()[0]), (402, "channel.not_confirmed"));
            let fresh = payer.show_code(&stage, false).await.unwrap();
            let resumed = stage.resume_by_code(&another.payment().unwrap(), &fresh).await.unwrap();
            assert_eq!((resumed.status, resumed.body["state"].as_str()), (200, Some("succeeded")), "{}", resumed.body);
            // His app asks first.
            let code = payer.show_code(&stage, true).await.unwrap();
            let asked = stage.pay_by_code(&stage.order("一锅茶", 3_600), &payer, &alipay, &code).await.unwrap();
            assert_eq!(asked.body["next_action"]["operation"], "confirm_in_app", "{}", asked.body);
            let payment = asked.payment().unwrap();
            stage.confirm_in_app(&payment).await.unwrap();
            stage.until(&payment, "succeeded").await.unwrap();
            ends_well(stage).await;
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_nobody_confirms_ends_and_the_wallet_pays() {
        let (stage, _folder) = stage(false).await;
        let (payer, alipay) = stage.payer(10_000).await.unwrap().with_confirmed(&stage, 100_000).await.unwrap();
        let page = stage.pay(&stage.order("一把伞", 2_000), &payer, &alipay).await.unwrap();
        let code = payer.show_code(&stage, true).await.unwrap();
        let app = stage.pay_by_code(&stage.order("两把伞", 4_000), &payer, &alipay, &code).await.unwrap();
        let address = page.body["next_action"]["url"].as_str().unwrap().to_owned();
        stage.advance(15 * 60 + 10).await.unwrap();
        for made in [page, app] {
            let payment = made.payment().unwrap();
            stage.until(&payment, "refused").await.unwrap();
            let told = stage.diagnosis(&payment).await.unwrap();
            assert_eq!(told.body["causes"][0]["id"], "channel.not_confirmed", "{}", told.body);
            let resumed = stage.resume(&payment, Some(&payer.wallet), None).await.unwrap();
            assert_eq!((resumed.status, resumed.body["state"].as_str()), (200, Some("succeeded")), "{}", resumed.body);
        }
        assert!(led(&stage.http, &address).await.unwrap().contains("/result?"), "the page is over");
        ends_well(stage).await;
    }

    /// Mandates, refunds, queries and notifications in certificate mode: the rows that speak most with Alipay.
    #[tokio::test(flavor = "multi_thread")]
    async fn rows_hold_in_certificate_mode() {
        let (stage, _folder) = stage(true).await;
        let spoken = [Cause::FundsInsufficientBalance, Cause::AgreementRevoked, Cause::NetworkUnstable];
        let own =
            |case: &&crate::matrix::Case| case.whose == "alipay" && spoken.iter().any(|cause| case.causes == [*cause]);
        let mut told = 0;
        for case in CASES.iter().filter(own) {
            let story = run(&stage, case).await;
            assert!(story.ok(), "{}: {:?}", story.name, story.faults);
            told += 1;
        }
        assert!(told >= 5, "{told}");
        ends_well(stage).await;
    }
}
