"""The official Python client (PyPI alipay-sdk-python) against the sandbox of Tantu.

SANDBOX_CONTROL is the sandbox's control address. The client signs with its own code and verifies every answer with its
own code; it has no method for notifications, so they are verified with its own utility, as its users do (issue 19 of
alipay/alipay-sdk-python-all). It knows no certificate mode. Each check has a twin that must be refused.
"""

import base64
import http.client
import os
import unittest
import urllib.parse

from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.exception.Exception import ResponseException
from alipay.aop.api.request.AlipayTradeCancelRequest import AlipayTradeCancelRequest
from alipay.aop.api.request.AlipayTradeCloseRequest import AlipayTradeCloseRequest
from alipay.aop.api.request.AlipayTradeCreateRequest import AlipayTradeCreateRequest
from alipay.aop.api.request.AlipayTradeFastpayRefundQueryRequest import AlipayTradeFastpayRefundQueryRequest
from alipay.aop.api.request.AlipayTradePagePayRequest import AlipayTradePagePayRequest
from alipay.aop.api.request.AlipayTradePayRequest import AlipayTradePayRequest
from alipay.aop.api.request.AlipayTradeQueryRequest import AlipayTradeQueryRequest
from alipay.aop.api.request.AlipayTradeRefundRequest import AlipayTradeRefundRequest
from alipay.aop.api.request.AlipayUserAgreementPageSignRequest import AlipayUserAgreementPageSignRequest
from alipay.aop.api.request.AlipayUserAgreementQueryRequest import AlipayUserAgreementQueryRequest
from alipay.aop.api.response.AlipayResponse import AlipayResponse
from alipay.aop.api.util import SignatureUtils, WebUtils

from sandbox import Control, Merchant, press

CONTROL = os.environ.get("SANDBOX_CONTROL")
assert CONTROL, "set SANDBOX_CONTROL to the control address of a running sandbox, for example http://127.0.0.1:9080"
RETURN_URL = "http://127.0.0.1:1/back"


def connection_with_port(url, query_string, timeout):
    """The client's own function adds the port, a number, to a text and always connects to port 80."""
    address = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=timeout)
    return f"{address.path}?{query_string}", connection


WebUtils.get_http_connection = connection_with_port


def client(credentials, alipay_public_key=None):
    config = AlipayClientConfig()
    config.server_url = credentials["gateway"]
    config.app_id = credentials["app_id"]
    config.app_private_key = credentials["merchant_private_key_pkcs1_body"]
    config.alipay_public_key = alipay_public_key or credentials["alipay_public_key_body"]
    return DefaultAlipayClient(config)


def flipped(sign):
    """The same signature with one bit flipped."""
    bits = bytearray(base64.b64decode(sign))
    bits[100] ^= 1
    return base64.b64encode(bytes(bits)).decode("ascii")


def order(number, amount, agreement_no):
    return {
        "out_trade_no": number,
        "total_amount": amount,
        "subject": "会员/一个月",
        "product_code": "GENERAL_WITHHOLDING",
        "agreement_params": {"agreement_no": agreement_no},
    }


