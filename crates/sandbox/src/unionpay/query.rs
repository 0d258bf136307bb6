//! 00/00: how a transaction stands (交易状态查询), by its own orderId and txnTime.
//!
//! `respCode` is about the query; `origRespCode` and `origRespMsg` are the transaction's (boyuanitsm/pay,
//! docs/unionpay/token.md; the official demo, Form_6_10_Query.php). txnType, txnSubType and bizType are those of the
//! transaction that is asked for, from general knowledge of recorded answers; other fields: smartwalle/unionpay,
//! payment_type.go (Transaction).

use super::UnionPay;
use super::call::{Call, Outcome, Verdict};
use super::published;

pub(crate) fn query(up: &UnionPay, call: &Call) -> Verdict {
    let books = up.books();
    let order = books.order(&call.key).ok_or("34")?;
    let code = order.code_now().to_owned();
    let (txn_type, sub_type) = order.kind.name().split_once('/').unwrap_or_default();
    let mut fields = up.money_fields(order);
    fields.extend([
        ("origRespCode", code.clone()),
        ("origRespMsg", published::message(&code)),
        ("txnType", txn_type.to_owned()),
        ("txnSubType", sub_type.to_owned()),
        ("bizType", order.biz_type.clone()),
        ("currencyCode", "156".to_owned()),
    ]);
    if let Some(reserved) = &order.req_reserved {
        fields.push(("reqReserved", reserved.clone()));
    }
    Ok(Outcome::done(fields))
}
