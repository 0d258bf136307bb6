//! The bank's code for a payment (77/02). It bears the number, the time and the amount of the consume that will
//! follow, and is good for exactly that (the official demo `Form_6_6_SmsConsume`, copied in fmsdwifull/webback;
//! boyuanitsm/pay `token/ConsumeSMS.java`, which also sends the phone).

use tantu_domain::card::CodeReport;

use super::binding::{info_with_phone, sent};
use super::charge::named;
use super::format;
use super::gateway::{BACK, Call, Gateway, TOKEN_PRODUCT, YUAN, field};
use super::seal::NoSeal;
use crate::card::CodeOrder;

/// Has the bank send its code for a payment.
pub(super) async fn send_code(gateway: &Gateway, order: &CodeOrder) -> CodeReport {
    let number = order.attempt.channel_number();
    let mut fields = vec![
        field("currencyCode", YUAN),
        field("txnAmt", format::amount(order.amount)),
        field("tokenPayData", named(gateway, &order.token)),
    ];
    if let Some(phone) = &order.phone {
        let seal = match gateway.sealing().seal(gateway).await {
            Ok(seal) => seal,
            Err(NoSeal::Fault(word)) => return CodeReport::Fault(word),
            Err(NoSeal::NoAnswer) => return CodeReport::NoAnswer,
        };
        let Some(info) = info_with_phone(&seal, phone.reveal()) else {
            let message = "the phone holds what cannot be sent; check it on entry";
            return CodeReport::Fault(gateway.words().word("unsendable_factor", message));
        };
        fields.push(field("encryptCertId", seal.cert_id()));
        fields.push(("customerInfo", info));
    }
    let call = Call {
        method: "consume code",
        family: "acp/consume_code",
        endpoint: BACK,
        kind: ["77", "02", TOKEN_PRODUCT],
        number: &number,
        at: order.attempt.made_at(),
        fields,
    };
    sent(gateway, &call).await
}
