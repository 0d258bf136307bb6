// The official Node client (npm alipay-sdk) against the sandbox of Tantu.
//
// SANDBOX_CONTROL is the sandbox's control address. The client signs with its own code and verifies every answer
// (validateSign) and every notification (checkNotifySign). Some clients accept anything, so each check has a twin with
// one bit flipped that must be refused: a green run without the twins proves nothing.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { AlipaySdk } from 'alipay-sdk';

import { ask, flipped, merchant, order, press, signingPage } from './sandbox.mjs';

let credentials;
let sdk;
let shop;
let notifyUrl;

function client(keyType) {
  const key = keyType === 'PKCS8' ? credentials.merchant_private_key_pkcs8 : credentials.merchant_private_key_pkcs1;
  return new AlipaySdk({
    appId: credentials.app_id,
    privateKey: key,
    keyType,
    alipayPublicKey: credentials.alipay_public_key,
    gateway: credentials.gateway,
    endpoint: credentials.endpoint,
  });
}

const verified = { validateSign: true };
const call = (method, bizContent, more = {}) => sdk.exec(method, { bizContent, ...more }, verified);
const query = (outTradeNo) => call('alipay.trade.query', { out_trade_no: outTradeNo });

const notification = (fits) => shop.next(fits);

async function agreement(buyerId, externalAgreementNo) {
  const back = await press(signingPage(sdk, externalAgreementNo, notifyUrl), buyerId, 'agree');
  assert.equal(sdk.checkNotifySignV2(back), true, 'the way back is signed');
  assert.equal(back.status, 'NORMAL');
  return back.agreement_no;
}

let buyer;
let agreementNo;

before(async () => {
  ({ alipay: credentials } = await ask('GET', '/credentials'));
  sdk = client('PKCS1');
  shop = await merchant();
  notifyUrl = shop.url;
  await ask('DELETE', '/faults');
  buyer = await ask('POST', '/alipay/buyers', { balance: 100_000 });
  agreementNo = await agreement(buyer.buyer_id, 'NODE1');
});

after(() => {
  shop?.close();
});

test('an agreement signed on the page is NORMAL, and its notice verifies', async () => {
  const found = await call('alipay.user.agreement.query', { agreement_no: agreementNo });
  assert.equal(found.code, '10000');
  assert.equal(found.status, 'NORMAL');
  const notice = await notification((fields) => fields.notify_type === 'dut_user_sign');
  assert.equal(notice.agreement_no, agreementNo);
  assert.equal(sdk.checkNotifySignV2(notice), true);
});

test('a charge is paid, answered, notified and found', async () => {
  const paid = await call('alipay.trade.pay', order('NODE0001', '12.30', agreementNo), { notify_url: notifyUrl });
  assert.equal(paid.code, '10000', JSON.stringify(paid));
  assert.equal(paid.buyerPayAmount, '12.30');
  const found = await query('NODE0001');
  assert.equal(found.tradeStatus, 'TRADE_SUCCESS');
  assert.equal(found.subject, '会员/一个月');
  const notice = await notification((fields) => fields.out_trade_no === 'NODE0001');
  assert.equal(notice.trade_status, 'TRADE_SUCCESS');
  assert.equal(notice.total_amount, '12.30');
  assert.equal(notice.seller_id, credentials.seller_id);
  assert.equal(sdk.checkNotifySign(notice), true);

  assert.equal(sdk.checkNotifySign({ ...notice, sign: flipped(notice.sign) }), false, 'twin: one bit of the sign');
  assert.equal(sdk.checkNotifySign({ ...notice, total_amount: '12.31' }), false, 'twin: another amount');
});

test('the same key in PKCS#8 works as well', async () => {
  const found = await client('PKCS8').exec('alipay.trade.query', { bizContent: { out_trade_no: 'NODE0001' } }, verified);
  assert.equal(found.tradeStatus, 'TRADE_SUCCESS');
});

