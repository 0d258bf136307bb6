// The other actors of a walk, over public addresses only: the merchant, staff, the payer at a distance, and the buyer in
// his Alipay (the sandbox's control).

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

const named = (name) => {
  const value = process.env[name];
  assert.ok(value, `set ${name}, or start the tests by tests/pages/run`);
  return value;
};

export const base = named('TANTU_BASE');
export const sandbox = named('TANTU_SANDBOX');
const staffKey = named('TANTU_STAFF_KEY');
const secondStaffKey = named('TANTU_SECOND_STAFF_KEY');
const merchantKey = named('TANTU_MERCHANT_KEY');

/** The data of the walks, which no page translates. */
export const MERCHANT = '山前小店';

async function ask(verb, address, key, body, headers = {}) {
  const response = await fetch(address, {
    method: verb,
    redirect: 'manual',
    headers: {
      ...(key ? { authorization: `Bearer ${key}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text };
}

async function expect(status, asked) {
  const answer = await asked;
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
}

export const staff = (verb, path, body) => ask(verb, base + path, staffKey, body);
export const secondStaff = (verb, path, body) => ask(verb, base + path, secondStaffKey, body);
export const control = async (verb, path, body) => {
  const answer = await ask(verb, sandbox + path, undefined, body);
  assert.ok(answer.status < 300, `${verb} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

/** The payer asks for himself, as his app does. */
export const payerAsks = (who, verb, path, body) => expect(200, ask(verb, base + path, who.session, body));

/** The texts on a phone, the last one last. */
export async function texts(phone) {
  const shown = await control('GET', `/phones/${phone}/messages`);
  return Array.isArray(shown) ? shown : shown.messages;
}

/** The six digits of the newest text on a phone after those that were there before. */
export const newest = (phone, before) => until('the code', async () => {
  const list = await texts(phone);
  return list.length > before ? /(?<!\d)\d{6}(?!\d)/.exec(list.at(-1).body)?.[0] : undefined;
});

/** A card of a bank whose codes are plain, bound by its holder's app; its number and its instrument. */
export async function bankCard(who) {
  const card = await control('POST', '/cards', { bank: 'haian', kind: 'debit' });
  const step = async (path, body) => {
    const answer = await ask('POST', `${base}/v1/bindings${path}`, who.session, body);
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
    return answer.body;
  };
  const begun = await step('', {});
  await step(`/${begun.id}/terms`, { edition: begun.terms });
  const before = (await texts(card.phone)).length;
  const { name, certificate_number: document_no, number: card_no, phone } = card;
  const given = await step(`/${begun.id}/details`, { name, document_no, card_no, phone });
  const code = await newest(card.phone, before);
  const bound = await step(`/${begun.id}/code`, { code, sealed: given.sealed });
  return { number: card.number, instrument: bound.instrument };
}

/** Business time goes on to this time, and `more` seconds past it, if that is still to come. */
export async function setClock(time, more = 0) {
  const wanted = Date.parse(time) / 1000 + more;
  const now = Date.parse((await control('GET', '/clock')).now) / 1000;
  const seconds = Math.ceil(wanted - now);
  if (seconds > 0) await control('POST', '/clock', { advance_seconds: seconds });
}

/** Business time goes on to the morning if it is night, when nobody is told anything. */
export async function awake() {
  const now = Date.parse((await control('GET', '/clock')).now);
  const hour = (new Date(now).getUTCHours() + 8) % 24;
  if (hour >= 21 || hour < 8) await setClock(new Date(now + ((32 - hour) % 24) * 3_600_000).toISOString());
}

/** Asks until there is an answer, for at most 20 seconds. */
export async function until(what, look) {
  for (let round = 0; round < 200; round += 1) {
    const found = await look();
    if (found) return found;
    await pause(100);
  }
  throw new Error(`${what} did not come within 20 seconds`);
}

/** A payer: an account with an empty wallet, and an Alipay account with money and a signed mandate. */
export async function payer(balance = 30_000) {
  return mandated(await opened({ met: 'III' }), balance);
}

/** A payer on the register of people, with his phone and a pay password, who has been known for a day. */
export async function known(person, balance) {
  const who = await opened({});
  const { name, certificate_number: document, phones: [phone] } = person;
  const path = `/v1/accounts/${who.account}`;
  const say = async (verb, under, body) => {
    const answer = await ask(verb, base + path + under, who.session, body);
    assert.ok(answer.status < 300, `${under}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  await say('PUT', '/identity', { name, document, tier: 'I' });
  const before = (await texts(phone)).length;
  const { code } = await say('POST', '/phone', { phone });
  await say('POST', '/phone/confirmations', { code, digits: await newest(phone, before) });
  await say('PUT', '/pay-password', { password: '314159' });
  const { now } = await control('GET', '/clock');
  await setClock(now, 24 * 60 * 60 + 1);
  return mandated(who, balance);
}

/** A payer of whom nothing is known yet. */
export const stranger = () => opened({});

/** An account with an empty wallet, and its holder signed in. */
async function opened(body) {
  const { id: account, wallet } = await expect(201, staff('POST', '/v1/accounts', body));
  const link = new URL((await signInLink(account)));
  const exchanged = await fetch(`${base}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ link: link.searchParams.get('link') }),
  });
  const cookie = exchanged.headers.getSetCookie().find((line) => line.startsWith('tantu_session='));
  assert.ok(cookie, `signing in set no session: ${exchanged.status}`);
  const session = cookie.slice('tantu_session='.length).split(';')[0];
  return { account, wallet, session };
}

/** The same with an Alipay account and a signed mandate. */
async function mandated({ account, wallet, session }, balance) {
  const { buyer_id: buyer } = await control('POST', '/alipay/buyers', { balance });
  const begun = await ask('POST', `${base}/v1/accounts/${account}/mandates`, session, { channel: 'alipay' });
  assert.ok(begun.status < 300, JSON.stringify(begun.body));
  const page = await (await fetch(begun.body.page_url)).text();
  const token = /name="token" value="([^"]+)"/.exec(page)?.[1];
  await fetch(new URL('/sandbox/agreement', begun.body.page_url), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ token, buyer_id: buyer, decision: 'agree' }),
  });
  await until('the mandate', async () => {
    const mandate = await ask('GET', `${base}/v1/mandates/${begun.body.mandate}`, session);
    return mandate.body.state === 'active';
  });
  return { account, wallet, buyer, session, alipay: begun.body.instrument };
}

