//! Lists payments, the newest first, page by page.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tantu_domain::ids::{AccountId, MerchantId, PaymentId};
use tantu_domain::payment::Payment;
use tantu_store::claim::ClaimKey;
use tantu_store::listing::{Page, PaymentsOf};
use utoipa::{IntoParams, ToSchema};

use crate::access::Caller;
use crate::answer::{PaymentBody, ProblemBody, present};
use crate::app::Shared;
use crate::body::{QueryFields, id_in};
use crate::problem::{Kind, Problem};

/// How many payments a page has if nobody says.
const USUAL: u8 = 20;

/// How many it has at most.
const MOST: u8 = 100;

/// Which payments.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Staff: those of this account, `acc_…`.
    account: Option<String>,
    /// Staff: those of this merchant, `mer_…`.
    merchant: Option<String>,
    /// Of a merchant: the one payment of this order, if there is one.
    order_no: Option<String>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u8>,
}

/// A page of payments.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaymentsBody {
    /// The payments, the newest first.
    payments: Vec<PaymentBody>,
    /// Where the next page begins; null if this is the last one.
    next_cursor: Option<String>,
}

/// Lists payments: a merchant's own, a payer's own, or for staff those of one account or merchant.
///
/// The order is the newest first and never changes: a payment that is made while somebody turns the pages neither
/// shifts one nor stands on two.
#[utoipa::path(
    get, path = "/v1/payments", tag = "payments", security(("merchant" = []), ("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(Wanted),
    responses(
        (status = 200, body = PaymentsBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<Shared>,
    caller: Caller,
    QueryFields(wanted): QueryFields<Wanted>,
) -> Result<Json<PaymentsBody>, Problem> {
    let of = wanted.of(&caller)?;
    let limit = wanted.limit()?;
    let after = wanted.cursor.as_deref().map(|text| text.parse::<PaymentId>().map_err(|_| no_cursor())).transpose()?;
    let mut found = match &wanted.order_no {
        Some(order_no) => of_order(&app, of, order_no).await?,
        // One more than is shown says whether there is another page.
        None => app.engine.read(move |store| store.payments(of, Page { after, limit: limit + 1 })).await?,
    };
    let more = found.len() > usize::from(limit);
    found.truncate(usize::from(limit));
    let next_cursor = found.last().filter(|_| more).map(|payment| payment.id.to_string());
    Ok(Json(PaymentsBody { payments: found.iter().map(|payment| present(&app, payment)).collect(), next_cursor }))
}

impl Wanted {
    /// Whose: everybody's own, but for staff, who say.
    fn of(&self, caller: &Caller) -> Result<PaymentsOf, Problem> {
        let foreign = |field: &str| Problem::field(Kind::Forbidden, field, "only staff may name whose; leave it out");
        match (caller, &self.account, &self.merchant) {
            (Caller::Merchant(own), None, None) => Ok(PaymentsOf::Merchant(*own)),
            (Caller::Payer(own), None, None) => Ok(PaymentsOf::Account(*own)),
            (Caller::Staff, Some(account), None) => Ok(PaymentsOf::Account(id_in::<AccountId>("account", account)?)),
            (Caller::Staff, None, Some(merchant)) => {
                Ok(PaymentsOf::Merchant(id_in::<MerchantId>("merchant", merchant)?))
            }
            (Caller::Staff, _, _) => Err(Problem::field(
                Kind::MissingField,
                "account",
                "say whose: give account or merchant, and one of them",
            )),
            (_, Some(_), _) => Err(foreign("account")),
            (_, None, Some(_)) => Err(foreign("merchant")),
            (Caller::Unknown | Caller::Cashier(_), None, None) => {
                Err(Problem::new(Kind::Forbidden, "a list needs a merchant's key, a staff key or the payer's session"))
            }
        }
    }

    fn limit(&self) -> Result<u8, Problem> {
        let limit = self.limit.unwrap_or(USUAL);
        let fits = (1..=MOST).contains(&limit);
        let wrong = || Problem::field(Kind::InvalidField, "limit", format!("a page has 1 to {MOST} payments"));
        fits.then_some(limit).ok_or_else(wrong)
    }
}

fn no_cursor() -> Problem {
    let detail = "this is no next_cursor of a page; leave it out to begin with the newest";
    Problem::field(Kind::InvalidField, "cursor", detail)
}

/// An order number is its merchant's, so it is found by its claim.
async fn of_order(app: &Shared, of: PaymentsOf, order_no: &str) -> Result<Vec<Payment>, Problem> {
    let PaymentsOf::Merchant(merchant) = of else {
        let detail = "an order number is its merchant's; leave it out, or give merchant with it";
        return Err(Problem::field(Kind::InvalidField, "order_no", detail));
    };
    let key = ClaimKey::Order { merchant, order_no: order_no.to_owned() };
    let found = app
        .engine
        .read(move |store| match store.claim(&key)? {
            Some(claim) => store.payment(claim.payment),
            None => Ok(None),
        })
        .await?;
    Ok(found.into_iter().collect())
}