test('a short balance is refused, and the number may be sent again', async () => {
  await ask('PATCH', `/alipay/buyers/${buyer.buyer_id}`, { balance: 10 });
  const refused = await call('alipay.trade.pay', order('NODE0002', '12.30', agreementNo));
  assert.equal(refused.code, '40004');
  assert.equal(refused.subCode, 'ACQ.BUYER_BALANCE_NOT_ENOUGH');
  await ask('POST', `/alipay/buyers/${buyer.buyer_id}/top-up`, { amount: 100_000 });
  const paid = await call('alipay.trade.pay', order('NODE0002', '12.30', agreementNo));
  assert.equal(paid.code, '10000');
});

test('close, cancel and refund', async () => {
  const created = await call('alipay.trade.create', {
    out_trade_no: 'NODE0003', total_amount: '5.00', subject: 's', buyer_id: buyer.buyer_id,
  });
  assert.equal(created.code, '10000');
  assert.equal((await query('NODE0003')).tradeStatus, 'WAIT_BUYER_PAY');
  assert.equal((await call('alipay.trade.close', { out_trade_no: 'NODE0003' })).code, '10000');
  assert.equal((await query('NODE0003')).tradeStatus, 'TRADE_CLOSED');

  assert.equal((await call('alipay.trade.pay', order('NODE0004', '5.00', agreementNo))).code, '10000');
  const cancelled = await call('alipay.trade.cancel', { out_trade_no: 'NODE0004' });
  assert.deepEqual([cancelled.action, cancelled.retryFlag], ['refund', 'N']);

  const refund = { out_trade_no: 'NODE0001', refund_amount: '2.30', out_request_no: 'R1' };
  assert.equal((await call('alipay.trade.refund', refund)).fundChange, 'Y');
  assert.equal((await call('alipay.trade.refund', refund)).fundChange, 'N');
  const asked = { out_trade_no: 'NODE0001', out_request_no: 'R1' };
  assert.equal((await call('alipay.trade.fastpay.refund.query', asked)).refundStatus, 'REFUND_SUCCESS');
});

test('twin: an answer with one bit of its signature flipped is refused', async () => {
  for (const what of ['bad_signature', 'unsigned', 'malformed']) {
    await ask('POST', '/faults', { channel: 'alipay', call: 'alipay.trade.query', what });
    await assert.rejects(query('NODE0001'), `${what} was believed`);
    assert.equal((await query('NODE0001')).tradeStatus, 'TRADE_SUCCESS', 'the fault was for one call');
  }
});

test('twin: a merchant with another key is refused with the string that was computed', async () => {
  const { generateKeyPairSync } = await import('node:crypto');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const stranger = new AlipaySdk({
    appId: credentials.app_id,
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).trim(),
    alipayPublicKey: credentials.alipay_public_key,
    gateway: credentials.gateway,
  });
  const refused = await stranger.exec('alipay.trade.query', { bizContent: { out_trade_no: 'NODE0001' } }, verified);
  assert.equal(refused.subCode, 'isv.invalid-signature');
  assert.match(refused.subMsg, /app_id=\d+&amp;/);
});

test('twin: a forged notification is refused', async () => {
  await ask('POST', '/faults', { channel: 'alipay', call: 'notification', what: 'forged', out_trade_no: 'NODE0005' });
  const refused = await call('alipay.trade.pay', order('NODE0005', '99999.00', agreementNo), { notify_url: notifyUrl });
  assert.equal(refused.subCode, 'ACQ.BUYER_BALANCE_NOT_ENOUGH');
  const forged = await notification((fields) => fields.out_trade_no === 'NODE0005');
  assert.equal(forged.trade_status, 'TRADE_SUCCESS');
  assert.equal(sdk.checkNotifySign(forged), false);
});

test('in the end the books agree', async () => {
  const { alipay: truth } = await ask('GET', '/truth');
  const mine = truth.trades.filter((trade) => trade.out_trade_no.startsWith('NODE'));
  assert.ok(mine.every((trade) => trade.times_charged <= 1));
  const kept = mine.filter((trade) => trade.paid_at).reduce((sum, trade) => sum + trade.total_amount - trade.refunded_amount, 0);
  assert.equal(kept, 1000 + 1230);
});