/** A link that signs a payer in once. */
export async function signInLink(account) {
  return (await expect(201, staff('POST', '/v1/payer-links', { account }))).url;
}

/** The buyer withdraws his mandate in his Alipay, and we are told. */
export async function revoke(who) {
  const listed = await control('GET', `/alipay/buyers/${who.buyer}/agreements`);
  const agreements = Array.isArray(listed) ? listed : listed.agreements;
  const standing = agreements.find((agreement) => agreement.status === 'NORMAL');
  await control('POST', `/alipay/agreements/${standing.agreement_no}/unsign`, { notify: true });
  await until('the withdrawal', async () => {
    const account = await ask('GET', `${base}/v1/accounts/${who.account}`, who.session);
    return JSON.stringify(account.body).includes('"revoked"');
  });
}

export const freeze = (account) => expect(200, staff('POST', `/v1/accounts/${account}/freeze`, { reason: 'security_check' }));
/** One member of staff proposes it, and another lifts the freeze. */
export async function unfreeze(account) {
  const path = `/v1/accounts/${account}/unfreeze`;
  await expect(200, staff('POST', path, {}));
  await expect(200, ask('POST', base + path, secondStaffKey, {}));
}

/** The payer adds his Alipay account without a mandate: he confirms each payment there. */
export async function confirmed(who) {
  const added = ask('POST', `${base}/v1/accounts/${who.account}/instruments`, who.session, { channel: 'alipay' });
  return (await expect(201, added)).instrument;
}

/** A debit card in the payer's own name, bound step by step by his app. */
export async function boundCard(who) {
  const card = await control('POST', '/cards', { bank: 'haian', kind: 'debit' });
  const say = async (path, body) => {
    const answer = await ask('POST', `${base}/v1/bindings${path}`, who.session, body);
    assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const { id, terms } = await say('', {});
  await say(`/${id}/terms`, { edition: terms });
  const before = (await texts(card.phone)).length;
  const { name, certificate_number: document_no, number: card_no, phone } = card;
  const { sealed } = await say(`/${id}/details`, { name, document_no, card_no, phone });
  await say(`/${id}/code`, { code: await newest(phone, before), sealed });
  return card;
}

/** A code that the buyer's app shows and asks him about before it pays. */
export async function paymentCode(who) {
  return (await control('POST', `/alipay/buyers/${who.buyer}/payment-code`, { confirm: true })).auth_code;
}

/** The merchant asks for an order to be paid, and gets what stands after it. */
export async function order(who, instrument, subject, fen, more = {}) {
  const answer = await ask(
    'POST',
    `${base}/v1/payments`,
    merchantKey,
    {
      order_no: `order-${randomUUID()}`,
      subject,
      account: who.account,
      amount: { amount: fen, currency: 'CNY' },
      instrument,
      ...more,
    },
    { 'idempotency-key': randomUUID() },
  );
  const id = answer.body.payment ?? answer.body.id;
  assert.ok(id, JSON.stringify(answer.body));
  return { id, status: answer.status, cashier: answer.body.cashier_url, body: answer.body };
}

export const close = (payment) => ask('POST', `${base}/v1/payments/${payment}/close`, merchantKey, {});
export const diagnosis = (payment) => expect(200, staff('GET', `/v1/payments/${payment}/diagnosis`));
export const payment = (id) => expect(200, staff('GET', `/v1/payments/${id}`));
export const balanceOf = async (buyer) => {
  const listed = await control('GET', '/alipay/buyers');
  const buyers = Array.isArray(listed) ? listed : listed.buyers;
  return buyers.find((known) => known.buyer_id === buyer).balance;
};
/** What an account's wallet holds. */
export const walletOf = async (account) => (await expect(200, staff('GET', `/v1/accounts/${account}`))).balance;
/** A merchant's refund as staff see it. */
export const refundOf = (id) => expect(200, staff('GET', `/v1/refunds/${id}`));
/** The merchant gives money of a paid order back. */
export const refund = (paid, fen, reason) =>
  expect(
    201,
    ask('POST', `${base}/v1/payments/${paid}/refunds`, merchantKey, { amount: { amount: fen, currency: 'CNY' }, reason }, { 'idempotency-key': randomUUID() }),
  );
