// Alipay says that the buyer is short there. He tops up and presses the recheck: if nothing stops it any more, that same
// press pays the order; otherwise the page says why not.

import assert from 'node:assert/strict';

import { inLanguage, seen, walk } from './browser.mjs';
import { control, diagnosis, freeze, order, payer, signInLink } from './stage.mjs';
import { GOODS, paid, payTwice } from './walks.mjs';

const RECHECK = '.steps button[form]';

walk('a recheck pays the order', async (page, lang) => {
  const who = await payer(1_000);
  const refused = await order(who, who.alipay, GOODS[0], 8_800);
  assert.equal(refused.status, 402);
  await page.goto(inLanguage(await signInLink(who.account), lang));
  await page.locator('form[action="/sign-in"] button').click();
  const result = refused.cashier.replace('?', '/result?');
  await page.goto(result);
  await seen(page, 'refusal-short-there', lang, GOODS);

  // Nothing has changed there: the same press tries, and says that it did.
  await page.locator(RECHECK).first().click();
  await page.waitForURL(/\/result/);
  assert.equal((await diagnosis(refused.id)).attempts.length, 2, 'the press was an attempt');
  assert.ok(await page.locator('[role=status]').count(), 'the page says that it was tried');
  await seen(page, 'refusal-still', lang, GOODS);

  await control('POST', `/alipay/buyers/${who.buyer}/top-up`, { amount: 20_000 });
  await payTwice(page, RECHECK);
  await paid(page, { id: refused.id }, lang, 'paid-recheck', 3);
});

walk('a recheck of what something else stops says so', async (page, lang) => {
  const who = await payer(1_000);
  const refused = await order(who, who.alipay, GOODS[0], 8_800);
  await page.goto(inLanguage(await signInLink(who.account), lang));
  await page.locator('form[action="/sign-in"] button').click();
  await page.goto(refused.cashier.replace('?', '/result?'));
  // The page is open while the account is frozen elsewhere.
  await freeze(who.account);
  await page.locator(RECHECK).first().click();
  await page.waitForURL(/\/result/);
  assert.equal((await diagnosis(refused.id)).attempts.length, 1, 'nothing was sent');
  assert.ok(await page.locator('[role=status]').count(), 'the page says why not');
});
