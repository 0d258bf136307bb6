// The official Node client in certificate mode against the sandbox of Tantu.
//
// The client reads its numbers from the certificates with its own code, so it checks how the sandbox reckons them, and
// it verifies with the key inside Alipay's certificate. Each check has a twin that must be refused.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { AlipaySdk } from 'alipay-sdk';

import { ask, flipped, merchant, order, press, pressOn, signingPage } from './sandbox.mjs';

let credentials;
let certificate;
let sdk;
let shop;
let buyer;
let agreementNo;

const verified = { validateSign: true };
const call = (method, bizContent, more = {}) => sdk.exec(method, { bizContent, ...more }, verified);
const query = (outTradeNo) => call('alipay.trade.query', { out_trade_no: outTradeNo });

function client(changes = {}) {
  return new AlipaySdk({
    appId: certificate.app_id,
    privateKey: certificate.merchant_private_key_pkcs1,
    appCertContent: certificate.app_cert,
    alipayPublicCertContent: certificate.alipay_public_cert,
    alipayRootCertContent: certificate.alipay_root_cert,
    gateway: credentials.gateway,
    endpoint: credentials.endpoint,
    ...changes,
  });
}

function pageOrder(outTradeNo, amount) {
  return {
    bizContent: {
      out_trade_no: outTradeNo, total_amount: amount, subject: '会员', product_code: 'FAST_INSTANT_TRADE_PAY',
    },
    notify_url: shop.url,
    return_url: 'http://127.0.0.1:1/back',
  };
}

before(async () => {
  ({ alipay: credentials } = await ask('GET', '/credentials'));
  certificate = credentials.certificate;
  sdk = client();
  shop = await merchant();
  await ask('DELETE', '/faults');
  buyer = (await ask('POST', '/alipay/buyers', { balance: 100_000 })).buyer_id;
  const back = await press(signingPage(sdk, 'CERTIFICATE1', shop.url), buyer, 'agree');
  assert.equal(sdk.checkNotifySignV2(back), true, 'the way back is signed');
  agreementNo = back.agreement_no;
});

after(() => shop?.close());

test('the client and the sandbox reckon the same numbers', () => {
  assert.equal(sdk.config.appCertSn, certificate.app_cert_sn);
  assert.equal(sdk.config.alipayCertSn, certificate.alipay_cert_sn);
  assert.equal(sdk.config.alipayRootCertSn, certificate.alipay_root_cert_sn);
  assert.match(certificate.alipay_root_cert_sn, /^[0-9a-f]{32}_[0-9a-f]{32}$/, 'two of the three roots count');
  assert.equal(certificate.alipay_root_cert.split('-----BEGIN CERTIFICATE-----').length - 1, 3);
});

test('a charge is paid, answered, notified, found and refunded', async () => {
  const paid = await call('alipay.trade.pay', order('CERT0001', '12.30', agreementNo), { notify_url: shop.url });
  assert.equal(paid.code, '10000', JSON.stringify(paid));
  const found = await query('CERT0001');
  assert.equal(found.tradeStatus, 'TRADE_SUCCESS');
  assert.equal(found.subject, '会员/一个月');

  const notice = await shop.next((fields) => fields.out_trade_no === 'CERT0001');
  assert.equal(notice.app_id, certificate.app_id);
  assert.equal(sdk.checkNotifySign(notice), true);
  assert.equal(sdk.checkNotifySign({ ...notice, sign: flipped(notice.sign) }), false, 'twin: one bit of the sign');
  assert.equal(sdk.checkNotifySign({ ...notice, total_amount: '12.31' }), false, 'twin: another amount');

  const refund = { out_trade_no: 'CERT0001', refund_amount: '2.30', out_request_no: 'R1' };
  assert.equal((await call('alipay.trade.refund', refund)).fundChange, 'Y');
  const asked = { out_trade_no: 'CERT0001', out_request_no: 'R1' };
  assert.equal((await call('alipay.trade.fastpay.refund.query', asked)).refundStatus, 'REFUND_SUCCESS');
});

