// The payer confirms at Alipay: on its page, in its app, or not in time.

import assert from 'node:assert/strict';

import { inLanguage, seen, walk } from './browser.mjs';
import { confirmed, control, diagnosis, order, payer, payment, paymentCode, until } from './stage.mjs';
import { paid } from './walks.mjs';

const GOODS = ['一张船票'];

walk('a page order', async (page, lang) => {
  const who = await payer();
  const alipay = await confirmed(who);
  // The wallet is short, and he chooses his Alipay.
  const made = await order(who, who.wallet, GOODS[0], 8_800);
  await page.goto(inLanguage(made.cashier, lang));
  await seen(page, 'cashier-confirmed', lang, GOODS);
  await page.locator(`.choice:has(input[value=${alipay}]) label`).click();
  await page.locator('form[action*="/pay"] button[type=submit]').click();
  await page.waitForSelector('button[value=pay]');
  assert.notEqual(new URL(page.url()).origin, new URL(made.cashier).origin, 'this is Alipay');

  // He comes back without having confirmed, and finds the way there again.
  const cashier = new URL(made.cashier);
  await page.goto(`${cashier.origin}${cashier.pathname}/returned${cashier.search}`);
  assert.ok(await page.locator('.mark.wait').count());
  await seen(page, 'confirm-on-page', lang, GOODS);
  await page.locator('main a[href*="/channel"]').click();
  await page.waitForSelector('button[value=pay]');
  await page.locator('select[name=buyer_id]').selectOption(who.buyer);
  await page.locator('button[value=pay]').click();
  await paid(page, { id: made.id }, lang, 'confirmed-on-page', 1, GOODS);
});

walk('a payment code that the app asks about', async (page, lang) => {
  const who = await payer();
  const alipay = await confirmed(who);
  const made = await order(who, alipay, GOODS[0], 8_800, { payment_code: { code: await paymentCode(who) } });
  assert.equal(made.body.next_action.operation, 'confirm_in_app');
  await page.goto(inLanguage(made.cashier, lang));
  assert.ok(await page.locator('.mark.wait').count());
  await seen(page, 'confirm-in-app', lang, GOODS);
  const number = (await diagnosis(made.id)).attempts.at(-1).channel_number;
  await control('POST', `/alipay/trades/${number}/confirm`, {});
  await paid(page, { id: made.id }, lang, 'confirmed-in-app', 1, GOODS);
});

walk('nobody confirms', async (page, lang) => {
  const who = await payer();
  const made = await order(who, await confirmed(who), GOODS[0], 8_800);
  await control('POST', '/clock', { advance_seconds: 15 * 60 + 10 });
  await until('the end of the wait', async () => {
    await control('POST', '/clock', { advance_seconds: 5 });
    return (await payment(made.id)).state === 'refused';
  });
  const cashier = new URL(made.cashier);
  await page.goto(inLanguage(`${cashier.origin}${cashier.pathname}/result${cashier.search}`, lang));
  await seen(page, 'not-confirmed', lang, GOODS);
});
