// The wallet is short; it is topped up from the payer's own debit card, and the same order is paid from it: at once below
// ¥200, with the bank's code above it.

import assert from 'node:assert/strict';

import { inLanguage, seen, walk } from './browser.mjs';
import { boundCard, newest, order, payer, payment, signInLink, texts, walletOf } from './stage.mjs';
import { paid, payTwice } from './walks.mjs';

const GOODS = ['一盏台灯'];
const TOP_UP = 'form[action*="/top-up"] button[type=submit]';

walk('topping up a short wallet', async (page, lang) => {
  const who = await payer();
  const card = await boundCard(who);
  await page.goto(await signInLink(who.account));
  await page.locator('form[action="/sign-in"] button').click();

  const small = await order(who, who.wallet, GOODS[0], 7_300);
  assert.equal(small.status, 402);
  const cashier = new URL(small.cashier);
  await page.goto(inLanguage(`${cashier.origin}${cashier.pathname}/result${cashier.search}`, lang));
  await page.locator('details:has(a[href*="/top-up?"]) summary').first().click();
  await page.locator('a[href*="/top-up?"]').first().click();
  await seen(page, 'top-up', lang, GOODS);
  await page.locator(TOP_UP).click();
  await page.waitForURL(new RegExp(`/cashier/${small.id}\\?`));
  assert.equal((await walletOf(who.account)).amount, 7_300);
  await page.locator('form[action*="/pay"] .choice:not(.blocked) label').first().click();
  await payTwice(page);
  await paid(page, { id: small.id }, lang, 'top-up-order-paid', 0, GOODS);
  assert.equal((await walletOf(who.account)).amount, 0);

  const large = await order(who, who.wallet, GOODS[0], 36_000);
  await page.goto(inLanguage(large.cashier.replace('?', '/top-up?'), lang));
  const before = (await texts(card.phone)).length;
  await page.locator(TOP_UP).click();
  await page.waitForSelector('input[name=code]');
  await page.fill('input[name=code]', await newest(card.phone, before));
  await page.locator('form[action*="/bank-code?"] button').click();
  await page.waitForSelector('.mark.done');
  await seen(page, 'top-up-done', lang, GOODS);
  assert.equal((await walletOf(who.account)).amount, 36_000);
  await page.locator(`a.button[href*="/cashier/${large.id}"]`).click();
  await page.waitForURL(new RegExp(`/cashier/${large.id}\\?`));
  await page.locator('form[action*="/pay"] .choice:not(.blocked) label').first().click();
  await payTwice(page);
  await page.waitForSelector('.mark.done');
  assert.equal((await payment(large.id)).state, 'succeeded');
  assert.equal((await walletOf(who.account)).amount, 0);
});
