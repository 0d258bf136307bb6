// What the tests need around the client: the sandbox's control, a merchant's address for notifications, a browser.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';

const control = process.env.SANDBOX_CONTROL;
assert.ok(control, 'set SANDBOX_CONTROL to the control address of a running sandbox, for example http://127.0.0.1:9080');

export async function ask(verb, path, body) {
  const response = await fetch(control + path, {
    method: verb,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  assert.ok(response.ok, `${verb} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}

// Answers every notification with success and keeps it.
export async function merchant() {
  const received = [];
  const waiting = [];
  const listener = createServer((request, response) => {
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
  return {
    url: `http://127.0.0.1:${listener.address().port}/notify`,

    // The next notification that fits; waits for it.
    async next(fits) {
      for (;;) {
        const index = received.findIndex(fits);
        if (index >= 0) return received.splice(index, 1)[0];
        await new Promise((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error('no such notification within 20 s')), 20_000);
          waiting.push(() => { clearTimeout(timer); resolve(); });
        });
      }
    },

    close() {
      listener.close();
      listener.closeAllConnections();
    },
  };
}

// Opens a page of the sandbox as a browser would and presses a button; the signed fields of the way back.
export async function press(address, buyerId, decision) {
  return pressOn(await (await fetch(address)).text(), address, buyerId, decision);
}

// The same for a page that is already open.
export async function pressOn(page, address, buyerId, decision) {
  const token = /name="token" value="([^"]+)"/.exec(page)[1];
  const action = /<form[^>]* action="([^"]+)"/.exec(page)[1];
  const pressed = await fetch(new URL(action, address), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ token, buyer_id: buyerId, decision }),
  });
  assert.equal(pressed.status, 302);
  return Object.fromEntries(new URL(pressed.headers.get('location')).searchParams);
}

// The address of the page on which a buyer signs an agreement.
export function signingPage(sdk, externalAgreementNo, notifyUrl) {
  return sdk.pageExecute('alipay.user.agreement.page.sign', 'GET', {
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
}

export function order(outTradeNo, amount, agreementNo) {
  return {
    out_trade_no: outTradeNo,
    total_amount: amount,
    subject: '会员/一个月',
    product_code: 'GENERAL_WITHHOLDING',
    agreement_params: { agreement_no: agreementNo },
  };
}

// The same signature with one bit flipped.
export function flipped(sign) {
  const bits = Buffer.from(sign, 'base64');
  bits[100] ^= 1;
  return bits.toString('base64');
}
