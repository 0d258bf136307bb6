// The pages beside the ways: the first page, an unknown address, a stale form, an undecided payment, a closed one.

import assert from 'node:assert/strict';
import { after } from 'node:test';

import { inLanguage, seen, walk } from './browser.mjs';
import { base, close, control, order, payer, payment, until } from './stage.mjs';
import { GOODS } from './walks.mjs';

after(() => control('DELETE', '/faults'));

walk('the first page, the demo and what is not there', async (page, lang) => {
  await page.goto(inLanguage(`${base}/`, lang));
  await seen(page, 'welcome', lang);
  await page.goto(`${base}/demo`);
  await seen(page, 'demo', lang, GOODS);
  const missing = await page.goto(`${base}/nowhere`);
  assert.equal(missing.status(), 404);
  await seen(page, 'error-not-found', lang);
  await page.goto(`${base}/sign-in?link=ln_spent`);
  await page.locator('form[action="/sign-in"] button').click();
  await seen(page, 'error-link-spent', lang);
});

walk('a form of yesterday and a closed order', async (page, lang) => {
  const who = await payer();
  const refused = await order(who, who.wallet, GOODS[0], 12_300);
  await page.goto(inLanguage(refused.cashier, lang));
  await page.context().clearCookies({ name: 'tantu_visitor' });
  await page.locator('form[action*="/pay"] button').click();
  await seen(page, 'error-form-stale', lang);
  await page.locator('main a[href*="/cashier/"]').click();
  assert.ok(await page.locator('form[action*="/pay"]').count(), 'the way back is on the page');
  await close(refused.id);
  await page.goto(refused.cashier);
  await seen(page, 'closed', lang, GOODS);
});

walk('an undecided payment', async (page, lang) => {
  const who = await payer();
  await control('POST', '/faults', { channel: 'alipay', call: 'alipay.trade.pay', what: 'answer_lost', times: 1 });
  await control('POST', '/faults', { channel: 'alipay', call: 'alipay.trade.query', what: 'request_lost', times: null });
  await control('POST', '/faults', { channel: 'alipay', call: 'notification', what: 'never', times: null });
  const sent = await order(who, who.alipay, GOODS[1], 6_600);
  assert.equal(sent.status, 202);
  await page.goto(inLanguage(sent.cashier, lang));
  assert.ok(await page.locator('.mark.wait').count());
  await seen(page, 'undecided', lang, GOODS);
  // Then the channel answers, and the page comes to it by itself.
  await control('DELETE', '/faults');
  await until('the channel’s answer', async () => {
    await control('POST', '/clock', { advance_seconds: 5 });
    return (await payment(sent.id)).state === 'succeeded';
  });
  await page.waitForSelector('.mark.done');
});