test('a payment code waits for the buyer', async () => {
  const { auth_code: authCode } = await ask('POST', `/alipay/buyers/${buyer}/payment-code`, { confirm: true });
  const waiting = await call('alipay.trade.pay', {
    out_trade_no: 'CERT0002', total_amount: '6.00', subject: 's', scene: 'bar_code', auth_code: authCode,
  });
  assert.equal(waiting.code, '10003');
  assert.equal((await query('CERT0002')).tradeStatus, 'WAIT_BUYER_PAY');
  assert.equal((await ask('POST', '/alipay/trades/CERT0002/confirm')).paid, true);
  assert.equal((await query('CERT0002')).tradeStatus, 'TRADE_SUCCESS');
});

test('an order is paid on its page, opened by address and by form', async () => {
  const back = await press(sdk.pageExecute('alipay.trade.page.pay', 'GET', pageOrder('CERT0003', '7.00')), buyer, 'pay');
  assert.equal(back.method, 'alipay.trade.page.pay.return');
  assert.equal(sdk.checkNotifySignV2(back), true);
  assert.equal(sdk.checkNotifySignV2({ ...back, total_amount: '0.01' }), false, 'twin: another amount');
  assert.equal(sdk.checkNotifySign(await shop.next((fields) => fields.out_trade_no === 'CERT0003')), true);

  const form = sdk.pageExecute('alipay.trade.page.pay', 'POST', pageOrder('CERT0004', '8.00'));
  const address = /action="([^"]+)"/.exec(form)[1];
  const inputs = [...form.matchAll(/name="([^"]+)" value="([^"]*)"/g)];
  const fields = inputs.map(([, name, value]) => [name, value.replaceAll('&quot;', '"')]);
  const posted = await fetch(address, { method: 'POST', body: new URLSearchParams(fields) });
  const paid = await pressOn(await posted.text(), address, buyer, 'pay');
  assert.equal(paid.out_trade_no, 'CERT0004');
});

test('twin: an answer that is not signed rightly is refused', async () => {
  for (const what of ['bad_signature', 'unsigned', 'malformed']) {
    await ask('POST', '/faults', { channel: 'alipay', call: 'alipay.trade.query', what });
    await assert.rejects(query('CERT0001'), `${what} was believed`);
    assert.equal((await query('CERT0001')).tradeStatus, 'TRADE_SUCCESS', 'the fault was for one call');
  }
});

test('twin: another certificate verifies nothing', async () => {
  const stranger = client({ alipayPublicCertContent: certificate.app_cert });
  await assert.rejects(
    stranger.exec('alipay.trade.query', { bizContent: { out_trade_no: 'CERT0001' } }, verified), /验签失败/,
  );
});

test('twin: certificates that are missing or not ours are refused by name', async () => {
  const asked = { bizContent: { out_trade_no: 'CERT0001' } };
  const swapped = client({ appCertContent: certificate.alipay_public_cert });
  assert.equal((await swapped.exec('alipay.trade.query', asked, verified)).subCode, 'isv.app-cert-not-exist');
  const rootless = client({ alipayRootCertContent: certificate.app_cert });
  const refused = await rootless.exec('alipay.trade.query', asked, verified);
  assert.equal(refused.subCode, 'isv.invalid-alipay-root-cert-sn');

  const bare = new AlipaySdk({
    appId: certificate.app_id,
    privateKey: certificate.merchant_private_key_pkcs1,
    alipayPublicKey: sdk.config.alipayPublicKey.replace(/-----[^-]+-----|\n/g, ''),
    gateway: credentials.gateway,
  });
  assert.equal((await bare.exec('alipay.trade.query', asked, verified)).subCode, 'isv.missing-app-cert-sn');
});

test('twin: a forged notification is refused', async () => {
  await ask('POST', '/faults', { channel: 'alipay', call: 'notification', what: 'forged', out_trade_no: 'CERT0005' });
  const refused = await call('alipay.trade.pay', order('CERT0005', '99999.00', agreementNo), { notify_url: shop.url });
  assert.equal(refused.subCode, 'ACQ.BUYER_BALANCE_NOT_ENOUGH');
  const forged = await shop.next((fields) => fields.out_trade_no === 'CERT0005');
  assert.equal(forged.app_id, certificate.app_id);
  assert.equal(sdk.checkNotifySign(forged), false);
});
