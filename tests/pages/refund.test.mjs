// What a merchant gives back: on its way while the channel has not said so, then there, by the road it came.

import assert from 'node:assert/strict';

import { inLanguage, seen, walk } from './browser.mjs';
import { balanceOf, control, order, payer, payment, refund, refundOf, signInLink, until } from './stage.mjs';

const GOODS = ['两张戏票'];
const REASONS = ['One of the two tickets', 'The other one'];

walk('what a merchant gives back', async (page, lang) => {
  const who = await payer(20_000);
  const made = await order(who, who.alipay, GOODS[0], 12_000);
  assert.equal(made.status, 201);
  assert.equal(await balanceOf(who.buyer), 8_000);

  await control('POST', '/faults', { channel: 'alipay', call: 'alipay.trade.refund', buyer: who.buyer, what: 'request_lost', times: 1 });
  const asked = await refund(made.id, 5_000, REASONS[0]);
  await until('the channel to say nothing', async () => (await refundOf(asked.id)).waiting !== undefined);
  await page.goto(await signInLink(who.account));
  await page.locator('form[action="/sign-in"] button').click();
  const cashier = new URL(made.cashier);
  const result = inLanguage(`${cashier.origin}${cashier.pathname}/result${cashier.search}`, lang);
  await page.goto(result);
  await seen(page, 'refund-on-its-way', lang, [...GOODS, ...REASONS]);

  await refund(made.id, 7_000, REASONS[1]);
  await control('POST', '/clock', { advance_seconds: 30 });
  await until('the refunds', async () => (await payment(made.id)).refunded?.amount === 12_000);
  assert.equal(await balanceOf(who.buyer), 20_000);
  await page.goto(result);
  await seen(page, 'refund-done', lang, [...GOODS, ...REASONS]);
});
