// The official Node client (npm alipay-sdk) against the sandbox of Tantu.
//
// SANDBOX_CONTROL is the sandbox's control address. The client signs with its own code and verifies every answer
// (validateSign) and every notification (checkNotifySign). Some clients accept anything, so each check has a twin with
// one bit flipped that must be refused: a green run without the twins proves nothing.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { AlipaySdk } from 'alipay-sdk';

const control = process.env.SANDBOX_CONTROL;
assert.ok(control, 'set SANDBOX_CONTROL to the control address of a running sandbox, for example http://127.0.0.1:9080');

let credentials;
let sdk;
let listener;
let notifyUrl;
const received = [];
const waiting = [];

async function ask(verb, path, body) {
  const response = await fetch(control + path, {
    method: verb,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  assert.ok(response.ok, `${verb} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}

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

function order(outTradeNo, amount, agreementNo) {
  return {
    out_trade_no: outTradeNo,
    total_amount: amount,
    subject: '会员/一个月',
    product_code: 'GENERAL_WITHHOLDING',
    agreement_params: { agreement_no: agreementNo },
  };
}

// The next notification that fits; waits for it.
async function notification(fits) {
  for (;;) {
    const index = received.findIndex(fits);
    if (index >= 0) return received.splice(index, 1)[0];
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no such notification within 20 s')), 20_000);
      waiting.push(() => { clearTimeout(timer); resolve(); });
    });
  }
}

// Opens the signing page as a browser would and presses 同意并签约.
async function agreement(buyerId, externalAgreementNo) {
  const address = sdk.pageExecute('alipay.user.agreement.page.sign', 'GET', {
    bizContent: {
      personal_product_code: 'GENERAL_WITHHOLDING_P',
      product_code: 'GENERAL_WITHHOLDING',
      sign_scene: 'INDUSTRY|SHOP',
      external_agreement_no: externalAgreementNo,
      access_params: { channel: 'ALIPAYAPP' },
    },
    notify_url: notifyUrl,
    return_url: 'http://127.0.0.1:1/back',
  });
  const page = await (await fetch(address)).text();
  assert.match(page, /同意并签约/);
  const token = /name="token" value="([^"]+)"/.exec(page)[1];
  const action = /<form[^>]* action="([^"]+)"/.exec(page)[1];
  const pressed = await fetch(new URL(action, address), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ token, buyer_id: buyerId, decision: 'agree' }),
  });
  assert.equal(pressed.status, 302);
  const back = Object.fromEntries(new URL(pressed.headers.get('location')).searchParams);
  assert.equal(sdk.checkNotifySignV2(back), true, 'the way back is signed');
  assert.equal(back.status, 'NORMAL');
  return back.agreement_no;
}

let buyer;
let agreementNo;

before(async () => {
  ({ alipay: credentials } = await ask('GET', '/credentials'));
  sdk = client('PKCS1');
  listener = createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      received.push(Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString('utf8'))));
      response.end('success');
      waiting.splice(0).forEach((wake) => wake());
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  notifyUrl = `http://127.0.0.1:${listener.address().port}/notify`;
  await ask('DELETE', '/faults');
  buyer = await ask('POST', '/alipay/buyers', { balance: 100_000 });
  agreementNo = await agreement(buyer.buyer_id, 'NODE1');
});

after(() => {
  listener?.close();
  listener?.closeAllConnections();
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

  const flipped = Buffer.from(notice.sign, 'base64');
  flipped[100] ^= 1;
  assert.equal(sdk.checkNotifySign({ ...notice, sign: flipped.toString('base64') }), false, 'twin: one bit of the sign');
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
