//! Says beforehand what `create` would decide, by the same evaluation, without changing anything.

use tantu_domain::client::Speaker;
use tantu_domain::evaluate::Verdict;
use tantu_domain::ids::MerchantId;
use tantu_domain::incident::Incident;
use tantu_domain::line::PaysFor;
use tantu_domain::money::Money;
use tantu_domain::payment::Payment;
use tantu_store::world::AccountFile;

use crate::command::Tools;
use crate::pay_later::pays_for;
use crate::payments::submit::{Sum, verdict};
use crate::risk::{Asked, look};

/// What would be paid.
#[derive(Debug, Clone, Copy)]
pub struct Prospect<'a> {
    /// Who speaks for the payer.
    pub speaker: &'a Speaker,
    /// How much.
    pub amount: Money,
    /// How many points would pay a part of it.
    pub points: i64,
    /// To whom, if that is known.
    pub payee: Option<MerchantId>,
    /// Whether it would be a new order, and not one that is there.
    pub fresh: bool,
    /// What for.
    pub pays_for: PaysFor,
}

impl<'a> Prospect<'a> {
    /// A payment that is there, of an order or of a bill.
    pub fn of(payment: &Payment, speaker: &'a Speaker, tools: &Tools<'_>) -> Self {
        let (amount, payee) = (payment.amount, Some(payment.merchant));
        let points = Sum::of(payment, tools).points;
        Self { speaker, amount, points, payee, fresh: false, pays_for: pays_for(payment, tools.settings) }
    }
}

/// The verdict on it as things stand.
pub fn preflight(file: &AccountFile, incidents: &[Incident], prospect: &Prospect<'_>, tools: &Tools<'_>) -> Verdict {
    let Prospect { speaker, amount, points, payee, fresh, pays_for } = *prospect;
    let looked = look(&file.account, &Asked { speaker, amount, payee, fresh, proven: false }, tools);
    let worth = tools.policy.points.as_ref().and_then(|policy| policy.worth(points));
    // What points cannot be worth leaves all of it: then they are too few in any case.
    let rest = worth.and_then(|worth| amount.minus(worth).ok()).filter(|rest| rest.is_positive()).unwrap_or(amount);
    verdict(&looked.file(file), incidents, Sum { rest, points }, speaker, (false, None), pays_for, tools)
}