class Alipay(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.control = Control(CONTROL)
        cls.credentials = cls.control.ask("GET", "/credentials")["alipay"]
        cls.control.ask("DELETE", "/faults")
        cls.merchant = Merchant()
        cls.client = client(cls.credentials)
        cls.buyer = cls.control.ask("POST", "/alipay/buyers", {"balance": 100_000})["buyer_id"]
        cls.agreement_no = cls.sign()["agreement_no"]

    @classmethod
    def tearDownClass(cls):
        cls.merchant.close()

    @classmethod
    def page(cls, kind, biz):
        request = kind()
        request.biz_content = biz
        request.notify_url = cls.merchant.url
        request.return_url = RETURN_URL
        return cls.client.page_execute(request, http_method="GET")

    @classmethod
    def sign(cls):
        address = cls.page(AlipayUserAgreementPageSignRequest, {
            "personal_product_code": "GENERAL_WITHHOLDING_P",
            "product_code": "GENERAL_WITHHOLDING",
            "sign_scene": "INDUSTRY|SHOP",
            "external_agreement_no": "PYTHON1",
            "access_params": {"channel": "ALIPAYAPP"},
        })
        return press(address, cls.buyer, "agree")

    def call(self, kind, biz, notify_url=None, using=None):
        """The answer, whose signature the client has verified: it raises otherwise."""
        request = kind()
        request.biz_content = biz
        if notify_url:
            request.notify_url = notify_url
        return AlipayResponse().parse_response_content((using or self.client).execute(request))

    def query(self, number, using=None):
        return self.call(AlipayTradeQueryRequest, {"out_trade_no": number}, using=using)

    def verifies(self, notice, keeps_sign_type=False):
        """Verifies a notification with the client's own utility."""
        left_out = {"sign"} if keeps_sign_type else {"sign", "sign_type"}
        fields = {name: value for name, value in notice.items() if name not in left_out}
        message = SignatureUtils.get_sign_content(fields).encode("utf-8")
        try:
            return SignatureUtils.verify_with_rsa(self.credentials["alipay_public_key_body"], message, notice["sign"])
        except SignatureUtils.rsa.VerificationError:
            return False

    def test_the_agreement_is_normal_and_its_notice_verifies(self):
        found = self.call(AlipayUserAgreementQueryRequest, {"agreement_no": self.agreement_no})
        self.assertEqual((found["code"], found["status"]), ("10000", "NORMAL"))
        notice = self.merchant.next(notify_type="dut_user_sign")
        self.assertEqual(notice["agreement_no"], self.agreement_no)
        self.assertTrue(self.verifies(notice, keeps_sign_type=True))

    def test_a_charge_is_paid_answered_notified_found_and_refunded(self):
        paid = self.call(AlipayTradePayRequest, order("PY0001", "12.30", self.agreement_no), self.merchant.url)
        self.assertEqual((paid["code"], paid["buyer_pay_amount"]), ("10000", "12.30"))
        found = self.query("PY0001")
        self.assertEqual((found["trade_status"], found["subject"]), ("TRADE_SUCCESS", "会员/一个月"))

        notice = self.merchant.next(out_trade_no="PY0001")
        self.assertEqual((notice["trade_status"], notice["total_amount"]), ("TRADE_SUCCESS", "12.30"))
        self.assertTrue(self.verifies(notice))
        self.assertFalse(self.verifies({**notice, "sign": flipped(notice["sign"])}), "twin: one bit of the sign")
        self.assertFalse(self.verifies({**notice, "total_amount": "12.31"}), "twin: another amount")

        refund = {"out_trade_no": "PY0001", "refund_amount": "2.30", "out_request_no": "R1"}
        self.assertEqual(self.call(AlipayTradeRefundRequest, refund)["fund_change"], "Y")
        self.assertEqual(self.call(AlipayTradeRefundRequest, refund)["fund_change"], "N")
        asked = {"out_trade_no": "PY0001", "out_request_no": "R1"}
        found = self.call(AlipayTradeFastpayRefundQueryRequest, asked)
        self.assertEqual((found["refund_status"], found["refund_amount"]), ("REFUND_SUCCESS", "2.30"))

    def test_a_short_balance_is_refused(self):
        poor = order("PY0002", "99999.00", self.agreement_no)
        refused = self.call(AlipayTradePayRequest, poor)
        self.assertEqual((refused["code"], refused["sub_code"]), ("40004", "ACQ.BUYER_BALANCE_NOT_ENOUGH"))
        self.assertEqual(self.query("PY0002")["sub_code"], "ACQ.TRADE_NOT_EXIST")

    def test_close_and_cancel(self):
        biz = {"out_trade_no": "PY0003", "total_amount": "5.00", "subject": "s", "buyer_id": self.buyer}
        self.assertEqual(self.call(AlipayTradeCreateRequest, biz)["code"], "10000")
        self.assertEqual(self.query("PY0003")["trade_status"], "WAIT_BUYER_PAY")
        self.assertEqual(self.call(AlipayTradeCloseRequest, {"out_trade_no": "PY0003"})["code"], "10000")
        self.assertEqual(self.query("PY0003")["trade_status"], "TRADE_CLOSED")

        self.assertEqual(self.call(AlipayTradePayRequest, order("PY0004", "5.00", self.agreement_no))["code"], "10000")
        cancelled = self.call(AlipayTradeCancelRequest, {"out_trade_no": "PY0004"})
        self.assertEqual((cancelled["action"], cancelled["retry_flag"]), ("refund", "N"))

    def test_a_payment_code_waits_for_the_buyer(self):
        minted = self.control.ask("POST", f"/alipay/buyers/{self.buyer}/payment-code", {"confirm": True})
        biz = {
            "out_trade_no": "PY0005", "total_amount": "6.00", "subject": "s",
            "scene": "bar_code", "auth_code": minted["auth_code"],
        }
        self.assertEqual(self.call(AlipayTradePayRequest, biz, self.merchant.url)["code"], "10003")
        self.assertEqual(self.query("PY0005")["trade_status"], "WAIT_BUYER_PAY")
        self.assertTrue(self.control.ask("POST", "/alipay/trades/PY0005/confirm")["paid"])
        self.assertTrue(self.verifies(self.merchant.next(out_trade_no="PY0005")))
        self.assertEqual(self.query("PY0005")["trade_status"], "TRADE_SUCCESS")
        again = {**biz, "out_trade_no": "PY0006"}
        self.assertEqual(self.call(AlipayTradePayRequest, again)["sub_code"], "ACQ.PAYMENT_AUTH_CODE_INVALID")

    def test_an_order_is_paid_on_the_page(self):
        address = self.page(AlipayTradePagePayRequest, {
            "out_trade_no": "PY0007", "total_amount": "7.00", "subject": "会员",
            "product_code": "FAST_INSTANT_TRADE_PAY",
        })
        back = press(address, self.buyer, "pay")
        self.assertEqual((back["out_trade_no"], back["total_amount"]), ("PY0007", "7.00"))
        self.assertTrue(self.verifies(back))
        self.assertFalse(self.verifies({**back, "total_amount": "0.01"}), "twin: another amount")
        self.assertTrue(self.verifies(self.merchant.next(out_trade_no="PY0007")))

    def test_twin_an_answer_that_is_not_signed_rightly_is_refused(self):
        self.call(AlipayTradePayRequest, order("PY0008", "1.00", self.agreement_no))
        for what in ["bad_signature", "unsigned", "malformed"]:
            with self.subTest(what):
                self.control.ask("POST", "/faults", {"channel": "alipay", "call": "alipay.trade.query", "what": what})
                with self.assertRaises(ResponseException):
                    self.query("PY0008")
                self.assertEqual(self.query("PY0008")["trade_status"], "TRADE_SUCCESS", "the fault was for one call")

    def test_twin_another_key_of_alipay_verifies_nothing(self):
        stranger = client(self.credentials, "".join(self.credentials["merchant_public_key"].splitlines()[1:-1]))
        with self.assertRaises(ResponseException):
            self.query("PY0009", using=stranger)

    def test_twin_a_forged_notification_is_refused(self):
        fault = {"channel": "alipay", "call": "notification", "what": "forged", "out_trade_no": "PY0010"}
        self.control.ask("POST", "/faults", fault)
        biz = order("PY0010", "99999.00", self.agreement_no)
        refused = self.call(AlipayTradePayRequest, biz, self.merchant.url)
        self.assertEqual(refused["sub_code"], "ACQ.BUYER_BALANCE_NOT_ENOUGH")
        forged = self.merchant.next(out_trade_no="PY0010")
        self.assertEqual(forged["trade_status"], "TRADE_SUCCESS")
        self.assertFalse(self.verifies(forged))


if __name__ == "__main__":
    unittest.main()
