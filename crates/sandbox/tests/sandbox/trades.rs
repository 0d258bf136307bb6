//! The life of a trade, as scripts: each line is a call and what it says.

use serde_json::{Value, json};

use crate::world::{World, code, order};

const NUMBER: &str = "202611220001";

struct Script {
    name: &'static str,
    balance: i64,
    /// A call with its argument, and the code that has to come back; `+field=value` asks for more of the answer.
    steps: &'static [(&'static str, &'static str)],
    /// What buyer and merchant hold in the end, in fen.
    ends: (i64, i64),
}

const SCRIPTS: &[Script] = &[
    Script {
        name: "paid once, however often it is sent",
        balance: 5000,
        steps: &[
            ("query", "ACQ.TRADE_NOT_EXIST"),
            ("pay 12.30", "10000 buyer_pay_amount=12.30"),
            ("pay 12.30", "ACQ.TRADE_HAS_SUCCESS"),
            ("pay 12.31", "ACQ.CONTEXT_INCONSISTENT"),
            ("query", "10000 trade_status=TRADE_SUCCESS"),
            ("close", "ACQ.TRADE_STATUS_ERROR"),
        ],
        ends: (3770, 1230),
    },
    Script {
        name: "declined leaves nothing behind, and the number may be sent again",
        balance: 100,
        steps: &[
            ("pay 12.30", "ACQ.BUYER_BALANCE_NOT_ENOUGH"),
            ("query", "ACQ.TRADE_NOT_EXIST"),
            ("top-up 2000", ""),
            ("pay 12.30", "10000"),
        ],
        ends: (870, 1230),
    },
    Script {
        name: "a waiting trade is closed, and stays closed",
        balance: 5000,
        steps: &[
            ("create 9.00", "10000"),
            ("create 9.00", "10000"),
            ("create 9.01", "ACQ.CONTEXT_INCONSISTENT"),
            ("query", "10000 trade_status=WAIT_BUYER_PAY"),
            ("refund 9.00 r1", "ACQ.TRADE_STATUS_ERROR"),
            ("close", "10000"),
            ("query", "10000 trade_status=TRADE_CLOSED"),
            ("close", "ACQ.REASON_TRADE_STATUS_INVALID"),
            ("pay 9.00", "ACQ.TRADE_HAS_CLOSE"),
            ("create 9.00", "ACQ.TRADE_HAS_CLOSE"),
        ],
        ends: (5000, 0),
    },
    Script {
        name: "a waiting trade can be paid under an agreement",
        balance: 5000,
        steps: &[("create 9.00", "10000"), ("pay 9.00", "10000"), ("create 9.00", "ACQ.TRADE_HAS_SUCCESS")],
        ends: (4100, 900),
    },
    Script {
        name: "cancel closes, gives back, and does nothing to what is not there",
        balance: 5000,
        steps: &[
            ("cancel", "10000 retry_flag=N action=-"),
            ("pay 9.00", "10000"),
            ("cancel", "10000 retry_flag=N action=refund"),
            ("cancel", "10000 action=refund"),
            ("query", "10000 trade_status=TRADE_CLOSED"),
            ("pay 9.00", "ACQ.TRADE_HAS_CLOSE"),
        ],
        ends: (5000, 0),
    },
    Script {
        name: "cancel of a waiting trade",
        balance: 5000,
        steps: &[("create 9.00", "10000"), ("cancel", "10000 action=close"), ("cancel", "10000 action=close")],
        ends: (5000, 0),
    },
    Script {
        name: "refunds in parts, each once",
        balance: 1000,
        steps: &[
            ("refund 1.00 r1", "ACQ.TRADE_NOT_EXIST"),
            ("pay 9.00", "10000"),
            ("refund-query r1", "10000 refund_status=-"),
            ("refund 4.00 r1", "10000 fund_change=Y refund_fee=4.00"),
            ("refund 4.00 r1", "10000 fund_change=N refund_fee=4.00"),
            ("refund 4.01 r1", "ACQ.DISCORDANT_REPEAT_REQUEST"),
            ("refund-query r1", "10000 refund_status=REFUND_SUCCESS refund_amount=4.00"),
            ("query", "10000 trade_status=TRADE_SUCCESS"),
            ("refund 5.01 r2", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"),
            ("refund 5.00", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"),
            ("cancel", "ACQ.REASON_TRADE_REFUND_FEE_ERR"),
            ("refund 5.00 r2", "10000 fund_change=Y refund_fee=9.00"),
            ("query", "10000 trade_status=TRADE_CLOSED"),
            ("refund 0.01 r3", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"),
        ],
        ends: (1000, 0),
    },
    Script {
        name: "a whole refund needs no number of its own",
        balance: 1000,
        steps: &[("pay 9.00", "10000"), ("refund 9.00", "10000 fund_change=Y"), ("refund 9.00", "10000 fund_change=N")],
        ends: (1000, 0),
    },
    Script {
        name: "amounts that are not amounts",
        balance: 1000,
        steps: &[
            ("pay 0.00", "ACQ.INVALID_PARAMETER"),
            ("pay -1.00", "ACQ.INVALID_PARAMETER"),
            ("pay 1.001", "ACQ.INVALID_PARAMETER"),
            ("pay 100000000.01", "ACQ.TOTAL_FEE_EXCEED"),
        ],
        ends: (1000, 0),
    },
];

#[tokio::test]
async fn trades_live_as_written() {
    for script in SCRIPTS {
        let world = World::start().await;
        let buyer = world.buyer(script.balance).await;
        let agreement = world.agreement(&buyer, json!({}), "").await;
        for (step, expected) in script.steps {
            let answer = run(&world, &buyer, &agreement, step).await;
            if let Some(answer) = answer {
                check(script.name, step, expected, &answer);
            }
        }
        let truth = world.truth().await;
        let held = (truth["buyers"][0]["balance"].as_i64().unwrap(), truth["merchant_balance"].as_i64().unwrap());
        assert_eq!(held, script.ends, "{}: {truth}", script.name);
        for trade in truth["trades"].as_array().unwrap() {
            assert!(trade["times_charged"].as_i64().unwrap() <= 1, "{}: {trade}", script.name);
        }
        world.sandbox.stop().await;
    }
}

async fn run(world: &World, buyer: &str, agreement: &str, step: &str) -> Option<Value> {
    let words: Vec<&str> = step.split(' ').collect();
    let by_number = json!({ "out_trade_no": NUMBER });
    let (method, biz) = match words.as_slice() {
        ["pay", amount] => ("alipay.trade.pay", order(NUMBER, amount, agreement)),
        ["create", amount] => (
            "alipay.trade.create",
            json!({ "out_trade_no": NUMBER, "total_amount": amount, "subject": "会员/一个月", "buyer_id": buyer }),
        ),
        ["query"] => ("alipay.trade.query", by_number),
        ["close"] => ("alipay.trade.close", by_number),
        ["cancel"] => ("alipay.trade.cancel", by_number),
        ["refund", amount] => ("alipay.trade.refund", json!({ "out_trade_no": NUMBER, "refund_amount": amount })),
        ["refund", amount, request] => (
            "alipay.trade.refund",
            json!({ "out_trade_no": NUMBER, "refund_amount": amount, "out_request_no": request }),
        ),
        ["refund-query", request] => {
            ("alipay.trade.fastpay.refund.query", json!({ "out_trade_no": NUMBER, "out_request_no": request }))
        }
        ["top-up", amount] => {
            let amount: i64 = amount.parse().unwrap();
            let path = format!("/alipay/buyers/{buyer}/top-up");
            assert_eq!(world.control("POST", &path, json!({ "amount": amount })).await.0, 200);
            return None;
        }
        _ => panic!("unknown step {step}"),
    };
    Some(world.call(method, biz).await)
}

fn check(name: &str, step: &str, expected: &str, answer: &Value) {
    let mut expected = expected.split(' ');
    assert_eq!(code(answer), expected.next().unwrap(), "{name}: {step}: {answer}");
    if answer["code"] == "40004" {
        assert!(!answer["sub_msg"].as_str().unwrap().is_empty(), "{name}: {step}: {answer}");
    }
    for field in expected {
        let (field, value) = field.split_once('=').unwrap();
        let found = answer[field].as_str().unwrap_or("-");
        assert_eq!(found, value, "{name}: {step}: {field} in {answer}");
    }
}

#[tokio::test]
async fn a_buyers_state_decides_the_code() {
    let world = World::start().await;
    let buyer = world.buyer(1000).await;
    let agreement = world.agreement(&buyer, json!({}), "").await;
    let path = format!("/alipay/buyers/{buyer}");
    for (change, expected) in [
        (json!({ "state": "frozen" }), "ACQ.BUYER_ENABLE_STATUS_FORBID"),
        (json!({ "state": "restricted" }), "ACQ.BUYER_ENABLE_STATUS_FORBID"),
        (json!({ "state": "unverified" }), "ACQ.NOT_CERTIFIED_USER"),
        (json!({ "state": "day_limit_reached" }), "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR"),
        (json!({ "state": "risky" }), "ACQ.PAYMENT_REQUEST_HAS_RISK"),
        (json!({ "state": "closed" }), "ACQ.BUYER_NOT_EXIST"),
        (json!({ "state": "normal", "balance": 899 }), "ACQ.BUYER_BALANCE_NOT_ENOUGH"),
        (json!({ "bank_card_balance": 899 }), "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH"),
        (json!({ "bank_card_balance": 900 }), "10000"),
    ] {
        assert_eq!(world.control("PATCH", &path, change.clone()).await.0, 200, "{change}");
        let answer = world.call("alipay.trade.pay", order("n1", "9.00", &agreement)).await;
        assert_eq!(code(&answer), expected, "{change}: {answer}");
    }
    let truth = world.truth().await;
    assert_eq!(truth["trades"][0]["funded_by"], "BANKCARD");
    assert_eq!(truth["trades"][0]["pay_calls"], 9);
    assert_eq!(truth["refused_charges"].as_array().unwrap().len(), 8);
}
