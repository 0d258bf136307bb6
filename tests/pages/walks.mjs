// What the walks share: how an order is met (from the demo's list in the first language, by its own link in the others),
// how a payer signs in, and how a payment ends.

import assert from 'node:assert/strict';

import { LANGS, inLanguage, seen } from './browser.mjs';
import { base, diagnosis, signInLink } from './stage.mjs';

/** The orders that wait on the demo's page, in its order. */
export const DEMO = { short: 0, revoked: 1, frozen: 2 };
/** What the demo's orders are for. */
export const GOODS = ['一箱苹果', '一束花', '一把雨伞'];

/** The demo's order is walked in one language only: after that it is paid. */
export const demoLang = (index) => LANGS[index % LANGS.length];

/** Opens an order's cashier, and gives its payment's id. */
export async function meet(page, lang, index, fixture) {
  if (lang === demoLang(index)) {
    await page.goto(inLanguage(`${base}/demo`, lang));
    await seen(page, `demo-${index}`, lang, GOODS);
    await page.locator('.entry').nth(index).locator('a[href^="/cashier/"]').click();
    return { id: paymentOf(page), account: undefined, listed: true };
  }
  const { order, who } = await fixture();
  await page.goto(inLanguage(order.cashier, lang));
  return { id: order.id, account: who.account, listed: false };
}

export const paymentOf = (page) => new URL(page.url()).pathname.split('/')[2];

/** From the page that asks for the payer's session to the cashier, signed in. */
export async function signIn(page, met, lang, name) {
  await seen(page, name, lang);
  if (met.listed) {
    await page.locator('form[action="/demo/sign-in"] button').click();
  } else {
    const next = await page.locator('a[href^="/cashier/"]').getAttribute('href');
    await page.goto(`${await signInLink(met.account)}&next=${encodeURIComponent(next)}`);
  }
  await seen(page, `${name}-link`, lang);
  await page.locator('form[action="/sign-in"] button').click();
  await page.waitForURL(/\/cashier\//);
}

/** Presses a page's pay button twice as fast as a finger can; it must have one effect. */
export async function payTwice(page, button = 'form[action*="/pay"] button[type=submit]') {
  const pay = page.locator(button).first();
  await pay.dblclick({ noWaitAfter: true });
  await page.waitForURL(/\/result/);
}

/** The page says that it is paid, and the channel was asked exactly this often: never, if the wallet paid. */
export async function paid(page, met, lang, name, attempts, data = GOODS) {
  await page.waitForSelector('.mark.done');
  await seen(page, name, lang, data);
  const told = await diagnosis(met.id);
  assert.equal(told.state, 'succeeded');
  const won = told.attempts.filter((attempt) => attempt.state === 'succeeded');
  assert.equal(told.attempts.length, attempts, JSON.stringify(told.attempts));
  assert.equal(won.length, Math.min(attempts, 1), JSON.stringify(told.attempts));
  // The way back leads to the paid page, not to a form that pays again.
  await page.goBack();
  assert.equal((await diagnosis(met.id)).attempts.length, attempts);
}
